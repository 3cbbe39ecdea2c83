//! „Przypomnij hasło”: a letter with a link for whoever it may be. The caller answers the same before this is done, so that
//! neither the words nor the time tell whether there is such an account.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::AccountId;
use crate::domain::identifiers::{EmailAddress, Login};
use crate::domain::notice::Notice;
use crate::storage::Connection;
use crate::storage::database::begin;
use crate::storage::{accounts, outbox_messages};
use serde_json::json;

/// Letters that one account may be sent within an hour.
const LETTERS_AN_HOUR: u64 = 3;

/// Queues a letter for the account of a login, or for each account on an e-mail address (a shared mailbox is normal).
///
/// # Errors
/// Of the database.
pub async fn request_password_reset(context: &Context, actor: &Actor, typed: &str) -> Result<(), ServiceError> {
    for id in accounts_of(context, typed).await? {
        let tx = begin(&context.db).await?;
        // The lock makes requests at once count each other.
        let Some(found) = accounts::find_for_update(&tx, id).await? else { continue };
        if queue(context, actor, &tx, &found.account).await? {
            let object = AuditObject::new("account", &found.account.login);
            let event = AuditEvent::PasswordResetRequested;
            record::done(context, &tx, actor, event, object, found.voivodeship.as_ref(), json!({})).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

async fn accounts_of(context: &Context, typed: &str) -> Result<Vec<AccountId>, ServiceError> {
    if let Ok(email) = EmailAddress::parse(typed) {
        return Ok(accounts::list_by_email(&context.db, &email.key()).await?.into_iter().map(|a| a.id).collect());
    }
    let Ok(login) = Login::parse(typed) else { return Ok(Vec::new()) };
    Ok(accounts::find_by_login(&context.db, &login.key()).await?.map(|c| c.account.id).into_iter().collect())
}

/// Queues the letter that helps this account: a reset link, or the activation link again for who has not used it yet.
/// False when no letter helps, or enough went already.
///
/// # Errors
/// Of the database.
pub(super) async fn queue<C: Connection>(context: &Context, actor: &Actor, tx: &C, account: &Account) -> Result<bool, ServiceError> {
    let notice = match account.status {
        AccountStatus::Active => Notice::PasswordResetRequested { account: account.id },
        AccountStatus::Pending if account.has_password => Notice::PasswordResetRequested { account: account.id },
        AccountStatus::Invited => Notice::AccountInvited { account: account.id },
        AccountStatus::Pending | AccountStatus::Suspended | AccountStatus::Closed => return Ok(false),
    };
    let an_hour_ago = context.now().plus_hours(-1);
    if outbox_messages::count_since(tx, account.id, notice.key(), an_hour_ago).await? >= LETTERS_AN_HOUR {
        return Ok(false);
    }
    record::tell(context, tx, actor, &notice).await?;
    Ok(true)
}
