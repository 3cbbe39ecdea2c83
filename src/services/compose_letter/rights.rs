//! Letters about rights that end soon, and about rights that were taken away.

use super::account::{closing, recipient};
use super::{Composed, Desk, grant_lines};
use crate::domain::account::AccountStatus;
use crate::domain::application::registration::GrantRequest;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, GrantId, RevocationId, UnitId};
use crate::domain::revocation::Revocation;
use crate::mail::letters::{
    GrantLine, GrantsEndingLetter, GrantsRevokedLetter, OneLine, PersonLine, UnitGrantsEndingLetter, UnitGrantsRevokedLetter, UnitLine,
};
use crate::services::ServiceError;
use crate::storage::accounts::{self, Credentials};
use crate::storage::grants::Grant;
use crate::storage::{Connection, dictionaries, grants, revocations, role_assignments, units};

/// The account, if it is one that reads about rights.
async fn active<C: Connection>(desk: &Desk<'_, C>, id: AccountId) -> Result<Option<Credentials>, ServiceError> {
    let found = accounts::find_credentials(desk.tx, id).await?;
    Ok(found.filter(|credentials| credentials.account.status == AccountStatus::Active))
}

fn lines_of(words: &Dictionaries, rights: &[GrantRequest]) -> Vec<GrantLine> {
    rights
        .iter()
        .map(|right| GrantLine {
            sub_area: right.sub_area.as_str().into(),
            sub_area_name: words.sub_area(&right.sub_area).map_or(right.sub_area.as_str(), |s| s.name.as_str()).into(),
            function: words.function(&right.function).map_or(right.function.as_str(), |f| f.name.as_str()).into(),
            valid_until: right.valid_until,
        })
        .collect()
}

/// What was taken, with the name of the unit.
async fn opened<C: Connection>(desk: &Desk<'_, C>, id: RevocationId) -> Result<Option<(Revocation, OneLine)>, ServiceError> {
    let Some(revocation) = revocations::find(desk.tx, id).await? else { return Ok(None) };
    let unit = units::find(desk.tx, revocation.unit).await?.map(|unit| unit.data.name.to_string()).unwrap_or_default();
    Ok(Some((revocation, unit.into())))
}

pub(super) async fn revoked<C: Connection>(desk: &Desk<'_, C>, id: RevocationId) -> Result<Option<Composed>, ServiceError> {
    let Some((revocation, name)) = opened(desk, id).await? else { return Ok(None) };
    // Who was suspended meanwhile is told too: what was taken stays taken.
    let Some(credentials) = accounts::find_credentials(desk.tx, revocation.account).await? else { return Ok(None) };
    let words = dictionaries::load(desk.tx, desk.now.warsaw_date()).await?;
    let letter = GrantsRevokedLetter {
        unit: UnitLine { name, grants: lines_of(&words, &revocation.left_behind.rights) },
        revoked_at: revocation.revoked_at,
        capacity: revocation.capacity,
        reason: revocation.reason.name.as_str().into(),
        note: revocation.note.as_deref().map(Into::into),
        was_coordinator: revocation.left_behind.was_coordinator,
        hand_over_url: desk.link(&format!("/revocations/{id}")),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}

pub(super) async fn revoked_in_unit<C: Connection>(
    desk: &Desk<'_, C>,
    coordinator: AccountId,
    id: RevocationId,
) -> Result<Option<Composed>, ServiceError> {
    let Some((revocation, unit)) = opened(desk, id).await? else { return Ok(None) };
    let Some(credentials) = coordinator_of(desk, coordinator, revocation.unit).await? else { return Ok(None) };
    let Some(account) = accounts::find(desk.tx, revocation.account).await? else { return Ok(None) };
    let words = dictionaries::load(desk.tx, desk.now.warsaw_date()).await?;
    let grants = lines_of(&words, &revocation.left_behind.rights);
    let letter = UnitGrantsRevokedLetter {
        unit,
        person: PersonLine { name: account.profile.full_name().into(), login: OneLine::of(&account.login), grants },
        revoked_at: revocation.revoked_at,
        capacity: revocation.capacity,
        reason: revocation.reason.name.as_str().into(),
        hand_over_url: desk.link(&format!("/revocations/{id}")),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}

/// The account, if it still is the unit's coordinator.
async fn coordinator_of<C: Connection>(desk: &Desk<'_, C>, id: AccountId, unit: UnitId) -> Result<Option<Credentials>, ServiceError> {
    let is_one = role_assignments::list_coordinators(desk.tx, unit).await?.contains(&id);
    if is_one { active(desk, id).await } else { Ok(None) }
}

/// Those that still end soon: neither over, nor taken away or renewed meanwhile.
async fn still_held<C: Connection>(desk: &Desk<'_, C>, ids: &[GrantId]) -> Result<Vec<Grant>, ServiceError> {
    Ok(grants::list_in_force(desk.tx, ids, desk.now.warsaw_date()).await?)
}

pub(super) async fn ending<C: Connection>(desk: &Desk<'_, C>, id: AccountId, grants: &[GrantId]) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = active(desk, id).await? else { return Ok(None) };
    let held = still_held(desk, grants).await?;
    if held.is_empty() {
        return Ok(None);
    }
    let words = dictionaries::load(desk.tx, desk.now.warsaw_date()).await?;
    let mut ids: Vec<UnitId> = held.iter().map(|grant| grant.unit).collect();
    ids.dedup();
    let found = units::list_by_ids(desk.tx, &ids).await?;
    let line = |unit: &crate::domain::unit::Unit| {
        let own: Vec<Grant> = held.iter().filter(|grant| grant.unit == unit.id).cloned().collect();
        UnitLine { name: unit.data.name.as_str().into(), grants: grant_lines(&words, &own, id) }
    };
    let letter = GrantsEndingLetter {
        units: found.iter().map(line).collect(),
        renew_url: desk.link("/account/renew"),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}

pub(super) async fn ending_in_unit<C: Connection>(
    desk: &Desk<'_, C>,
    coordinator: AccountId,
    unit: UnitId,
    grants: &[GrantId],
) -> Result<Option<Composed>, ServiceError> {
    let Some(credentials) = coordinator_of(desk, coordinator, unit).await? else { return Ok(None) };
    let held = still_held(desk, grants).await?;
    let Some(unit) = units::find(desk.tx, unit).await?.filter(|_| !held.is_empty()) else { return Ok(None) };
    let words = dictionaries::load(desk.tx, desk.now.warsaw_date()).await?;
    let mut ids: Vec<AccountId> = held.iter().map(|grant| grant.account).collect();
    ids.sort();
    ids.dedup();
    let person = |account: &crate::domain::account::Account| PersonLine {
        name: account.profile.full_name().into(),
        login: OneLine::of(&account.login),
        grants: grant_lines(&words, &held, account.id),
    };
    let letter = UnitGrantsEndingLetter {
        unit: unit.data.name.as_str().into(),
        persons: accounts::list_by_ids(desk.tx, &ids).await?.iter().map(person).collect(),
        list_url: desk.link("/grants"),
        closing: closing(desk, &credentials).await?,
    };
    desk.finish(recipient(&credentials.account), credentials.voivodeship.clone(), &letter)
}
