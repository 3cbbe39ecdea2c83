//! A new password behind the link or the code of a reset letter. Neither signs anybody in, so a second factor stays what it is.

use super::context::Context;
use super::error::ServiceError;
use super::known_device::{Browser, remember};
use super::mailed_link::{fewest_of, is_still_enough, look, new_password_hash, take};
use super::record;
use super::request_password_reset::accounts_of;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::domain::invalid::Invalid;
use crate::domain::lockout::Lockout;
use crate::domain::mailed_code::{MOST_CODE_ATTEMPTS, digits_of};
use crate::domain::notice::Notice;
use crate::secrets::{is_same, random_token, token_hash};
use crate::storage::database::begin;
use crate::storage::mailed_tokens::{self, MailedToken, Purpose};
use crate::storage::{accounts, sessions, sign_in_sources};
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

/// The fewest characters of a new password of the account whose mailed link somebody holds: a second factor allows fewer.
///
/// # Errors
/// Of the database.
pub async fn fewest_characters(context: &Context, account: &Account) -> Result<usize, ServiceError> {
    fewest_of(context, account.id).await
}

/// The token of a link in exchange for the code of a letter and the login or address for which it was asked. The code is used
/// up; the letter's link goes on working until either sets a password. Whatever is wrong, the answer is the same.
///
/// # Errors
/// `Invalid` at `code`.
pub async fn exchange_reset_code(context: &Context, typed: &str, code: &str) -> Result<String, ServiceError> {
    let wrong = || ServiceError::field("code", Invalid::CodeWrong);
    let digits = digits_of(code);
    let mut ids = accounts_of(context, typed).await?;
    if ids.is_empty() {
        // The same statements for nobody's account, so that the time tells nothing.
        ids.push(AccountId(uuid::Uuid::nil()));
    }
    let tx = begin(&context.db).await?;
    for id in &ids {
        // The accounts first, as everywhere: two who lock in different orders would wait for each other.
        accounts::find_for_update(&tx, *id).await?;
    }
    let mailed = mailed_tokens::list_with_code(&tx, &ids, Purpose::PasswordReset, context.now()).await?;
    let guessable: Vec<&MailedToken> = mailed.iter().filter(|token| token.attempts < MOST_CODE_ATTEMPTS).collect();
    let is_right = |token: &&&MailedToken| {
        let expected = context.key.code_hash(token.token_hash, &digits);
        token.code_hash.is_some_and(|hash| is_same(&hash, &expected))
    };
    let Some(found) = guessable.iter().find(is_right) else {
        let hashes: Vec<[u8; 32]> = guessable.iter().map(|token| token.token_hash).collect();
        mailed_tokens::count_attempts(&tx, &hashes).await?;
        tx.commit().await?;
        return Err(wrong());
    };
    mailed_tokens::remove_code(&tx, found.token_hash).await?;
    let token = random_token();
    let exchanged = MailedToken { token_hash: token_hash(&token), code_hash: None, attempts: 0, ..(**found).clone() };
    mailed_tokens::add(&tx, &exchanged).await?;
    tx.commit().await?;
    // Dead by a change of password, address or status since: its page would only say so.
    find_reset(context, &token).await.map_err(|error| if matches!(error, ServiceError::DeadLink) { wrong() } else { error })?;
    Ok(token)
}

/// Sets the password, ends all sessions of the account, lifts every lockout, forgets all devices but this browser: who came by
/// the mailed link and chose the password may now sign in here, however many strangers try elsewhere.
///
/// # Errors
/// `DeadLink`; `Invalid` at `new_password` or `password_repeat`, and the link stays good.
pub async fn reset_password(
    context: &Context,
    actor: &Actor,
    token: &str,
    (password, repeat): (&str, &str),
    (browser, device): (&Browser, &str),
) -> Result<(), ServiceError> {
    let account = find_reset(context, token).await?;
    let hash = new_password_hash(context, &account, password, repeat).await?;
    let tx = begin(&context.db).await?;
    let link = take(context, &tx, token, Purpose::PasswordReset).await?;
    let account = &link.credentials.account;
    open(account)?;
    mailed_tokens::mark_used(&tx, link.token.token_hash, context.now()).await?;
    is_still_enough(&tx, account.id, &hash).await?;
    accounts::save_password(&tx, account.id, &hash).await?;
    accounts::save_lockout(&tx, account.id, Lockout::cleared()).await?;
    sessions::remove_all_of(&tx, account.id, None).await?;
    sign_in_sources::remove_all_of(&tx, account.id).await?;
    remember(context, actor, &tx, account.id, browser, device).await?;
    record::of_account(context, &tx, actor, &link.credentials, AuditEvent::PasswordReset, json!({})).await?;
    record::tell(context, &tx, actor, &Notice::PasswordChanged { account: account.id }).await?;
    tx.commit().await?;
    Ok(())
}
