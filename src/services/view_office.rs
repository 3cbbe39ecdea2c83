//! Offices and units as administrators see them, within scope.

pub use crate::storage::units::UnitFilter;

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::Actor;
use crate::domain::collation::sort_key;
use crate::domain::id::{AccountId, UnitId};
use crate::domain::permission::{ListScope, Permission, Target};
use crate::domain::unit::Unit;
use crate::domain::voivodeship::{Office, VoivodeshipCode};
use crate::storage::page::Slice;
use crate::storage::{accounts, offices, role_assignments, units};
use std::collections::BTreeMap;

/// Rows on one page.
const PAGE_SIZE: usize = 50;

/// The offices that the actor looks after: one's own, or all.
///
/// # Errors
/// `Denied`.
pub async fn list_offices(context: &Context, actor: &Actor) -> Result<Vec<Office>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::OfficeView)?;
    let all = offices::list(&context.db).await?;
    Ok(match scope {
        ListScope::Country => all,
        ListScope::Voivodeships(codes) => all.into_iter().filter(|office| codes.contains(&office.voivodeship)).collect(),
    })
}

/// Whether the actor may edit the data of this office.
pub fn edits_office(context: &Context, actor: &Actor, voivodeship: &VoivodeshipCode) -> bool {
    let target = Target { voivodeship: Some(voivodeship.clone()), ..Target::default() };
    context.policy.check(actor, Permission::OfficeEdit, &target).is_ok()
}

/// One page of units within scope, in Polish order of names.
///
/// # Errors
/// `Denied`.
pub async fn list_units(context: &Context, actor: &Actor, filter: &UnitFilter, after: Option<&str>) -> Result<Slice<Unit>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::UnitList)?;
    Ok(units::list(&context.db, &scope, filter, after, PAGE_SIZE).await?)
}

/// Full names of the coordinators of units that were listed, in Polish order; a unit without one has none.
///
/// # Errors
/// Of the database.
pub async fn name_coordinators(context: &Context, units: &[Unit]) -> Result<BTreeMap<UnitId, Vec<String>>, ServiceError> {
    let ids: Vec<UnitId> = units.iter().map(|unit| unit.id).collect();
    let holders = role_assignments::coordinators_of(&context.db, &ids).await?;
    let accounts: Vec<AccountId> = holders.iter().map(|(_, account)| *account).collect();
    let accounts = accounts::list_by_ids(&context.db, &accounts).await?;
    let mut names: BTreeMap<UnitId, Vec<String>> = BTreeMap::new();
    for (unit, holder) in holders {
        let holder = accounts.iter().find(|account| account.id == holder);
        names.entry(unit).or_default().extend(holder.map(|account| account.profile.full_name()));
    }
    names.values_mut().for_each(|names| names.sort_by_cached_key(|name| sort_key(name)));
    Ok(names)
}

/// Names of the voivodeships, which are no secret.
///
/// # Errors
/// Of the database.
pub async fn name_voivodeships(context: &Context) -> Result<BTreeMap<VoivodeshipCode, String>, ServiceError> {
    Ok(offices::list(&context.db).await?.into_iter().map(|office| (office.voivodeship, office.voivodeship_name)).collect())
}
