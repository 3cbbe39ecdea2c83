//! Yearly confirmations of permissions: units are asked, reminded, and their permissions suspended.

use super::{BATCH, Tally};
use crate::domain::actor::Actor;
use crate::domain::attestation::a_year_before;
use crate::domain::moment::Moment;
use crate::services::confirm_permissions::{open, remind, suspend};
use crate::services::{Context, ServiceError};
use crate::storage::attestations;
use crate::storage::time_limits::{self, ATTESTATION_REMINDER, ATTESTATION_REMINDER_LAST};

/// Suspends what was not confirmed in time; gives the number of units.
pub(super) async fn suspend_overdue(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut tally = Tally::default();
    while tally.goes_on() {
        for due in tally.found(attestations::list_overdue(&context.db, context.now(), BATCH).await?) {
            if let Err(error) = tally.count(suspend(context, actor, due.id).await) {
                tracing::error!(attestation = %due.id, %error, "permissions that were not confirmed could not be suspended");
            }
        }
    }
    Ok(tally.done)
}

/// Queues the reminders that are due; gives their number. Two a confirmation; who gets the later one does not get the earlier one too.
pub(super) async fn remind_units(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut reminded = 0;
    for code in [ATTESTATION_REMINDER_LAST, ATTESTATION_REMINDER] {
        let limit = time_limits::days(&context.db, code).await?;
        let days = i32::try_from(limit).map_err(ServiceError::internal)?;
        let now = context.now();
        let until = now.end_of_day_in(limit);
        let mut tally = Tally::default();
        while tally.goes_on() {
            for near in tally.found(attestations::list_to_remind(&context.db, (now, until), days, BATCH).await?) {
                if let Err(error) = tally.count(remind(context, actor, near.id, days, until).await) {
                    tracing::error!(attestation = %near.id, %error, "a reminder of a confirmation could not be queued");
                }
            }
        }
        reminded += tally.done;
    }
    Ok(reminded)
}

/// Asks every unit whose last confirmation, or registration, lies a year back; gives their number.
pub(super) async fn ask_units(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut tally = Tally::default();
    while tally.goes_on() {
        let today = context.now().warsaw_date();
        let by = Moment::end_of(a_year_before(today));
        for unit in tally.found(attestations::list_units_to_ask(&context.db, by, today, BATCH).await?) {
            if let Err(error) = tally.count(open(context, actor, unit).await) {
                tracing::error!(%unit, %error, "a unit could not be asked to confirm its permissions");
            }
        }
    }
    Ok(tally.done)
}
