//! Rights of accounts: what is held, what open applications ask for, and the one place that grants. What may not live here: who
//! may ask for what (domain), and whether something is granted at all (the decision).

use super::{Context, ServiceError, record};
use crate::domain::account::{Account, Role, RoleAssignment};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::registration::GrantRequest;
use crate::domain::application::right::{Asked, Right};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, AccountJoinId, ApplicationId, GrantId, UnitId};
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::{Unit, UnitStatus};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::grants::{Grant, handing_over};
use crate::storage::{Connection, StorageError};
use crate::storage::{applications, grants, role_assignments, sessions, units};
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeSet;

/// The units that an account belongs to on a day, by a grant or by a role.
pub(super) async fn belongs_to<C: Connection>(db: &C, account: AccountId, today: Date) -> Result<Vec<UnitId>, ServiceError> {
    let mut units = sessions::units_of(db, account, &today.to_string()).await?;
    units.extend(role_assignments::list_of(db, account).await?.into_iter().filter_map(|role| role.unit));
    Ok(units)
}

/// The accounts that belong to a unit on a day, by a grant or as its coordinators.
pub(super) async fn people_of<C: Connection>(db: &C, unit: UnitId, today: Date) -> Result<BTreeSet<AccountId>, ServiceError> {
    let mut people: BTreeSet<AccountId> = grants::holders_in(db, unit, today).await?.into_iter().collect();
    people.extend(role_assignments::list_coordinators(db, unit).await?);
    Ok(people)
}

/// The rights that an account holds, on this day or from a later one on.
pub(super) async fn held_by<C: Connection>(db: &C, account: AccountId, today: Date) -> Result<Vec<Right>, ServiceError> {
    let held = grants::list_of_account(db, account).await?.into_iter().filter(|grant| today <= grant.valid_until);
    Ok(held.map(right_of).collect())
}

/// The rights that an account holds on this day.
pub(super) async fn in_force_of<C: Connection>(db: &C, account: AccountId, today: Date) -> Result<Vec<Right>, ServiceError> {
    Ok(grants::list_in_force_of(db, account, today).await?.into_iter().map(right_of).collect())
}

fn right_of(grant: Grant) -> Right {
    let wish = GrantRequest { sub_area: grant.sub_area, function: grant.function, valid_until: grant.valid_until };
    Right { unit: grant.unit, wish }
}

/// The active units in which an account holds a right in force: their heads can confirm who the person is.
pub(super) async fn own_units<C: Connection>(db: &C, account: AccountId, today: Date) -> Result<Vec<Unit>, ServiceError> {
    let grants = grants::list_in_force_of(db, account, today).await?;
    let mut ids: Vec<_> = grants.iter().map(|grant| grant.unit).collect();
    ids.dedup();
    Ok(units::list_by_ids(db, &ids).await?.into_iter().filter(|unit| unit.status == UnitStatus::Active).collect())
}

/// So many units follow one another at most; there are never more than a few.
const LONGEST_CHAIN: usize = 20;

/// The unit, or the one that has taken its place since and is active, as `find` reads each of them. None where nobody has.
async fn active_from<F: Future<Output = Result<Option<Unit>, StorageError>>>(
    unit: UnitId,
    find: impl Fn(UnitId) -> F,
) -> Result<Option<Unit>, ServiceError> {
    let mut next = Some(unit);
    for _ in 0..LONGEST_CHAIN {
        let Some(id) = next else { return Ok(None) };
        let Some(unit) = find(id).await? else { return Ok(None) };
        if unit.status == UnitStatus::Active {
            return Ok(Some(unit));
        }
        next = unit.successor;
    }
    Ok(None)
}

/// The unit, or the one that has taken its place since: active, and locked until the transaction ends. None where nobody has.
pub(super) async fn heir<C: Connection>(tx: &C, unit: UnitId) -> Result<Option<Unit>, ServiceError> {
    active_from(unit, |id| units::find_for_update(tx, id)).await
}

/// The unit that stands in a unit's place today, without a lock: itself, or the one to which its rights have moved. None where nobody does.
pub(super) async fn place_of<C: Connection>(db: &C, unit: UnitId) -> Result<Option<UnitId>, ServiceError> {
    Ok(active_from(unit, |id| units::find(db, id)).await?.map(|unit| unit.id))
}

