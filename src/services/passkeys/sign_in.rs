//! Signs in with a passkey alone: it says who, and has verified its user.

use super::{Answer, holder, verify};
use crate::domain::actor::Actor;
use crate::domain::second_factor::{FactorKind, PasskeyUse};
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::sign_in::{Counter, Entered, Entry, SignInForm, open, settle};
use crate::services::wrong_guess;
use crate::storage::accounts;
use crate::storage::database::begin;
use serde_json::json;

/// Signs in; `None` when the passkey or its account lets nobody in. A block for wrong passwords does not stop it, and it does not lift the block: nobody guesses a passkey.
/// Of `form` only the browser and the replaced session count.
///
/// # Errors
/// Of the database.
pub async fn sign_in_with_passkey(
    context: &Context,
    actor: &Actor,
    answer: Answer<'_>,
    form: SignInForm<'_>,
) -> Result<Option<Entered>, ServiceError> {
    let tx = begin(&context.db).await?;
    // The account first, as everywhere.
    let current = match holder(&tx, answer).await? {
        Some(id) => accounts::find_for_update(&tx, id).await?,
        None => None,
    };
    let is_right = verify(context, &tx, PasskeyUse::SignIn, None, answer).await?.is_some();
    // Without a password the account waits for a new one, set by a mailed link: no other way leads around that.
    let Some(current) = current.as_ref().filter(|current| is_right && current.account.can_sign_in()) else {
        let reason = current.as_ref().filter(|_| is_right).map_or("wrong_factor", |current| current.account.status.key());
        wrong_guess::failed(context, actor, &tx, current.as_ref(), json!({ "reason": reason, "at": "passkey" })).await?;
        tx.commit().await?; // The challenge is spent.
        return Ok(None);
    };
    let counter = Counter::of(context, &tx, Some(current), (form.browser, actor.address)).await?;
    let opened = open(context, actor, &tx, current, form).await?;
    let entry = Entry { browser: form.browser, device: form.device, factor: Some(FactorKind::Passkey) };
    let browser = settle(context, &opened.who, &tx, current, counter, entry).await?;
    tx.commit().await?;
    Ok(Some(Entered { token: opened.token, signed_in: opened.signed_in, browser }))
}
