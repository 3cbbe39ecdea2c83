//! One-time codes of an authenticator app: offering a secret, confirming it by a code, switching it off.

use super::{Change, NewCodes, Secured, check, qr};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::domain::second_factor::{FactorKind, OFFER_MS, accepted_step, grouped, read_code};
use crate::secrets::{base32, is_same, new_totp_secret, totp_code};
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::keep_session::OpenSession;
use crate::storage::database::begin;
use crate::storage::totp_secrets::{self, TotpSecret};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;

/// Under which purpose secrets are sealed.
const PURPOSE: &str = "totp";
/// Under which name the account stands in the app.
const ISSUER: &str = "Portal CAS";

/// A secret as the person takes it into the app.
#[derive(Debug, Clone)]
pub struct TotpOffer {
    /// „ABCD EFGH …”, for typing.
    pub secret: String,
    /// For phones on which the portal itself is open.
    pub uri: String,
    /// For the camera.
    pub qr_svg: String,
}

/// The step whose code was typed, for a sealed secret.
pub(super) fn step_of_code(
    context: &Context,
    id: AccountId,
    sealed: &[u8],
    last_step: i64,
    typed: &str,
) -> Result<Option<i64>, ServiceError> {
    let Some(code) = read_code(typed) else { return Ok(None) };
    let secret = context.key.open(PURPOSE, id.0.as_bytes(), sealed);
    let secret = secret.ok_or_else(|| ServiceError::internal("a stored secret of one-time codes cannot be opened with this key"))?;
    Ok(accepted_step(context.now(), last_step, |step| is_same(totp_code(&secret, step).as_bytes(), code.as_bytes())))
}

/// Makes a secret for the person to take into the app. One that is in force stays in force until this one is confirmed.
///
/// # Errors
/// `Denied`, `ProofTooOld`.
pub async fn offer_totp(context: &Context, actor: &Actor, session: &OpenSession) -> Result<(), ServiceError> {
    let id = check(context, actor, session)?;
    let sealed = context.key.seal(PURPOSE, id.0.as_bytes(), &new_totp_secret());
    let sealed = sealed.ok_or_else(|| ServiceError::internal("a secret cannot be sealed"))?;
    totp_secrets::offer(&context.db, id, sealed, context.now()).await?;
    Ok(())
}

/// The offered secret; none when there is none, or it is too old.
///
/// # Errors
/// `Denied`, `ProofTooOld`.
pub async fn view_offer(context: &Context, actor: &Actor, session: &OpenSession) -> Result<Option<TotpOffer>, ServiceError> {
    let id = check(context, actor, session)?;
    let Some(sealed) = offered(context, totp_secrets::find(&context.db, id).await?) else { return Ok(None) };
    let Some(secret) = context.key.open(PURPOSE, id.0.as_bytes(), &sealed) else { return Ok(None) };
    let secret = base32(&secret);
    let [issuer, login] = [ISSUER, &session.signed_in.login].map(|text| utf8_percent_encode(text, NON_ALPHANUMERIC));
    let uri = format!("otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30");
    Ok(Some(TotpOffer { secret: grouped(&secret, " "), qr_svg: qr::svg(&uri), uri }))
}

fn offered(context: &Context, row: Option<TotpSecret>) -> Option<Vec<u8>> {
    let (sealed, offered_at) = row?.offered?;
    (context.now().since(offered_at) < OFFER_MS).then_some(sealed)
}

/// Puts the offered secret in force, when a code shows that the app has it.
///
/// # Errors
/// `Invalid` at `code`; `NotFound` without an offer; `Denied`, `ProofTooOld`.
pub async fn confirm_totp(context: &Context, actor: &Actor, session: &OpenSession, typed: &str) -> Result<Secured, ServiceError> {
    let id = check(context, actor, session)?;
    if typed.trim().is_empty() {
        return Err(ServiceError::field("code", Invalid::Required));
    }
    let codes = NewCodes::first(context, &context.db, id).await?;
    let tx = begin(&context.db).await?;
    let change = Change::begin(context, actor, &tx, session).await?;
    let sealed = offered(context, totp_secrets::find(&tx, id).await?).ok_or(ServiceError::NotFound)?;
    let Some(step) = step_of_code(context, id, &sealed, 0, typed)? else {
        return Err(ServiceError::field("code", Invalid::CodeWrong));
    };
    totp_secrets::confirm(&tx, id, step, context.now()).await?;
    let details = json!({ "factor": FactorKind::Totp.key() });
    let secured = change.finish(AuditEvent::FactorAdded, details, Some(&Notice::SecondFactorAdded { account: id }), codes).await?;
    tx.commit().await?;
    Ok(secured)
}

/// Switches one-time codes off. The last second factor stays while the role asks for one, or while the password is too short
/// without it.
///
/// # Errors
/// `NotFound` when they are off; `FactorRequired`, `PasswordTooShort`; `Denied`, `ProofTooOld`.
pub async fn remove_totp(context: &Context, actor: &Actor, session: &OpenSession) -> Result<Secured, ServiceError> {
    let tx = begin(&context.db).await?;
    let change = Change::begin(context, actor, &tx, session).await?;
    let id = change.account();
    totp_secrets::find(&tx, id).await?.and_then(|row| row.active).ok_or(ServiceError::NotFound)?;
    totp_secrets::remove(&tx, id).await?;
    change.may_do_without().await?;
    let details = json!({ "factor": FactorKind::Totp.key() });
    let notice = Notice::SecondFactorRemoved { account: id, by_other: false };
    let secured = change.finish(AuditEvent::FactorRemoved, details, Some(&notice), None).await?;
    tx.commit().await?;
    Ok(secured)
}
