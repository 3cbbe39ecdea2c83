//! Rows of single days that are free, or worked on, otherwise than the law of 1951 says.

use super::StorageError;
use super::entities::day_off::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::day_off::DayOff;
use crate::domain::moment::Moment;
use crate::domain::working_days::Calendar;
use jiff::civil::Date;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// More entries are never read: a handful a year is much.
const MOST: usize = 10_000;

fn to_domain(row: Model) -> Result<DayOff, StorageError> {
    let day = row.day.parse().map_err(|_| damaged("day off"))?;
    Ok(DayOff { day, is_free: row.is_free, reason: row.reason, is_withdrawn: row.is_withdrawn })
}

/// All entries, also those that were withdrawn, the latest day first.
///
/// # Errors
/// Of the database, or for a row that names no day.
pub async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<DayOff>, StorageError> {
    let rows = Entity::find().order_by_desc(Column::Day).all(db).await?;
    rows.into_iter().take(MOST).map(to_domain).collect()
}

/// The entry of a day.
///
/// # Errors
/// As [`list`].
pub async fn find<C: ConnectionTrait>(db: &C, day: Date) -> Result<Option<DayOff>, StorageError> {
    Entity::find_by_id(day.to_string()).one(db).await?.map(to_domain).transpose()
}

/// The days on which offices work, by the law and these entries.
///
/// # Errors
/// As [`list`]: of a calendar that is not understood nobody counts days.
pub async fn calendar<C: ConnectionTrait>(db: &C) -> Result<Calendar, StorageError> {
    let rows = Entity::find().filter(Column::IsWithdrawn.eq(false)).all(db).await?;
    let days = rows.into_iter().map(|row| to_domain(row).map(|entry| (entry.day, entry.is_free)));
    Ok(Calendar::new(days.collect::<Result<Vec<_>, _>>()?))
}

/// Puts an entry in the place of what stood there for its day; the clocks of open applications do not count it yet.
///
/// # Errors
/// Of the database.
pub async fn save<C: ConnectionTrait>(db: &C, entry: &DayOff, now: Moment) -> Result<(), StorageError> {
    let row = ActiveModel {
        day: Set(entry.day.to_string()),
        is_free: Set(entry.is_free),
        reason: Set(entry.reason.clone()),
        is_withdrawn: Set(entry.is_withdrawn),
        changed_at: Set(now.0),
        is_counted: Set(false),
    };
    let changed = [Column::IsFree, Column::Reason, Column::IsWithdrawn, Column::ChangedAt, Column::IsCounted];
    let again = OnConflict::column(Column::Day).update_columns(changed).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Whether an entry that was changed before a moment is not counted yet by the clocks.
///
/// # Errors
/// Of the database.
pub async fn has_uncounted<C: ConnectionTrait>(db: &C, before: Moment) -> Result<bool, StorageError> {
    let uncounted = Entity::find().filter(Column::IsCounted.eq(false)).filter(Column::ChangedAt.lte(before.0));
    Ok(uncounted.one(db).await?.is_some())
}

/// Marks the entries that were changed before a moment and that the clocks do not count yet as counted; false when there is none. Of
/// two workers at once one marks them.
///
/// # Errors
/// Of the database.
pub async fn mark_counted<C: ConnectionTrait>(db: &C, before: Moment) -> Result<bool, StorageError> {
    let marked = Entity::update_many()
        .col_expr(Column::IsCounted, Expr::value(true))
        .filter(Column::IsCounted.eq(false))
        .filter(Column::ChangedAt.lte(before.0))
        .exec(db)
        .await?;
    Ok(marked.rows_affected > 0)
}
