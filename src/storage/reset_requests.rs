//! Rows of asked-for reset letters: one for each account that a letter names, so that letters are counted by account although
//! one letter may name several.

use super::StorageError;
use super::entities::reset_request::{ActiveModel, Column, Entity};
use crate::domain::id::{AccountId, MessageId};
use crate::domain::moment::Moment;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};

/// Notes that a letter was asked for.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, account: AccountId, message: MessageId, now: Moment) -> Result<(), StorageError> {
    let row = ActiveModel { account_id: Set(account.0), message_id: Set(message.0), asked_at: Set(now.0) };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// How many letters were asked for since a moment.
///
/// # Errors
/// Of the database.
pub async fn count_since<C: ConnectionTrait>(db: &C, account: AccountId, since: Moment) -> Result<u64, StorageError> {
    Ok(Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::AskedAt.gte(since.0)).count(db).await?)
}

/// Deletes up to `limit` notes from before a moment; gives their number.
///
/// # Errors
/// Of the database.
pub async fn remove_old<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<u64, StorageError> {
    let old = Query::select().column(Column::MessageId).from(Entity).and_where(Column::AskedAt.lt(before.0)).limit(limit).to_owned();
    Ok(Entity::delete_many().filter(Column::MessageId.in_subquery(old)).exec(db).await?.rows_affected)
}
