//! Mints the token of a letter: the only place where the text of a mailed token exists, and only while the letter is
//! composed. What may not live here: using tokens.
//!
//! A token is derived from the outbox message and the state that it is bound to, so that a repeated delivery carries the
//! same link, while a change of address or credentials in between gives another one. Its life begins anew with each
//! delivery, because a mail server may refuse the first attempts for longer than the token lives.

use super::Desk;
use crate::domain::id::{AccountId, DraftId};
use crate::domain::moment::Moment;
use crate::secrets::token_hash;
use crate::services::ServiceError;
use crate::storage::Connection;
use crate::storage::mailed_tokens::{self, MailedToken, Purpose};

/// Whose token it is, and what it is bound to.
#[derive(Debug, Clone, Copy)]
pub(super) enum Holder {
    /// An account with the version of its credentials.
    Account(AccountId, i32),
    /// A draft.
    Draft(DraftId),
}

/// A token as the letter carries it.
pub(super) struct Minted {
    /// For the link.
    pub(super) token: String,
    /// Digits to type instead: six for an e-mail confirmation, eight for a reset.
    pub(super) code: String,
}

/// Mints the token of this message and stores its hash; `None` when it was used or retired before (the letter had come
/// through, or a newer one has): then there is nothing to tell.
pub(super) async fn mint<C: Connection>(
    desk: &Desk<'_, C>,
    purpose: Purpose,
    holder: Holder,
    email_key: &str,
    expires_at: Moment,
) -> Result<Option<Minted>, ServiceError> {
    let credentials_version = match holder {
        Holder::Account(_, version) => version,
        Holder::Draft(_) => 0,
    };
    let mut bound_to = desk.message.id.0.as_bytes().to_vec();
    bound_to.extend(credentials_version.to_be_bytes());
    // One letter may name several accounts of one address.
    if let Holder::Account(account, _) = holder {
        bound_to.extend(account.0.as_bytes());
    }
    bound_to.extend(email_key.as_bytes());
    let key = &desk.context.key;
    let token = key.token(purpose.key(), &bound_to);
    let hash = token_hash(&token);
    let code = match purpose {
        Purpose::EmailConfirmation => key.numeric_code(purpose.key(), &bound_to),
        Purpose::PasswordReset => key.long_numeric_code(purpose.key(), &bound_to),
        _ => String::new(),
    };
    let code_hash = (!code.is_empty()).then(|| key.code_hash(hash, &code));
    match mailed_tokens::find_for_update(desk.tx, hash).await? {
        Some(known) if known.used_at.is_some() => return Ok(None),
        Some(_) => mailed_tokens::extend(desk.tx, hash, expires_at).await?,
        None => {
            let (account, draft) = match holder {
                Holder::Account(account, _) => (Some(account), None),
                Holder::Draft(draft) => (None, Some(draft)),
            };
            let new = MailedToken {
                token_hash: hash,
                purpose,
                account,
                draft,
                code_hash,
                attempts: 0,
                email_key: email_key.to_owned(),
                credentials_version,
                created_at: desk.now,
                expires_at,
                used_at: None,
            };
            mailed_tokens::add(desk.tx, &new).await?;
        }
    }
    if let Holder::Account(account, _) = holder {
        mailed_tokens::retire_others(desk.tx, account, purpose, hash, desk.now).await?;
    }
    Ok(Some(Minted { token, code }))
}
