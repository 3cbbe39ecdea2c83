//! Rows of role assignments: who holds which role where. A revoked one stays as history.

use super::StorageError;
use super::accounts;
use super::entities::account;
use super::entities::role_assignment::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::account::{Account, AccountStatus, Role, RoleAssignment};
use crate::domain::collation::sort_key;
use crate::domain::id::{AccountId, RoleAssignmentId, UnitId};
use crate::domain::moment::Moment;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::{Expr, LockType, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

fn to_domain(row: Model) -> Result<RoleAssignment, StorageError> {
    Ok(RoleAssignment {
        id: RoleAssignmentId(row.id),
        role: Role::from_key(&row.role).ok_or_else(|| damaged("role"))?,
        voivodeship: row.voivodeship.map(VoivodeshipCode::trusted),
        unit: row.unit_id.map(UnitId),
    })
}

/// The roles in force of one account.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<RoleAssignment>, StorageError> {
    let rows = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::Role)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// A role with its beginning and end, for its holder's own record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleRecord {
    /// The assignment.
    pub assignment: RoleAssignment,
    /// Given.
    pub assigned_at: Moment,
    /// Taken back.
    pub revoked_at: Option<Moment>,
}

/// All roles that an account ever held, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn records_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<RoleRecord>, StorageError> {
    let rows =
        Entity::find().filter(Column::AccountId.eq(account.0)).order_by_asc(Column::AssignedAt).order_by_asc(Column::Id).all(db).await?;
    let record = |row: Model| {
        let (assigned_at, revoked_at) = (Moment(row.assigned_at), row.revoked_at.map(Moment));
        Ok(RoleRecord { assignment: to_domain(row)?, assigned_at, revoked_at })
    };
    rows.into_iter().map(record).collect()
}

/// The roles in force of several accounts.
///
/// # Errors
/// Of the database.
pub async fn list_of_many<C: ConnectionTrait>(db: &C, accounts: &[AccountId]) -> Result<Vec<(AccountId, RoleAssignment)>, StorageError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find()
        .filter(Column::AccountId.is_in(accounts.iter().map(|a| a.0)))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::Role)
        .all(db)
        .await?;
    rows.into_iter().map(|row| Ok((AccountId(row.account_id), to_domain(row)?))).collect()
}

/// Active accounts that hold this role here (none: a role without a voivodeship), in the order of their names.
///
/// # Errors
/// Of the database.
pub async fn active_holders<C: ConnectionTrait>(
    db: &C,
    role: Role,
    voivodeship: Option<&VoivodeshipCode>,
) -> Result<Vec<Account>, StorageError> {
    let place = voivodeship.map_or_else(|| Column::Voivodeship.is_null(), |code| Column::Voivodeship.eq(code.as_str()));
    let ids: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::AccountId)
        .filter(Column::Role.eq(role.key()))
        .filter(Column::RevokedAt.is_null())
        .filter(place)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    let ids: Vec<AccountId> = ids.into_iter().map(AccountId).collect();
    let mut found = accounts::list_by_ids(db, &ids).await?;
    found.retain(|account| account.status == AccountStatus::Active);
    found.sort_by_cached_key(|account| sort_key(&format!("{} {}", account.profile.last_name, account.profile.first_name)));
    Ok(found)
}

/// Everybody's assignments of a role that are in force.
///
/// # Errors
/// Of the database.
pub async fn list_of_role<C: ConnectionTrait>(db: &C, role: Role) -> Result<Vec<(AccountId, RoleAssignment)>, StorageError> {
    let rows =
        Entity::find().filter(Column::Role.eq(role.key())).filter(Column::RevokedAt.is_null()).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(|row| Ok((AccountId(row.account_id), to_domain(row)?))).collect()
}

/// The coordinators of several units, where their accounts are active.
///
/// # Errors
/// Of the database.
pub async fn coordinators_of<C: ConnectionTrait>(db: &C, units: &[UnitId]) -> Result<Vec<(UnitId, AccountId)>, StorageError> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let active = Query::select()
        .column(account::Column::Id)
        .from(account::Entity)
        .and_where(account::Column::Status.eq(AccountStatus::Active.key()))
        .to_owned();
    let rows = Entity::find()
        .filter(Column::UnitId.is_in(units.iter().map(|unit| unit.0)))
        .filter(Column::Role.eq(Role::UnitCoordinator.key()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::AccountId.in_subquery(active))
        .order_by_asc(Column::AssignedAt)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|row| Some((UnitId(row.unit_id?), AccountId(row.account_id)))).collect())
}

/// The coordinators of a unit, by account.
///
/// # Errors
/// Of the database.
pub async fn list_of_unit<C: ConnectionTrait>(db: &C, unit: UnitId) -> Result<Vec<(AccountId, RoleAssignment)>, StorageError> {
    let rows = Entity::find()
        .filter(Column::UnitId.eq(unit.0))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::AccountId)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(|row| Ok((AccountId(row.account_id), to_domain(row)?))).collect()
}

/// The active accounts that coordinate a unit.
///
/// # Errors
/// Of the database.
pub async fn list_coordinators<C: ConnectionTrait>(db: &C, unit: UnitId) -> Result<Vec<AccountId>, StorageError> {
    Ok(coordinators_of(db, &[unit]).await?.into_iter().map(|(_, account)| account).collect())
}

/// Adds an assignment.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(
    db: &C,
    account: AccountId,
    assignment: &RoleAssignment,
    assigned_by: &str,
    now: Moment,
) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(assignment.id.0),
        account_id: Set(account.0),
        role: Set(assignment.role.key().to_owned()),
        voivodeship: Set(assignment.voivodeship.as_ref().map(ToString::to_string)),
        unit_id: Set(assignment.unit.map(|u| u.0)),
        assigned_by: Set(assigned_by.to_owned()),
        assigned_at: Set(now.0),
        revoked_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Revokes an assignment that is in force.
///
/// # Errors
/// [`StorageError::NotFound`] when it is not.
pub async fn revoke<C: ConnectionTrait>(db: &C, id: RoleAssignmentId, now: Moment) -> Result<(), StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.0))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    if done.rows_affected == 0 { Err(StorageError::NotFound) } else { Ok(()) }
}

/// Accounts that hold a role in force, locked until the transaction ends, so that two revocations at once see each other.
///
/// # Errors
/// Of the database.
pub async fn holders_for_update<C: ConnectionTrait>(db: &C, role: Role) -> Result<Vec<AccountId>, StorageError> {
    let rows = Entity::find()
        .filter(Column::Role.eq(role.key()))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::Id)
        .lock(LockType::Update)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| AccountId(row.account_id)).collect())
}
