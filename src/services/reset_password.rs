//! A new password behind the link of a reset letter.

use super::context::Context;
use super::error::ServiceError;
use super::mailed_link::{is_still_enough, look, new_password_hash, take};
use super::record;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::lockout::Lockout;
use crate::domain::notice::Notice;
use crate::storage::database::begin;
use crate::storage::mailed_tokens::{self, Purpose};
use crate::storage::{accounts, sessions};
use serde_json::json;

fn open(account: &Account) -> Result<(), ServiceError> {
    if account.status.can_sign_in() { Ok(()) } else { Err(ServiceError::DeadLink) }
}

/// Whose password the link would set. Uses nothing up.
///
/// # Errors
/// `DeadLink`.
pub async fn find_reset(context: &Context, token: &str) -> Result<Account, ServiceError> {
    let account = look(context, &context.db, token, Purpose::PasswordReset).await?.credentials.account;
    open(&account)?;
    Ok(account)
}

/// Sets the password, ends all sessions of the account, lifts a lockout.
///
/// # Errors
/// `DeadLink`; `Invalid` at `new_password` or `password_repeat`, and the link stays good.
pub async fn reset_password(context: &Context, actor: &Actor, token: &str, password: &str, repeat: &str) -> Result<(), ServiceError> {
    let account = find_reset(context, token).await?;
    let hash = new_password_hash(context, &account, password, repeat).await?;
    let tx = begin(&context.db).await?;
    let link = take(context, &tx, token, Purpose::PasswordReset).await?;
    let account = link.credentials.account;
    open(&account)?;
    mailed_tokens::mark_used(&tx, link.token.token_hash, context.now()).await?;
    is_still_enough(&tx, account.id, &hash).await?;
    accounts::save_password(&tx, account.id, &hash).await?;
    accounts::save_lockout(&tx, account.id, Lockout::cleared()).await?;
    sessions::remove_all_of(&tx, account.id, None).await?;
    let object = AuditObject::new("account", &account.login);
    record::done(context, &tx, actor, AuditEvent::PasswordReset, object, link.credentials.voivodeship.as_ref(), json!({})).await?;
    record::tell(context, &tx, actor, &Notice::PasswordChanged { account: account.id }).await?;
    tx.commit().await?;
    Ok(())
}
