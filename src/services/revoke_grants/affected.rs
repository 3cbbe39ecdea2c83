//! What would be affected: shown before anything is taken away.

use crate::domain::account::{Account, AccountStatus, Role, is_official};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditObject;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, UnitId};
use crate::domain::permission::{Permission, Target};
use crate::domain::revocation::{Capacity, Reason};
use crate::domain::unit::Unit;
use crate::services::manage_accounts::is_closable;
use crate::services::request_closing::{APPROVER, is_sole_holder, open_applications};
use crate::services::{Context, ServiceError, record};
use crate::storage::Connection;
use crate::storage::applications::Listed;
use crate::storage::grants::{self, Grant};
use crate::storage::{accounts, applications, dictionaries, revocations, role_assignments, units};
use jiff::civil::Date;
use serde_json::json;

/// What hangs on the rights of one person in one unit.
#[derive(Debug, Clone)]
pub struct Affected {
    /// Whose.
    pub account: Account,
    /// Where.
    pub unit: Unit,
    /// Rights that are in force or begin later.
    pub grants: Vec<Grant>,
    /// Of these, those to approve that nobody else has.
    pub sole_approver_of: Vec<Grant>,
    /// The person is the unit's coordinator: ends with the last right.
    pub is_coordinator: bool,
    /// Open applications of the person for this unit.
    pub applications: Vec<Listed>,
    /// Without this person nobody holds a right in the unit.
    pub leaves_nobody: bool,
    /// Without this person the unit has no coordinator.
    pub leaves_no_coordinator: bool,
    /// In which capacity the actor would do it.
    pub capacity: Capacity,
    /// The actor may close the account with it: nothing else hangs on it.
    pub may_close: bool,
    /// Reasons to choose from.
    pub reasons: Vec<Reason>,
    /// Names of sub-areas and functions.
    pub dictionaries: Dictionaries,
}

/// Reads what taking the rights of a person in a unit away would affect.
///
/// # Errors
/// `NotFound` where there is nothing to take, and for those who may not; the attempt is recorded.
pub async fn look(context: &Context, actor: &Actor, account: AccountId, unit: UnitId) -> Result<Affected, ServiceError> {
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    let db = &context.db;
    let unit = permitted(context, actor, account, unit).await?;
    let account = accounts::find(db, account).await?.ok_or(ServiceError::NotFound)?;
    let capacity = Capacity::of(me, account.id, unit.id);
    let mut found = of_unit(db, account, unit, capacity, context.now().warsaw_date()).await?;
    found.may_close = may_close(context, db, actor, &found).await?;
    if found.grants.is_empty() { Err(ServiceError::NotFound) } else { Ok(found) }
}

/// Whether the actor may close the account with its last right in the unit: whoever closes one's own asks for it elsewhere, and an
/// account that has rights in another unit, an office's role or an open application is more than this unit's.
pub(super) async fn may_close<C: Connection>(context: &Context, db: &C, actor: &Actor, found: &Affected) -> Result<bool, ServiceError> {
    let (account, unit) = (&found.account, &found.unit);
    if found.capacity == Capacity::Owner
        || !is_closable(account.status)
        || context.policy.check(actor, Permission::AccountClose, &target_of(account.id, unit)).is_err()
        || is_official(&role_assignments::list_of(db, account.id).await?)
        || !open_applications(db, account.id).await?.is_empty()
    {
        return Ok(false);
    }
    let places = of_account(db, account, context.now().warsaw_date()).await?;
    Ok(places.iter().all(|place| place.unit.id == unit.id))
}

fn target_of(account: AccountId, unit: &Unit) -> Target {
    Target { account: Some(account), unit: Some(unit.id), voivodeship: Some(unit.voivodeship.clone()), ..Target::default() }
}

/// The unit, for those who may take this account's rights in it. To anybody else there is nothing. Not within a transaction: the record
/// of the attempt stays.
pub(super) async fn permitted(context: &Context, actor: &Actor, account: AccountId, unit: UnitId) -> Result<Unit, ServiceError> {
    let unit = units::find(&context.db, unit).await?.ok_or(ServiceError::NotFound)?;
    let target = target_of(account, &unit);
    if context.policy.check(actor, Permission::GrantRevoke, &target).is_err() {
        let details = json!({ "permission": Permission::GrantRevoke.key(), "unit": unit.id });
        record::refused(context, actor, AuditObject::new("account", account), target.voivodeship.as_ref(), details).await?;
        return Err(ServiceError::NotFound);
    }
    Ok(unit)
}

/// As [`look`], whoever asks.
pub(in crate::services) async fn of_unit<C: Connection>(
    db: &C,
    account: Account,
    unit: Unit,
    capacity: Capacity,
    today: Date,
) -> Result<Affected, ServiceError> {
    let held = grants::list_of_account(db, account.id).await?;
    let grants: Vec<Grant> = held.into_iter().filter(|grant| grant.unit == unit.id && today <= grant.valid_until).collect();
    let mut sole_approver_of = Vec::new();
    for grant in grants.iter().filter(|grant| grant.function == APPROVER && grant.valid_from <= today) {
        if is_sole_holder(db, grant, today).await? {
            sole_approver_of.push(grant.clone());
        }
    }
    let open = open_in(db, account.id, unit.id).await?;
    let others = |ids: Vec<AccountId>| ids.into_iter().filter(|id| *id != account.id).collect::<Vec<_>>();
    let roles = role_assignments::list_of(db, account.id).await?;
    let is_coordinator = roles.iter().any(|held| held.role == Role::UnitCoordinator && held.unit == Some(unit.id));
    let coordinators = others(role_assignments::list_coordinators(db, unit.id).await?);
    Ok(Affected {
        sole_approver_of,
        is_coordinator,
        applications: open,
        leaves_nobody: !is_any_active(db, &others(grants::holders_in(db, unit.id, today).await?)).await?,
        leaves_no_coordinator: is_coordinator && coordinators.is_empty(),
        capacity,
        may_close: false,
        reasons: revocations::reasons(db).await?,
        dictionaries: dictionaries::load(db, today).await?,
        grants,
        account,
        unit,
    })
}

/// The open applications of a person for a unit.
async fn open_in<C: Connection>(db: &C, account: AccountId, unit: UnitId) -> Result<Vec<Listed>, ServiceError> {
    let mut open = Vec::new();
    for listed in open_applications(db, account).await? {
        let Some(application) = applications::find(db, listed.id).await? else { continue };
        if application.summary().units().contains(&unit) {
            open.push(listed);
        }
    }
    Ok(open)
}

/// What hangs on an account, unit by unit: shown before it is closed.
pub(in crate::services) async fn of_account<C: Connection>(db: &C, account: &Account, today: Date) -> Result<Vec<Affected>, ServiceError> {
    let held = grants::list_of_account(db, account.id).await?;
    let mut ids: Vec<UnitId> = held.iter().filter(|grant| today <= grant.valid_until).map(|grant| grant.unit).collect();
    let roles = role_assignments::list_of(db, account.id).await?;
    ids.extend(roles.iter().filter(|role| role.role == Role::UnitCoordinator).filter_map(|role| role.unit));
    ids.sort();
    ids.dedup();
    let mut found = Vec::new();
    for unit in units::list_by_ids(db, &ids).await? {
        found.push(of_unit(db, account.clone(), unit, Capacity::Administrator, today).await?);
    }
    Ok(found)
}

async fn is_any_active<C: Connection>(db: &C, ids: &[AccountId]) -> Result<bool, ServiceError> {
    Ok(accounts::list_by_ids(db, ids).await?.iter().any(|account| account.status == AccountStatus::Active))
}
