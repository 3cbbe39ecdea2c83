//! Another e-mail address for one's own account. The old one stays in force until the new one is confirmed by the link or the
//! code of its letter. The old one is told when the change is asked for and when it takes effect, both times with a link that
//! stops it or takes it back.
//!
//! - The link of the new address works only for its owner, signed in: a stranger whose address was typed by mistake gets nothing
//!   that is worth anything. Who reads mail on another device types the code where the change was asked for.
//! - Of several wishes the last counts; each older letter is dead. Whoever confirms locks the account first, so that of two at
//!   once one wins.
//! - Taking back restores the address of that letter, voids every change since, ends all sessions, forgets all devices and takes
//!   the password away: only the restored address can set a new one. A second factor stays what it was: who holds a mailbox
//!   alone must not get past it. Helpdesk is told.
//! - An address may belong to several accounts; a shared office mailbox is normal.

mod confirm;
mod request;
mod undo;

pub use confirm::{confirm_email_by_code, confirm_email_by_link, find_email_confirmation};
pub use request::{cancel_email_change, request_email_change};
pub use undo::{find_email_undo, undo_email_change};

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::email_change::{EmailChange, EmailChangeStatus};
use crate::domain::id::{AccountId, EmailChangeId};
use crate::domain::permission::Permission;
use crate::storage::accounts::Credentials;
use crate::storage::{Connection, email_changes};
use serde_json::json;

/// The change that waits for its new address, if there is one.
///
/// # Errors
/// `Denied` for those who may not change their data.
pub async fn view_email_change(context: &Context, actor: &Actor) -> Result<Option<EmailChange>, ServiceError> {
    let id = context.own_account(actor, Permission::AccountEdit)?;
    Ok(email_changes::find_pending(&context.db, id).await?.filter(|change| change.is_confirmable(context.now())))
}

/// Ends the pending change of a locked account, because of this.
pub(super) async fn settle_pending<C: Connection>(
    context: &Context,
    tx: &C,
    account: AccountId,
    status: EmailChangeStatus,
) -> Result<Option<EmailChange>, ServiceError> {
    let Some(mut change) = email_changes::find_pending(tx, account).await? else { return Ok(None) };
    change.status = status;
    change.settled_at = Some(context.now());
    email_changes::save(tx, &change).await?;
    Ok(Some(change))
}

async fn note<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    found: &Credentials,
    event: AuditEvent,
    change: EmailChangeId,
) -> Result<(), ServiceError> {
    record::of_account(context, tx, actor, found, event, json!({ "change": change })).await
}
