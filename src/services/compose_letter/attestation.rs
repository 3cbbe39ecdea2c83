//! Letters about the yearly confirmation of a unit's permissions.

use super::account::recipient;
use super::{Composed, Desk, Recipient};
use crate::domain::account::AccountStatus;
use crate::domain::attestation::AttestationState;
use crate::domain::id::{AccountId, AttestationId};
use crate::mail::letters::{
    AttestationNews, AttestationOpenedLetter, AttestationRemindedLetter, AttestationRestoredLetter, AttestationSuspendedLetter, OneLine,
};
use crate::render::Letter;
use crate::services::ServiceError;
use crate::services::keep_deadlines::days_left;
use crate::storage::{Connection, accounts, attestations, role_assignments, units};

/// A letter of one kind to whomever it is for; none where the matter has moved on meanwhile, or the account has.
async fn write<C: Connection, L: Letter>(
    desk: &Desk<'_, C>,
    (attestation, account): (AttestationId, Option<AccountId>),
    still: &[AttestationState],
    letter: fn(AttestationNews) -> L,
) -> Result<Option<Composed>, ServiceError> {
    let Some(attestation) = attestations::find(desk.tx, attestation).await? else { return Ok(None) };
    let Some(unit) = units::find(desk.tx, attestation.unit).await?.filter(|_| still.contains(&attestation.state)) else { return Ok(None) };
    let to = match account {
        None => Recipient { email: unit.data.email.to_string(), name: unit.data.name.to_string() },
        Some(id) => match accounts::find(desk.tx, id).await?.filter(|account| account.status == AccountStatus::Active) {
            Some(account) => recipient(&account),
            None => return Ok(None),
        },
    };
    let coordinators = role_assignments::list_coordinators(desk.tx, unit.id).await?;
    let news = AttestationNews {
        unit: OneLine::of(&unit.data.name),
        regon: OneLine::of(&unit.data.regon),
        last_day: attestation.last_day(),
        days_left: days_left(desk.now, attestation.due_at),
        is_to_unit: account.is_none(),
        is_asked: coordinators.is_empty() || account.is_some_and(|id| coordinators.contains(&id)),
        url: desk.link("/unit/attestation"),
        closing: desk.closing_of(Some(&unit.voivodeship)).await?,
    };
    desk.finish(to, Some(unit.voivodeship), &letter(news))
}

pub(super) async fn opened<C: Connection>(
    desk: &Desk<'_, C>,
    id: AttestationId,
    account: Option<AccountId>,
) -> Result<Option<Composed>, ServiceError> {
    write(desk, (id, account), &[AttestationState::Open], AttestationOpenedLetter).await
}

pub(super) async fn reminded<C: Connection>(
    desk: &Desk<'_, C>,
    id: AttestationId,
    account: Option<AccountId>,
) -> Result<Option<Composed>, ServiceError> {
    write(desk, (id, account), &[AttestationState::Open], AttestationRemindedLetter).await
}

pub(super) async fn suspended<C: Connection>(
    desk: &Desk<'_, C>,
    id: AttestationId,
    account: Option<AccountId>,
) -> Result<Option<Composed>, ServiceError> {
    write(desk, (id, account), &[AttestationState::Suspended], AttestationSuspendedLetter).await
}

pub(super) async fn restored<C: Connection>(
    desk: &Desk<'_, C>,
    id: AttestationId,
    account: AccountId,
) -> Result<Option<Composed>, ServiceError> {
    write(desk, (id, Some(account)), &[AttestationState::Answered, AttestationState::Done], AttestationRestoredLetter).await
}
