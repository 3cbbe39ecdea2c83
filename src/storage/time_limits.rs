//! Time limits in days: data, so that a change of the law needs no new program.

use super::StorageError;
use super::entities::time_limit;
use sea_orm::{ConnectionTrait, EntityTrait};

/// Until an application without a signed form lapses.
pub const UNSIGNED_APPLICATION: &str = "unsigned_application";
/// Until an application returned for correction lapses.
pub const RETURNED_APPLICATION: &str = "returned_application";

/// People are reminded of a right's end so many days before it, for the first time.
pub const GRANT_END_EARLY: &str = "grant_end_early";
/// For the second time.
pub const GRANT_END: &str = "grant_end";
/// For the last time.
pub const GRANT_END_LAST: &str = "grant_end_last";

/// From the approval of another e-mail address until it takes effect: so long the owner of the old mailbox can stop it.
pub const EMAIL_CHANGE: &str = "email_change";

/// Working days that an application waits for its office until it shows to the central administrator.
pub const ESCALATION: &str = "escalation";

/// From the beginning of a unit's yearly confirmation until its permissions are suspended for want of an answer.
pub const ATTESTATION: &str = "attestation";
/// The first reminder of it goes out so many days before.
pub const ATTESTATION_REMINDER: &str = "attestation_reminder";
/// The last one.
pub const ATTESTATION_REMINDER_LAST: &str = "attestation_reminder_last";

/// From the confirmation of a joining of accounts until it has to be filed.
pub const ACCOUNT_JOIN_FILE: &str = "account_join_file";
/// From the approval of a joining of accounts until the given-up account is closed for good: so long it can be taken back.
pub const ACCOUNT_JOIN_UNDO: &str = "account_join_undo";

/// Days of a time limit, by its code.
///
/// # Errors
/// [`StorageError::NotFound`] for an unknown code, [`StorageError::Database`].
pub async fn days<C: ConnectionTrait>(db: &C, code: &str) -> Result<i64, StorageError> {
    let limit = time_limit::Entity::find_by_id(code).one(db).await?;
    limit.map(|limit| i64::from(limit.days)).ok_or(StorageError::NotFound)
}
