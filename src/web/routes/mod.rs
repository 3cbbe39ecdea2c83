//! Handlers by place. What may not live here: rules, SQL, words.

pub mod account;
pub mod accounts;
pub mod admin;
pub mod admin_announcements;
pub mod admin_applications;
pub mod admin_bulk;
pub mod admin_dictionaries;
pub mod admin_machines;
pub mod admin_office;
pub mod admin_outbox;
pub mod admin_post;
pub mod admin_roles;
pub mod admin_stand_ins;
pub mod announcements;
pub mod applications;
pub mod attestation;
pub mod demo;
mod editing;
pub mod email_change;
mod exports;
pub mod extend;
pub mod grants;
pub mod health;
pub mod join;
pub mod late_forms;
pub mod machines;
pub mod not_me;
pub mod numbers;
pub mod own_email;
pub mod own_records;
pub mod prove;
pub mod register;
pub mod renew;
pub mod revocations;
pub mod second_factor;
pub mod security;
pub mod sign_in;
pub mod staff;
pub mod static_pages;
pub mod unit;
pub mod unit_change;
pub mod unit_ending;

use rocket::Route;

/// All routes of the portal.
pub fn all() -> Vec<Route> {
    let places = [
        account::routes(),
        accounts::routes(),
        admin::routes(),
        admin_announcements::routes(),
        admin_applications::routes(),
        admin_dictionaries::routes(),
        admin_bulk::routes(),
        admin_machines::routes(),
        admin_office::routes(),
        admin_outbox::routes(),
        admin_post::routes(),
        admin_roles::routes(),
        admin_stand_ins::routes(),
        announcements::routes(),
        applications::routes(),
        attestation::routes(),
        join::routes(),
        demo::routes(),
        email_change::routes(),
        extend::routes(),
        grants::routes(),
        health::routes(),
        late_forms::routes(),
        machines::routes(),
        not_me::routes(),
        numbers::routes(),
        own_email::routes(),
        own_records::routes(),
        prove::routes(),
        register::routes(),
        renew::routes(),
        revocations::routes(),
        second_factor::routes(),
        security::routes(),
        sign_in::routes(),
        staff::routes(),
        static_pages::routes(),
        unit::routes(),
        unit_change::routes(),
        unit_ending::routes(),
        // A new place stands above.
    ];
    places.concat()
}
