//! Joinings of accounts: proposals lapse, and what was not taken back becomes final.

use super::{BATCH, Tally};
use crate::domain::actor::Actor;
use crate::services::join_accounts::run_out;
use crate::services::{Context, ServiceError};
use crate::storage::account_joins;

/// Ends every joining whose time is over; gives their number.
pub(super) async fn end_joins(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut tally = Tally::default();
    while tally.goes_on() {
        for due in tally.found(account_joins::list_due(&context.db, context.now(), BATCH).await?) {
            if let Err(error) = tally.count(run_out(context, actor, due.id).await) {
                tracing::error!(join = %due.id, %error, "a joining of accounts could not be ended");
            }
        }
    }
    Ok(tally.done)
}
