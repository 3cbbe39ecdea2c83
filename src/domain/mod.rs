//! DECIDES. Pure rules and values: no I/O, no clock, no randomness; `now` is an argument.
//! What may not live here: SQL, HTTP, templates, anything that waits.

pub mod account;
pub mod account_join;
pub mod actor;
pub mod application;
pub mod attestation;
pub mod audit;
pub mod audit_proof;
pub mod collation;
pub mod device;
pub mod dictionary;
pub mod email_change;
pub mod erasure;
pub mod grant;
pub mod id;
pub mod identifiers;
pub mod invalid;
pub mod likeness;
pub mod lockout;
pub mod machine;
pub mod mailed_code;
pub mod moment;
pub mod notice;
pub mod password;
pub mod permission;
pub mod profile;
pub mod retention;
pub mod revocation;
pub mod role_proposal;
pub mod second_factor;
pub mod session;
pub mod sign_in_limits;
pub mod stand_in;
pub mod unit;
pub mod voivodeship;
pub mod working_days;
