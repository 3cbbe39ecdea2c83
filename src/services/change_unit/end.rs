//! The day after a unit's last one: rights and coordinators go to the successor or end, the unit is closed, and who is touched by it
//! is told. Afterwards applications that nobody can decide any more are closed with their reason.
//!
//! An open application about a unit with a successor stays as it was filed and signed; its approval gives the rights in the successor
//! (`rights::heir`).

use super::apply::entry;
use super::plan::{fate_of, fitness_of, goes_on};
use crate::domain::account::{Role, RoleAssignment};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::unit_change::Fate;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, ApplicationId, UnitId};
use crate::domain::moment::date_text;
use crate::domain::notice::Notice;
use crate::domain::unit::{Unit, UnitEvent, UnitStatus};
use crate::services::withdraw_application::close_with_reason;
use crate::services::{Context, ServiceError, record, renew_permissions, rights};
use crate::storage::Connection;
use crate::storage::database::begin;
use crate::storage::grants::Grant;
use crate::storage::unit_changes::{self, UnitChangeRow};
use crate::storage::{accounts, applications, dictionaries, grants, role_assignments, units};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeSet;

/// Ends a unit whose last day has passed; false when somebody was quicker. The unit is locked first, so a right that is given
/// meanwhile is either moved with the others or given in the successor.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn end_unit(context: &Context, actor: &Actor, id: UnitId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    // Applications before units, as decisions lock them: a renewal of what does not move comes to nothing.
    let mut holders: Vec<AccountId> = match units::find(&tx, id).await?.and_then(|unit| unit.ends_on) {
        Some(last_day) => grants::list_beyond(&tx, id, last_day).await?.into_iter().map(|grant| grant.account).collect(),
        None => Vec::new(),
    };
    holders.dedup();
    let mut renewals = renew_permissions::lock(&tx, &holders).await?;
    // In the order of their ids, as the decision locks them.
    let mut ids: Vec<UnitId> = units::find(&tx, id).await?.into_iter().flat_map(|unit| [Some(unit.id), unit.successor]).flatten().collect();
    ids.sort();
    for id in ids {
        units::find_for_update(&tx, id).await?;
    }
    let Some(unit) = units::find(&tx, id).await? else { return Ok(false) };
    let Some(last_day) = unit.ends_on.filter(|day| *day < context.now().warsaw_date()) else { return Ok(false) };
    if unit.status != UnitStatus::Active {
        return Ok(false);
    }
    let heir = match unit.successor {
        // It may have been transformed itself by now.
        Some(successor) => rights::heir(&tx, successor).await?,
        None => None,
    };
    let mut told = BTreeSet::new();
    let moved = end_grants(context, actor, &tx, (&unit, heir.as_ref(), last_day), (&mut told, &mut renewals)).await?;
    end_coordinators(context, actor, &tx, (&unit, heir.as_ref()), &mut told).await?;
    units::close(&tx, id).await?;
    let successor = heir.as_ref().map(|heir| heir.id);
    let closed = entry(context, id, UnitEvent::Closed);
    unit_changes::add(&tx, &UnitChangeRow { last_day: Some(last_day), successor, ..closed }).await?;
    if let Some(heir) = &heir {
        let took_over = entry(context, heir.id, UnitEvent::TookOver);
        unit_changes::add(&tx, &UnitChangeRow { last_day: Some(last_day), successor: Some(id), ..took_over }).await?;
    }
    let details = json!({ "unit": id, "last_day": last_day.to_string(), "successor": successor, "moved": moved.0, "ended": moved.1 });
    let object = AuditObject::new("unit", &unit.data.regon);
    record::done(context, &tx, actor, AuditEvent::UnitClosed, object, Some(&unit.voivodeship), details).await?;
    for account in told {
        record::tell(context, &tx, actor, &Notice::UnitEnded { account, unit: id }).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Moves what goes on and ends the rest; gives how many did the one and the other.
async fn end_grants<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    (unit, heir, last_day): (&Unit, Option<&Unit>, Date),
    (told, renewals): (&mut BTreeSet<AccountId>, &mut Vec<Application>),
) -> Result<(usize, usize), ServiceError> {
    let dictionaries: Dictionaries = dictionaries::load(tx, context.now().warsaw_date()).await?;
    let (now, mut moved, mut ended) = (context.now(), 0, Vec::new());
    for grant in grants::list_beyond(tx, unit.id, last_day).await? {
        let account = accounts::find(tx, grant.account).await?;
        let fitness = fitness_of(tx, &grant, account.as_ref()).await?;
        if !fitness.is_account_closed {
            told.insert(grant.account);
        }
        let new = Grant {
            id: context.new_grant_id(),
            unit: heir.map_or(unit.id, |heir| heir.id),
            valid_from: grant.valid_from.max(last_day.saturating_add(1.day())),
            ..grant.clone()
        };
        let fate = fate_of(tx, &new, fitness, heir, &dictionaries).await?;
        if fate == Fate::Moves && heir.is_some() && !grants::replace(tx, grant.id, now).await? {
            // Taken away at this very moment: what is gone does not move.
            continue;
        }
        let event = match (fate, heir) {
            (Fate::Moves, Some(_)) => {
                if grant.valid_from <= last_day {
                    grants::end(tx, &grant, last_day, now).await?;
                }
                grants::replace_ended(tx, &new, now).await?;
                grants::add(tx, &new, now).await?;
                moved += 1;
                AuditEvent::GrantMoved
            }
            _ => {
                grants::end(tx, &grant, last_day, now).await?;
                ended.push(grant.clone());
                AuditEvent::GrantEnded
            }
        };
        let to = (fate == Fate::Moves).then_some((new.id, new.unit));
        let details = json!({ "unit": unit.id, "last_day": last_day.to_string(), "why": fate.key(), "grant": to.map(|t| t.0), "to": to.map(|t| t.1) });
        record::done(context, tx, actor, event, AuditObject::new("grant", grant.id), Some(&unit.voivodeship), details).await?;
        if let Some((id, _)) = to {
            let details = json!({ "from": grant.id, "until": new.valid_until.to_string() });
            record::done(context, tx, actor, AuditEvent::GrantAdded, AuditObject::new("grant", id), Some(&unit.voivodeship), details)
                .await?;
        }
    }
    // Without a successor every application about the unit is closed, with that reason.
    if heir.is_some() {
        let words = [("unit", unit.data.name.as_str()), ("day", &date_text(last_day))];
        let reason = context.renderer.labels().text_with("renew.ended_reason", &words);
        renew_permissions::end(context, actor, tx, renewals, &ended.iter().collect::<Vec<_>>(), &reason).await?;
    }
    Ok((moved, ended.len()))
}

