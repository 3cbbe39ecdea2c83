//! Rows of yearly confirmations, and what was said of each grant.

use super::StorageError;
use super::entities::attestation::{ActiveModel, Column, Entity, Model};
use super::entities::{application, attestation, attestation_answer, grant, unit};
use super::grants::listing::within;
use super::page::{Slice, beyond, damaged, number_cursor, read_number_cursor};
use super::searched::holding;
use crate::domain::attestation::{Attestation, AttestationState, Verdict};
use crate::domain::id::{AccountId, ApplicationId, AttestationId, GrantId, UnitId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::permission::UnitScope;
use crate::domain::unit::UnitStatus;
use crate::domain::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use sea_orm::sea_query::{Alias, Expr, JoinType, LockType, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, FromQueryResult, Iterable, Order, QueryFilter, QueryOrder,
    QueryResult, QuerySelect,
};
use std::collections::BTreeMap;

fn to_domain(row: Model) -> Result<Attestation, StorageError> {
    Ok(Attestation {
        id: AttestationId(row.id),
        unit: UnitId(row.unit_id),
        opened_at: Moment(row.opened_at),
        due_at: Moment(row.due_at),
        state: AttestationState::from_key(&row.state).ok_or_else(|| damaged("state of a confirmation"))?,
        application: row.application_id.map(ApplicationId),
        answered_at: row.answered_at.map(Moment),
        done_at: row.done_at.map(Moment),
    })
}

/// Adds one.
///
/// # Errors
/// A conflict on `attestations_current` when another one of the unit is not done.
pub async fn add<C: ConnectionTrait>(db: &C, new: &Attestation) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(new.id.0),
        unit_id: Set(new.unit.0),
        opened_at: Set(new.opened_at.0),
        due_at: Set(new.due_at.0),
        state: Set(new.state.key().to_owned()),
        reminded: Set(None),
        application_id: Set(new.application.map(|id| id.0)),
        answered_at: Set(new.answered_at.map(|m| m.0)),
        done_at: Set(new.done_at.map(|m| m.0)),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds one.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: AttestationId) -> Result<Option<Attestation>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// Finds one and locks its row until the transaction ends.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, id: AttestationId) -> Result<Option<Attestation>, StorageError> {
    Entity::find_by_id(id.0).lock(LockType::Update).one(db).await?.map(to_domain).transpose()
}

/// Those of several units that are not done.
///
/// # Errors
/// Of the database.
pub async fn list_current_of<C: ConnectionTrait>(db: &C, units: &[UnitId]) -> Result<Vec<Attestation>, StorageError> {
    if units.is_empty() {
        return Ok(Vec::new());
    }
    let current = Entity::find()
        .filter(Column::UnitId.is_in(units.iter().map(|id| id.0)))
        .filter(Column::State.ne(AttestationState::Done.key()))
        .order_by_asc(Column::DueAt);
    current.all(db).await?.into_iter().map(to_domain).collect()
}

/// Saves state, application and times.
///
/// # Errors
/// Of the database.
pub async fn save<C: ConnectionTrait>(db: &C, attestation: &Attestation) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(attestation.state.key()))
        .col_expr(Column::ApplicationId, Expr::value(attestation.application.map(|id| id.0)))
        .col_expr(Column::AnsweredAt, Expr::value(attestation.answered_at.map(|m| m.0)))
        .col_expr(Column::DoneAt, Expr::value(attestation.done_at.map(|m| m.0)))
        .filter(Column::Id.eq(attestation.id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Active units that were registered by this moment, were not asked since, and in which something is held on this day.
///
/// # Errors
/// Of the database.
pub async fn list_units_to_ask<C: ConnectionTrait>(db: &C, by: Moment, today: Date, limit: u64) -> Result<Vec<UnitId>, StorageError> {
    let asked = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Expr::col((Entity, Column::UnitId)).equals((unit::Entity, unit::Column::Id)))
        .and_where(Column::OpenedAt.gt(by.0).or(Column::State.ne(AttestationState::Done.key())))
        .to_owned();
    let held = Query::select()
        .expr(Expr::val(1))
        .from(grant::Entity)
        .and_where(Expr::col((grant::Entity, grant::Column::UnitId)).equals((unit::Entity, unit::Column::Id)))
        .and_where(grant::Column::RevokedAt.is_null())
        .and_where(grant::Column::ReplacedAt.is_null())
        .and_where(grant::Column::ValidUntil.gte(today.to_string()))
        .to_owned();
    let units = unit::Entity::find()
        .filter(unit::Column::Status.eq(UnitStatus::Active.key()))
        .filter(unit::Column::CreatedAt.lt(by.0))
        .filter(Expr::exists(asked).not())
        .filter(Expr::exists(held))
        .order_by_asc(unit::Column::CreatedAt)
        .limit(limit);
    Ok(units.all(db).await?.into_iter().map(|row| UnitId(row.id)).collect())
}

/// Open ones whose time is over.
///
/// # Errors
/// Of the database.
pub async fn list_overdue<C: ConnectionTrait>(db: &C, now: Moment, limit: u64) -> Result<Vec<Attestation>, StorageError> {
    let due = Entity::find().filter(Column::State.eq(AttestationState::Open.key())).filter(Column::DueAt.lte(now.0));
    due.order_by_asc(Column::DueAt).limit(limit).all(db).await?.into_iter().map(to_domain).collect()
}

/// Open ones whose last day is near, and which were not reminded so many days before.
///
/// # Errors
/// Of the database.
pub async fn list_to_remind<C: ConnectionTrait>(
    db: &C,
    (now, until): (Moment, Moment),
    days: i32,
    limit: u64,
) -> Result<Vec<Attestation>, StorageError> {
    let near = Entity::find()
        .filter(Column::State.eq(AttestationState::Open.key()))
        .filter(Column::DueAt.gt(now.0))
        .filter(Column::DueAt.lte(until.0))
        .filter(Column::Reminded.is_null().or(Column::Reminded.gt(days)));
    near.order_by_asc(Column::DueAt).limit(limit).all(db).await?.into_iter().map(to_domain).collect()
}

/// Notes a reminder; false when it was noted before.
///
/// # Errors
/// Of the database.
pub async fn note_reminder<C: ConnectionTrait>(db: &C, id: AttestationId, days: i32) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::Reminded, Expr::value(days))
        .filter(Column::Id.eq(id.0))
        .filter(Column::Reminded.is_null().or(Column::Reminded.gt(days)))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// What was said so far.