/// The units with all that take their places, or will.
pub(super) async fn with_successors<C: Connection>(db: &C, units: Vec<UnitId>) -> Result<Vec<UnitId>, ServiceError> {
    let mut all = units;
    let mut at = 0;
    while let Some(id) = all.get(at).copied() {
        at += 1;
        if let Some(successor) = units::find(db, id).await?.and_then(|unit| unit.successor)
            && !all.contains(&successor)
        {
            all.push(successor);
        }
    }
    Ok(all)
}

/// The rights that open applications ask for, other than the one that is corrected.
pub(super) async fn asked_for<C: Connection>(
    db: &C,
    account: &Account,
    corrected: Option<ApplicationId>,
) -> Result<Vec<Asked>, ServiceError> {
    let mut asked = Vec::new();
    let listed = applications::list_naming(db, account.id).await?.into_iter();
    for listed in listed.filter(|listed| listed.status.is_open() && Some(listed.id) != corrected) {
        let Some(application) = applications::find(db, listed.id).await? else { continue };
        let own = application.payload.matter().asks().into_iter().filter(|(login, _)| login.key() == account.login.key());
        asked.extend(own.map(|(_, right)| Asked { right, number: application.number.clone() }));
    }
    Ok(asked)
}

/// Whoever decides grants nothing beyond the own scope, whatever the application says of the unit: what counts is where it is registered.
async fn within_scope<C: Connection>(context: &Context, actor: &Actor, tx: &C, unit: UnitId) -> Result<(), ServiceError> {
    if actor.signed_in().is_none() {
        return Ok(());
    }
    let found = units::find(tx, unit).await?.ok_or(ServiceError::Stale)?;
    let target = Target { unit: Some(unit), voivodeship: Some(found.voivodeship), ..Target::default() };
    Ok(context.policy.check(actor, Permission::ApplicationApprove, &target)?)
}

/// Units that the account coordinates, or that its open applications, other than the corrected one, propose it for.
pub(super) async fn coordinates<C: Connection>(
    db: &C,
    account: &Account,
    corrected: Option<ApplicationId>,
) -> Result<Vec<UnitId>, ServiceError> {
    let roles = role_assignments::list_of(db, account.id).await?;
    let mut units: Vec<UnitId> = roles.into_iter().filter(|r| r.role == Role::UnitCoordinator).filter_map(|r| r.unit).collect();
    let listed = applications::list_naming(db, account.id).await?.into_iter();
    for listed in listed.filter(|listed| listed.status.is_open() && Some(listed.id) != corrected) {
        let Some(application) = applications::find(db, listed.id).await? else { continue };
        let is_proposed = application.payload.matter().coordinators().iter().any(|login| login.key() == account.login.key());
        units.extend(application.summary().unit.filter(|_| is_proposed));
    }
    Ok(units)
}

/// Makes an account the coordinator of a unit, as the head proposed in the approved application, in the deciding transaction. Who is it
/// already stays it.
///
/// # Errors
/// Of the database.
pub(super) async fn make_coordinator<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    account: &Account,
    (unit, voivodeship): (UnitId, &VoivodeshipCode),
) -> Result<(), ServiceError> {
    let role = Role::UnitCoordinator;
    if role_assignments::list_of(tx, account.id).await?.iter().any(|held| held.role == role && held.unit == Some(unit)) {
        return Ok(());
    }
    within_scope(context, actor, tx, unit).await?;
    let assignment = RoleAssignment { id: context.new_role_assignment_id(), role, voivodeship: None, unit: Some(unit) };
    role_assignments::add(tx, account.id, &assignment, actor.label(), context.now()).await?;
    let details = json!({ "role": role.key(), "unit": unit, "application": application.number.as_str() });
    let object = AuditObject::new("account", &account.login);
    record::done(context, tx, actor, AuditEvent::RoleAssigned, object, Some(voivodeship), details).await
}

