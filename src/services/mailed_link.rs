//! The link of a letter as the key to an account: whether it still opens, and the password that is set behind it.
//! Looking at a link uses nothing up; mail programs look at links too.

use super::context::Context;
use super::error::ServiceError;
use crate::domain::account::Account;
use crate::domain::id::AccountId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::password::{NewPassword, check_new, fewest, is_long, normalise};
use crate::secrets::{SecretKey, common_passwords, token_hash};
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use crate::storage::mailed_tokens::{self, MailedToken, Purpose};
use crate::storage::{grants, passkeys, units};

/// The link's token and account, when it still opens.
pub(super) struct OpenLink {
    pub(super) token: MailedToken,
    pub(super) credentials: Credentials,
}

/// Looks at a link.
///
/// # Errors
/// `DeadLink`, whatever the reason.
pub(super) async fn look<C: Connection>(context: &Context, db: &C, token: &str, purpose: Purpose) -> Result<OpenLink, ServiceError> {
    let found = mailed_tokens::find(db, token_hash(token)).await?;
    let account = found.as_ref().and_then(|t| t.account);
    let credentials = match account {
        Some(account) => accounts::find_credentials(db, account).await?,
        None => None,
    };
    judge(context, found, credentials, purpose)
}

/// Looks at a link and locks it with its account, so that of two uses at once one wins.
///
/// # Errors
/// `DeadLink`, whatever the reason.
pub(super) async fn take<C: Connection>(context: &Context, tx: &C, token: &str, purpose: Purpose) -> Result<OpenLink, ServiceError> {
    let hash = token_hash(token);
    // The account first, as everywhere: two who lock in different orders would wait for each other.
    let account = mailed_tokens::find(tx, hash).await?.and_then(|t| t.account);
    let credentials = match account {
        Some(account) => accounts::find_for_update(tx, account).await?,
        None => None,
    };
    let found = mailed_tokens::find_for_update(tx, hash).await?;
    judge(context, found, credentials, purpose)
}

fn judge(
    context: &Context,
    token: Option<MailedToken>,
    credentials: Option<Credentials>,
    purpose: Purpose,
) -> Result<OpenLink, ServiceError> {
    let (Some(token), Some(credentials)) = (token, credentials) else { return Err(ServiceError::DeadLink) };
    let is_open = token.purpose == purpose
        && token.used_at.is_none()
        && context.now() < token.expires_at
        && token.credentials_version == credentials.credentials_version
        && token.email_key == credentials.account.profile.email.key();
    if is_open { Ok(OpenLink { token, credentials }) } else { Err(ServiceError::DeadLink) }
}

/// What is stored of a reset letter's code: bound to the letter's link, and made with the portal's key, because eight digits alone
/// are guessed in no time by whoever reads the database.
pub(super) fn reset_code_hash(key: &SecretKey, link: [u8; 32], code: &str) -> [u8; 32] {
    key.mac("password_reset/code_hash", &[&link, code.as_bytes()].concat())
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
    let mut ids: Vec<_> = grants::list_of_account(&context.db, account.id).await?.into_iter().map(|g| g.unit).collect();
    ids.dedup();
    words.extend(units::list_by_ids(&context.db, &ids).await?.into_iter().map(|unit| unit.data.name.to_string()));
    Ok(words)
}
