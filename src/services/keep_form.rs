//! A form that came after its session had ended by time: what was typed is kept for an hour, for the same account in the same
//! browser, so that nobody types it twice. Never secrets, never files. What may not live here: how the form is shown again (web).

use super::context::Context;
use super::error::ServiceError;
use crate::domain::id::AccountId;
use crate::domain::session::FORM_KEPT_MS;
use crate::secrets::{random_token, token_hash};
use crate::storage::database::begin;
use crate::storage::{kept_forms, sessions};

pub use crate::storage::kept_forms::KeptForm;

/// Bytes of a form that are kept; a longer one is not.
const MOST_BYTES: usize = 256 * 1024;
/// Forms that are kept for one account.
const MOST_FORMS: u64 = 5;
/// Parts of the names of fields that are secrets.
const SECRETS: [&str; 5] = ["password", "token", "secret", "credential", "challenge"];
/// Where the page leads to, and why it was shown: nobody typed it.
const NOT_TYPED: [&str; 2] = ["next", "interrupted"];

/// Codes are secrets, but that of a post office.
fn is_secret(name: &str) -> bool {
    let is_code = name == "code" || name.ends_with("_code") && !name.ends_with("postal_code");
    is_code || SECRETS.iter().any(|part| name.contains(part))
}

/// Keeps a form; gives the text of the cookie that finds it again, or nothing when there is nothing worth keeping.
///
/// # Errors
/// Of the database.
pub async fn keep_form(
    context: &Context,
    account: AccountId,
    action: &str,
    fields: impl Iterator<Item = (&str, &str)>,
) -> Result<Option<String>, ServiceError> {
    let fields: Vec<(String, String)> = fields
        .filter(|(name, _)| !is_secret(name) && !NOT_TYPED.contains(name))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let bytes: usize = fields.iter().map(|(name, value)| name.len() + value.len()).sum();
    if fields.iter().all(|(_, value)| value.trim().is_empty()) || bytes > MOST_BYTES {
        return Ok(None);
    }
    let token = random_token();
    let form = KeptForm {
        token_hash: token_hash(&token),
        account,
        action: action.to_owned(),
        fields,
        expires_at: context.now().plus_ms(FORM_KEPT_MS),
    };
    let tx = begin(&context.db).await?;
    kept_forms::add(&tx, &form).await?;
    kept_forms::keep_newest(&tx, account, MOST_FORMS).await?;
    tx.commit().await?;
    Ok(Some(token))
}

/// The form of a cookie, if this account typed it.
///
/// # Errors
/// Of the database.
pub async fn find_form(context: &Context, account: AccountId, token: &str) -> Result<Option<KeptForm>, ServiceError> {
    Ok(kept_forms::find(&context.db, token_hash(token), account, context.now()).await?)
}

/// The form has been sent again: it is forgotten.
///
/// # Errors
/// Of the database.
pub async fn forget_form(context: &Context, token: &str) -> Result<(), ServiceError> {
    Ok(kept_forms::remove(&context.db, token_hash(token)).await?)
}

/// The sessions of an account that ended not long ago: a form of a page that is older than the last sign-in carries the token
/// of one of them.
///
/// # Errors
/// Of the database.
pub async fn ended_sessions(context: &Context, account: AccountId) -> Result<Vec<[u8; 32]>, ServiceError> {
    Ok(sessions::list_ended_of(&context.db, account).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for secret in [
            "password",
            "new_password",
            "password_repeat",
            "current_password",
            "code",
            "csrf_token",
            "recovery_code",
            "credential",
            "challenge",
        ] {
            assert!(is_secret(secret), "{secret}");
        }
        assert!(!is_secret("postal_code") && !is_secret("unit_postal_code") && !is_secret("persons.0.login"));
    }
}
