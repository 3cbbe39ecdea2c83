//! Rows of where an account's attempts come from: devices that it has signed in from, and networks that a protected account was
//! attacked from. Each has a counter of its own. Only hashes of a device's secret are stored.

use super::StorageError;
use super::entities::sign_in_source::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::id::{AccountId, SourceId};
use crate::domain::lockout::Lockout;
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceKind {
    /// A browser in which the account was signed in to; the hash is that of its secret.
    Device,
    /// A network from which somebody tried; the hash is that of its text.
    Network,
}

impl SourceKind {
    /// Stored name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Device => "device",
            Self::Network => "network",
        }
    }
    fn from_key(key: &str) -> Option<Self> {
        [Self::Device, Self::Network].into_iter().find(|kind| kind.key() == key)
    }
}

/// A source as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// For notices.
    pub id: SourceId,
    /// Whose attempts.
    pub account: AccountId,
    /// Device or network.
    pub kind: SourceKind,
    /// Its hash.
    pub hash: [u8; 32],
    /// What the browser calls itself; empty for a network.
    pub label: String,
    /// The network, cut so that it may be told.
    pub network: String,
    /// Its own counter and block.
    pub lockout: Lockout,
    /// First seen.
    pub created_at: Moment,
    /// Last seen.
    pub last_used_at: Moment,
}

fn to_domain(row: Model) -> Result<Source, StorageError> {
    Ok(Source {
        id: SourceId(row.id),
        account: AccountId(row.account_id),
        kind: SourceKind::from_key(&row.kind).ok_or_else(|| damaged("source kind"))?,
        hash: row.source_hash.try_into().map_err(|_| damaged("source hash"))?,
        label: row.label,
        network: row.network,
        lockout: Lockout { failures: row.failures, blocks: row.blocks, blocked_until: row.blocked_until.map(Moment) },
        created_at: Moment(row.created_at),
        last_used_at: Moment(row.last_used_at),
    })
}

/// Writes a source, new or seen again.
///
/// # Errors
/// Of the database.
pub async fn save<C: ConnectionTrait>(db: &C, source: &Source) -> Result<(), StorageError> {
    let row = ActiveModel {
        account_id: Set(source.account.0),
        kind: Set(source.kind.key().to_owned()),
        source_hash: Set(source.hash.to_vec()),
        id: Set(source.id.0),
        label: Set(source.label.clone()),
        network: Set(source.network.clone()),
        failures: Set(source.lockout.failures),
        blocks: Set(source.lockout.blocks),
        blocked_until: Set(source.lockout.blocked_until.map(|m| m.0)),
        created_at: Set(source.created_at.0),
        last_used_at: Set(source.last_used_at.0),
    };
    let changed = [Column::Label, Column::Network, Column::Failures, Column::Blocks, Column::BlockedUntil, Column::LastUsedAt];
    let key = [Column::AccountId, Column::Kind, Column::SourceHash];
    Entity::insert(row).on_conflict(OnConflict::columns(key).update_columns(changed).to_owned()).exec_without_returning(db).await?;
    Ok(())
}

/// Finds one.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    account: AccountId,
    kind: SourceKind,
    hash: [u8; 32],
) -> Result<Option<Source>, StorageError> {
    Entity::find_by_id((account.0, kind.key().to_owned(), hash.to_vec())).one(db).await?.map(to_domain).transpose()
}

/// Finds one by its id.
///
/// # Errors
/// Of the database.
pub async fn find_by_id<C: ConnectionTrait>(db: &C, id: SourceId) -> Result<Option<Source>, StorageError> {
    Entity::find().filter(Column::Id.eq(id.0)).one(db).await?.map(to_domain).transpose()
}

/// The sources of an account that are blocked now, the longest block first.
///
/// # Errors
/// Of the database.
pub async fn list_blocked<C: ConnectionTrait>(db: &C, account: AccountId, now: Moment) -> Result<Vec<Source>, StorageError> {
    let rows = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::BlockedUntil.gt(now.0))
        .order_by_desc(Column::BlockedUntil)
        .limit(50)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// The devices that an account knows, the latest used first.
///
/// # Errors
/// Of the database.
pub async fn list_devices<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<Source>, StorageError> {
    let rows = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Kind.eq(SourceKind::Device.key()))
        .order_by_desc(Column::LastUsedAt)
        .limit(200)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// Lifts the blocks of all sources of an account.
///
/// # Errors
/// Of the database.
pub async fn clear_lockouts<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::Failures, Expr::value(0))
        .col_expr(Column::Blocks, Expr::value(0))
        .col_expr(Column::BlockedUntil, Expr::value(Option::<i64>::None))
        .filter(Column::AccountId.eq(account.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Forgets all sources of an account: no device is known any more, no network blocked.
///
/// # Errors
/// Of the database.
pub async fn remove_all_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<(), StorageError> {
    Entity::delete_many().filter(Column::AccountId.eq(account.0)).exec(db).await?;
    Ok(())
}

/// Deletes up to `limit` sources that were last seen before a moment; gives their number.
///
/// # Errors
/// Of the database.
pub async fn remove_unused<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<u64, StorageError> {
    let unused = Query::select().column(Column::Id).from(Entity).and_where(Column::LastUsedAt.lt(before.0)).limit(limit).to_owned();
    Ok(Entity::delete_many().filter(Column::Id.in_subquery(unused)).exec(db).await?.rows_affected)
}
