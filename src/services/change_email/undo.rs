//! The old address stops a change, or takes it back. See the head of `change_email` for what that does.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::report_not_me::{self, ReportKind};
use super::super::{change_profile, request_password_reset};
use super::note;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::email_change::{EmailChange, EmailChangeStatus};
use crate::secrets::token_hash;
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::email_changes;

fn judge(context: &Context, change: Option<EmailChange>, found: Option<Credentials>) -> Result<(EmailChange, Credentials), ServiceError> {
    let (Some(change), Some(found)) = (change, found) else { return Err(ServiceError::DeadLink) };
    let is_open = change.is_undoable(context.now()) && found.account.status != AccountStatus::Closed;
    if is_open { Ok((change, found)) } else { Err(ServiceError::DeadLink) }
}

/// Whose change the link would take back, and which. Uses nothing up.
///
/// # Errors
/// `DeadLink`.
pub async fn find_email_undo(context: &Context, token: &str) -> Result<(Account, EmailChange), ServiceError> {
    let change = email_changes::find_by_undo(&context.db, token_hash(token)).await?;
    let found = match &change {
        Some(change) => accounts::find_credentials(&context.db, change.account).await?,
        None => None,
    };
    judge(context, change, found).map(|(change, found)| (found.account, change))
}

/// Stops a pending change, or takes back a confirmed one with every change since. Who holds the link holds the old mailbox; that
/// opens nothing but the way to a new password there.
///
/// # Errors
/// `DeadLink`.
pub async fn undo_email_change(context: &Context, actor: &Actor, token: &str) -> Result<(), ServiceError> {
    let hash = token_hash(token);
    let tx = begin(&context.db).await?;
    // The account first, as everywhere.
    let account = email_changes::find_by_undo(&tx, hash).await?.map(|change| change.account);
    let found = match account {
        Some(account) => accounts::find_for_update(&tx, account).await?,
        None => None,
    };
    let change = email_changes::find_by_undo(&tx, hash).await?;
    let (change, found) = judge(context, change, found)?;
    let (now, account) = (context.now(), &found.account);
    let mut is_in_force_since = false;
    for mut later in email_changes::list_of(&tx, account.id).await? {
        let is_since = later.id == change.id || later.requested_at >= change.requested_at;
        if is_since && matches!(later.status, EmailChangeStatus::Pending | EmailChangeStatus::Confirmed) {
            let is_in_force = later.status == EmailChangeStatus::Confirmed && later.new.key() == account.profile.email.key();
            is_in_force_since |= is_in_force;
            later.status = EmailChangeStatus::Undone;
            later.settled_at = Some(now);
            email_changes::save(&tx, &later).await?;
        }
    }
    if change.status == EmailChangeStatus::Confirmed {
        // An office has decided about the address since: a signed form outweighs a letter.
        if !is_in_force_since {
            return Err(ServiceError::DeadLink);
        }
        change_profile::replace_email(context, actor, &tx, account, &change.old).await?;
    }
    accounts::remove_password(&tx, account.id).await?;
    report_not_me::shut_out(&tx, account.id).await?;
    report_not_me::report(context, actor, &tx, &found, ReportKind::EmailChange).await?;
    note(context, actor, &tx, &found, AuditEvent::EmailChangeUndone, change.id).await?;
    // The way in, at once; where enough letters went in the last hour, „Przypomnij hasło” helps later.
    request_password_reset::queue(context, actor, &tx, account).await?;
    tx.commit().await?;
    Ok(())
}
