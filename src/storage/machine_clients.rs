//! Rows of machine clients. Only the hash of a token is stored.

use super::StorageError;
use super::entities::machine_client::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::collation::fold;
use crate::domain::id::MachineClientId;
use crate::domain::identifiers::Line;
use crate::domain::machine::MachineClient;
use crate::domain::moment::Moment;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect};

/// Clients on a list: there are as many as statistical applications, and the revoked ones stay as history.
const MOST_LISTED: u64 = 500;

fn to_domain(row: Model) -> Result<MachineClient, StorageError> {
    Ok(MachineClient {
        id: MachineClientId(row.id),
        name: Line::trusted(row.name),
        scope: serde_json::from_value(row.scope).map_err(|_| damaged("machine scope"))?,
        created_by: row.created_by,
        created_at: Moment(row.created_at),
        last_used_at: row.last_used_at.map(Moment),
        revoked_at: row.revoked_at.map(Moment),
    })
}

/// Adds a client.
///
/// # Errors
/// A conflict on `machine_clients_name` when a client in force has this name.
pub async fn add<C: ConnectionTrait>(db: &C, client: &MachineClient, token_hash: [u8; 32]) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(client.id.0),
        name: Set(client.name.to_string()),
        name_key: Set(fold(client.name.as_str())),
        token_hash: Set(token_hash.to_vec()),
        scope: Set(serde_json::to_value(&client.scope).map_err(|_| damaged("machine scope"))?),
        created_by: Set(client.created_by.clone()),
        created_at: Set(client.created_at.0),
        last_used_at: Set(client.last_used_at.map(|m| m.0)),
        revoked_at: Set(client.revoked_at.map(|m| m.0)),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds a client.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: MachineClientId) -> Result<Option<MachineClient>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// The client of a token, in force or not.
///
/// # Errors
/// Of the database.
pub async fn find_by_token<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<Option<MachineClient>, StorageError> {
    Entity::find().filter(Column::TokenHash.eq(token_hash.to_vec())).one(db).await?.map(to_domain).transpose()
}

/// The client in force with this name, whatever its case and accents.
///
/// # Errors
/// Of the database.
pub async fn find_by_name<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<MachineClient>, StorageError> {
    let own = Entity::find().filter(Column::NameKey.eq(fold(name))).filter(Column::RevokedAt.is_null());
    own.one(db).await?.map(to_domain).transpose()
}

/// All clients: those in force by name, then the revoked ones, the latest first.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<MachineClient>, StorageError> {
    let rows = Entity::find()
        .order_by(Expr::col(Column::RevokedAt).is_not_null(), Order::Asc)
        .order_by_desc(Column::RevokedAt)
        .order_by_asc(Column::NameKey)
        .limit(MOST_LISTED)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// Notes a use.
///
/// # Errors
/// Of the database.
pub async fn touch<C: ConnectionTrait>(db: &C, id: MachineClientId, now: Moment) -> Result<(), StorageError> {
    Entity::update_many().col_expr(Column::LastUsedAt, Expr::value(now.0)).filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// Revokes a client; false when it is not in force: of two at once, one revokes.
///
/// # Errors
/// Of the database.
pub async fn revoke<C: ConnectionTrait>(db: &C, id: MachineClientId, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.0))
        .filter(Column::RevokedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
