//! Letters about an approved change of the e-mail address, each to the old and to the new address.

use super::account::closing;
use super::token::{Holder, mint};
use super::{Composed, Desk, Recipient};
use crate::domain::application::email_change::waiting::{ChangeState, WaitingChange};
use crate::domain::id::WaitingChangeId;
use crate::mail::letters::{AddressChange, EmailChangeEndedLetter, EmailChangeQueuedLetter, LostMailboxReplacedLetter, OneLine};
use crate::services::ServiceError;
use crate::storage::accounts::{self, Credentials};
use crate::storage::mailed_tokens::Purpose;
use crate::storage::{Connection, waiting_changes};

/// The change with its account.
async fn open<C: Connection>(desk: &Desk<'_, C>, id: WaitingChangeId) -> Result<Option<(WaitingChange, Credentials)>, ServiceError> {
    let Some(change) = waiting_changes::find(desk.tx, id).await? else { return Ok(None) };
    Ok(accounts::find_for_update(desk.tx, change.account).await?.map(|found| (change, found)))
}

/// Each address reads of the other one only enough to know it by.
async fn said<C: Connection>(
    desk: &Desk<'_, C>,
    change: &WaitingChange,
    found: &Credentials,
    to_new: bool,
) -> Result<(Recipient, AddressChange), ServiceError> {
    let (own, other) = if to_new { (&change.new_email, &change.old_email) } else { (&change.old_email, &change.new_email) };
    let said = AddressChange {
        login: OneLine::of(&found.account.login),
        to_new,
        other_address: OneLine::of(other.masked()),
        account_url: desk.link("/email-change"),
        closing: closing(desk, found).await?,
    };
    Ok((Recipient { email: own.to_string(), name: found.account.profile.full_name() }, said))
}

pub(super) async fn queued<C: Connection>(desk: &Desk<'_, C>, id: WaitingChangeId, to_new: bool) -> Result<Option<Composed>, ServiceError> {
    let Some((change, found)) = open(desk, id).await? else { return Ok(None) };
    // Stopped or done by now: the letter about that has more to say.
    if change.state != ChangeState::Waiting {
        return Ok(None);
    }
    let stop_link = if to_new {
        None
    } else {
        let holder = Holder::Account(change.account, found.credentials_version);
        let minted = mint(desk, Purpose::EmailChangeNotMe, holder, &change.old_email.key(), change.takes_effect_at).await?;
        let Some(minted) = minted else { return Ok(None) };
        Some(desk.link(&format!("/email-change/stop/{}", minted.token)))
    };
    let (recipient, change_words) = said(desk, &change, &found, to_new).await?;
    let letter = EmailChangeQueuedLetter { change: change_words, takes_effect_at: change.takes_effect_at, stop_link };
    desk.finish(recipient, found.voivodeship.clone(), &letter)
}

pub(super) async fn changed<C: Connection>(
    desk: &Desk<'_, C>,
    id: WaitingChangeId,
    to_new: bool,
) -> Result<Option<Composed>, ServiceError> {
    let Some((change, found)) = open(desk, id).await? else { return Ok(None) };
    let (recipient, change_words) = said(desk, &change, &found, to_new).await?;
    let letter = LostMailboxReplacedLetter {
        change: change_words,
        changed_at: change.ended_at.unwrap_or(desk.message.created_at),
        sign_in_url: desk.link("/login"),
        forgot_url: desk.link("/password/forgot"),
    };
    desk.finish(recipient, found.voivodeship.clone(), &letter)
}

pub(super) async fn ended<C: Connection>(desk: &Desk<'_, C>, id: WaitingChangeId, to_new: bool) -> Result<Option<Composed>, ServiceError> {
    let Some((change, found)) = open(desk, id).await? else { return Ok(None) };
    let (recipient, change_words) = said(desk, &change, &found, to_new).await?;
    let letter = EmailChangeEndedLetter {
        change: change_words,
        ended_at: change.ended_at.unwrap_or(desk.message.created_at),
        was_stopped: change.state == ChangeState::Stopped,
    };
    desk.finish(recipient, found.voivodeship.clone(), &letter)
}
