//! Grants that end soon, and of whose end somebody is yet to be reminded.

use super::{Grant, in_force, to_domain};
use crate::domain::account::AccountStatus;
use crate::domain::id::{AccountId, GrantId, UnitId};
use crate::domain::unit::UnitStatus;
use crate::storage::StorageError;
use crate::storage::entities::grant::{Column, Entity};
use crate::storage::entities::{account, unit};
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
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
