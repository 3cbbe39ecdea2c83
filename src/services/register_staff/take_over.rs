//! What somebody left is asked for by a new person: a registration goes on with one more person, who asks for the leaver's rights.

use super::look::{StaffDraft, serving};
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::draft::PersonTexts;
use crate::domain::application::registration::MOST_PERSONS;
use crate::domain::audit::AuditObject;
use crate::domain::id::RevocationId;
use crate::domain::revocation::Revocation;
use crate::domain::unit::{Unit, UnitStatus};
use crate::services::guided_form::{change, look};
use crate::services::{Context, ServiceError, record};
use crate::storage::{accounts, revocations};
use serde_json::json;

/// What can be taken over.
#[derive(Debug, Clone)]
pub struct StaffTakeOver {
    /// Whose rights they were.
    pub leaver: Account,
    /// Where.
    pub unit: Unit,
    /// Of the leaver's rights those that the unit may still have, `PS:editor`.
    pub pairs: Vec<String>,
    /// Where the matter stands.
    pub staff: StaffDraft,
    /// A person can be added to what is typed: it is no correction, about this unit, and not full.
    pub has_room: bool,
}

fn has_room(staff: &StaffDraft, unit: &Unit) -> bool {
    let texts = staff.texts();
    let is_here = texts.persons.is_empty() || staff.unit().is_some_and(|chosen| chosen.id == unit.id);
    staff.corrects.is_none() && is_here && texts.persons.len() < MOST_PERSONS
}

/// Reads it, for a coordinator of the unit, or for an administrator where it has none.
///
/// # Errors
/// `Denied` for those who register nobody; `NotFound` for a list of another unit, and the attempt is recorded.
pub async fn view_take_over(context: &Context, actor: &Actor, id: RevocationId) -> Result<StaffTakeOver, ServiceError> {
    let staff: StaffDraft = look(context, actor).await?;
    let revocation: Revocation = revocations::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    let is_it = |unit: &&Unit| unit.id == revocation.unit && unit.status == UnitStatus::Active;
    let served = serving(context, &context.db, actor, Some(revocation.unit)).await?.and_then(|serving| serving.unit);
    let Some(unit) = staff.own_units.iter().chain(&served).find(is_it).cloned() else {
        record::refused(context, actor, AuditObject::new("revocation", id), None, json!({})).await?;
        return Err(ServiceError::NotFound);
    };
    let around = staff.around();
    let allowed = around.sub_areas(&unit);
    let is_allowed = |pair: &String| pair.split_once(':').is_some_and(|(sub_area, _)| allowed.iter().any(|code| code == sub_area));
    let pairs = revocation.left_behind.pairs().into_iter().filter(is_allowed).collect();
    let leaver = accounts::find(&context.db, revocation.account).await?.ok_or(ServiceError::NotFound)?;
    Ok(StaffTakeOver { leaver, pairs, has_room: has_room(&staff, &unit), unit, staff })
}

/// Adds a person who asks for what can be taken over; gives the person's place in the list. Who clicks twice adds one.
///
/// # Errors
/// As [`view_take_over`]; `Stale` when there is no room or nothing to take over.
pub async fn take_over(context: &Context, actor: &Actor, id: RevocationId) -> Result<usize, ServiceError> {
    let found = view_take_over(context, actor, id).await?;
    if found.pairs.is_empty() {
        return Err(ServiceError::Stale);
    }
    change(context, actor, async |now: &StaffDraft, texts| {
        if !has_room(now, &found.unit) {
            return Err(ServiceError::Stale);
        }
        let wanted = PersonTexts { grants: found.pairs.clone(), ..PersonTexts::default() };
        texts.unit = Some(found.unit.id);
        if texts.persons.last() != Some(&wanted) {
            texts.persons.push(wanted);
        }
        Ok(texts.persons.len() - 1)
    })
    .await
}
