//! What must not live again in rows that come out of a backup: whatever is good once may have been used since. It works on the schema of
//! the backup, which may be older than the one of this program. What may not live here: erasures.

use super::StorageError;
use crate::domain::moment::Moment;
use sea_orm::{ConnectionTrait, Statement};

/// Length of a step of one-time codes.
const STEP_MS: i64 = 30_000;

/// What ends, one by one; `{now}` is now, `{step}` the last step of one-time codes that counts as used.
const ENDINGS: &[(&str, &str)] = &[
    ("sessions", "DELETE FROM sessions"),
    ("mailed_tokens", "DELETE FROM mailed_tokens"),
    ("passkey_challenges", "DELETE FROM passkey_challenges"),
    ("kept_forms", "DELETE FROM kept_forms"),
    ("recovery_codes", "DELETE FROM recovery_codes"),
    ("totp_secrets", "UPDATE totp_secrets SET last_step = {step}, offered = NULL, offered_at = NULL WHERE last_step < {step}"),
    ("email_changes", "UPDATE email_changes SET status = 'cancelled', settled_at = {now} WHERE status = 'pending'"),
    ("email_changes", "UPDATE email_changes SET confirm_hash = NULL, code_hash = NULL, undo_hash = NULL"),
    ("waiting_email_changes", "UPDATE waiting_email_changes SET state = 'dropped', ended_at = {now} WHERE state = 'waiting'"),
    // The files of an upload that was under way may have got their row since, in a portal that still uses the same store.
    ("unwanted_files", "DELETE FROM unwanted_files WHERE is_erased = {false}"),
    (
        "outbox_messages",
        "UPDATE outbox_messages SET status = 'given_up', finished_at = {now}, lease_until = NULL, lease_owner = NULL, \
         last_error = 'restored from a backup: it may have left before' WHERE status = 'waiting'",
    ),
];

/// Ends sessions, mailed links and codes, recovery codes, questions to passkeys, changes of addresses under way, and letters that waited.
/// `tables` are those that there are.
///
/// # Errors
/// Of the database.
pub async fn end_what_was_open<C: ConnectionTrait>(db: &C, tables: &[String], now: Moment) -> Result<(), StorageError> {
    // A code of the next step is accepted, too.
    let step = now.0 / STEP_MS + 1;
    for (table, sql) in ENDINGS {
        if tables.iter().any(|name| name == table) {
            db.execute_unprepared(
                &sql.replace("{now}", &now.0.to_string()).replace("{step}", &step.to_string()).replace("{false}", "FALSE"),
            )
            .await?;
        }
    }
    Ok(())
}

/// Forgets the secrets of one-time codes, which another key cannot open: their owners add the factor anew.
///
/// # Errors
/// Of the database.
pub async fn forget_sealed<C: ConnectionTrait>(db: &C) -> Result<(), StorageError> {
    db.execute_unprepared("DELETE FROM totp_secrets").await?;
    Ok(())
}

/// How many other systems' tokens are in force: the operator looks whether one was revoked since the backup.
///
/// # Errors
/// Of the database.
pub async fn count_machines<C: ConnectionTrait>(db: &C) -> Result<u64, StorageError> {
    let sql = "SELECT count(*) AS n FROM machine_clients WHERE revoked_at IS NULL";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let count: i64 = row.ok_or(StorageError::NotFound)?.try_get("", "n")?;
    Ok(count.unsigned_abs())
}
