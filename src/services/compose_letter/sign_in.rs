//! Letters about sign-ins that may not have been the owner's: a block, a new device. Each has a link „to nie ja”.

use super::account::{closing, recipient};
use super::reset::RESET_MINUTES;
use super::token::{Holder, mint};
use super::{Composed, Desk};
use crate::domain::device::DeviceName;
use crate::domain::id::{AccountId, SourceId};
use crate::domain::lockout::FAILURES_BEFORE_BLOCK;
use crate::domain::moment::Moment;
use crate::domain::notice::BlockedPlace;
use crate::mail::letters::{AccountBlockedLetter, OneLine, SignedInOnNewDeviceLetter};
use crate::services::ServiceError;
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use crate::storage::mailed_tokens::Purpose;
use crate::storage::sign_in_sources::{self, SourceKind};

/// How long „to nie ja” can be said.
const NOT_ME_DAYS: i64 = 7;

pub(super) async fn blocked<C: Connection>(
    desk: &Desk<'_, C>,
    id: AccountId,
    until: Moment,
    place: BlockedPlace,
    network: Option<&str>,
) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = accounts::find_for_update(desk.tx, id).await? else { return Ok(None) };
    // The block has ended, by its time or by a reset: its letter would send somebody to mend what is whole.
    if !credentials.account.status.can_sign_in() || until <= desk.now || !still_stands(desk, &credentials, place, until).await? {
        return Ok(None);
    }
    let reset_until = desk.now.plus_minutes(RESET_MINUTES);
    let Some(reset) = link(desk, &credentials, Purpose::PasswordReset, "/password/reset/", reset_until).await? else { return Ok(None) };
    let not_me_until = desk.now.plus_days(NOT_ME_DAYS);
    let Some(not_me) = link(desk, &credentials, Purpose::BlockNotMe, "/not-me/", not_me_until).await? else { return Ok(None) };
    let letter = AccountBlockedLetter {
        login: OneLine::of(&credentials.account.login),
        attempts: FAILURES_BEFORE_BLOCK,
        place,
        network: network.map(OneLine::from),
        blocked_at: desk.message.created_at,
        until,
        reset_link: reset,
        reset_until,
        not_me_link: not_me,
        forgot_url: desk.link("/password/forgot"),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}

async fn still_stands<C: Connection>(
    desk: &Desk<'_, C>,
    credentials: &Credentials,
    place: BlockedPlace,
    until: Moment,
) -> Result<bool, ServiceError> {
    let kind = match place {
        BlockedPlace::UnknownDevices => return Ok(credentials.account.lockout.is_blocked(desk.now)),
        BlockedPlace::Device => SourceKind::Device,
        BlockedPlace::Network => SourceKind::Network,
    };
    let blocked = sign_in_sources::list_blocked(desk.tx, credentials.account.id, desk.now).await?;
    Ok(blocked.iter().any(|source| source.kind == kind && source.lockout.blocked_until == Some(until)))
}

async fn link<C: Connection>(
    desk: &Desk<'_, C>,
    credentials: &Credentials,
    purpose: Purpose,
    path: &str,
    until: Moment,
) -> Result<Option<String>, ServiceError> {
    let holder = Holder::Account(credentials.account.id, credentials.credentials_version);
    let minted = mint(desk, purpose, holder, &credentials.account.profile.email.key(), until).await?;
    Ok(minted.map(|minted| desk.link(&format!("{path}{}", minted.token))))
}

pub(super) async fn on_new_device<C: Connection>(
    desk: &Desk<'_, C>,
    id: AccountId,
    device: SourceId,
) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = accounts::find_for_update(desk.tx, id).await? else { return Ok(None) };
    // A device that is forgotten by now was disowned, or its password is another one: that letter has gone out.
    let Some(device) = sign_in_sources::find_by_id(desk.tx, device).await? else { return Ok(None) };
    let Some(not_me) = link(desk, &credentials, Purpose::SignInNotMe, "/not-me/", desk.now.plus_days(NOT_ME_DAYS)).await? else {
        return Ok(None);
    };
    let letter = SignedInOnNewDeviceLetter {
        login: OneLine::of(&credentials.account.login),
        device: OneLine::of(DeviceName::of(&device.label)),
        network: device.network.into(),
        signed_in_at: desk.message.created_at,
        not_me_link: not_me,
        switch_url: desk.link("/account/notices"),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}
