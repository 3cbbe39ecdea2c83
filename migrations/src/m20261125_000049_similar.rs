//! Keys by which units of the same name, town or address are found again, and indexes for them.

use crate::sameness::{address_key, name_key};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

/// See the file's head.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

// Empty where nothing is known; the indexes hold the status, so that no row of an ended unit is read.
const UP: &str = "
ALTER TABLE units ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE units ADD COLUMN town_key TEXT NOT NULL DEFAULT '';
ALTER TABLE units ADD COLUMN address_key TEXT NOT NULL DEFAULT '';
";
const INDEXES: &str = "
CREATE INDEX units_terc ON units (terc, status);
CREATE INDEX units_name_key ON units (name_key, voivodeship, status);
CREATE INDEX units_address ON units (town_key, voivodeship, status, address_key);
";
const DOWN: &str = "
DROP INDEX units_address;
DROP INDEX units_name_key;
DROP INDEX units_terc;
ALTER TABLE units DROP COLUMN address_key;
ALTER TABLE units DROP COLUMN town_key;
ALTER TABLE units DROP COLUMN name_key;
";

async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let backend = connection.get_database_backend();
    let is_postgres = backend == DatabaseBackend::Postgres;
    // By what a row is found again: either database has a text for it.
    let (row, found) = if is_postgres { ("id::text", "id = $4::uuid") } else { ("CAST(rowid AS TEXT)", "rowid = CAST($4 AS INTEGER)") };
    let part = |name: &str| match is_postgres {
        true => format!("coalesce(data->'address'->>'{name}', '')"),
        false => format!("coalesce(json_extract(data, '$.address.{name}'), '')"),
    };
    let (town, street, building) = (part("town"), part("street"), part("building"));
    let sql = format!("SELECT {row} AS row_key, name, {town} AS town, {street} AS street, {building} AS building FROM units");
    let set = format!("UPDATE units SET name_key = $1, town_key = $2, address_key = $3 WHERE {found}");
    for unit in connection.query_all_raw(Statement::from_string(backend, sql)).await? {
        let text = |column: &str| unit.try_get::<String>("", column);
        let (name, town) = (name_key(&text("name")?), name_key(&text("town")?));
        let values = [name, town, address_key(&text("street")?, &text("building")?), text("row_key")?].map(Value::from);
        connection.execute_raw(Statement::from_sql_and_values(backend, set.as_str(), values)).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(UP).await?;
        fill(manager).await?;
        manager.get_connection().execute_unprepared(INDEXES).await?;
        Ok(())
    }
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared(DOWN).await?;
        Ok(())
    }
}
