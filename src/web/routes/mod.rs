//! Handlers by place. What may not live here: rules, SQL, words.

pub mod account;
pub mod accounts;
pub mod admin;
pub mod demo;
pub mod health;
pub mod sign_in;
pub mod static_pages;

use rocket::Route;

/// All routes of the portal.
pub fn all() -> Vec<Route> {
    [account::routes(), accounts::routes(), admin::routes(), demo::routes(), health::routes(), sign_in::routes(), static_pages::routes()]
        .concat()
}
