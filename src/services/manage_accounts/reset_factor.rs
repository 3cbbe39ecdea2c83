//! Takes a lost second factor off somebody's account: the phone is gone and the recovery codes with it.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::{prove_again, record};
use super::{locked, permitted};
use crate::domain::account::Handling;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::domain::identifiers::Login;
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::storage::database::begin;
use crate::storage::{accounts, passkeys, recovery_codes, sessions, totp_secrets};
use serde_json::json;

/// Removes all factors and recovery codes of an account; its sessions end, and its owner is told. Nobody does it to oneself:
/// one's own factor is removed on one's own page, where it must be proven.
///
/// # Errors
/// `Denied`, `NotFound`, `ProofTooOld`; `Stale` when there is nothing to remove.
pub async fn reset_factor(context: &Context, actor: &Actor, id: AccountId) -> Result<(), ServiceError> {
    if actor.account_id() == Some(id) {
        return Err(ServiceError::Denied);
    }
    prove_again::required(context, actor)?;
    permitted(context, actor, id, (Permission::AccountResetFactor, Handling::Help)).await?;
    let tx = begin(&context.db).await?;
    let found = locked(context, actor, &tx, id, Permission::AccountResetFactor, Handling::Help).await?;
    if !passkeys::has_factor(&tx, id).await? {
        return Err(ServiceError::Stale);
    }
    totp_secrets::remove(&tx, id).await?;
    passkeys::remove_all(&tx, id).await?;
    recovery_codes::remove_all(&tx, id).await?;
    sessions::remove_all_of(&tx, id, None).await?;
    record::of_account(context, &tx, actor, &found, AuditEvent::FactorReset, json!({})).await?;
    record::tell(context, &tx, actor, &Notice::SecondFactorRemoved { account: id, by_other: true }).await?;
    tx.commit().await?;
    Ok(())
}

/// As [`reset_factor`], by login: from a shell there are no links to click.
///
/// # Errors
/// As [`reset_factor`].
pub async fn reset_factor_of(context: &Context, actor: &Actor, login: &str) -> Result<(), ServiceError> {
    let login = Login::parse(login).map_err(|_| ServiceError::NotFound)?;
    let found = accounts::find_by_login(&context.db, &login.key()).await?.ok_or(ServiceError::NotFound)?;
    reset_factor(context, actor, found.account.id).await
}
