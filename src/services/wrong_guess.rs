//! A wrong password or code, wherever it was typed, counts like one at the sign-in: it is worth as much to a thief.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::lockout::Failure;
use crate::domain::notice::Notice;
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use serde_json::json;

/// Counts a failure against the locked account; `reason` and `at` go to the audit trail. True when a block stands now.
///
/// # Errors
/// Of the database.
pub(super) async fn count<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    current: &Credentials,
    (reason, at): (&str, &str),
) -> Result<bool, ServiceError> {
    let account = &current.account;
    let (lockout, failure) = account.lockout.after_failure(context.now());
    accounts::save_lockout(tx, account.id, lockout).await?;
    let object = AuditObject::new("account", &account.login);
    let entry = NewAuditEntry {
        event: AuditEvent::SignInFailed,
        object: object.clone(),
        voivodeship: current.voivodeship.clone(),
        outcome: Outcome::Failed,
        details: json!({ "reason": reason, "at": at }),
    };
    record::entry(context, tx, actor, entry).await?;
    if let Failure::Blocked { until } = failure {
        let details = json!({ "until": until.to_iso() });
        record::done(context, tx, actor, AuditEvent::AccountBlocked, object, current.voivodeship.as_ref(), details).await?;
        record::tell(context, tx, actor, &Notice::AccountBlocked { account: account.id, until }).await?;
    }
    Ok(failure != Failure::Counted)
}
