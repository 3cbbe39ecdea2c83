//! Whether the portal can serve: for load balancers (`/health/ready`).

use super::context::Context;
use crate::storage::database;

/// Whether the database answers and its schema is the one that this program knows.
pub async fn check_health(context: &Context) -> bool {
    match database::is_migrated(&context.db).await {
        Ok(done) => done,
        Err(error) => {
            tracing::warn!(%error, "the database does not answer");
            false
        }
    }
}
