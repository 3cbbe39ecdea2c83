//! Rows of changes of e-mail addresses. Of the tokens in their letters only hashes are stored.

use super::StorageError;
use super::entities::email_change::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::email_change::{EmailChange, EmailChangeStatus};
use crate::domain::id::{AccountId, EmailChangeId};
use crate::domain::identifiers::EmailAddress;
use crate::domain::moment::Moment;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

fn hash32(bytes: Vec<u8>) -> Result<[u8; 32], StorageError> {
    bytes.try_into().map_err(|_| damaged("e-mail change hash"))
}

fn to_domain(row: Model) -> Result<EmailChange, StorageError> {
    Ok(EmailChange {
        id: EmailChangeId(row.id),
        account: AccountId(row.account_id),
        status: EmailChangeStatus::from_key(&row.status).ok_or_else(|| damaged("e-mail change status"))?,
        old: EmailAddress::trusted(row.old_email),
        new: EmailAddress::trusted(row.new_email),
        confirm_hash: row.confirm_hash.map(hash32).transpose()?,
        code_hash: row.code_hash.map(hash32).transpose()?,
        attempts: row.attempts,
        undo_hash: row.undo_hash.map(hash32).transpose()?,
        requested_at: Moment(row.requested_at),
        confirm_until: Moment(row.confirm_until),
        undo_until: Moment(row.undo_until),
        settled_at: row.settled_at.map(Moment),
    })
}

fn row_of(change: &EmailChange) -> ActiveModel {
    ActiveModel {
        id: Set(change.id.0),
        account_id: Set(change.account.0),
        status: Set(change.status.key().to_owned()),
        old_email: Set(change.old.to_string()),
        new_email: Set(change.new.to_string()),
        new_email_key: Set(change.new.key()),
        confirm_hash: Set(change.confirm_hash.map(|h| h.to_vec())),
        code_hash: Set(change.code_hash.map(|h| h.to_vec())),
        attempts: Set(change.attempts),
        undo_hash: Set(change.undo_hash.map(|h| h.to_vec())),
        requested_at: Set(change.requested_at.0),
        confirm_until: Set(change.confirm_until.0),
        undo_until: Set(change.undo_until.0),
        settled_at: Set(change.settled_at.map(|m| m.0)),
    }
}

/// Adds a change.
///
/// # Errors
/// A conflict on `email_changes_pending` when one is pending already.
pub async fn add<C: ConnectionTrait>(db: &C, change: &EmailChange) -> Result<(), StorageError> {
    Entity::insert(row_of(change)).exec_without_returning(db).await?;
    Ok(())
}

/// Writes a change whose account is locked.
///
/// # Errors
/// Of the database.
pub async fn save<C: ConnectionTrait>(db: &C, change: &EmailChange) -> Result<(), StorageError> {
    Entity::update(row_of(change)).exec(db).await?;
    Ok(())
}

/// Finds a change.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: EmailChangeId) -> Result<Option<EmailChange>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// The change of an account that waits for the new address. To end it, the account is locked first, as everywhere.
///
/// # Errors
/// Of the database.
pub async fn find_pending<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Option<EmailChange>, StorageError> {
    let pending = Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::Status.eq(EmailChangeStatus::Pending.key()));
    pending.one(db).await?.map(to_domain).transpose()
}

/// Finds by the hash of the token that confirms.
///
/// # Errors
/// Of the database.
pub async fn find_by_confirmation<C: ConnectionTrait>(db: &C, hash: [u8; 32]) -> Result<Option<EmailChange>, StorageError> {
    Entity::find().filter(Column::ConfirmHash.eq(hash.to_vec())).one(db).await?.map(to_domain).transpose()
}

/// Finds by the hash of the token that takes back.
///
/// # Errors
/// Of the database.
pub async fn find_by_undo<C: ConnectionTrait>(db: &C, hash: [u8; 32]) -> Result<Option<EmailChange>, StorageError> {
    Entity::find().filter(Column::UndoHash.eq(hash.to_vec())).one(db).await?.map(to_domain).transpose()
}

/// All changes of an account that are still kept, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<EmailChange>, StorageError> {
    let own = Entity::find().filter(Column::AccountId.eq(account.0));
    own.order_by_desc(Column::RequestedAt).order_by_desc(Column::Id).all(db).await?.into_iter().map(to_domain).collect()
}

/// How many changes an account asked for since a moment.
///
/// # Errors
/// Of the database.
pub async fn count_since<C: ConnectionTrait>(db: &C, account: AccountId, since: Moment) -> Result<u64, StorageError> {
    Ok(Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::RequestedAt.gte(since.0)).count(db).await?)
}

/// How many changes to an address were asked for since a moment, whoever did.
///
/// # Errors
/// Of the database.
pub async fn count_to_address_since<C: ConnectionTrait>(db: &C, email_key: &str, since: Moment) -> Result<u64, StorageError> {
    Ok(Entity::find().filter(Column::NewEmailKey.eq(email_key)).filter(Column::RequestedAt.gte(since.0)).count(db).await?)
}

/// Deletes up to `limit` changes that nothing can be done with since a moment; gives their number. The earlier addresses stay in
/// the history of the account's data.
///
/// # Errors
/// Of the database.
pub async fn remove_over<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<u64, StorageError> {
    let over = Query::select().column(Column::Id).from(Entity).and_where(Column::UndoUntil.lt(before.0)).limit(limit).to_owned();
    Ok(Entity::delete_many().filter(Column::Id.in_subquery(over)).exec(db).await?.rows_affected)
}
