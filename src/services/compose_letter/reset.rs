//! The letter of a forgotten password: one for one address, naming each account with its own way in, or with what its owner
//! can do where there is none. What may not live here: who may be sent one (`request_password_reset.rs`).

use super::account::{ACTIVATION_DAYS, closing, recipient};
use super::token::{Holder, mint};
use super::{Composed, Desk, Recipient};
use crate::domain::account::AccountStatus;
use crate::domain::id::AccountId;
use crate::domain::second_factor::grouped;
use crate::mail::letters::{AccountHelp, OneLine, PasswordResetRequestedLetter};
use crate::services::ServiceError;
use crate::storage::accounts::{self, Credentials};
use crate::storage::mailed_tokens::Purpose;
use crate::storage::{Connection, reset_requests};

/// How long a reset link works, counted from its delivery.
pub(super) const RESET_MINUTES: i64 = 30;

pub(super) async fn requested<C: Connection>(desk: &Desk<'_, C>, ids: &[AccountId]) -> Result<Option<Composed>, ServiceError> {
    // Locked in one order, whoever else composes.
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    let mut named: Vec<Credentials> = Vec::new();
    for id in ids {
        let Some(found) = accounts::find_for_update(desk.tx, id).await? else { continue };
        // Whose address has changed since belongs to another letter.
        let is_of_this_address = |first: &Credentials| first.account.profile.email.key() == found.account.profile.email.key();
        if named.first().is_none_or(is_of_this_address) && !is_repeated(desk, id).await? {
            named.push(found);
        }
    }
    named.sort_by_cached_key(|c| c.account.login.key());
    let mut helped = Vec::new();
    for credentials in &named {
        helped.extend(help(desk, credentials).await?);
    }
    let Some(first) = named.first().filter(|_| !helped.is_empty()) else { return Ok(None) };
    // A mailbox that several share is nobody's by name.
    let to = match &named[..] {
        [only] => recipient(&only.account),
        _ => Recipient { email: first.account.profile.email.to_string(), name: String::new() },
    };
    let letter = PasswordResetRequestedLetter {
        can_reset: helped.iter().any(|help| help.code.is_some()),
        was_taken_back: matches!(&named[..], [only] if only.account.awaits_new_password()),
        accounts: helped,
        closing: closing(desk, first).await?,
    };
    desk.finish(to, first.voivodeship.clone(), &letter)
}

/// Whether a letter was asked for again since: then only the newest one carries a link that works.
async fn is_repeated<C: Connection>(desk: &Desk<'_, C>, account: AccountId) -> Result<bool, ServiceError> {
    Ok(reset_requests::count_since(desk.tx, account, desk.message.created_at.plus_ms(1)).await? > 0)
}

/// What helps this account; `None` when its letter came through before.
async fn help<C: Connection>(desk: &Desk<'_, C>, credentials: &Credentials) -> Result<Option<AccountHelp>, ServiceError> {
    let account = &credentials.account;
    let email_key = account.profile.email.key();
    let holder = Holder::Account(account.id, credentials.credentials_version);
    let login = OneLine::of(&account.login);
    let without_link = |state| AccountHelp { login: login.clone(), state, link: None, code: None, code_url: None, valid_until: None };
    let (purpose, path, valid_until) = match account.status {
        AccountStatus::Active => (Purpose::PasswordReset, "/password/reset/", desk.now.plus_minutes(RESET_MINUTES)),
        AccountStatus::Pending if account.has_password => {
            (Purpose::PasswordReset, "/password/reset/", desk.now.plus_minutes(RESET_MINUTES))
        }
        AccountStatus::Invited => (Purpose::Activation, "/activate/", desk.now.plus_days(ACTIVATION_DAYS)),
        // Added to an application by somebody else: there is nothing to sign in to yet.
        AccountStatus::Pending => return Ok(Some(without_link("waiting"))),
        AccountStatus::Suspended | AccountStatus::Closed => return Ok(Some(without_link(account.status.key()))),
    };
    let Some(minted) = mint(desk, purpose, holder, &email_key, valid_until).await? else { return Ok(None) };
    let link = Some(desk.link(&format!("{path}{}", minted.token)));
    if purpose != Purpose::PasswordReset {
        return Ok(Some(AccountHelp { link, ..without_link(account.status.key()) }));
    }
    let code = Some(grouped(&minted.code, "-").into());
    let (code_url, valid_until) = (Some(desk.link("/password/code")), Some(valid_until));
    Ok(Some(AccountHelp { link, code, code_url, valid_until, ..without_link(account.status.key()) }))
}
