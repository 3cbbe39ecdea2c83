//! Signs somebody out: the session ends on the server, whatever the browser keeps.

use super::context::Context;
use super::error::ServiceError;
use super::keep_session::OpenSession;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::storage::database::begin;
use crate::storage::{accounts, sessions};
use serde_json::json;

/// Signs out.
///
/// # Errors
/// Of the database.
pub async fn sign_out(context: &Context, actor: &Actor, session: &OpenSession) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    sessions::remove(&tx, session.token_hash).await?;
    let voivodeship = accounts::find_credentials(&tx, session.signed_in.account).await?.and_then(|c| c.voivodeship);
    let object = AuditObject::new("account", &session.signed_in.login);
    record::done(context, &tx, actor, AuditEvent::SessionEnded, object, voivodeship.as_ref(), json!({})).await?;
    tx.commit().await?;
    Ok(())
}
