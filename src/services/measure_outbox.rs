//! How much the outbox holds, for the metrics.

use super::{Context, ServiceError};
use crate::storage::outbox_messages;

/// What waits to leave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OutboxMeasure {
    /// Waiting messages.
    pub depth: u64,
    /// Age of the oldest of them; 0 when none waits.
    pub oldest_age_seconds: f64,
}

/// Counts what waits.
///
/// # Errors
/// Of the database.
pub async fn measure(context: &Context) -> Result<OutboxMeasure, ServiceError> {
    let (depth, age_ms) = outbox_messages::measure(&context.db, context.now()).await?;
    Ok(OutboxMeasure { depth, oldest_age_seconds: age_ms as f64 / 1000.0 })
}
