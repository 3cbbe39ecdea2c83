//! The outbox as the operator and the central administrator see it: what waits, what was given up, and trying again.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::MessageId;
use crate::domain::permission::{Permission, Target};
use crate::storage::database::begin;
use crate::storage::outbox_messages;
use serde_json::json;

pub use crate::storage::outbox_messages::{MessageStatus, OutboxMessage};

/// The newest messages, of one status or of all.
///
/// # Errors
/// `Denied`.
pub async fn list_messages(
    context: &Context,
    actor: &Actor,
    status: Option<MessageStatus>,
    limit: u64,
) -> Result<Vec<OutboxMessage>, ServiceError> {
    context.policy.check(actor, Permission::OutboxView, &Target::default())?;
    Ok(outbox_messages::list(&context.db, status, limit).await?)
}

/// One message.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn view_message(context: &Context, actor: &Actor, id: MessageId) -> Result<OutboxMessage, ServiceError> {
    context.policy.check(actor, Permission::OutboxView, &Target::default())?;
    outbox_messages::find(&context.db, id).await?.ok_or(ServiceError::NotFound)
}

/// Has a message that was given up tried again.
///
/// # Errors
/// `Denied`; `NotFound` when none such was given up.
pub async fn retry_message(context: &Context, actor: &Actor, id: MessageId) -> Result<(), ServiceError> {
    context.policy.check(actor, Permission::OutboxView, &Target::default())?;
    let tx = begin(&context.db).await?;
    if !outbox_messages::retry(&tx, id, context.now()).await? {
        return Err(ServiceError::NotFound);
    }
    record::done(context, &tx, actor, AuditEvent::LetterRetried, AuditObject::new("letter", id), None, json!({})).await?;
    tx.commit().await?;
    Ok(())
}