/// Coordinators of the unit become those of the successor.
async fn end_coordinators<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    (unit, heir): (&Unit, Option<&Unit>),
    told: &mut BTreeSet<AccountId>,
) -> Result<(), ServiceError> {
    let now = context.now();
    let mut there: Vec<AccountId> = match heir {
        Some(heir) => role_assignments::list_of_unit(tx, heir.id).await?.into_iter().map(|(account, _)| account).collect(),
        None => Vec::new(),
    };
    for (id, assignment) in role_assignments::list_of_unit(tx, unit.id).await? {
        let Some(account) = accounts::find(tx, id).await? else { continue };
        told.insert(id);
        role_assignments::revoke(tx, assignment.id, now).await?;
        let object = || AuditObject::new("account", &account.login);
        let details = json!({ "role": assignment.role.key(), "unit": unit.id });
        record::done(context, tx, actor, AuditEvent::RoleRevoked, object(), Some(&unit.voivodeship), details).await?;
        if let Some(heir) = heir
            && assignment.role == Role::UnitCoordinator
            && !there.contains(&id)
        {
            let new = RoleAssignment { id: context.new_role_assignment_id(), unit: Some(heir.id), ..assignment };
            role_assignments::add(tx, id, &new, actor.label(), now).await?;
            there.push(id);
            let details = json!({ "role": new.role.key(), "unit": heir.id });
            record::done(context, tx, actor, AuditEvent::RoleAssigned, object(), Some(&heir.voivodeship), details).await?;
        }
    }
    Ok(())
}

/// Closes an application about a unit that has ended and left nobody to decide for; false when somebody was quicker. The applicant
/// is told why.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn close_application(context: &Context, actor: &Actor, id: ApplicationId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(application) = applications::find_for_update(&tx, id).await? else { return Ok(false) };
    let summary = application.summary();
    let Some(unit) = summary.unit else { return Ok(false) };
    let Some(unit) = units::find_for_update(&tx, unit).await? else { return Ok(false) };
    let is_over = unit.status == UnitStatus::Closed && !goes_on(application.payload.kind(), unit.successor.is_some());
    if !is_over || !application.status.is_open() {
        return Ok(false);
    }
    let day = unit.ends_on.map(date_text).unwrap_or_default();
    let words = [("unit", unit.data.name.as_str()), ("day", day.as_str())];
    let reason = context.renderer.labels().text_with("unit_change.closed_reason", &words);
    close_with_reason(context, actor, &tx, application, reason, json!({ "unit": unit.id })).await?;
    tx.commit().await?;
    Ok(true)
}
