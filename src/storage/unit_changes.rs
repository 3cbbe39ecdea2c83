//! Rows of the history of units: what stood before, what stands after, and why. Only ever added.

use super::StorageError;
use super::entities::unit_change::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::id::{ApplicationId, UnitChangeId, UnitId};
use crate::domain::moment::Moment;
use crate::domain::unit::{UnitData, UnitEvent};
use jiff::civil::Date;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

/// One thing that happened to a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitChangeRow {
    /// Row.
    pub id: UnitChangeId,
    /// Which unit.
    pub unit: UnitId,
    /// The application that did it, where one did.
    pub application: Option<ApplicationId>,
    /// What.
    pub event: UnitEvent,
    /// What stood before.
    pub before: Option<UnitData>,
    /// What stands after.
    pub after: Option<UnitData>,
    /// Last day of activity.
    pub last_day: Option<Date>,
    /// Who takes its place.
    pub successor: Option<UnitId>,
    /// Why.
    pub justification: Option<String>,
    /// When.
    pub changed_at: Moment,
}

fn json(data: Option<&UnitData>) -> Result<Option<Value>, StorageError> {
    data.map(|data| serde_json::to_value(data).map_err(|_| damaged("unit data"))).transpose()
}

fn to_domain(row: Model) -> Result<UnitChangeRow, StorageError> {
    let data = |value: Option<Value>| value.map(serde_json::from_value).transpose().map_err(|_| damaged("unit data"));
    Ok(UnitChangeRow {
        id: UnitChangeId(row.id),
        unit: UnitId(row.unit_id),
        application: row.application_id.map(ApplicationId),
        event: UnitEvent::from_key(&row.event).ok_or_else(|| damaged("unit event"))?,
        before: data(row.before)?,
        after: data(row.after)?,
        last_day: row.last_day.map(|day| day.parse().map_err(|_| damaged("last day"))).transpose()?,
        successor: row.successor_id.map(UnitId),
        justification: row.justification,
        changed_at: Moment(row.changed_at),
    })
}

/// Adds what happened.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, change: &UnitChangeRow) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(change.id.0),
        unit_id: Set(change.unit.0),
        application_id: Set(change.application.map(|a| a.0)),
        event: Set(change.event.key().to_owned()),
        before: Set(json(change.before.as_ref())?),
        after: Set(json(change.after.as_ref())?),
        last_day: Set(change.last_day.map(|day| day.to_string())),
        successor_id: Set(change.successor.map(|unit| unit.0)),
        justification: Set(change.justification.clone()),
        changed_at: Set(change.changed_at.0),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// What happened to a unit, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, unit: UnitId, limit: u64) -> Result<Vec<UnitChangeRow>, StorageError> {
    let own = Entity::find().filter(Column::UnitId.eq(unit.0));
    let rows = own.order_by_desc(Column::ChangedAt).order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}
