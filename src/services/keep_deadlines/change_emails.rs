//! Approved changes of e-mail addresses take effect when their time has come.

use super::BATCH;
use crate::domain::actor::Actor;
use crate::services::lost_mailbox::take_effect;
use crate::services::{Context, ServiceError};
use crate::storage::waiting_changes;

/// Ends every change that is due, each in its own transaction; gives their number.
pub(super) async fn change_emails(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut ended = 0;
    loop {
        let due = waiting_changes::list_due(&context.db, context.now(), BATCH).await?;
        let mut of_this_batch = 0;
        for change in &due {
            match take_effect(context, actor, change.account).await {
                Ok(true) => of_this_batch += 1,
                Ok(false) => {}
                // One that fails must not keep the others from it.
                Err(error) => tracing::error!(change = %change.id, %error, "a change of an e-mail address could not take effect"),
            }
        }
        ended += of_this_batch;
        if of_this_batch == 0 || (due.len() as u64) < BATCH {
            return Ok(ended);
        }
    }
}
