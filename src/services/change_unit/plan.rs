//! What would become of a unit's rights, applications and coordinators if it ended now.

use crate::domain::account::{Account, AccountStatus};
use crate::domain::application::Kind;
use crate::domain::application::registration::GrantRequest;
use crate::domain::application::unit_change::{Fate, Fitness, MovingGrant, Plan, Seen, UnitChange, fate};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::AccountId;
use crate::domain::unit::Unit;
use crate::services::{Context, ServiceError};
use crate::storage::Connection;
use crate::storage::grants::Grant;
use crate::storage::{accounts, applications, dictionaries, grants, role_assignments};
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Whether an open application of a kind goes on when its unit ends.
pub(super) const fn goes_on(kind: Kind, has_successor: bool) -> bool {
    match kind {
        // Of a unit that is no more nothing is left to change or to confirm.
        // The units of a joining are signed for one by one: with another it is filed anew.
        Kind::UnitChange | Kind::Attestation | Kind::AccountJoin => false,
        // It is about a person; the unit only confirms who that is.
        Kind::EmailChange => true,
        Kind::UnitRegistration | Kind::StaffRegistration | Kind::UnitStaff | Kind::PermissionExtension | Kind::PermissionRenewal => {
            has_successor
        }
    }
}

/// Whether an open application of a kind is decided for the unit that has taken its unit's place.
pub(in crate::services) const fn is_decided_for_heir(kind: Kind) -> bool {
    goes_on(kind, true) && !goes_on(kind, false)
}

/// What keeps a grant from moving.
pub(super) async fn fitness_of<C: Connection>(db: &C, grant: &Grant, account: Option<&Account>) -> Result<Fitness, ServiceError> {
    Ok(Fitness {
        is_account_closed: account.is_none_or(|account| account.status == AccountStatus::Closed),
        is_unconfirmed: grants::suspended_of(db, grant.account).await?.contains(&grant.id),
    })
}

/// What becomes of a grant.
pub(super) async fn fate_of<C: Connection>(
    db: &C,
    grant: &Grant,
    fitness: Fitness,
    successor: Option<&Unit>,
    dictionaries: &Dictionaries,
) -> Result<Fate, ServiceError> {
    let Some(successor) = successor else { return Ok(fate(&grant.sub_area, fitness, None)) };
    let allowed = dictionaries.unit_kind(&successor.data.kind).map_or(&[][..], |kind| &kind.may_hold[..]);
    // A right there that has ended by then stands in nobody's way.
    let there = grants::list_of_account(db, grant.account).await?;
    let is_same = |held: &Grant| {
        (held.unit, &held.sub_area, &held.function) == (successor.id, &grant.sub_area, &grant.function)
            && held.valid_until >= grant.valid_from
    };
    Ok(fate(&grant.sub_area, fitness, Some((allowed, there.iter().any(is_same)))))
}

/// What would become of everything that lasts beyond a day.
pub(super) async fn plan<C: Connection>(db: &C, unit: &Unit, successor: Option<&Unit>, last_day: Date) -> Result<Plan, ServiceError> {
    let dictionaries = dictionaries::load(db, last_day).await?;
    let found = grants::list_beyond(db, unit.id, last_day).await?;
    let coordinators = role_assignments::list_of_unit(db, unit.id).await?;
    let mut ids: Vec<AccountId> = found.iter().map(|grant| grant.account).chain(coordinators.iter().map(|(id, _)| *id)).collect();
    ids.sort();
    ids.dedup();
    let accounts = accounts::list_by_ids(db, &ids).await?;
    let of = |id: AccountId| accounts.iter().find(|account| account.id == id);
    let name = |account: Option<&Account>| account.map(|account| account.profile.full_name()).unwrap_or_default();
    let mut plan = Plan::default();
    for grant in found {
        let account = of(grant.account);
        let fitness = fitness_of(db, &grant, account).await?;
        // From the day after on it would hold there.
        let moved = Grant { valid_from: grant.valid_from.max(last_day.saturating_add(1.day())), ..grant };
        let fate = fate_of(db, &moved, fitness, successor, &dictionaries).await?;
        plan.grants.push(MovingGrant {
            name: name(account),
            login: account.map(|account| account.login.to_string()).unwrap_or_default(),
            wish: GrantRequest { sub_area: moved.sub_area, function: moved.function, valid_until: moved.valid_until },
            fate,
        });
    }
    plan.grants.sort_by(|a, b| (a.login.as_str(), &a.wish).cmp(&(b.login.as_str(), &b.wish)));
    let has_successor = successor.is_some();
    plan.applications =
        applications::list_open_of_unit(db, unit.id).await?.into_iter().map(|a| (a.number, goes_on(a.kind, has_successor))).collect();
    plan.coordinators = coordinators.into_iter().map(|(id, _)| (name(of(id)), has_successor)).collect();
    Ok(plan)
}

/// What holds at the moment of the review.
pub(in crate::services) async fn seen(context: &Context, change: &UnitChange, unit: &Unit) -> Result<Seen, ServiceError> {
    use crate::domain::application::unit_change::Change;
    let db = &context.db;
    let plan = match &change.change {
        Change::Data { .. } => Plan::default(),
        Change::Ending { last_day, successor, .. } => {
            let successor = match successor {
                Some(successor) => crate::storage::units::find(db, successor.unit_id).await?,
                None => None,
            };
            let mut plan = plan(db, unit, successor.as_ref(), *last_day).await?;
            // The application itself is open, and closes by the decision.
            let own: Vec<_> =
                applications::list_open_of_unit(db, unit.id).await?.into_iter().filter(|a| a.kind == Kind::UnitChange).collect();
            plan.applications.retain(|(number, _)| own.iter().all(|listed| listed.number != *number));
            plan
        }
    };
    Ok(Seen { unit: unit.data.clone(), plan })
}
