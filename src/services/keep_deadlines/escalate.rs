//! Applications that wait too long in an office where nobody else may decide them go to the central administrator.

use super::BATCH;
use crate::domain::actor::Actor;
use crate::services::review_application::{escalate_overdue, is_overdue};
use crate::services::{Context, ServiceError};
use crate::storage::time_limits::{self, ESCALATION};
use crate::storage::{applications, days_off};

/// Passes on every application that is due, each in its own transaction; gives their number. Those that stay are walked past: an
/// office with several administrators has them in its own queue.
pub(super) async fn escalate_applications(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let days = time_limits::days(&context.db, ESCALATION).await?;
    let calendar = days_off::calendar(&context.db).await?;
    let (mut done, mut after) = (0, None);
    // So many working days are at least as many days.
    let before = context.now().plus_days(-days);
    loop {
        let due = applications::list_to_escalate(&context.db, before, after, BATCH).await?;
        for (since, listed) in &due {
            if !is_overdue(&calendar, *since, days, context.now()) {
                continue;
            }
            match escalate_overdue(context, actor, listed.id).await {
                Ok(is_done) => done += u64::from(is_done),
                // One that fails is told, and must not keep the others from it.
                Err(error) => tracing::error!(application = %listed.number, %error, "an application could not be passed on"),
            }
        }
        match due.last() {
            Some((since, last)) if due.len() as u64 == BATCH => after = Some((*since, last.id)),
            _ => return Ok(done),
        }
    }
}
