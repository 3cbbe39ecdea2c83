//! Grants that end soon: how many, and of whose end somebody is yet to be reminded.

use super::{Grant, in_force, to_domain};
use crate::domain::account::AccountStatus;
use crate::domain::id::{AccountId, GrantId, UnitId};
use crate::domain::unit::UnitStatus;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::entities::grant::{Column, Entity};
use crate::storage::entities::{account, unit};
use crate::storage::page::damaged;
use crate::storage::{StorageError, figures};
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, ExprTrait as _, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QueryResult, QuerySelect};
use uuid::Uuid;

/// One reminder: that of so many days before the end, for grants that end by a day.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// The day in Warsaw.
    pub today: Date,
    /// The last day of the last grant.
    pub until: Date,
    /// So many days before.
    pub days: i32,
}

/// Whom the reminder is for; each has a note of its own in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// The holder.
    Person,
    /// The unit's coordinators.
    Unit,
}

impl Reader {
    const fn note(self) -> Column {
        match self {
            Self::Person => Column::RemindedDays,
            Self::Unit => Column::UnitRemindedDays,
        }
    }
    const fn key(self) -> Column {
        match self {
            Self::Person => Column::AccountId,
            Self::Unit => Column::UnitId,
        }
    }
}

/// In force, of an active account in an active unit, ending by the day, and not yet told by this reminder or a later one.
fn due(step: Step, reader: Reader) -> Condition {
    let active_accounts = Query::select()
        .column(account::Column::Id)
        .from(account::Entity)
        .and_where(account::Column::Status.eq(AccountStatus::Active.key()))
        .to_owned();
    let active_units =
        Query::select().column(unit::Column::Id).from(unit::Entity).and_where(unit::Column::Status.eq(UnitStatus::Active.key())).to_owned();
    in_force(&step.today.to_string())
        .add(Column::ValidUntil.lte(step.until.to_string()))
        .add(Condition::any().add(reader.note().is_null()).add(reader.note().gt(step.days)))
        .add(Column::AccountId.in_subquery(active_accounts))
        .add(Column::UnitId.in_subquery(active_units))
}

async fn keys<C: ConnectionTrait>(db: &C, step: Step, reader: Reader, limit: u64) -> Result<Vec<Uuid>, StorageError> {
    let select = Entity::find().select_only().column(reader.key()).distinct().filter(due(step, reader));
    Ok(select.order_by_asc(reader.key()).limit(limit).into_tuple::<Uuid>().all(db).await?)
}

/// The query of [`count_ending`].
pub fn ending_query(voivodeships: &[VoivodeshipCode], today: Date, until: Date) -> SelectStatement {
    let mut query = Query::select();
    query.column((unit::Entity, unit::Column::Voivodeship)).column((Entity, Column::ValidUntil));
    figures::count_rows(&mut query)
        .from(Entity)
        // Walked by the last day, whatever SQLite would guess.
        .cross_join(unit::Entity)
        .cross_join(account::Entity)
        .and_where(Expr::col((Entity, Column::UnitId)).equals((unit::Entity, unit::Column::Id)))
        .and_where(Expr::col((Entity, Column::AccountId)).equals((account::Entity, account::Column::Id)))
        .cond_where(in_force(&today.to_string()).add(Column::ValidUntil.lte(until.to_string())))
        .and_where(unit::Column::Status.eq(UnitStatus::Active.key()))
        .and_where(unit::Column::Voivodeship.is_in(voivodeships.iter().map(VoivodeshipCode::as_str)))
        .and_where(account::Column::Status.eq(AccountStatus::Active.key()))
        .group_by_col((unit::Entity, unit::Column::Voivodeship))
        .group_by_col((Entity, Column::ValidUntil))
        .to_owned()
}

/// How many grants that are in force today, of active accounts in active units of these voivodeships, end by a day: by voivodeship and
/// last day.
///
/// # Errors
/// Of the database.
pub async fn count_ending<C: ConnectionTrait>(
    db: &C,
    voivodeships: &[VoivodeshipCode],
    today: Date,
    until: Date,
) -> Result<Vec<(VoivodeshipCode, Date, u64)>, StorageError> {
    let read = |row: &QueryResult| {
        let last_day = row.try_get::<String>("", "valid_until")?.parse().map_err(|_| damaged("last day of a grant"))?;
        Ok((VoivodeshipCode::trusted(row.try_get::<String>("", "voivodeship")?), last_day, figures::number(row)?))
    };
    db.query_all(&ending_query(voivodeships, today, until)).await?.iter().map(read).collect()
}

/// The accounts whose holders are to be reminded.
///
/// # Errors
/// Of the database.
pub async fn accounts<C: ConnectionTrait>(db: &C, step: Step, limit: u64) -> Result<Vec<AccountId>, StorageError> {
    Ok(keys(db, step, Reader::Person, limit).await?.into_iter().map(AccountId).collect())
}

/// The units whose coordinators are to be reminded.
///
/// # Errors
/// Of the database.
pub async fn units<C: ConnectionTrait>(db: &C, step: Step, limit: u64) -> Result<Vec<UnitId>, StorageError> {
    Ok(keys(db, step, Reader::Unit, limit).await?.into_iter().map(UnitId).collect())
}

async fn list<C: ConnectionTrait>(db: &C, step: Step, reader: Reader, key: Uuid) -> Result<Vec<Grant>, StorageError> {
    let select = Entity::find().filter(due(step, reader)).filter(reader.key().eq(key)).order_by_asc(Column::Id);
    select.all(db).await?.into_iter().map(to_domain).collect()
}

/// The grants of which an account's holder is to be reminded.
///
/// # Errors
/// Of the database.
pub async fn of_account<C: ConnectionTrait>(db: &C, step: Step, account: AccountId) -> Result<Vec<Grant>, StorageError> {
    list(db, step, Reader::Person, account.0).await
}

/// The grants of which a unit's coordinators are to be reminded.
///
/// # Errors
/// Of the database.
pub async fn of_unit<C: ConnectionTrait>(db: &C, step: Step, unit: UnitId) -> Result<Vec<Grant>, StorageError> {
    list(db, step, Reader::Unit, unit.0).await
}

/// Notes that this reminder has been seen to. One by one in the order of their ids, so that nobody waits for one another for ever.
///
/// # Errors
/// Of the database.
pub async fn note<C: ConnectionTrait>(db: &C, step: Step, reader: Reader, grants: &[GrantId]) -> Result<(), StorageError> {
    let mut ids = grants.to_vec();
    ids.sort();
    for id in ids {
        let change = Entity::update_many().col_expr(reader.note(), Expr::value(step.days)).filter(Column::Id.eq(id.0));
        change.exec(db).await?;
    }
    Ok(())
}
