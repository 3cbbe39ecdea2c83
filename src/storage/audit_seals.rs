//! Rows of the seals of the audit trail. Only added and read, as the trail itself.

use super::StorageError;
use super::audit_entries::has_triggers;
use super::entities::audit_seal::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::audit_proof::Seal;
use crate::domain::moment::Moment;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Statement,
};

fn to_domain(row: Model) -> Result<Seal, StorageError> {
    Ok(Seal {
        number: row.number,
        last_entry: row.last_entry,
        entries: row.entries,
        sealed_at: Moment(row.sealed_at),
        hash: row.hash.try_into().map_err(|_| damaged("seal"))?,
        mac: row.mac,
    })
}

/// Adds a seal.
///
/// # Errors
/// A conflict on `audit_seals_pkey` when another worker was quicker.
pub async fn add<C: ConnectionTrait>(db: &C, seal: &Seal) -> Result<(), StorageError> {
    let row = ActiveModel {
        number: Set(seal.number),
        last_entry: Set(seal.last_entry),
        entries: Set(seal.entries),
        sealed_at: Set(seal.sealed_at.0),
        hash: Set(seal.hash.to_vec()),
        mac: Set(seal.mac.clone()),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The last seal.
///
/// # Errors
/// Of the database.
pub async fn last<C: ConnectionTrait>(db: &C) -> Result<Option<Seal>, StorageError> {
    Entity::find().order_by_desc(Column::Number).one(db).await?.map(to_domain).transpose()
}

/// Seals after a number, in order.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C, after: i64, limit: u64) -> Result<Vec<Seal>, StorageError> {
    let rows = Entity::find().filter(Column::Number.gt(after)).order_by_asc(Column::Number).limit(limit).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Who is writing to the trail at this moment and may have taken a position without being seen yet: transactions, by names that mean
/// nothing else. On SQLite nobody: positions are given in the order in which transactions end.
///
/// # Errors
/// Of the database.
pub async fn writers<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, StorageError> {
    if db.get_database_backend() != DatabaseBackend::Postgres {
        return Ok(Vec::new());
    }
    let sql = "SELECT virtualtransaction AS name FROM pg_locks WHERE locktype = 'relation' AND granted AND mode = 'RowExclusiveLock' \
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND relation = 'audit_entries'::regclass";
    let rows = db.query_all_raw(Statement::from_string(DatabaseBackend::Postgres, sql)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "name")).collect::<Result<_, _>>()?)
}

/// Whether the database itself refuses to change and to delete seals.
///
/// # Errors
/// Of the database.
pub async fn is_append_only<C: ConnectionTrait>(db: &C) -> Result<bool, StorageError> {
    let wanted: &[&str] = match db.get_database_backend() {
        DatabaseBackend::Postgres => &["audit_seals_append_only"],
        _ => &["audit_seals_no_update", "audit_seals_no_delete"],
    };
    has_triggers(db, "audit_seals", wanted).await
}
