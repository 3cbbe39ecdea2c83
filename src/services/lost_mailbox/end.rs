//! How a waiting change ends: it takes effect, or its owner or an administrator stops it. Each in one transaction; the account is
//! locked first, so of two ends at once one is done.

use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::email_change::waiting::{ChangeEvent, WaitingChange};
use crate::domain::audit::AuditEvent;
use crate::domain::email_change::EmailChangeStatus;
use crate::domain::id::AccountId;
use crate::domain::notice::Notice;
use crate::domain::permission::{Permission, Target};
use crate::services::mailed_link::{self, OpenLink};
use crate::services::report_not_me::{self, ReportKind};
use crate::services::{Context, ServiceError, change_email, change_profile, record};
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::mailed_tokens::{self, Purpose};
use crate::storage::{security_reports, sessions, waiting_changes};
use serde_json::json;

/// Ends a waiting change and tells both addresses.
async fn end<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    found: &Credentials,
    change: &WaitingChange,
    event: ChangeEvent,
) -> Result<(), ServiceError> {
    let state = change.state.after(event).ok_or(ServiceError::Stale)?;
    if !waiting_changes::save_end(tx, change.id, state, context.now()).await? {
        return Err(ServiceError::Stale);
    }
    let audited = match event {
        ChangeEvent::TakeEffect => AuditEvent::EmailChangeApplied,
        ChangeEvent::Stop => AuditEvent::EmailChangeStopped,
        ChangeEvent::Drop => AuditEvent::EmailChangeDropped,
    };
    record::of_account(context, tx, actor, found, audited, json!({ "change": change.id })).await?;
    for to_new in [false, true] {
        let notice = match event {
            ChangeEvent::TakeEffect => Notice::LostMailboxReplaced { account: change.account, change: change.id, to_new },
            ChangeEvent::Stop | ChangeEvent::Drop => Notice::EmailChangeEnded { account: change.account, change: change.id, to_new },
        };
        record::tell(context, tx, actor, &notice).await?;
    }
    Ok(())
}

/// Puts the new address in force when its time has come, or drops it where the account is not what it was; false when there is
/// nothing to do (any more). Links mailed before are dead, and every session ends.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn take_effect(context: &Context, actor: &Actor, account: AccountId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(found) = accounts::find_for_update(&tx, account).await? else { return Ok(false) };
    let Some(change) = waiting_changes::find_waiting(&tx, account).await? else { return Ok(false) };
    let is_reported = security_reports::is_any_open(&tx, account).await?;
    let Some(event) = change.due(&found.account, is_reported, context.now()) else { return Ok(false) };
    if event == ChangeEvent::TakeEffect {
        change_profile::replace_email(context, actor, &tx, &found.account, &change.new_email).await?;
        // The own wish for another address was about the lost one; its letters must not undo what the office has decided.
        change_email::settle_pending(context, &tx, account, EmailChangeStatus::Cancelled).await?;
        sessions::remove_all_of(&tx, account, None).await?;
    }
    end(context, actor, &tx, &found, &change, event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Drops the waiting change of a locked account, if there is one: what it was approved for is no more.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn drop_waiting<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    found: &Credentials,
) -> Result<(), ServiceError> {
    let Some(change) = waiting_changes::find_waiting(tx, found.account.id).await? else { return Ok(()) };
    end(context, actor, tx, found, &change, ChangeEvent::Drop).await
}

/// Stops the waiting change of an account: its owner, or an administrator in scope.
///
/// # Errors
/// `Denied`; `Stale` when none waits.
pub async fn stop(context: &Context, actor: &Actor, account: AccountId) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, account).await?.ok_or(ServiceError::NotFound)?;
    let target = Target { account: Some(account), voivodeship: found.voivodeship.clone(), ..Target::default() };
    context.policy.check(actor, Permission::EmailChangeStop, &target)?;
    let change = waiting_changes::find_waiting(&tx, account).await?.ok_or(ServiceError::Stale)?;
    end(context, actor, &tx, &found, &change, ChangeEvent::Stop).await?;
    tx.commit().await?;
    Ok(())
}

/// Like a link „to nie ja” it outlives a change of the password: that may have been the stranger's. A link of an earlier change
/// stops no later one.
async fn judge<C: Connection>(context: &Context, db: &C, link: Option<OpenLink>) -> Result<(OpenLink, WaitingChange), ServiceError> {
    let link = link.ok_or(ServiceError::DeadLink)?;
    let change = waiting_changes::find_waiting(db, link.credentials.account.id).await?.ok_or(ServiceError::DeadLink)?;
    let is_open = link.token.purpose == Purpose::EmailChangeNotMe
        && link.token.is_open(context.now())
        && link.token.created_at >= change.approved_at
        && link.token.email_key == change.old_email.key();
    if is_open { Ok((link, change)) } else { Err(ServiceError::DeadLink) }
}

/// Whose change a link would stop. Uses nothing up.
///
/// # Errors
/// `DeadLink`.
pub async fn find_stop(context: &Context, token: &str) -> Result<(Account, WaitingChange), ServiceError> {
    let db = &context.db;
    let (link, change) = judge(context, db, mailed_link::read(db, token).await?).await?;
    Ok((link.credentials.account, change))
}

/// Stops the change by the link in the letter to the old address. Somebody else applied for it: helpdesk sees the report, every
/// session ends and every device is forgotten; the password is the owner's to change.
///
/// # Errors
/// `DeadLink`.
pub async fn stop_by_link(context: &Context, actor: &Actor, token: &str) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    let (link, change) = judge(context, &tx, mailed_link::read_locked(&tx, token).await?).await?;
    let found = &link.credentials;
    mailed_tokens::mark_used(&tx, link.token.token_hash, context.now()).await?;
    report_not_me::shut_out(&tx, found.account.id).await?;
    report_not_me::report(context, actor, &tx, found, ReportKind::EmailChange).await?;
    end(context, actor, &tx, found, &change, ChangeEvent::Stop).await?;
    tx.commit().await?;
    Ok(())
}
