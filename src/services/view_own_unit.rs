//! The own unit, for those who belong to it: its data, who looks after it, and for its coordinator who works in it. What may not live
//! here: other people's units.

use super::register_staff::coordinated_units;
use super::view_office::name_coordinators;
use super::{Context, ServiceError};
use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::grant::GrantState;
use crate::domain::id::UnitId;
use crate::domain::permission::{Permission, Target, UnitScope};
use crate::domain::unit::Unit;
use crate::domain::voivodeship::{Gmina, Office};
use crate::storage::grants::listing::{self, GrantFilter, ListedGrant};
use crate::storage::page::Slice;
use crate::storage::{dictionaries, gminas, offices, units};

/// Rows of a page of staff.
const PAGE_SIZE: usize = 50;

/// A unit as its own people see it.
#[derive(Debug, Clone)]
pub struct OwnUnit {
    /// As registered.
    pub unit: Unit,
    /// Name of its kind.
    pub kind: String,
    /// Its gmina.
    pub gmina: Option<Gmina>,
    /// The office that decides its applications, and serves it where it has no coordinator.
    pub office: Office,
    /// Full names of its coordinators.
    pub coordinators: Vec<String>,
    /// The actor may see who works in it.
    pub may_list: bool,
    /// The actor may register its new people.
    pub may_register: bool,
}

fn target(unit: UnitId) -> Target {
    Target { unit: Some(unit), ..Target::default() }
}

/// The units that the actor belongs to, by a grant in force or as their coordinator, in Polish order.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn own_units(context: &Context, actor: &Actor) -> Result<Vec<Unit>, ServiceError> {
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    let coordinated = me.roles.iter().filter(|role| role.role == Role::UnitCoordinator).filter_map(|role| role.unit);
    let mut ids: Vec<UnitId> = me.units.iter().copied().chain(coordinated).collect();
    ids.retain(|unit| context.policy.check(actor, Permission::UnitView, &target(*unit)).is_ok());
    ids.sort();
    ids.dedup();
    Ok(units::list_by_ids(&context.db, &ids).await?)
}

/// One of them.
///
/// # Errors
/// `NotFound` for a unit that is not an own one.
pub async fn view(context: &Context, actor: &Actor, id: UnitId) -> Result<OwnUnit, ServiceError> {
    let unit = own_units(context, actor).await?.into_iter().find(|unit| unit.id == id).ok_or(ServiceError::NotFound)?;
    let dictionaries = dictionaries::load(&context.db, context.now().warsaw_date()).await?;
    let coordinators = name_coordinators(context, std::slice::from_ref(&unit)).await?.remove(&id).unwrap_or_default();
    Ok(OwnUnit {
        kind: dictionaries.unit_kind(&unit.data.kind).map_or_else(|| unit.data.kind.clone(), |kind| kind.name.clone()),
        gmina: gminas::find(&context.db, &unit.data.terc).await?,
        office: offices::find(&context.db, &unit.voivodeship).await?,
        coordinators,
        may_list: context.policy.check(actor, Permission::GrantList, &target(id)).is_ok(),
        may_register: coordinated_units(context, actor).contains(&id),
        unit,
    })
}

/// Who works in an own unit now: its current grants by person, one page of them.
///
/// # Errors
/// `Denied` for those who do not look after it.
pub async fn staff(context: &Context, actor: &Actor, id: UnitId, after: Option<&str>) -> Result<Slice<ListedGrant>, ServiceError> {
    context.policy.check(actor, Permission::GrantList, &target(id))?;
    let scope = UnitScope::Within { voivodeships: Vec::new(), units: vec![id] };
    let filter = GrantFilter { state: Some(GrantState::Current), ..GrantFilter::default() };
    Ok(listing::list(&context.db, &scope, &filter, context.now().warsaw_date(), after, PAGE_SIZE).await?)
}
