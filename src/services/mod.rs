//! ACTS. One verb a file, the actor first, one transaction; knows no HTTP.

pub mod context;
pub mod draft_application;
pub mod error;
pub mod record;

pub use context::{Context, ServiceSettings};
pub use error::ServiceError;
