//! A wrong password or code, wherever it was typed, counts like one at the sign-in: it is worth as much to a thief. On which
//! counter, `sign_in/counter.rs` says.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use super::sign_in::{Counter, provider};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::moment::Moment;
use crate::domain::notice::Notice;
use crate::storage::Connection;
use crate::storage::accounts::Credentials;
use serde_json::{Value, json};

/// Counts a failure at the locked account; `reason` and `at` go to the audit trail. True when a block stands now.
///
/// # Errors
/// Of the database.
pub(super) async fn count<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    current: &Credentials,
    counter: &mut Counter,
    (reason, at): (&str, &str),
) -> Result<bool, ServiceError> {
    let blocked = counter.fail(context.now());
    counter.save(tx, current.account.id, current.account.lockout).await?;
    note(context, actor, tx, (Some(current), counter), json!({ "reason": reason, "at": at }), blocked).await?;
    Ok(counter.is_blocked(context.now()))
}

/// Writes down that somebody did not get in, whatever it was tried with.
///
/// # Errors
/// Of the database.
pub(super) async fn failed<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    current: Option<&Credentials>,
    details: Value,
) -> Result<(), ServiceError> {
    let entry = NewAuditEntry {
        event: AuditEvent::SignInFailed,
        // A login that nobody has may be a password typed into the wrong field: it is not kept.
        object: AuditObject::new("account", current.map_or("", |c| c.account.login.as_str())),
        voivodeship: current.and_then(|c| c.voivodeship.clone()),
        on_behalf_of: None,
        outcome: Outcome::Failed,
        details,
    };
    record::entry(context, tx, actor, entry).await
}

/// Writes a failure down, and tells the owner of the block that it started.
///
/// # Errors
/// Of the database.
pub(super) async fn note<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    (current, counter): (Option<&Credentials>, &Counter),
    details: Value,
    blocked: Option<Moment>,
) -> Result<(), ServiceError> {
    failed(context, actor, tx, current, details).await?;
    if let (Some(current), Some(until)) = (current, blocked) {
        let (account, place) = (current.account.id, counter.place());
        let details = json!({ "until": until.to_iso(), "place": place });
        record::of_account(context, tx, actor, current, AuditEvent::AccountBlocked, details).await?;
        if counter.is_told(context, tx, account).await? {
            let notice = Notice::AccountBlocked { account, until, place, network: provider(actor.address) };
            record::tell(context, tx, actor, &notice).await?;
        }
    }
    Ok(())
}
