//! Targets: in how many working days an office decides an application, by its kind. A dictionary with the day from which each row
//! counts; an application keeps the target of the day on which it was filed.

use super::StorageError;
use super::entities::target_time::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::application::Kind;
use crate::domain::application::clock::USUAL_TARGET;
use jiff::civil::Date;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetTime {
    /// Which kind; none: every kind that has no row of its own.
    pub kind: Option<Kind>,
    /// The first day on which it counts.
    pub valid_from: Date,
    /// Working days.
    pub working_days: u32,
}

fn to_domain(row: Model) -> Result<TargetTime, StorageError> {
    let kind = match row.kind.as_str() {
        "" => None,
        key => Some(Kind::from_key(key).ok_or_else(|| damaged("kind of a target"))?),
    };
    Ok(TargetTime {
        kind,
        valid_from: row.valid_from.parse().map_err(|_| damaged("day of a target"))?,
        working_days: u32::try_from(row.working_days).map_err(|_| damaged("target"))?,
    })
}

/// All rows, also those of earlier and later days, by kind and day.
///
/// # Errors
/// Of the database, or for a row that names what the portal does not know.
pub async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<TargetTime>, StorageError> {
    let rows = Entity::find().order_by_asc(Column::Kind).order_by_asc(Column::ValidFrom).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// The target of a kind on a day: the latest row of its own that has begun, else the latest for every kind.
///
/// # Errors
/// Of the database.
pub async fn in_force<C: ConnectionTrait>(db: &C, kind: Kind, day: Date) -> Result<u32, StorageError> {
    let begun = Entity::find().filter(Column::Kind.is_in([kind.key(), ""])).filter(Column::ValidFrom.lte(day.to_string()));
    // A kind's own row sorts behind the empty one.
    let row = begun.order_by_desc(Column::Kind).order_by_desc(Column::ValidFrom).all(db).await?.into_iter().next();
    row.map_or(Ok(USUAL_TARGET), |row| Ok(to_domain(row)?.working_days))
}

/// Sets the target of a kind, or of all, from a day on; what stood there for that day is replaced.
///
/// # Errors
/// Of the database, also for a target of no days.
pub async fn save<C: ConnectionTrait>(db: &C, target: &TargetTime) -> Result<(), StorageError> {
    let row = ActiveModel {
        kind: Set(target.kind.map_or("", Kind::key).to_owned()),
        valid_from: Set(target.valid_from.to_string()),
        working_days: Set(i32::try_from(target.working_days).unwrap_or(i32::MAX)),
    };
    let again = OnConflict::columns([Column::Kind, Column::ValidFrom]).update_column(Column::WorkingDays).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}
