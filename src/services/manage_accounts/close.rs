//! Closes an account for good, mostly because its owner has asked for it.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::request_closing::open_applications;
use super::super::{change_email, lost_mailbox, prove_again, record};
use super::{keep_one_central, locked, permitted};
use crate::domain::account::{AccountStatus, Handling};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::email_change::EmailChangeStatus;
use crate::domain::id::AccountId;
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::storage::Connection;
use crate::storage::accounts::Credentials;
use crate::storage::closing_requests::{self, ClosingOutcome};
use crate::storage::database::begin;
use crate::storage::{accounts, grants, passkeys, recovery_codes, role_assignments, sessions, sign_in_sources, totp_secrets};
use serde_json::json;

/// Closes: sessions, mailed links, factors and known devices end now, rights with this day, roles at once. Its owner is told. An
/// account whose application still waits for something stays until that has ended: a decision must not find it closed. Nobody
/// closes oneself.
///
/// # Errors
/// `Denied`, `NotFound`, `LastAdministrator`, `ProofTooOld`; `OpenApplication`; `Stale` when it is closed or was never approved.
pub async fn close(context: &Context, actor: &Actor, id: AccountId) -> Result<(), ServiceError> {
    if actor.account_id() == Some(id) {
        return Err(ServiceError::Denied);
    }
    prove_again::required(context, actor)?;
    // Who may not do this learns nothing about who is the last one; then the locks, the holders' first.
    permitted(context, actor, id, (Permission::AccountClose, Handling::Stop)).await?;
    let tx = begin(&context.db).await?;
    keep_one_central(&tx, id).await?;
    let found = locked(context, actor, &tx, id, Permission::AccountClose, Handling::Stop).await?;
    if !is_closable(found.account.status) {
        return Err(ServiceError::Stale);
    }
    if !open_applications(&tx, id).await?.is_empty() {
        return Err(ServiceError::OpenApplication);
    }
    close_for_good(context, actor, &tx, &found, false).await?;
    tx.commit().await?;
    Ok(())
}

/// What closing is, in the transaction of whoever closes it; `is_wish`: its owner has said so elsewhere.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn close_for_good<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    found: &Credentials,
    is_wish: bool,
) -> Result<(), ServiceError> {
    let (id, now, today) = (found.account.id, context.now(), context.now().warsaw_date());
    let (login, voivodeship) = (&found.account.login, found.voivodeship.as_ref());
    accounts::save_status(tx, id, AccountStatus::Closed).await?;
    sessions::remove_all_of(tx, id, None).await?;
    sign_in_sources::remove_all_of(tx, id).await?;
    totp_secrets::remove(tx, id).await?;
    passkeys::remove_all(tx, id).await?;
    recovery_codes::remove_all(tx, id).await?;
    change_email::settle_pending(context, tx, id, EmailChangeStatus::Cancelled).await?;
    lost_mailbox::drop_waiting(context, actor, tx, found).await?;
    for grant in grants::list_of_account(tx, id).await?.into_iter().filter(|grant| grant.valid_until > today) {
        grants::end(tx, &grant, today, now).await?;
        let details = json!({ "account": login.as_str(), "unit": grant.unit, "sub_area": grant.sub_area, "function": grant.function });
        record::done(context, tx, actor, AuditEvent::GrantRevoked, AuditObject::new("grant", grant.id), voivodeship, details).await?;
    }
    for held in role_assignments::list_of(tx, id).await? {
        // Who may close a central administrator's account is one, and `keep_one_central` has seen to the last.
        role_assignments::revoke(tx, held.id, now).await?;
        let details = json!({ "role": held.role.key(), "voivodeship": held.voivodeship });
        let object = AuditObject::new("account", login);
        record::done(context, tx, actor, AuditEvent::RoleRevoked, object, held.voivodeship.as_ref().or(voivodeship), details).await?;
    }
    let was_asked_for = closing_requests::settle(tx, id, ClosingOutcome::Closed, actor.label(), now).await? || is_wish;
    record::of_account(context, tx, actor, found, AuditEvent::AccountClosed, json!({ "was_asked_for": was_asked_for })).await?;
    record::tell(context, tx, actor, &Notice::AccountClosed { account: id, was_asked_for }).await
}

/// Before approval an account is a part of its application, and ends with it.
pub(super) const fn is_closable(status: AccountStatus) -> bool {
    matches!(status, AccountStatus::Active | AccountStatus::Invited | AccountStatus::Suspended)
}
