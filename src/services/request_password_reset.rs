//! „Przypomnij hasło”: one letter to one address, with a way in for each account that it concerns. The caller answers the same
//! before this is done, so that neither the words nor the time tell whether there is such an account.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::domain::identifiers::{EmailAddress, Login};
use crate::domain::notice::Notice;
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::{outbox_messages, reset_requests};
use serde_json::json;

/// Letters that one account may be named in within an hour.
const LETTERS_AN_HOUR: u64 = 3;

/// Queues a letter for the account of a login, or one letter for all accounts on an e-mail address (a shared mailbox is normal).
/// Whatever their state, their owners are told what they can do; nobody else is told anything. Nothing changes by asking.
///
/// # Errors
/// Of the database.
pub async fn request_password_reset(context: &Context, actor: &Actor, typed: &str) -> Result<(), ServiceError> {
    let ids = accounts_of(context, typed).await?;
    if ids.is_empty() {
        return Ok(());
    }
    let tx = begin(&context.db).await?;
    let mut named: Vec<Credentials> = Vec::new();
    for id in ids {
        // The lock makes requests at once count each other.
        let Some(found) = accounts::find_for_update(&tx, id).await? else { continue };
        if may_be_written_to(context, &tx, id).await? {
            named.push(found);
        }
    }
    let accounts: Vec<&Account> = named.iter().map(|c| &c.account).collect();
    tell(context, actor, &tx, &accounts).await?;
    for found in &named {
        let event = AuditEvent::PasswordResetRequested;
        record::of_account(context, &tx, actor, found, event, json!({})).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// An at sign makes it an address and nothing else: a login never has one, so no login can stand for another's address.
/// In the order of their ids, in which they are locked.
pub(super) async fn accounts_of(context: &Context, typed: &str) -> Result<Vec<AccountId>, ServiceError> {
    let typed = typed.trim();
    let mut ids = if typed.contains('@') {
        match EmailAddress::parse(typed) {
            Ok(email) => accounts::list_by_email(&context.db, &email.key()).await?.into_iter().map(|a| a.id).collect(),
            Err(_) => Vec::new(),
        }
    } else {
        match Login::parse(typed) {
            Ok(login) => accounts::find_by_login(&context.db, &login.key()).await?.map(|c| c.account.id).into_iter().collect(),
            Err(_) => Vec::new(),
        }
    };
    ids.sort_unstable();
    Ok(ids)
}

async fn may_be_written_to<C: Connection>(context: &Context, tx: &C, account: AccountId) -> Result<bool, ServiceError> {
    Ok(reset_requests::count_since(tx, account, context.now().plus_hours(-1)).await? < LETTERS_AN_HOUR)
}

/// One letter about these accounts of one address; none when there are none.
async fn tell<C: Connection>(context: &Context, actor: &Actor, tx: &C, accounts: &[&Account]) -> Result<(), ServiceError> {
    let notice = match accounts {
        [] => return Ok(()),
        // Its letter is the invitation, once more.
        [only] if only.status == AccountStatus::Invited => Notice::AccountInvited { account: only.id },
        several => Notice::PasswordResetRequested { accounts: several.iter().map(|a| a.id).collect() },
    };
    // One moment for both: the letter asks whether it was asked for again since.
    let (message, now) = (context.new_message_id(), context.now());
    outbox_messages::add(tx, message, &notice, actor.correlation, now).await?;
    for account in accounts {
        reset_requests::add(tx, account.id, message, now).await?;
    }
    Ok(())
}

/// Queues the letter for one account, whose row is locked, on behalf of its owner. False when enough went already.
///
/// # Errors
/// Of the database.
pub(super) async fn queue<C: Connection>(context: &Context, actor: &Actor, tx: &C, account: &Account) -> Result<bool, ServiceError> {
    if !may_be_written_to(context, tx, account.id).await? {
        return Ok(false);
    }
    tell(context, actor, tx, &[account]).await?;
    Ok(true)
}
