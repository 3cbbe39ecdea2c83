//! Rows of stand-ins. One that has ended stays as history.

use super::StorageError;
use super::entities::stand_in::{ActiveModel, Column, Entity};
use super::page::damaged;
use crate::domain::account::{AccountStatus, Role, RoleAssignment};
use crate::domain::id::{AccountId, RoleAssignmentId, StandInId};
use crate::domain::moment::Moment;
use crate::domain::stand_in::{StandIn, StandingIn};
use crate::domain::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value};
use uuid::Uuid;

/// More are never listed at once.
const MOST_LISTED: i64 = 500;

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    deputy_id: Uuid,
    deputised_id: Uuid,
    valid_from: String,
    valid_until: String,
    named_at: i64,
    ended_at: Option<i64>,
    ended_by: Option<String>,
    role_id: Uuid,
    role: String,
    voivodeship: Option<String>,
    revoked_at: Option<i64>,
    deputy_status: String,
    deputised_status: String,
}

/// A stand-in with its role and the standing of both accounts.
const SELECT: &str = "SELECT s.id, s.deputy_id, s.deputised_id, s.valid_from, s.valid_until, s.named_at, s.ended_at, s.ended_by, \
     r.id AS role_id, r.role, r.voivodeship, r.revoked_at, d.status AS deputy_status, p.status AS deputised_status \
     FROM stand_ins s JOIN role_assignments r ON r.id = s.role_assignment_id JOIN accounts d ON d.id = s.deputy_id \
     JOIN accounts p ON p.id = s.deputised_id";

fn assignment(id: Uuid, role: &str, voivodeship: Option<String>) -> Result<RoleAssignment, StorageError> {
    Ok(RoleAssignment {
        id: RoleAssignmentId(id),
        role: Role::from_key(role).ok_or_else(|| damaged("role"))?,
        voivodeship: voivodeship.map(VoivodeshipCode::trusted),
        unit: None,
    })
}

fn day(text: &str) -> Result<Date, StorageError> {
    text.parse().map_err(|_| damaged("day of a stand-in"))
}

fn to_domain(row: Row) -> Result<StandIn, StorageError> {
    let is_active = |status: &str| status == AccountStatus::Active.key();
    Ok(StandIn {
        id: StandInId(row.id),
        deputy: AccountId(row.deputy_id),
        deputised: AccountId(row.deputised_id),
        assignment: assignment(row.role_id, &row.role, row.voivodeship)?,
        from: day(&row.valid_from)?,
        until: day(&row.valid_until)?,
        named_at: Moment(row.named_at),
        ended: row.ended_at.map(|at| (Moment(at), row.ended_by.unwrap_or_default())),
        is_void: row.revoked_at.is_some() || !is_active(&row.deputy_status) || !is_active(&row.deputised_status),
    })
}

async fn read<C: ConnectionTrait>(db: &C, condition: &str, values: Vec<Value>) -> Result<Vec<StandIn>, StorageError> {
    let sql = format!("{SELECT} {condition} ORDER BY s.valid_from DESC, s.id DESC LIMIT {MOST_LISTED}");
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Row::find_by_statement(statement).all(db).await?.into_iter().map(to_domain).collect()
}

/// Adds a stand-in.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, one: &StandIn) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(one.id.0),
        deputy_id: Set(one.deputy.0),
        deputised_id: Set(one.deputised.0),
        role_assignment_id: Set(one.assignment.id.0),
        valid_from: Set(one.from.to_string()),
        valid_until: Set(one.until.to_string()),
        named_at: Set(one.named_at.0),
        ended_at: Set(None),
        ended_by: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds one.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: StandInId) -> Result<Option<StandIn>, StorageError> {
    Ok(read(db, "WHERE s.id = $1", vec![id.0.into()]).await?.into_iter().next())
}

/// Those that an account named or acts by, the latest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<StandIn>, StorageError> {
    read(db, "WHERE s.deputy_id = $1 OR s.deputised_id = $1", vec![account.0.into()]).await
}

/// All, the latest first.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<StandIn>, StorageError> {
    read(db, "", Vec::new()).await
}

/// Those in force on this day of roles in a voivodeship: who acts there besides its own administrators.
///
/// # Errors
/// Of the database.
pub async fn list_in_force_in<C: ConnectionTrait>(db: &C, place: &VoivodeshipCode, today: Date) -> Result<Vec<StandIn>, StorageError> {
    let condition = "WHERE s.ended_at IS NULL AND s.valid_until >= $1 AND s.valid_from <= $1 AND r.voivodeship = $2";
    let found = read(db, condition, vec![today.to_string().into(), place.to_string().into()]).await?;
    Ok(found.into_iter().filter(|one| !one.is_void).collect())
}

#[derive(FromQueryResult)]
struct InForce {
    id: Uuid,
    deputised_id: Uuid,
    login: String,
    first_name: String,
    last_name: String,
    role_id: Uuid,
    role: String,
    voivodeship: Option<String>,
}

/// What an account may act by on this day: not ended, within its days, the role in force, the deputised able to act oneself. One
/// indexed query, read with every request of somebody who decides.
///
/// # Errors
/// Of the database.
pub async fn in_force_of<C: ConnectionTrait>(db: &C, deputy: AccountId, today: &str) -> Result<Vec<StandingIn>, StorageError> {
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT s.id, s.deputised_id, a.login, a.first_name, a.last_name, r.id AS role_id, r.role, r.voivodeship FROM stand_ins s \
         JOIN role_assignments r ON r.id = s.role_assignment_id AND r.revoked_at IS NULL \
         JOIN accounts a ON a.id = s.deputised_id AND a.status = 'active' \
         WHERE s.deputy_id = $1 AND s.ended_at IS NULL AND s.valid_until >= $2 AND s.valid_from <= $2 ORDER BY s.valid_from, s.id",
        [deputy.0.into(), today.into()],
    );
    let rows = InForce::find_by_statement(statement).all(db).await?;
    let standing = |row: InForce| {
        Ok(StandingIn {
            id: StandInId(row.id),
            deputised: AccountId(row.deputised_id),
            full_name: format!("{} {}", row.first_name, row.last_name),
            login: row.login,
            assignment: assignment(row.role_id, &row.role, row.voivodeship)?,
        })
    };
    rows.into_iter().map(standing).collect()
}

/// Ends one before its time; false when it has been ended already: of two at once, one does.
///
/// # Errors
/// Of the database.
pub async fn end<C: ConnectionTrait>(db: &C, id: StandInId, by: &str, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now.0))
        .col_expr(Column::EndedBy, Expr::value(by))
        .filter(Column::Id.eq(id.0))
        .filter(Column::EndedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
