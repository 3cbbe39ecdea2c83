//! Rows that are of no use to anybody any more are removed.

use crate::domain::moment::Moment;
use crate::domain::session::{IDLE_MS, LONGEST_MS};
use crate::services::{Context, ServiceError};
use crate::storage::{StorageError, drafts, mailed_tokens, passkeys, sessions};
use std::future::Future;

/// So many rows go in one statement: it must not hold up those who write.
const ROWS: u64 = 500;
/// A dead token is kept so long, to tell its late user why the link does not work.
const DEAD_TOKEN_DAYS: i64 = 30;

/// Removes expired drafts, ended sessions and tokens long dead; gives their number.
pub(super) async fn remove_dead_rows(context: &Context) -> Result<u64, ServiceError> {
    let (db, now): (_, Moment) = (&context.db, context.now());
    let drafts = in_batches(|| drafts::remove_expired(db, now, ROWS)).await?;
    let sessions = in_batches(|| sessions::remove_ended(db, now.plus_ms(-IDLE_MS), now.plus_ms(-LONGEST_MS), ROWS)).await?;
    let tokens = in_batches(|| mailed_tokens::remove_expired(db, now.plus_days(-DEAD_TOKEN_DAYS), ROWS)).await?;
    let challenges = in_batches(|| passkeys::remove_expired_challenges(db, now, ROWS)).await?;
    Ok(drafts + sessions + tokens + challenges)
}

async fn in_batches<F: Future<Output = Result<u64, StorageError>>>(mut remove: impl FnMut() -> F) -> Result<u64, ServiceError> {
    let mut removed = 0;
    loop {
        let gone = remove().await?;
        removed += gone;
        if gone < ROWS {
            return Ok(removed);
        }
    }
}
