//! Handlers by place. What may not live here: rules, SQL, words.

pub mod demo;
pub mod health;
pub mod register;
pub mod static_pages;

use rocket::Route;

/// All routes of the portal.
pub fn all() -> Vec<Route> {
    [demo::routes(), health::routes(), register::routes(), static_pages::routes()].concat()
}
