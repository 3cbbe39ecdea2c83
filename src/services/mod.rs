//! ACTS. One verb a file, the actor first, one transaction; knows no HTTP.

pub mod activate_account;
pub mod apply_decision;
pub mod change_password;
pub mod check_health;
mod compose_letter;
pub mod context;
pub mod deliver_outbox;
pub mod draft_application;
pub mod error;
pub mod fill_demo;
pub mod find_unit;
pub mod keep_deadlines;
pub mod keep_session;
mod mailed_link;
pub mod manage_accounts;
pub mod manage_outbox;
pub mod measure_outbox;
pub mod pick_gmina;
pub mod print_form;
pub mod read_audit;
pub mod read_mailbox;
pub mod receive_signed_form;
pub mod record;
pub mod request_password_reset;
pub mod reset_password;
pub mod review_application;
pub mod sign_in;
pub mod sign_out;
pub mod submit_application;
pub mod verify_audit;
pub mod view_application;
pub mod view_office;
pub mod view_own_account;
pub mod withdraw_application;

pub use context::{Context, ServiceSettings};
pub use error::ServiceError;
