//! Kinds of unit, sub-areas and functions, read together.

use super::StorageError;
use super::entities::{function, sub_area, unit_kind, unit_kind_sub_area};
use crate::domain::collation::sort_key;
use crate::domain::dictionary::{Dictionaries, Function, SubArea, UnitKind};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

/// Reads all dictionaries.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn load<C: ConnectionTrait>(db: &C) -> Result<Dictionaries, StorageError> {
    let kinds = unit_kind::Entity::find().all(db).await?;
    let areas = sub_area::Entity::find().order_by_asc(sub_area::Column::Position).order_by_asc(sub_area::Column::Code).all(db).await?;
    let functions = function::Entity::find().order_by_asc(function::Column::Position).order_by_asc(function::Column::Code).all(db).await?;
    let allowed = unit_kind_sub_area::Entity::find().all(db).await?;

    let may_ask = |kind: &str, area: &str| allowed.iter().any(|pair| pair.unit_kind == kind && pair.sub_area == area);
    let mut unit_kinds: Vec<UnitKind> = kinds
        .into_iter()
        .map(|kind| UnitKind {
            sub_areas: areas.iter().filter(|area| may_ask(&kind.code, &area.code)).map(|area| area.code.clone()).collect(),
            code: kind.code,
            name: kind.name,
        })
        .collect();
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
    let kind = found.map(|row| UnitKind { code: row.code, name: row.name, sub_areas: Vec::new() });
    Ok(kind.map(|kind| kind.short_names().into_iter().map(str::to_owned).collect()).unwrap_or_default())
}
