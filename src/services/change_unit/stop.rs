//! An approved end of a unit is stopped before its last day is over: the unit goes on as if nobody had asked. What moved or ended on the day
//! cannot be brought back this way.

use super::apply::entry;
use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::application::decision::Barred;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::identifiers::Text;
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::{Unit, UnitEvent, UnitStatus};
use crate::services::{Context, ServiceError, prove_again, record, rights};
use crate::storage::database::begin;
use crate::storage::unit_changes::{self, UnitChangeRow};
use crate::storage::{applications, role_assignments, units};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeSet;

/// Longest reason, in characters.
pub const LONGEST_STOP_REASON: usize = 2000;
/// An end that was set stands among so many of the latest entries of the unit's history.
const LATEST: u64 = 200;

/// Whether an end can still be stopped: its last day is not over, so nothing has moved.
fn is_stoppable(unit: &Unit, today: Date) -> bool {
    unit.status == UnitStatus::Active && unit.ends_on.is_some_and(|day| today <= day)
}

fn target(unit: &Unit) -> Target {
    Target { unit: Some(unit.id), voivodeship: Some(unit.voivodeship.clone()), ..Target::default() }
}

/// Whether the actor may stop the unit's end now.
pub(in crate::services) fn may_stop(context: &Context, actor: &Actor, unit: &Unit) -> bool {
    let may = context.policy.check(actor, Permission::UnitStopEnding, &target(unit)).is_ok();
    may && is_stoppable(unit, context.now().warsaw_date())
}

/// The unit whose end the actor may stop, for the page that asks for the reason.
///
/// # Errors
/// `NotFound` for those who may not, and the attempt is recorded; `Stale` where nothing is to be stopped.
pub async fn view_ending(context: &Context, actor: &Actor, id: UnitId) -> Result<Unit, ServiceError> {
    let unit = units::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if context.policy.check(actor, Permission::UnitStopEnding, &target(&unit)).is_err() {
        let details = json!({ "permission": Permission::UnitStopEnding.key() });
        record::refused(context, actor, AuditObject::new("unit", &unit.data.regon), Some(&unit.voivodeship), details).await?;
        return Err(ServiceError::NotFound);
    }
    if is_stoppable(&unit, context.now().warsaw_date()) { Ok(unit) } else { Err(ServiceError::Stale) }
}

/// Stops it, with a reason for the unit's history. Who applied for the end and the coordinators of both units are told. Nobody decides
/// about the own unit, nor who stands in for one of it.
///
/// # Errors
/// As [`view_ending`]; `Barred`, `ProofTooOld`; `Invalid` at `reason`.
pub async fn stop_ending(context: &Context, actor: &Actor, id: UnitId, reason: &str) -> Result<(), ServiceError> {
    let seen = view_ending(context, actor, id).await?;
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    let concerned: Vec<UnitId> = [Some(seen.id), seen.successor].into_iter().flatten().collect();
    if me.units.iter().any(|own| concerned.contains(own))
        || me.roles.iter().any(|held| held.unit.is_some_and(|own| concerned.contains(&own)))
    {
        return Err(ServiceError::Barred(Barred::SameUnit));
    }
    if let Some(absent) = me.acts_for(Some(&seen.voivodeship)) {
        let theirs = rights::belongs_to(&context.db, absent.deputised, context.now().warsaw_date()).await?;
        if theirs.iter().any(|own| concerned.contains(own)) {
            return Err(ServiceError::Barred(Barred::DeputisedBarred));
        }
    }
    prove_again::required(context, actor)?;
    let reason = Text::parse(reason, LONGEST_STOP_REASON).map_err(|found| {
        let found = if found == Invalid::Required { Invalid::ReasonRequired } else { found };
        ServiceError::field("reason", found)
    })?;
    let tx = begin(&context.db).await?;
    // In the order of their ids, as the day itself locks them.
    let mut ids = concerned;
    ids.sort();
    for unit in ids {
        units::find_for_update(&tx, unit).await?;
    }
    let unit = units::find(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if !is_stoppable(&unit, context.now().warsaw_date()) {
        return Err(ServiceError::Stale);
    }
    let set = unit_changes::list_of(&tx, id, LATEST).await?.into_iter().find(|row| row.event == UnitEvent::EndingSet);
    let application = match set.and_then(|row| row.application) {
        Some(application) => applications::find(&tx, application).await?,
        None => None,
    };
    units::clear_ending(&tx, id).await?;
    let stopped = entry(context, id, UnitEvent::EndingStopped);
    let row = UnitChangeRow { last_day: unit.ends_on, successor: unit.successor, justification: Some(reason.to_string()), ..stopped };
    unit_changes::add(&tx, &row).await?;
    let details = json!({
        "unit": id, "last_day": unit.ends_on.map(|day| day.to_string()), "successor": unit.successor, "reason": reason.as_str(),
        "application": application.as_ref().map(|application| application.number.as_str().to_owned()),
    });
    let object = AuditObject::new("unit", &unit.data.regon);
    record::done(context, &tx, actor, AuditEvent::UnitEndingStopped, object, Some(&unit.voivodeship), details).await?;
    let mut told: BTreeSet<AccountId> = application.map(|application| application.applicant).into_iter().collect();
    for unit in [Some(unit.id), unit.successor].into_iter().flatten() {
        let held = role_assignments::list_of_unit(&tx, unit).await?.into_iter();
        told.extend(held.filter(|(_, role)| role.role == Role::UnitCoordinator).map(|(account, _)| account));
    }
    for account in told.into_iter().filter(|account| *account != me.account) {
        record::tell(context, &tx, actor, &Notice::UnitEndingStopped { account, unit: id }).await?;
    }
    tx.commit().await?;
    Ok(())
}
