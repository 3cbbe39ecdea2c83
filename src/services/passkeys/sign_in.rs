//! Signs in with a passkey alone: it says who, and has verified its user.

use super::{Answer, verify};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::second_factor::{FactorKind, PasskeyUse};
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::record;
use crate::services::sign_in::{Counter, Entry, SignIn, SignInForm, open, settle};
use crate::storage::accounts;
use crate::storage::database::begin;
use serde_json::json;

/// Signs in. A block for wrong passwords does not stop it, and it does not lift the block: nobody guesses a passkey.
/// Of `form` only the browser and the replaced session count.
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
    // Without a password the account waits for a new one, set by a mailed link: no other way leads around that.
    if !current.account.can_sign_in() {
        let entry = NewAuditEntry {
            event: AuditEvent::SignInFailed,
            object: AuditObject::new("account", &current.account.login),
            voivodeship: current.voivodeship.clone(),
            on_behalf_of: None,
            outcome: Outcome::Failed,
            details: json!({ "reason": current.account.status.key(), "at": "passkey" }),
        };
        record::entry(context, &tx, actor, entry).await?;
        tx.commit().await?;
        return Ok(SignIn::Failed);
    }
    let counter = Counter::of(context, &tx, Some(&current), (form.browser, actor.address)).await?;
    let opened = open(context, actor, &tx, &current, form).await?;
    let entry = Entry { browser: form.browser, device: form.device, factor: Some(FactorKind::Passkey) };
    let browser = settle(context, &opened.who, &tx, &current, counter, entry).await?;
    tx.commit().await?;
    Ok(SignIn::Done { token: opened.token, signed_in: opened.signed_in, browser })
}
