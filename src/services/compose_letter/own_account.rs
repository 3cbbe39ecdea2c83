//! Letters about what an owner does with the own account. Those about another e-mail address mint their tokens here: the one that
//! confirms belongs to its letter, the one that takes back to the change, so that both letters to the old address carry it.

use super::account::{closing, recipient};
use super::{Composed, Desk, Recipient};
use crate::domain::account::AccountStatus;
use crate::domain::email_change::{CONFIRM_HOURS, EmailChange, EmailChangeStatus, UNDO_DAYS};
use crate::domain::id::{AccountId, EmailChangeId, RevocationId};
use crate::domain::second_factor::grouped;
use crate::mail::letters::{
    AccountClosedLetter, ClosingRequestedLetter, EmailChangeAnnouncedLetter, EmailChangeNews, EmailChangeRequestedLetter,
    EmailChangedLetter, OneLine,
};
use crate::render::Letter;
use crate::secrets::token_hash;
use crate::services::ServiceError;
use crate::storage::accounts::{self, Credentials};
use crate::storage::closing_requests;
use crate::storage::{Connection, email_changes, revocations};

/// The account, locked, and its change.
async fn locked<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    change: EmailChangeId,
) -> Result<Option<(Credentials, EmailChange)>, ServiceError> {
    let Some(credentials) = accounts::find_for_update(desk.tx, account).await? else { return Ok(None) };
    let change = email_changes::find(desk.tx, change).await?;
    Ok(change.map(|change| (credentials, change)))
}

/// To the new address. It names nobody: nobody has confirmed it.
pub(super) async fn change_requested<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    change: EmailChangeId,
) -> Result<Option<Composed>, ServiceError> {
    let Some((credentials, mut change)) = locked(desk, account, change).await? else { return Ok(None) };
    // Given up since, or over; but a letter that is late through no fault of its reader gets its whole time.
    let is_over = change.confirm_hash.is_some() && !change.is_confirmable(desk.now);
    if change.status != EmailChangeStatus::Pending || is_over || !credentials.account.status.can_sign_in() {
        return Ok(None);
    }
    let bound_to = [desk.message.id.0.as_bytes().as_slice(), change.id.0.as_bytes()].concat();
    let token = desk.context.key.token("email_change", &bound_to);
    let code = desk.context.key.long_numeric_code("email_change", &bound_to);
    let link = token_hash(&token);
    change.confirm_hash = Some(link);
    change.code_hash = Some(desk.context.key.code_hash(link, &code));
    change.confirm_until = desk.now.plus_hours(CONFIRM_HOURS);
    change.undo_until = change.undo_until.max(desk.now.plus_days(UNDO_DAYS));
    email_changes::save(desk.tx, &change).await?;
    let letter = EmailChangeRequestedLetter {
        link: desk.link(&format!("/account/email/confirm/{token}")),
        code: grouped(&code, "-").into(),
        code_url: desk.link("/account/email"),
        valid_until: change.confirm_until,
        closing: closing(desk, &credentials).await?,
    };
    let to = Recipient { email: change.new.to_string(), name: String::new() };
    desk.finish(to, credentials.voivodeship.clone(), &letter)
}

/// To the old address, as it was when the change was asked for.
async fn tell_old<C: Connection, L: Letter>(
    desk: &Desk<'_, C>,
    credentials: &Credentials,
    mut change: EmailChange,
    letter: impl FnOnce(EmailChangeNews) -> L,
) -> Result<Option<Composed>, ServiceError> {
    let token = desk.context.key.token("email_change_undo", change.id.0.as_bytes());
    change.undo_hash = Some(token_hash(&token));
    change.undo_until = desk.now.plus_days(UNDO_DAYS);
    email_changes::save(desk.tx, &change).await?;
    let account = &credentials.account;
    let news = EmailChangeNews {
        login: OneLine::of(&account.login),
        new_email: OneLine::of(&change.new),
        happened_at: desk.message.created_at,
        undo_link: desk.link(&format!("/account/email/undo/{token}")),
        undo_until: change.undo_until,
        closing: closing(desk, credentials).await?,
    };
    let to = Recipient { email: change.old.to_string(), name: account.profile.full_name() };
    desk.finish(to, credentials.voivodeship.clone(), &letter(news))
}

pub(super) async fn change_announced<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    change: EmailChangeId,
) -> Result<Option<Composed>, ServiceError> {
    let Some((credentials, change)) = locked(desk, account, change).await? else { return Ok(None) };
    // Where it is in force already, the letter about that follows or has come.
    if change.status != EmailChangeStatus::Pending || credentials.account.status == AccountStatus::Closed {
        return Ok(None);
    }
    tell_old(desk, &credentials, change, EmailChangeAnnouncedLetter).await
}

pub(super) async fn changed<C: Connection>(
    desk: &Desk<'_, C>,
    account: AccountId,
    change: EmailChangeId,
) -> Result<Option<Composed>, ServiceError> {
    let Some((credentials, change)) = locked(desk, account, change).await? else { return Ok(None) };
    if change.status != EmailChangeStatus::Confirmed || credentials.account.status == AccountStatus::Closed {
        return Ok(None);
    }
    tell_old(desk, &credentials, change, EmailChangedLetter).await
}

pub(super) async fn closing_requested<C: Connection>(desk: &Desk<'_, C>, id: AccountId) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = accounts::find_credentials(desk.tx, id).await? else { return Ok(None) };
    // Taken back since, or done.
    if closing_requests::find_open(desk.tx, id).await?.is_none() {
        return Ok(None);
    }
    let letter = ClosingRequestedLetter {
        login: OneLine::of(&credentials.account.login),
        requested_at: desk.message.created_at,
        withdraw_url: desk.link("/account/close"),
        forgot_url: desk.link("/password/forgot"),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}

pub(super) async fn account_closed<C: Connection>(
    desk: &Desk<'_, C>,
    id: AccountId,
    was_asked_for: bool,
    revocation: Option<RevocationId>,
) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = accounts::find_credentials(desk.tx, id).await? else { return Ok(None) };
    if credentials.account.status != AccountStatus::Closed {
        return Ok(None);
    }
    let chosen = match revocation {
        Some(id) => revocations::find(desk.tx, id).await?,
        None => None,
    };
    let letter = AccountClosedLetter {
        login: OneLine::of(&credentials.account.login),
        closed_at: desk.message.created_at,
        was_asked_for,
        chosen: chosen.map(|taken| (taken.capacity, OneLine::of(&taken.reason.name))),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}