/// Grants what an approved application asks for, from today on, in the deciding transaction.
///
/// # Errors
/// A conflict on `grants_current` when the account holds one of the rights already.
pub(super) async fn give<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    account: &Account,
    (unit, voivodeship): (UnitId, &VoivodeshipCode),
    wishes: &[GrantRequest],
) -> Result<(), ServiceError> {
    let now = context.now();
    within_scope(context, actor, tx, unit).await?;
    for wish in wishes {
        let grant = Grant {
            id: context.new_grant_id(),
            account: account.id,
            unit,
            sub_area: wish.sub_area.clone(),
            function: wish.function.clone(),
            valid_from: now.warsaw_date(),
            valid_until: wish.valid_until,
            application: Some(application.id),
        };
        grants::replace_ended(tx, &grant, now).await?;
        grants::add(tx, &grant, now).await?;
        let details = json!({
            "account": account.login.as_str(), "unit": unit, "sub_area": wish.sub_area, "function": wish.function,
            "until": wish.valid_until.to_string(), "application": application.number.as_str(),
        });
        record::done(context, tx, actor, AuditEvent::GrantAdded, AuditObject::new("grant", grant.id), Some(voivodeship), details).await?;
    }
    Ok(())
}

/// Lets a right go over from one account of a person to the other, with the same last day; none where it is not held any more.
///
/// # Errors
/// A conflict on `grants_current` when the other account holds the right already.
pub(super) async fn hand_over<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    old: &Grant,
    (from, to): (&Account, &Account),
) -> Result<Option<GrantId>, ServiceError> {
    let now = context.now();
    if !handing_over::hand_over(tx, old.id, now).await? {
        return Ok(None);
    }
    let new = Grant {
        id: context.new_grant_id(),
        account: to.id,
        valid_from: old.valid_from.max(now.warsaw_date()),
        application: Some(application.id),
        ..old.clone()
    };
    grants::replace_ended(tx, &new, now).await?;
    grants::add(tx, &new, now).await?;
    let voivodeship = application.summary().voivodeship;
    for (event, grant, account) in [(AuditEvent::GrantHandedOver, old.id, from), (AuditEvent::GrantAdded, new.id, to)] {
        let details = json!({
            "account": account.login.as_str(), "unit": old.unit, "sub_area": old.sub_area, "function": old.function,
            "until": old.valid_until.to_string(), "application": application.number.as_str(),
        });
        record::done(context, tx, actor, event, AuditObject::new("grant", grant), Some(&voivodeship), details).await?;
    }
    Ok(Some(new.id))
}

/// Takes back that a right went over. Where it was taken away, given anew or ended meanwhile, or its unit has ended without a successor,
/// that stays; with a unit that another has taken over it comes back there. The units are locked before.
///
/// # Errors
/// Of the database.
pub(super) async fn give_back<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    (old, new): (GrantId, GrantId),
    (to, from): (&Account, &Account),
    join: AccountJoinId,
) -> Result<(), ServiceError> {
    let now = context.now();
    let Some(taken) = handing_over::find_taken(tx, new).await? else { return Ok(()) };
    let Some(unit) = units::find(tx, taken.grant.unit).await?.filter(|unit| unit.status == UnitStatus::Active) else { return Ok(()) };
    if taken.grant.valid_until < now.warsaw_date() {
        return Ok(());
    }
    let again = handing_over::give_back(tx, (old, context.new_grant_id()), &taken, now).await?;
    let back = again.map(|grant| (AuditEvent::GrantGivenBack, grant, to));
    for (event, grant, account) in [(AuditEvent::GrantRevoked, taken.grant.id, from)].into_iter().chain(back) {
        let details = json!({ "account": account.login.as_str(), "unit": unit.id, "join": join, "reason": "account_join" });
        record::done(context, tx, actor, event, AuditObject::new("grant", grant), Some(&unit.voivodeship), details).await?;
    }
    Ok(())
}

/// The units in which rights stand that went over to an account, and those that take their places: for whoever locks them.
pub(super) async fn units_of<C: Connection>(tx: &C, account: AccountId, given: &[GrantId]) -> Result<Vec<UnitId>, ServiceError> {
    let records = grants::records_of_account(tx, account).await?.into_iter().filter(|record| given.contains(&record.grant.id));
    let mut units = with_successors(tx, records.map(|record| record.grant.unit).collect()).await?;
    units.sort();
    units.dedup();
    Ok(units)
}