///
/// # Errors
/// Of the database.
pub async fn verdicts_of<C: ConnectionTrait>(db: &C, id: AttestationId) -> Result<BTreeMap<GrantId, Verdict>, StorageError> {
    let rows = attestation_answer::Entity::find().filter(attestation_answer::Column::AttestationId.eq(id.0)).all(db).await?;
    let verdict = |row: attestation_answer::Model| {
        let verdict = Verdict::from_key(&row.answer).ok_or_else(|| damaged("answer of a confirmation"))?;
        Ok((GrantId(row.grant_id), verdict))
    };
    rows.into_iter().map(verdict).collect()
}

/// Keeps what is said of grants, in place of what was said before.
///
/// # Errors
/// Of the database.
pub async fn save_verdicts<C: ConnectionTrait>(
    db: &C,
    id: AttestationId,
    verdicts: &BTreeMap<GrantId, Verdict>,
    by: AccountId,
    now: Moment,
) -> Result<(), StorageError> {
    use attestation_answer::{ActiveModel, Column, Entity};
    if verdicts.is_empty() {
        return Ok(());
    }
    let rows = verdicts.iter().map(|(grant, verdict)| ActiveModel {
        attestation_id: Set(id.0),
        grant_id: Set(grant.0),
        answer: Set(verdict.key().to_owned()),
        answered_by: Set(by.0),
        answered_at: Set(now.0),
    });
    let anew = OnConflict::columns([Column::AttestationId, Column::GrantId])
        .update_columns([Column::Answer, Column::AnsweredBy, Column::AnsweredAt])
        .to_owned();
    Entity::insert_many(rows).on_conflict(anew).exec_without_returning(db).await?;
    Ok(())
}

/// A confirmation as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAttestation {
    /// The confirmation.
    pub attestation: Attestation,
    /// Unit's name.
    pub unit_name: String,
    /// Unit's REGON.
    pub regon: String,
    /// Where the unit lies.
    pub voivodeship: VoivodeshipCode,
    /// Number of the application with the list.
    pub application_number: Option<ApplicationNumber>,
}

#[derive(FromQueryResult)]
struct Beside {
    unit_name: String,
    regon: String,
    voivodeship: String,
    application_number: Option<String>,
}

fn read(row: &QueryResult) -> Result<ListedAttestation, StorageError> {
    let beside = Beside::from_query_result(row, "")?;
    Ok(ListedAttestation {
        attestation: to_domain(Model::from_query_result(row, "")?)?,
        unit_name: beside.unit_name,
        regon: beside.regon,
        voivodeship: VoivodeshipCode::trusted(beside.voivodeship),
        application_number: beside.application_number.map(ApplicationNumber::trusted),
    })
}

/// One page within scope, the most urgent first.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &UnitScope,
    state: AttestationState,
    words: &str,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedAttestation>, StorageError> {
    let mut select = Query::select();
    select.columns(attestation::Column::iter().map(|column| (Entity, column)));
    for (column, name) in [
        (Expr::col((unit::Entity, unit::Column::Name)), "unit_name"),
        (Expr::col((unit::Entity, unit::Column::Regon)), "regon"),
        (Expr::col((unit::Entity, unit::Column::Voivodeship)), "voivodeship"),
        (Expr::col((application::Entity, application::Column::Number)), "application_number"),
    ] {
        select.expr_as(column, Alias::new(name));
    }
    select
        .from(Entity)
        .inner_join(unit::Entity, Expr::col((unit::Entity, unit::Column::Id)).equals((Entity, Column::UnitId)))
        .join(
            JoinType::LeftJoin,
            application::Entity,
            Expr::col((application::Entity, application::Column::Id)).equals((Entity, Column::ApplicationId)),
        )
        .and_where(Column::State.eq(state.key()))
        .cond_where(within(scope))
        .cond_where(holding(unit::Column::SearchKey, words));
    if let Some(row) = after.and_then(read_number_cursor) {
        select.and_where(beyond(Column::DueAt, Column::Id, row, &Order::Asc));
    }
    select.order_by((Entity, Column::DueAt), Order::Asc).order_by((Entity, Column::Id), Order::Asc).limit(size as u64 + 1);
    let rows: Vec<ListedAttestation> = db.query_all(&select).await?.iter().map(read).collect::<Result<_, _>>()?;
    Ok(Slice::cut(rows, size, |row| number_cursor(row.attestation.due_at.0, row.attestation.id.0)))
}
