//! Applicants are reminded of a deadline twice, each time once.

use super::{BATCH, Tally};
use crate::domain::actor::Actor;
use crate::domain::id::ApplicationId;
use crate::domain::moment::Moment;
use crate::domain::notice::Notice;
use crate::services::{Context, ServiceError, record};
use crate::storage::applications;
use crate::storage::database::begin;
use crate::storage::time_limits::{self, REMINDER, REMINDER_LAST};

/// Whole days from today to the last day before a deadline, by the calendar; 0 means today.
pub(in crate::services) fn days_left(now: Moment, lapses_at: Moment) -> i32 {
    let last_day = lapses_at.plus_ms(-1).warsaw_date();
    (last_day - now.warsaw_date()).get_days()
}

/// Queues the reminders that are due; gives their number.
pub(super) async fn remind_applicants(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut reminded = 0;
    // The later one first: who gets it does not get the earlier one too, after a time in which nothing ran.
    for code in [REMINDER_LAST, REMINDER] {
        let limit = time_limits::days(&context.db, code).await?;
        let days = i32::try_from(limit).map_err(ServiceError::internal)?;
        // By the calendar, so that the letter leaves in the morning of the day and not at the hour of the deadline.
        let until = Moment::end_of(context.now().plus_days(limit).warsaw_date());
        let mut tally = Tally::default();
        while tally.goes_on() {
            for application in tally.found(applications::list_to_remind(&context.db, until, days, BATCH).await?) {
                if let Err(error) = tally.count(remind(context, actor, application.id, days, until).await) {
                    tracing::error!(application = %application.number, %error, "a reminder could not be queued");
                }
            }
        }
        reminded += tally.done;
    }
    Ok(reminded)
}

/// False when somebody was quicker. The note in the row and the outbox row are one transaction, so there is exactly one
/// reminder, whatever stops in between and however many workers there are.
async fn remind(context: &Context, actor: &Actor, id: ApplicationId, days: i32, until: Moment) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let now = context.now();
    let Some(application) = applications::find_for_update(&tx, id).await? else { return Ok(false) };
    let Some(lapses_at) = application.lapses_at.filter(|at| now < *at && *at <= until) else { return Ok(false) };
    if !application.status.waits_for_applicant() || !applications::note_reminder(&tx, id, days).await? {
        return Ok(false);
    }
    let notice = Notice::ApplicationDeadlineNear { application: id, days_left: days_left(now, lapses_at) };
    record::tell(context, &tx, actor, &notice).await?;
    tx.commit().await?;
    Ok(true)
}
