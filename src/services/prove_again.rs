//! „Potwierdź, że to Ty”: sensitive changes want a fresh proof of who sits at the keyboard, the password or a passkey.

use super::context::Context;
use super::error::ServiceError;
use super::keep_session::OpenSession;
use super::known_device::Browser;
use super::passkeys;
use super::raise_session::{Raised, raise};
use super::sign_in::Counter;
use super::{record, wrong_guess};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::invalid::Invalid;
use crate::domain::password::normalise;
use crate::domain::second_factor::PasskeyUse;
use crate::storage::accounts;
use crate::storage::database::begin;
use serde_json::json;

/// Beyond so many bytes no password is normalised: it is wrong.
const LONGEST_INPUT: usize = 4096;

/// Whether the actor may go on without a new proof.
///
/// # Errors
/// `ProofTooOld`.
pub fn required(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    if actor.has_fresh_proof(context.now()) { Ok(()) } else { Err(ServiceError::ProofTooOld) }
}

/// Proves by the password. A wrong one counts like one at the sign-in.
///
/// # Errors
/// `Invalid` at `current_password`; `Stale` when the session or the password changed meanwhile.
pub async fn prove_by_password(
    context: &Context,
    actor: &Actor,
    session: &OpenSession,
    password: &str,
    browser: Option<&Browser>,
) -> Result<Raised, ServiceError> {
    if password.is_empty() {
        return Err(ServiceError::field("current_password", Invalid::Required));
    }
    let id = session.signed_in.account;
    let found = accounts::find_credentials(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    let typed = if password.len() > LONGEST_INPUT { password.to_owned() } else { normalise(password) };
    let verified = context.hasher.verify(typed, found.password_hash).await.map_err(ServiceError::internal)?;
    let tx = begin(&context.db).await?;
    let account = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if account.credentials_version != found.credentials_version {
        return Err(ServiceError::Stale);
    }
    let mut counter = Counter::of(context, &tx, Some(&account), (browser, actor.address)).await?;
    if !verified.ok || counter.is_blocked(context.now()) {
        wrong_guess::count(context, actor, &tx, &account, &mut counter, ("wrong_password", "proof")).await?;
        tx.commit().await?;
        return Err(ServiceError::field("current_password", Invalid::PasswordWrong));
    }
    counter.clear(context, &tx, &account).await?;
    let raised = raise(context, &tx, session).await?;
    note(context, actor, &tx, session, "password").await?;
    tx.commit().await?;
    Ok(raised)
}

/// Proves by a passkey of the account.
///
/// # Errors
/// `Invalid` at `passkey`; `Stale` when the session is gone.
pub async fn prove_by_passkey(
    context: &Context,
    actor: &Actor,
    session: &OpenSession,
    answer: passkeys::Answer<'_>,
) -> Result<Raised, ServiceError> {
    let id = session.signed_in.account;
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if passkeys::verify(context, &tx, PasskeyUse::Prove, Some(id), answer).await?.is_none() {
        tx.commit().await?; // The challenge is spent.
        return Err(ServiceError::field("passkey", Invalid::PasskeyRefused));
    }
    let raised = raise(context, &tx, session).await?;
    note(context, actor, &tx, session, "passkey").await?;
    tx.commit().await?;
    Ok(raised)
}

async fn note<C: crate::storage::Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    session: &OpenSession,
    by: &str,
) -> Result<(), ServiceError> {
    let object = AuditObject::new("account", &session.signed_in.login);
    let voivodeship = accounts::find_credentials(tx, session.signed_in.account).await?.and_then(|c| c.voivodeship);
    record::done(context, tx, actor, AuditEvent::IdentityProven, object, voivodeship.as_ref(), json!({ "by": by })).await
}
