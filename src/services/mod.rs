//! ACTS. One verb a file, the actor first, one transaction; knows no HTTP.

pub mod check_health;
pub mod context;
pub mod error;
pub mod keep_session;
pub mod record;

pub use context::{Context, ServiceSettings};
pub use error::ServiceError;
