//! What ended without an approval is erased after its time, and the people whom nothing else holds; so is the post that is settled.

use super::{BATCH, Tally};
use crate::domain::actor::Actor;
use crate::domain::retention::Retention;
use crate::services::erase::{erase_account, erase_application, keep_journal, remove_files};
use crate::services::handle_post::erase_post;
use crate::services::{Context, ServiceError};
use crate::storage::{erasing, post};

/// Erases everything that is due, each in its own transaction; gives the number of applications, accounts
/// and items of the post. Then come the files, which
/// a transaction cannot take back: also those of an earlier time, when the store did not answer or the process ended in between.
pub(super) async fn erase_what_is_over(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut erased = 0;
    for status in Retention::ENDS {
        let Some(days) = context.settings.retention.days(status) else { continue };
        let before = context.now().plus_days(-days);
        let mut tally = Tally::default();
        while tally.goes_on() {
            for id in tally.found(erasing::list_ended(&context.db, status, before, BATCH).await?) {
                if let Err(error) = tally.count(erase_application(context, actor, id, Some((status, before))).await) {
                    tracing::error!(application = %id, %error, "an application could not be erased after its time");
                }
            }
        }
        erased += tally.done;
    }
    let mut tally = Tally::default();
    while tally.goes_on() {
        for id in tally.found(erasing::list_unheld(&context.db, BATCH).await?) {
            if let Err(error) = tally.count(erase_account(context, actor, id).await) {
                tracing::error!(account = %id, %error, "an account that nothing holds could not be erased");
            }
        }
    }
    erased += tally.done;
    if let Some(days) = context.settings.retention.post {
        let before = context.now().plus_days(-days);
        let mut tally = Tally::default();
        while tally.goes_on() {
            for id in tally.found(post::list_settled(&context.db, before, BATCH).await?) {
                if let Err(error) = tally.count(erase_post(context, actor, id, before).await) {
                    tracing::error!(item = %id, %error, "what came to an office could not be erased after its time");
                }
            }
        }
        erased += tally.done;
    }
    remove_files(context).await?;
    keep_journal(context).await?;
    Ok(erased)
}
