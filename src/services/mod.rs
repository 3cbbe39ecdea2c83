//! ACTS. One verb a file, the actor first, one transaction; knows no HTTP.

pub mod context;
pub mod draft_application;
pub mod error;
pub mod print_form;
pub mod record;
pub mod submit_application;
pub mod view_application;
pub mod withdraw_application;

pub use context::{Context, ServiceSettings};
pub use error::ServiceError;
