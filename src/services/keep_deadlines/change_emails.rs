//! Approved changes of e-mail addresses take effect when their time has come.

use super::{BATCH, Tally};
use crate::domain::actor::Actor;
use crate::services::lost_mailbox::take_effect;
use crate::services::{Context, ServiceError};
use crate::storage::waiting_changes;

/// Ends every change that is due, each in its own transaction; gives their number.
pub(super) async fn change_emails(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut tally = Tally::default();
    while tally.goes_on() {
        for change in tally.found(waiting_changes::list_due(&context.db, context.now(), BATCH).await?) {
            if let Err(error) = tally.count(take_effect(context, actor, change.account).await) {
                tracing::error!(change = %change.id, %error, "a change of an e-mail address could not take effect");
            }
        }
    }
    Ok(tally.done)
}
