//! Signs in with a passkey alone: it says who, and has verified its user.

use super::{Answer, verify};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::second_factor::PasskeyUse;
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::record;
use crate::services::sign_in::{SignIn, SignInForm, start};
use crate::storage::accounts;
use crate::storage::database::begin;
use serde_json::json;

/// Signs in. A block for wrong passwords does not stop it, and it does not lift the block: nobody guesses a passkey.
/// Of `form` only the browser's name and the replaced session count.
///
/// # Errors
/// Of the database.
pub async fn sign_in_with_passkey(
    context: &Context,
    actor: &Actor,
    answer: Answer<'_>,
    form: SignInForm<'_>,
) -> Result<SignIn, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(passkey) = verify(context, &tx, PasskeyUse::SignIn, None, answer).await? else {
        tx.commit().await?;
        return Ok(SignIn::Failed);
    };
    let current = accounts::find_for_update(&tx, passkey.account).await?.ok_or(ServiceError::NotFound)?;
    if !current.account.status.can_sign_in() {
        let entry = NewAuditEntry {
            event: AuditEvent::SignInFailed,
            object: AuditObject::new("account", &current.account.login),
            voivodeship: current.voivodeship.clone(),
            outcome: Outcome::Failed,
            details: json!({ "reason": current.account.status.key(), "at": "passkey" }),
        };
        record::entry(context, &tx, actor, entry).await?;
        tx.commit().await?;
        return Ok(SignIn::Failed);
    }
    let done = start(context, actor, &tx, &current, form, false).await?;
    tx.commit().await?;
    Ok(done)
}
