//! Suspends, restores, unlocks, and starts a reset for somebody.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::stand_ins::end_of_account;
use super::super::{prove_again, record, request_password_reset};
use super::{keep_one_central, locked, permitted};
use crate::domain::account::{AccountStatus, Handling};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::id::AccountId;
use crate::domain::lockout::Lockout;
use crate::domain::permission::Permission;
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::{account_joins, security_reports, sessions, sign_in_sources};
use serde_json::json;

async fn note<C: Connection>(context: &Context, actor: &Actor, tx: &C, found: &Credentials, event: AuditEvent) -> Result<(), ServiceError> {
    // Who is let in again, or gets a new password, asked for it.
    let is_helped = matches!(event, AuditEvent::AccountUnlocked | AuditEvent::PasswordResetRequested);
    let entry = NewAuditEntry {
        event,
        object: AuditObject::new("account", &found.account.login),
        voivodeship: found.voivodeship.clone(),
        on_behalf_of: is_helped.then(|| found.account.login.to_string()),
        outcome: Outcome::Done,
        details: json!({}),
    };
    record::entry(context, tx, actor, entry).await
}

/// Suspends an account: its sessions end, its mailed links are dead, its stand-ins end. Nobody suspends oneself.
///
/// # Errors
/// `Denied`, `NotFound`, `LastAdministrator`, `ProofTooOld`; `Stale` when it is not active.
pub async fn suspend(context: &Context, actor: &Actor, id: AccountId) -> Result<(), ServiceError> {
    if actor.account_id() == Some(id) {
        return Err(ServiceError::Denied);
    }
    prove_again::required(context, actor)?;
    // Who may not do this learns nothing about who is the last one; then the locks, the holders' first.
    permitted(context, actor, id, (Permission::AccountSuspend, Handling::Stop)).await?;
    let tx = begin(&context.db).await?;
    keep_one_central(&tx, id).await?;
    let found = locked(context, actor, &tx, id, Permission::AccountSuspend, Handling::Stop).await?;
    if !matches!(found.account.status, AccountStatus::Active | AccountStatus::Invited) {
        return Err(ServiceError::Stale);
    }
    accounts::save_status(&tx, id, AccountStatus::Suspended).await?;
    sessions::remove_all_of(&tx, id, None).await?;
    end_of_account(context, actor, &tx, id).await?;
    note(context, actor, &tx, &found, AuditEvent::AccountSuspended).await?;
    tx.commit().await?;
    Ok(())
}

/// Restores a suspended account.
///
/// # Errors
/// `Denied`, `NotFound`, `ProofTooOld`; `Stale` when it is not suspended.
pub async fn restore(context: &Context, actor: &Actor, id: AccountId) -> Result<(), ServiceError> {
    prove_again::required(context, actor)?;
    permitted(context, actor, id, (Permission::AccountSuspend, Handling::Stop)).await?;
    let tx = begin(&context.db).await?;
    let found = locked(context, actor, &tx, id, Permission::AccountSuspend, Handling::Stop).await?;
    // One that was given up for another comes back when the joining is taken back, and not alone.
    if found.account.status != AccountStatus::Suspended || account_joins::joined_of(&tx, id).await?.is_some() {
        return Err(ServiceError::Stale);
    }
    // Who never chose a password still needs the invitation; whose was taken away once signed in with it.
    let has_begun = found.account.has_password || found.signed_in_at.is_some();
    let status = if has_begun { AccountStatus::Active } else { AccountStatus::Invited };
    accounts::save_status(&tx, id, status).await?;
    note(context, actor, &tx, &found, AuditEvent::AccountRestored).await?;
    tx.commit().await?;
    Ok(())
}

/// Lifts a lockout, that of devices and networks too.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn unlock(context: &Context, actor: &Actor, id: AccountId) -> Result<(), ServiceError> {
    permitted(context, actor, id, (Permission::AccountUnlock, Handling::Help)).await?;
    let tx = begin(&context.db).await?;
    let found = locked(context, actor, &tx, id, Permission::AccountUnlock, Handling::Help).await?;
    accounts::save_lockout(&tx, id, Lockout::cleared()).await?;
    sign_in_sources::clear_lockouts(&tx, id).await?;
    note(context, actor, &tx, &found, AuditEvent::AccountUnlocked).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes the reports „to nie ja” about an account: somebody has looked after them.
///
/// # Errors
/// `Denied`, `NotFound`; `Stale` when there is none.
pub async fn close_reports(context: &Context, actor: &Actor, id: AccountId) -> Result<(), ServiceError> {
    permitted(context, actor, id, (Permission::AccountUnlock, Handling::Help)).await?;
    let tx = begin(&context.db).await?;
    let found = locked(context, actor, &tx, id, Permission::AccountUnlock, Handling::Help).await?;
    if security_reports::close_all_of(&tx, id, actor.label(), context.now()).await? == 0 {
        return Err(ServiceError::Stale);
    }
    note(context, actor, &tx, &found, AuditEvent::AccountReportClosed).await?;
    tx.commit().await?;
    Ok(())
}

/// Has the reset letter (or the invitation, again) sent to the owner.
///
/// # Errors
/// `Denied`, `NotFound`; `TooMany` when enough letters went already; `Stale` when no letter would help.
pub async fn start_reset(context: &Context, actor: &Actor, id: AccountId) -> Result<(), ServiceError> {
    permitted(context, actor, id, (Permission::AccountStartReset, Handling::Help)).await?;
    let tx = begin(&context.db).await?;
    let found = locked(context, actor, &tx, id, Permission::AccountStartReset, Handling::Help).await?;
    let is_open = match found.account.status {
        AccountStatus::Pending => found.account.has_password,
        status => matches!(status, AccountStatus::Active | AccountStatus::Invited),
    };
    if !is_open {
        return Err(ServiceError::Stale);
    }
    if !request_password_reset::queue(context, actor, &tx, &found.account).await? {
        return Err(ServiceError::TooMany);
    }
    note(context, actor, &tx, &found, AuditEvent::PasswordResetRequested).await?;
    tx.commit().await?;
    Ok(())
}
