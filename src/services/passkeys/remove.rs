//! Removes a passkey from one's own account.

use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::PasskeyId;
use crate::domain::notice::Notice;
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::keep_session::OpenSession;
use crate::services::second_factor::{Change, Secured};
use crate::storage::database::begin;
use crate::storage::passkeys;
use serde_json::json;

/// Removes it. The last second factor stays while the role asks for one, or while the password is too short without it.
///
/// # Errors
/// `NotFound` when it is not one's own; `FactorRequired`, `PasswordTooShort`; `Denied`, `ProofTooOld`.
pub async fn remove_passkey(context: &Context, actor: &Actor, session: &OpenSession, id: PasskeyId) -> Result<Secured, ServiceError> {
    let tx = begin(&context.db).await?;
    let change = Change::begin(context, actor, &tx, session).await?;
    let account = change.account();
    if !passkeys::remove(&tx, account, id).await? {
        return Err(ServiceError::NotFound);
    }
    change.may_do_without().await?;
    let details = json!({ "passkey": id });
    let secured = change.finish(AuditEvent::PasskeyRemoved, details, Some(&Notice::PasskeyRemoved { account }), None).await?;
    tx.commit().await?;
    Ok(secured)
}
