//! ACTS. One verb a file, the actor first, one transaction; knows no HTTP.

pub mod apply_decision;
pub mod check_health;
pub mod context;
pub mod draft_application;
pub mod error;
pub mod fill_demo;
pub mod keep_session;
pub mod print_form;
pub mod read_mailbox;
pub mod receive_signed_form;
pub mod record;
pub mod review_application;
pub mod submit_application;
pub mod view_application;
pub mod withdraw_application;

pub use context::{Context, ServiceSettings};
pub use error::ServiceError;
