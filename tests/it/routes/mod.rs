//! Routes, through Rocket's own client or against the real binary: guards, forms, headers, limits, and what each role may
//! reach. What may not live here: journeys through several places.

mod admin_machines;
mod administration;
mod announcements;
mod attestation;
mod away;
mod browser;
mod bulk;
mod deciding;
mod desk;
mod email_change;
mod extension;
mod forms;
mod grants;
mod guards;
mod headers;
mod health;
mod join;
mod late_forms;
mod machines;
mod numbers;
mod office;
mod own_account;
mod post;
mod protection;
mod register;
mod renewal;
mod review;
mod revocation;
mod second_factor;
mod sign_in;
mod similar;
mod staff;
mod unit_change;
mod wizards;
