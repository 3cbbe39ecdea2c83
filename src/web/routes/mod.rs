//! Handlers by place. What may not live here: rules, SQL, words.

pub mod applications;
pub mod demo;
pub mod health;
pub mod register;
pub mod static_pages;

use rocket::Route;

/// All routes of the portal.
pub fn all() -> Vec<Route> {
    [applications::routes(), demo::routes(), health::routes(), static_pages::routes(), register::routes()].concat()
}
