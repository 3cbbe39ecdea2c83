//! The two things that go with every change, in its transaction: an audit entry and an outbox row.

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::notice::Notice;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::Connection;
use crate::storage::accounts::Credentials;
use crate::storage::{audit_entries, outbox_messages};
use serde_json::Value;

/// Writes that something was done to an account.
///
/// # Errors
/// Of the database.
pub async fn of_account<C: Connection>(
    context: &Context,
    db: &C,
    actor: &Actor,
    found: &Credentials,
    event: AuditEvent,
    details: Value,
) -> Result<(), ServiceError> {
    let object = AuditObject::new("account", &found.account.login);
    done(context, db, actor, event, object, found.voivodeship.as_ref(), details).await
}

/// Writes that something was done.
///
/// # Errors
/// Of the database.
pub async fn done<C: Connection>(
    context: &Context,
    db: &C,
    actor: &Actor,
    event: AuditEvent,
    object: AuditObject,
    voivodeship: Option<&VoivodeshipCode>,
    details: Value,
) -> Result<(), ServiceError> {
    let new = NewAuditEntry { event, object, voivodeship: voivodeship.cloned(), on_behalf_of: None, outcome: Outcome::Done, details };
    entry(context, db, actor, new).await
}

/// Writes an entry with any outcome.
///
/// # Errors
/// Of the database.
pub async fn entry<C: Connection>(context: &Context, db: &C, actor: &Actor, entry: NewAuditEntry) -> Result<(), ServiceError> {
    audit_entries::add(db, actor, entry, context.now()).await?;
    Ok(())
}

/// Writes that an access was refused, outside any transaction (there is nothing else to write).
///
/// # Errors
/// Of the database.
pub async fn refused(
    context: &Context,
    actor: &Actor,
    object: AuditObject,
    voivodeship: Option<&VoivodeshipCode>,
    details: Value,
) -> Result<(), ServiceError> {
    let new = NewAuditEntry {
        event: AuditEvent::AccessRefused,
        object,
        voivodeship: voivodeship.cloned(),
        on_behalf_of: None,
        outcome: Outcome::Refused,
        details,
    };
    entry(context, &context.db, actor, new).await
}

/// Queues a notice.
///
/// # Errors
/// Of the database.
pub async fn tell<C: Connection>(context: &Context, db: &C, actor: &Actor, notice: &Notice) -> Result<(), ServiceError> {
    outbox_messages::add(db, context.new_message_id(), notice, actor.correlation, context.now()).await?;
    Ok(())
}
