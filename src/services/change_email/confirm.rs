//! The new address is confirmed, by the link or the code of its letter, by the owner of the account.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::{change_profile, lost_mailbox, record};
use super::note;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::email_change::{EmailChange, EmailChangeStatus, UNDO_DAYS};
use crate::domain::id::AccountId;
use crate::domain::identifiers::EmailAddress;
use crate::domain::invalid::Invalid;
use crate::domain::mailed_code::digits_of;
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::secrets::{is_same, token_hash};
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::{Connection, email_changes};

fn judge(context: &Context, own: AccountId, change: Option<EmailChange>) -> Result<EmailChange, ServiceError> {
    change.filter(|change| change.account == own && change.is_confirmable(context.now())).ok_or(ServiceError::DeadLink)
}

/// Which address the link would put in force. Uses nothing up.
///
/// # Errors
/// `DeadLink`, also for somebody else's link; `Denied`.
pub async fn find_email_confirmation(context: &Context, actor: &Actor, token: &str) -> Result<EmailAddress, ServiceError> {
    let own = context.own_account(actor, Permission::AccountEdit)?;
    let found = email_changes::find_by_confirmation(&context.db, token_hash(token)).await?;
    Ok(judge(context, own, found)?.new)
}

/// Confirms by the link.
///
/// # Errors
/// `DeadLink`, also for somebody else's link; `Denied`.
pub async fn confirm_email_by_link(context: &Context, actor: &Actor, token: &str) -> Result<(), ServiceError> {
    let own = context.own_account(actor, Permission::AccountEdit)?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, own).await?.ok_or(ServiceError::NotFound)?;
    let change = email_changes::find_by_confirmation(&tx, token_hash(token)).await?;
    let change = judge(context, own, change)?;
    put_in_force(context, actor, &tx, found, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Confirms by the code.
///
/// # Errors
/// `Invalid` at `email_code`, and after five wrong ones only the link helps; `Denied`.
pub async fn confirm_email_by_code(context: &Context, actor: &Actor, code: &str) -> Result<(), ServiceError> {
    let wrong = || ServiceError::field("email_code", Invalid::CodeWrong);
    let own = context.own_account(actor, Permission::AccountEdit)?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, own).await?.ok_or(ServiceError::NotFound)?;
    let pending = email_changes::find_pending(&tx, own).await?;
    let mut change = pending.filter(|change| change.takes_codes(context.now())).ok_or_else(wrong)?;
    let typed = |link| context.key.code_hash(link, &digits_of(code));
    if !change.confirm_hash.zip(change.code_hash).is_some_and(|(link, hash)| is_same(&hash, &typed(link))) {
        change.attempts += 1;
        email_changes::save(&tx, &change).await?;
        tx.commit().await?;
        return Err(wrong());
    }
    put_in_force(context, actor, &tx, found, change).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts the new address of a pending change in force. The account is locked. Every mailed link of the account is dead from now
/// on; the old address is told.
async fn put_in_force<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    found: Credentials,
    mut change: EmailChange,
) -> Result<(), ServiceError> {
    let now = context.now();
    let account = &found.account;
    // The wish was about another address, whoever has replaced that one since.
    if account.profile.email.key() != change.old.key() {
        return Err(ServiceError::DeadLink);
    }
    // An office may have approved another address for the mailbox that is not lost after all.
    lost_mailbox::drop_waiting(context, actor, tx, &found).await?;
    change_profile::replace_email(context, actor, tx, account, &change.new).await?;
    change.status = EmailChangeStatus::Confirmed;
    change.settled_at = Some(now);
    change.undo_until = now.plus_days(UNDO_DAYS);
    email_changes::save(tx, &change).await?;
    note(context, actor, tx, &found, AuditEvent::EmailChangeConfirmed, change.id).await?;
    record::tell(context, tx, actor, &Notice::EmailChanged { account: account.id, change: change.id }).await
}
