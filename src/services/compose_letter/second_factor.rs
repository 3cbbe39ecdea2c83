//! Letters about the second factor, to the account's owner.

use super::account::{closing, recipient};
use super::{Composed, Desk};
use crate::domain::id::AccountId;
use crate::mail::letters::{
    OneLine, PasskeyAddedLetter, PasskeyRemovedLetter, RecoveryCodeUsedLetter, SecondFactorAddedLetter, SecondFactorRemovedLetter,
    SecurityChange,
};
use crate::render::Letter;
use crate::services::ServiceError;
use crate::storage::{Connection, accounts, passkeys};

async fn tell<C: Connection, L: Letter>(
    desk: &Desk<'_, C>,
    id: AccountId,
    letter: impl FnOnce(SecurityChange) -> L,
) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = accounts::find_credentials(desk.tx, id).await? else { return Ok(None) };
    let change = SecurityChange {
        login: OneLine::of(&credentials.account.login),
        happened_at: desk.message.created_at,
        has_factor: passkeys::has_factor(desk.tx, id).await?,
        security_url: desk.link("/account/security"),
        forgot_url: desk.link("/password/forgot"),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter(change))
}

pub(super) async fn added<C: Connection>(desk: &Desk<'_, C>, id: AccountId) -> Result<Option<Composed>, ServiceError> {
    tell(desk, id, SecondFactorAddedLetter).await
}

pub(super) async fn removed<C: Connection>(desk: &Desk<'_, C>, id: AccountId, by_other: bool) -> Result<Option<Composed>, ServiceError> {
    tell(desk, id, |change| SecondFactorRemovedLetter { change, by_other }).await
}

pub(super) async fn recovery_code_used<C: Connection>(
    desk: &Desk<'_, C>,
    id: AccountId,
    left: i32,
) -> Result<Option<Composed>, ServiceError> {
    tell(desk, id, |change| RecoveryCodeUsedLetter { change, left }).await
}

pub(super) async fn passkey_added<C: Connection>(desk: &Desk<'_, C>, id: AccountId) -> Result<Option<Composed>, ServiceError> {
    tell(desk, id, PasskeyAddedLetter).await
}

pub(super) async fn passkey_removed<C: Connection>(desk: &Desk<'_, C>, id: AccountId) -> Result<Option<Composed>, ServiceError> {
    tell(desk, id, PasskeyRemovedLetter).await
}
