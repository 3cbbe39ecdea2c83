//! SPEAKS HTTP: guard, form, service, page. What may not live here: SQL, rules.

pub mod pages;
