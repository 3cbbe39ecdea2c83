//! Kinds of unit, sub-areas and functions, read together, or one by one to be edited.

use super::StorageError;
use super::entities::{function, sub_area, unit_kind, unit_kind_sub_area};
use super::page::damaged;
use crate::domain::collation::sort_key;
use crate::domain::dictionary::editing::{Edited, is_offered};
use crate::domain::dictionary::{Dictionaries, Function, SubArea, UnitKind};
use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

fn day(text: Option<&str>) -> Result<Option<Date>, StorageError> {
    text.map(|text| text.parse().map_err(|_| damaged("last day of an entry"))).transpose()
}

/// Reads all dictionaries as they are on a day. Entries that are not offered any more are there with their names; no kind may ask for a
/// sub-area of those.
///
/// # Errors
/// Of the database, or for a row that is not understood.
pub async fn load<C: ConnectionTrait>(db: &C, today: Date) -> Result<Dictionaries, StorageError> {
    let kinds = unit_kind::Entity::find().all(db).await?;
    let areas = sub_area::Entity::find().order_by_asc(sub_area::Column::Position).order_by_asc(sub_area::Column::Code).all(db).await?;
    let functions = function::Entity::find().order_by_asc(function::Column::Position).order_by_asc(function::Column::Code).all(db).await?;
    let allowed = unit_kind_sub_area::Entity::find().all(db).await?;

    let mut offered = Vec::new();
    for area in &areas {
        if is_offered(day(area.last_day.as_deref())?, today) {
            offered.push(area.code.clone());
        }
    }
    let may_ask = |kind: &str, area: &str| allowed.iter().any(|pair| pair.unit_kind == kind && pair.sub_area == area);
    let mut unit_kinds = Vec::new();
    for kind in kinds {
        unit_kinds.push(UnitKind {
            sub_areas: offered.iter().filter(|area| may_ask(&kind.code, area)).cloned().collect(),
            may_hold: areas.iter().map(|area| area.code.clone()).filter(|area| may_ask(&kind.code, area)).collect(),
            is_offered: is_offered(day(kind.last_day.as_deref())?, today),
            code: kind.code,
            name: kind.name,
        });
    }
    unit_kinds.sort_by_cached_key(|kind| (sort_key(&kind.name), kind.code.clone()));
    Ok(Dictionaries {
        unit_kinds,
        sub_areas: areas
            .into_iter()
            .map(|area| SubArea {
                code: area.code,
                name: area.name,
                longest_months: area.longest_months,
                default_months: area.default_months,
            })
            .collect(),
        functions: functions.into_iter().map(|f| Function { code: f.code, name: f.name }).collect(),
    })
}

/// What units of a kind are called for short, for search keys; nothing for a kind that is not in the dictionary.
///
/// # Errors
/// Of the database.
pub(super) async fn short_names_of<C: ConnectionTrait>(db: &C, kind: &str) -> Result<Vec<String>, StorageError> {
    let found = unit_kind::Entity::find_by_id(kind).one(db).await?;
    let kind = found.map(|row| UnitKind { code: row.code, name: row.name, sub_areas: Vec::new(), may_hold: Vec::new(), is_offered: true });
    Ok(kind.map(|kind| kind.short_names().into_iter().map(str::to_owned).collect()).unwrap_or_default())
}

/// The kinds of unit as they are edited, in Polish order: each with all its sub-areas, also those that are not offered.
///
/// # Errors
/// As [`load`].
pub async fn list_unit_kinds<C: ConnectionTrait>(db: &C, today: Date) -> Result<Vec<Edited<UnitKind>>, StorageError> {
    let areas = sub_area::Entity::find().order_by_asc(sub_area::Column::Position).order_by_asc(sub_area::Column::Code).all(db).await?;
    let allowed = unit_kind_sub_area::Entity::find().all(db).await?;
    let may_ask = |kind: &str, area: &str| allowed.iter().any(|pair| pair.unit_kind == kind && pair.sub_area == area);
    let mut kinds = Vec::new();
    for row in unit_kind::Entity::find().all(db).await? {
        let last_day = day(row.last_day.as_deref())?;
        let may_hold: Vec<String> = areas.iter().filter(|area| may_ask(&row.code, &area.code)).map(|area| area.code.clone()).collect();
        let entry =
            UnitKind { sub_areas: may_hold.clone(), may_hold, is_offered: is_offered(last_day, today), code: row.code, name: row.name };
        kinds.push(Edited { entry, last_day, version: row.version });
    }
    kinds.sort_by_cached_key(|kind| (sort_key(&kind.entry.name), kind.entry.code.clone()));
    Ok(kinds)
}

/// The sub-areas as they are edited, in their order.
///
/// # Errors
/// As [`load`].
pub async fn list_sub_areas<C: ConnectionTrait>(db: &C) -> Result<Vec<Edited<SubArea>>, StorageError> {
    let rows = sub_area::Entity::find().order_by_asc(sub_area::Column::Position).order_by_asc(sub_area::Column::Code).all(db).await?;
    let edited = |row: sub_area::Model| {
        let last_day = day(row.last_day.as_deref())?;
        let entry = SubArea { code: row.code, name: row.name, longest_months: row.longest_months, default_months: row.default_months };
        Ok(Edited { entry, last_day, version: row.version })
    };
    rows.into_iter().map(edited).collect()
}

/// Saves a kind of unit with its sub-areas, unless somebody was quicker than whoever read it in this version; then false.
///
/// # Errors
/// Of the database.
pub async fn save_unit_kind<C: ConnectionTrait>(db: &C, kind: &Edited<UnitKind>, seen: i32) -> Result<bool, StorageError> {
    use unit_kind::Column;
    let saved = unit_kind::Entity::update_many()
        .col_expr(Column::Name, Expr::value(kind.entry.name.as_str()))
        .col_expr(Column::LastDay, Expr::value(kind.last_day.map(|day| day.to_string())))
        .col_expr(Column::Version, Expr::value(seen.saturating_add(1)))
        .filter(Column::Code.eq(kind.entry.code.as_str()))
        .filter(Column::Version.eq(seen))
        .exec(db)
        .await?;
    if saved.rows_affected == 0 {
        return Ok(false);
    }
    use unit_kind_sub_area::{ActiveModel, Column as Pair, Entity};
    Entity::delete_many().filter(Pair::UnitKind.eq(kind.entry.code.as_str())).exec(db).await?;
    let pair = |area: &String| ActiveModel { unit_kind: Set(kind.entry.code.clone()), sub_area: Set(area.clone()) };
    Entity::insert_many(kind.entry.sub_areas.iter().map(pair)).exec_without_returning(db).await?;
    Ok(true)
}

/// Saves a sub-area as [`save_unit_kind`] saves a kind.
///
/// # Errors
/// Of the database.
pub async fn save_sub_area<C: ConnectionTrait>(db: &C, area: &Edited<SubArea>, seen: i32) -> Result<bool, StorageError> {
    use sub_area::Column;
    let saved = sub_area::Entity::update_many()
        .col_expr(Column::Name, Expr::value(area.entry.name.as_str()))
        .col_expr(Column::DefaultMonths, Expr::value(area.entry.default_months))
        .col_expr(Column::LongestMonths, Expr::value(area.entry.longest_months))
        .col_expr(Column::LastDay, Expr::value(area.last_day.map(|day| day.to_string())))
        .col_expr(Column::Version, Expr::value(seen.saturating_add(1)))
        .filter(Column::Code.eq(area.entry.code.as_str()))
        .filter(Column::Version.eq(seen))
        .exec(db)
        .await?;
    Ok(saved.rows_affected == 1)
}
