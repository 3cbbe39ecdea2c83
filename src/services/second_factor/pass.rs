//! The second step of a sign-in: a code of the app, a recovery code, or a passkey. A wrong answer counts like a wrong password,
//! on the counter of the browser that it came from, and the password alone starts none anew; each right answer counts once.

use super::totp::step_of_code;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::domain::notice::Notice;
use crate::domain::second_factor::{FactorKind, PasskeyUse, read_recovery_code};
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::keep_session::OpenSession;
use crate::services::known_device::Browser;
use crate::services::raise_session::{owner, raise};
use crate::services::sign_in::{Admission, Counter, Entered, Entry, admit_from, forgive, settle};
use crate::services::{passkeys, record, wrong_guess};
use crate::storage::database::begin;
use crate::storage::passkeys as rows;
use crate::storage::recovery_codes::{self, StoredCode};
use crate::storage::{Connection, accounts, sessions, totp_secrets};
use serde_json::json;
use std::time::Duration;

/// What was given.
#[derive(Debug, Clone, Copy)]
pub enum FactorAnswer<'a> {
    /// Six digits of the app, as typed.
    Code(&'a str),
    /// A recovery code, as typed.
    RecoveryCode(&'a str),
    /// A passkey.
    Passkey(passkeys::Answer<'a>),
}

impl FactorAnswer<'_> {
    const fn kind(&self) -> FactorKind {
        match self {
            Self::Code(_) => FactorKind::Totp,
            Self::RecoveryCode(_) => FactorKind::RecoveryCode,
            Self::Passkey(_) => FactorKind::Passkey,
        }
    }
}

/// How it ended.
#[derive(Debug, Clone)]
pub enum Passed {
    /// Signed in; with the recovery codes that are left, when one was used.
    Done(Entered, Option<u64>),
    /// Wrong, or used before.
    Wrong,
    /// The sign-in is over: too many wrong answers, or the account may not sign in any more. Begin again.
    Ended,
    /// Too many failures from this address or network; not looked at.
    Throttled {
        /// How long to wait, at the longest.
        wait: Duration,
    },
}

/// What a session that awaits its second factor may be answered with: one-time codes, passkeys.
///
/// # Errors
/// Of the database.
pub async fn awaited_factors(context: &Context, held: &OpenSession) -> Result<(bool, bool), ServiceError> {
    let id = held.signed_in.account;
    let has_codes = totp_secrets::find(&context.db, id).await?.is_some_and(|row| row.active.is_some());
    Ok((has_codes, !rows::list_of(&context.db, id).await?.is_empty()))
}

/// Answers for the second factor of a session that awaits it.
///
/// # Errors
/// Of the database or of hashing.
pub async fn pass_factor(
    context: &Context,
    actor: &Actor,
    held: &OpenSession,
    answer: FactorAnswer<'_>,
    browser: Option<&Browser>,
) -> Result<Passed, ServiceError> {
    let id = held.signed_in.account;
    let (delay, counted) = match admit_from(context, id, (browser, actor.address)).await? {
        Admission::After(delay, counted) => (delay, counted),
        Admission::Refused(wait) => return Ok(Passed::Throttled { wait }),
    };
    tokio::time::sleep(delay).await;
    let recovery = match answer {
        FactorAnswer::RecoveryCode(typed) => Some(checked(context, id, typed).await?),
        _ => None,
    };
    let tx = begin(&context.db).await?;
    // Of many answers at once each waits here for the row, and sees what those before it did.
    let current = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let is_awaited = sessions::find(&tx, held.token_hash, "").await?.is_some_and(|(session, _)| !session.is_raised);
    if !is_awaited {
        return Ok(Passed::Ended);
    }
    let mut counter = Counter::of(context, &tx, Some(&current), (browser, actor.address)).await?;
    if !current.account.can_sign_in() || counter.is_blocked(context.now()) {
        sessions::remove(&tx, held.token_hash).await?;
        tx.commit().await?;
        return Ok(Passed::Ended);
    }
    let is_right = match answer {
        FactorAnswer::Code(typed) => spend_code(context, &tx, id, typed).await?,
        FactorAnswer::RecoveryCode(_) => match recovery.flatten() {
            Some(code) => recovery_codes::spend(&tx, id, &code, context.now()).await?,
            None => false,
        },
        FactorAnswer::Passkey(answer) => passkeys::verify(context, &tx, PasskeyUse::SecondFactor, Some(id), answer).await?.is_some(),
    };
    let who = owner(actor, held);
    if !is_right {
        let is_blocked = wrong_guess::count(context, &who, &tx, &current, &mut counter, ("wrong_factor", answer.kind().key())).await?;
        if is_blocked {
            sessions::remove(&tx, held.token_hash).await?;
        }
        tx.commit().await?;
        return Ok(if is_blocked { Passed::Ended } else { Passed::Wrong });
    }
    let device = sessions::whence(&tx, held.token_hash).await?.map(|whence| whence.device).unwrap_or_default();
    let raised = raise(context, &tx, held).await?;
    let entry = Entry { browser, device: &device, factor: Some(answer.kind()) };
    let browser = settle(context, &who, &tx, &current, counter, entry).await?;
    let mut codes_left = None;
    if answer.kind() == FactorKind::RecoveryCode {
        let left = recovery_codes::left(&tx, id).await?.map_or(0, |(left, _)| left);
        record::of_account(context, &tx, &who, &current, AuditEvent::RecoveryCodeUsed, json!({ "left": left })).await?;
        let notice = Notice::RecoveryCodeUsed { account: id, left: i32::try_from(left).unwrap_or(i32::MAX) };
        record::tell(context, &tx, &who, &notice).await?;
        codes_left = Some(left);
    }
    tx.commit().await?;
    forgive(context, &counted).await?;
    Ok(Passed::Done(Entered { token: raised.token, signed_in: raised.signed_in, browser }, codes_left))
}

/// The stored code that was typed, if the typed one is right. Takes as long when it is not.
async fn checked(context: &Context, id: AccountId, typed: &str) -> Result<Option<StoredCode>, ServiceError> {
    let (selector, rest) = read_recovery_code(typed).unwrap_or_default();
    let stored = recovery_codes::find_unused(&context.db, id, &selector).await?;
    let verified = context.hasher.verify(rest, stored.clone()).await.map_err(ServiceError::internal)?;
    Ok(stored.filter(|_| verified.ok).map(|code_hash| StoredCode { selector, code_hash }))
}

async fn spend_code<C: Connection>(context: &Context, tx: &C, id: AccountId, typed: &str) -> Result<bool, ServiceError> {
    let Some(row) = totp_secrets::find(tx, id).await? else { return Ok(false) };
    let Some((sealed, _)) = row.active else { return Ok(false) };
    match step_of_code(context, id, &sealed, row.last_step, typed)? {
        Some(step) => Ok(totp_secrets::spend(tx, id, step).await?),
        None => Ok(false),
    }
}
