//! The two things that go with every change, in its transaction: an audit entry and an outbox row.

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::notice::Notice;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::secrets::new_uuid;
use crate::storage::Connection;
use crate::storage::accounts::Credentials;
use crate::storage::{audit_entries, outbox_messages};
use serde_json::Value;

/// Where the details of an entry name the login of the person for whom the actor stood in.
pub const IN_PLACE_OF: &str = "in_place_of";

/// For whom the actor stood in: where no role of one's own reaches. What one does to the own account one does as oneself.
fn in_place_of<'a>(actor: &'a Actor, entry: &NewAuditEntry) -> Option<&'a str> {
    let me = actor.signed_in().filter(|me| !(entry.object.kind == "account" && entry.object.id == me.login))?;
    me.acts_for(entry.voivodeship.as_ref()).map(|absent| absent.login.as_str())
}

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
pub async fn entry<C: Connection>(context: &Context, db: &C, actor: &Actor, mut entry: NewAuditEntry) -> Result<(), ServiceError> {
    if let Some(absent) = in_place_of(actor, &entry) {
        if let Value::Object(details) = &mut entry.details {
            details.insert(IN_PLACE_OF.to_owned(), Value::from(absent));
        }
        entry.on_behalf_of.get_or_insert_with(|| absent.to_owned());
    }
    audit_entries::add(db, actor, entry, *new_uuid().as_bytes(), context.now()).await?;
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
