//! Asks for a change, and gives it up again.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::{prove_again, record};
use super::{note, settle_pending};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::email_change::{CONFIRM_HOURS, EmailChange, EmailChangeStatus, MOST_AN_HOUR, UNDO_DAYS};
use crate::domain::identifiers::EmailAddress;
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::storage::database::begin;
use crate::storage::{accounts, email_changes};

/// Asks for another address: letters go to both. An earlier wish is replaced.
///
/// # Errors
/// `Invalid` at `email`; `ProofTooOld`; `TooMany` when enough letters went in the last hour; `Denied`.
pub async fn request_email_change(context: &Context, actor: &Actor, typed: &str) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::AccountEdit)?;
    prove_again::required(context, actor)?;
    let new = EmailAddress::parse(typed).map_err(|reason| ServiceError::field("email", reason))?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let old = found.account.profile.email.clone();
    if new.key() == old.key() {
        return Err(ServiceError::field("email", Invalid::EmailSame));
    }
    let (now, hour_ago) = (context.now(), context.now().plus_hours(-1));
    let of_account = email_changes::count_since(&tx, id, hour_ago).await?;
    let to_address = email_changes::count_to_address_since(&tx, &new.key(), hour_ago).await?;
    if of_account.max(to_address) >= MOST_AN_HOUR {
        return Err(ServiceError::TooMany);
    }
    settle_pending(context, &tx, id, EmailChangeStatus::Replaced).await?;
    let change = EmailChange {
        id: context.new_email_change_id(),
        account: id,
        status: EmailChangeStatus::Pending,
        old,
        new,
        confirm_hash: None,
        code_hash: None,
        attempts: 0,
        undo_hash: None,
        requested_at: now,
        confirm_until: now.plus_hours(CONFIRM_HOURS),
        undo_until: now.plus_days(UNDO_DAYS),
        settled_at: None,
    };
    email_changes::add(&tx, &change).await?;
    note(context, actor, &tx, &found, AuditEvent::EmailChangeRequested, change.id).await?;
    record::tell(context, &tx, actor, &Notice::EmailChangeRequested { account: id, change: change.id }).await?;
    record::tell(context, &tx, actor, &Notice::EmailChangeAnnounced { account: id, change: change.id }).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives the pending change up; its letters are dead. No proof is asked for: nothing changes by it.
///
/// # Errors
/// `Denied`; `Stale` when none is pending.
pub async fn cancel_email_change(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::AccountEdit)?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let change = settle_pending(context, &tx, id, EmailChangeStatus::Cancelled).await?.ok_or(ServiceError::Stale)?;
    note(context, actor, &tx, &found, AuditEvent::EmailChangeCancelled, change.id).await?;
    tx.commit().await?;
    Ok(())
}
