//! The first password behind the link of an invitation: the account becomes active.

use super::context::Context;
use super::error::ServiceError;
use super::known_device::{Browser, remember};
use super::mailed_link::{look, new_password_hash, take};
use super::record;
use crate::domain::account::{Account, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::application::draft::STATEMENTS;
use crate::domain::audit::AuditEvent;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::lockout::Lockout;
use crate::domain::password::NewPassword;
use crate::storage::accounts;
use crate::storage::database::begin;
use crate::storage::mailed_tokens::{self, Purpose};
use serde_json::json;

/// An activation link opens for so many days.
pub const ACTIVATION_DAYS: i64 = 7;

fn open(account: &Account) -> Result<(), ServiceError> {
    if account.status == AccountStatus::Invited { Ok(()) } else { Err(ServiceError::DeadLink) }
}

/// Which account the link would activate. Uses nothing up.
///
/// # Errors
/// `DeadLink`.
pub async fn find_activation(context: &Context, token: &str) -> Result<Account, ServiceError> {
    let account = look(context, &context.db, token, Purpose::Activation).await?.credentials.account;
    open(&account)?;
    Ok(account)
}

/// Activates, and makes this browser known: who came by the mailed link and chose the password may sign in here, however many
/// strangers try elsewhere. It signs nobody in. Whoever was added to an application by somebody else confirms the statements here.
///
/// # Errors
/// `DeadLink`; `Invalid` at `new_password`, `password_repeat` or `statements`, and the link stays good.
pub async fn activate_account(
    context: &Context,
    actor: &Actor,
    token: &str,
    (password, repeat): (&str, &str),
    statements: &[String],
    (browser, device): (&Browser, &str),
) -> Result<(), ServiceError> {
    let account = find_activation(context, token).await?;
    let mut errors = FieldErrors::default();
    if !STATEMENTS.iter().all(|key| statements.iter().any(|s| s == key)) {
        errors.add("statements", Invalid::StatementRequired);
    }
    let hash = match new_password_hash(context, &account, password, repeat).await {
        Ok(hash) => hash,
        Err(ServiceError::Invalid(others)) => {
            errors.merge("", others);
            NewPassword::default()
        }
        Err(other) => return Err(other),
    };
    errors.into_result(())?;
    let tx = begin(&context.db).await?;
    let link = take(context, &tx, token, Purpose::Activation).await?;
    let account = &link.credentials.account;
    open(account)?;
    mailed_tokens::mark_used(&tx, link.token.token_hash, context.now()).await?;
    accounts::save_password(&tx, account.id, &hash).await?;
    accounts::save_status(&tx, account.id, AccountStatus::Active).await?;
    accounts::save_lockout(&tx, account.id, Lockout::cleared()).await?;
    remember(context, actor, &tx, account.id, browser, device).await?;
    let details = json!({ "statements": STATEMENTS });
    record::of_account(context, &tx, actor, &link.credentials, AuditEvent::AccountActivated, details).await?;
    tx.commit().await?;
    Ok(())
}
