//! Handlers by place. What may not live here: rules, SQL, words.

pub mod admin_applications;
pub mod demo;
pub mod health;
pub mod static_pages;

use rocket::Route;

/// All routes of the portal.
pub fn all() -> Vec<Route> {
    [admin_applications::routes(), demo::routes(), health::routes(), static_pages::routes()].concat()
}
