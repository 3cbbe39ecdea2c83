//! What becomes of a joining with its application: in the transaction that moves the application.

use super::look::facts;
use super::{locked, note};
use crate::domain::account::AccountStatus;
use crate::domain::account_join::JoinEvent;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::account_join::{JoinedAccounts, invalid_of};
use crate::domain::audit::AuditEvent;
use crate::domain::email_change::EmailChangeStatus;
use crate::domain::id::UnitId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::domain::unit::UnitStatus;
use crate::services::{Context, ServiceError, change_email, lost_mailbox, record, rights};
use crate::storage::Connection;
use crate::storage::time_limits::{ACCOUNT_JOIN_UNDO, days};
use crate::storage::{account_joins, accounts, grants, sessions, units};
use serde_json::json;

/// Lets the rights go over and suspends the account that is given up, if all is still as it was signed; tells both mailboxes.
///
/// # Errors
/// `Invalid` at `join` when the two cannot be joined any more, at `grants` when a right is not what was signed; `Stale` when the joining
/// is not the one that the application is about.
pub(in crate::services) async fn approve<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    payload: &JoinedAccounts,
) -> Result<(), ServiceError> {
    let now = context.now();
    let mut errors = FieldErrors::default();
    let mut concerned: Vec<UnitId> = application.summary().units();
    concerned.sort();
    for unit in concerned {
        if !units::find_for_update(tx, unit).await?.is_some_and(|unit| unit.status == UnitStatus::Active) {
            errors.add("join", Invalid::UnitClosed);
        }
    }
    let mut found = locked(tx, payload.join).await?;
    if found.join.application != Some(application.id) {
        return Err(ServiceError::Stale);
    }
    let (kept, given_up) = found.both()?;
    let (kept, given_up) = (kept.account.clone(), given_up.account.clone());
    let facts = facts(context, tx, (kept.clone(), given_up.clone()), Some(application)).await?;
    let around = facts.around();
    for hindrance in around.hindrances() {
        errors.add("join", invalid_of(hindrance));
    }
    let standing = around.rights();
    let is_as_signed = |moved: &crate::domain::application::account_join::MovedGrant| {
        standing.iter().any(|(old, stays)| {
            old.grant == moved.grant && stays.is_none() && old.right.unit == moved.unit_id && old.right.wish == moved.right
        })
    };
    if !payload.grants.iter().all(is_as_signed) {
        errors.add("grants", Invalid::JoinGrantGone);
    }
    errors.into_result(())?;
    if !found.join.moves(JoinEvent::Join, now) {
        return Err(ServiceError::Stale);
    }
    let rows = grants::list_of_account(tx, given_up.id).await?;
    for moved in &payload.grants {
        let old = rows.iter().find(|row| row.id == moved.grant).ok_or(ServiceError::Stale)?;
        let new = rights::hand_over(context, actor, tx, application, old, (&given_up, &kept)).await?.ok_or(ServiceError::Stale)?;
        account_joins::add_grant(tx, found.join.id, old.id, new).await?;
    }
    accounts::save_status(tx, given_up.id, AccountStatus::Suspended).await?;
    sessions::remove_all_of(tx, given_up.id, None).await?;
    change_email::settle_pending(context, tx, given_up.id, EmailChangeStatus::Cancelled).await?;
    lost_mailbox::drop_waiting(context, actor, tx, &found.given_up).await?;
    found.join.joined_at = Some(now);
    found.join.due_at = now.end_of_day_in(days(tx, ACCOUNT_JOIN_UNDO).await?);
    account_joins::save(tx, &found.join).await?;
    note(context, actor, tx, &found, AuditEvent::JoinDone).await?;
    let details = json!({ "join": found.join.id, "application": application.number.as_str() });
    record::of_account(context, tx, actor, &found.given_up, AuditEvent::AccountSuspended, details).await?;
    record::tell(context, tx, actor, &Notice::ApplicationApproved { application: application.id }).await?;
    if kept.profile.email.key() != given_up.profile.email.key() {
        record::tell(context, tx, actor, &Notice::AccountsJoined { join: found.join.id, account: given_up.id }).await?;
    }
    Ok(())
}

/// The application ended without an approval, and with it the joining: both accounts are as they were.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn ended_without_approval<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
) -> Result<(), ServiceError> {
    let Some(payload) = application.payload.account_join() else { return Ok(()) };
    let mut found = locked(tx, payload.join).await?;
    if found.join.application != Some(application.id) || !found.join.moves(JoinEvent::Drop, context.now()) {
        return Ok(());
    }
    account_joins::save(tx, &found.join).await?;
    note(context, actor, tx, &found, AuditEvent::JoinDropped).await
}
