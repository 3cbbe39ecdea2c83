//! Rows that are of no use to anybody any more are removed.

use crate::domain::moment::Moment;
use crate::domain::session::{FORM_KEPT_MS, IDLE_MS, LONGEST_MS};
use crate::domain::sign_in_limits::{DEVICE_DAYS, WINDOW_MS};
use crate::services::{Context, ServiceError};
use crate::storage::{
    StorageError, bulk_jobs, drafts, email_changes, kept_forms, mailed_tokens, outbox_messages, passkeys, reset_requests, sessions,
    sign_in_failures, sign_in_sources,
};
use std::future::Future;

/// So many rows go in one statement: it must not hold up those who write.
const ROWS: u64 = 500;
/// A dead token is kept so long, to tell its late user why the link does not work.
const DEAD_TOKEN_DAYS: i64 = 30;

/// So long after a letter was finished it is known to which address it went.
const ADDRESS_DAYS: i64 = 90;
/// So long somebody finds what became of a batch; afterwards it is in the audit trail.
const BATCH_DAYS: i64 = 90;

/// Removes expired drafts, ended sessions and tokens long dead; gives their number.
pub(super) async fn remove_dead_rows(context: &Context) -> Result<u64, ServiceError> {
    let (db, now): (_, Moment) = (&context.db, context.now());
    let drafts = in_batches(|| drafts::remove_expired(db, now, ROWS)).await?;
    // An ended session stays as long as a form that was typed in it may still come.
    let ended = now.plus_ms(-FORM_KEPT_MS);
    let sessions = in_batches(|| sessions::remove_ended(db, ended.plus_ms(-IDLE_MS), ended.plus_ms(-LONGEST_MS), ROWS)).await?;
    let tokens = in_batches(|| mailed_tokens::remove_expired(db, now.plus_days(-DEAD_TOKEN_DAYS), ROWS)).await?;
    let forms = in_batches(|| kept_forms::remove_expired(db, now, ROWS)).await?;
    let devices = in_batches(|| sign_in_sources::remove_unused(db, now.plus_days(-DEVICE_DAYS), ROWS)).await?;
    let failures = in_batches(|| sign_in_failures::remove_old(db, now.plus_ms(-WINDOW_MS), ROWS)).await?;
    let requests = in_batches(|| reset_requests::remove_old(db, now.plus_days(-1), ROWS)).await?;
    let challenges = in_batches(|| passkeys::remove_expired_challenges(db, now, ROWS)).await?;
    let changes = in_batches(|| email_changes::remove_over(db, now.plus_days(-DEAD_TOKEN_DAYS), ROWS)).await?;
    // What is left of a letter is that it was sent; whether it arrived is asked soon.
    in_batches(|| outbox_messages::forget_addresses(db, now.plus_days(-ADDRESS_DAYS), ROWS)).await?;
    let batches = in_batches(|| bulk_jobs::remove_old(db, now.plus_days(-BATCH_DAYS), ROWS)).await?;
    Ok(batches + drafts + sessions + tokens + forms + devices + failures + requests + challenges + changes)
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
