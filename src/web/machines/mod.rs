//! What other systems hear: JSON instead of pages, problem details (RFC 9457) instead of error pages, a token instead of a session,
//! and a description that is made from the code. What may not live here: handlers (`routes/machines.rs`), who may ask what (services).

pub mod body;
pub mod guard;
pub mod openapi;
pub mod problem;

pub use body::Body;
pub use guard::Machine;
pub use problem::Problem;

/// Everything for other systems lies below.
pub const ROOT: &str = "/api/v1";
/// Most bytes of a question or batch: a hundred questions take a quarter.
pub const MOST_BODY_BYTES: u64 = 64 * 1024;
