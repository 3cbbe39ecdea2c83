//! The link of a letter as the key to an account: whether it still opens, and the password that is set behind it.
//! Looking at a link uses nothing up; mail programs look at links too.

use super::context::Context;
use super::error::ServiceError;
use crate::domain::account::Account;
use crate::domain::id::AccountId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::password::{NewPassword, check_new, fewest, is_long, normalise};
use crate::secrets::{common_passwords, token_hash};
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use crate::storage::mailed_tokens::{self, MailedToken, Purpose};
use crate::storage::{grants, passkeys, units};

/// A link's token and account.
pub(super) struct OpenLink {
    pub(super) token: MailedToken,
    pub(super) credentials: Credentials,
}

/// Reads a link's token and account, whatever they are worth; `None` when either is gone.
///
/// # Errors
/// Of the database.
pub(super) async fn read<C: Connection>(db: &C, token: &str) -> Result<Option<OpenLink>, ServiceError> {
    let Some(token) = mailed_tokens::find(db, token_hash(token)).await? else { return Ok(None) };
    let Some(account) = token.account else { return Ok(None) };
    Ok(accounts::find_credentials(db, account).await?.map(|credentials| OpenLink { token, credentials }))
}

/// As [`read`], with both locked, so that of two uses at once one wins. The account first, as everywhere: two who lock in different
/// orders would wait for each other.
///
/// # Errors
/// Of the database.
pub(super) async fn read_locked<C: Connection>(tx: &C, token: &str) -> Result<Option<OpenLink>, ServiceError> {
    let hash = token_hash(token);
    let Some(account) = mailed_tokens::find(tx, hash).await?.and_then(|token| token.account) else { return Ok(None) };
    let Some(credentials) = accounts::find_for_update(tx, account).await? else { return Ok(None) };
    Ok(mailed_tokens::find_for_update(tx, hash).await?.map(|token| OpenLink { token, credentials }))
}

/// Looks at a link.
///
/// # Errors
/// `DeadLink`, whatever the reason.
pub(super) async fn look<C: Connection>(context: &Context, db: &C, token: &str, purpose: Purpose) -> Result<OpenLink, ServiceError> {
    judge(context, read(db, token).await?, purpose)
}

/// Looks at a link and locks it with its account.
///
/// # Errors
/// `DeadLink`, whatever the reason.
pub(super) async fn take<C: Connection>(context: &Context, tx: &C, token: &str, purpose: Purpose) -> Result<OpenLink, ServiceError> {
    judge(context, read_locked(tx, token).await?, purpose)
}

fn judge(context: &Context, link: Option<OpenLink>, purpose: Purpose) -> Result<OpenLink, ServiceError> {
    let is_open = |OpenLink { token, credentials }: &OpenLink| {
        token.purpose == purpose
            && token.is_open(context.now())
            && token.credentials_version == credentials.credentials_version
            && token.email_key == credentials.account.profile.email.key()
    };
    link.filter(is_open).ok_or(ServiceError::DeadLink)
}

/// The fewest characters of a new password of this account: a second factor allows fewer.
///
/// # Errors
/// Of the database.
pub(super) async fn fewest_of(context: &Context, id: AccountId) -> Result<usize, ServiceError> {
    Ok(fewest(passkeys::has_factor(&context.db, id).await?))
}

/// Checks a new password by the rules, against the person's own words, and hashes it.
///
/// # Errors
/// `Invalid` at `new_password` or `password_repeat`.
pub(super) async fn new_password_hash(
    context: &Context,
    account: &Account,
    password: &str,
    repeat: &str,
) -> Result<NewPassword, ServiceError> {
    let mut errors = FieldErrors::default();
    let words = words_of(context, account).await?;
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let Err(reason) = check_new(password, fewest_of(context, account.id).await?, &words, common_passwords::is_common) {
        errors.add("new_password", reason);
    } else if normalise(password) != normalise(repeat) {
        errors.add("password_repeat", Invalid::PasswordRepeat);
    }
    errors.into_result(())?;
    let hash = context.hasher.hash(normalise(password)).await.map_err(ServiceError::internal)?;
    Ok(NewPassword { hash, is_long: is_long(password) })
}

/// Whether a checked password still is long enough: the second factor may have been removed since it was checked.
/// The account is locked.
///
/// # Errors
/// `Stale`.
pub(super) async fn is_still_enough<C: Connection>(tx: &C, id: AccountId, password: &NewPassword) -> Result<(), ServiceError> {
    if password.is_long || passkeys::has_factor(tx, id).await? { Ok(()) } else { Err(ServiceError::Stale) }
}

/// The person's own words: nobody builds a good password of them.
async fn words_of(context: &Context, account: &Account) -> Result<Vec<String>, ServiceError> {
    let profile = &account.profile;
    let mut words =
        vec![account.login.to_string(), profile.first_name.to_string(), profile.last_name.to_string(), profile.email.to_string()];
    let ids: Vec<_> = grants::list_of_account(&context.db, account.id).await?.into_iter().map(|g| g.unit).collect();
    words.extend(units::list_by_ids(&context.db, &ids).await?.into_iter().map(|unit| unit.data.name.to_string()));
    Ok(words)
}
