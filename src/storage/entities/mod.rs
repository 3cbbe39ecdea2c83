//! One entity per table, private to the storage room.
#![allow(missing_docs)] // The columns are explained where the table is made, in `migrations/`.

pub mod account;
pub mod application;
pub mod application_person;
pub mod application_remark;
pub mod application_revision;
pub mod application_search;
pub mod application_serial;
pub mod audit_entry;
pub mod draft;
pub mod function;
pub mod gmina;
pub mod grant;
pub mod kept_form;
pub mod mailed_token;
pub mod office_channel;
pub mod outbox_message;
pub mod passkey;
pub mod passkey_challenge;
pub mod recovery_code;
pub mod reset_request;
pub mod role_assignment;
pub mod security_report;
pub mod session;
pub mod sign_in_failure;
pub mod sign_in_source;
pub mod signed_form;
pub mod signed_form_file;
pub mod sub_area;
pub mod time_limit;
pub mod totp_secret;
pub mod unit;
pub mod unit_kind;
pub mod unit_kind_sub_area;
pub mod voivodeship;
pub mod waiting_change;
