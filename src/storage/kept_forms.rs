//! Rows of forms that came after their session had ended: kept for a short time, for the same account only, without secrets.

use super::StorageError;
use super::entities::kept_form::{ActiveModel, Column, Entity};
use super::page::damaged;
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// A kept form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptForm {
    /// Hash of the browser's cookie.
    pub token_hash: [u8; 32],
    /// Who typed it.
    pub account: AccountId,
    /// Path to which it was sent.
    pub action: String,
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
    /// Forgotten from this moment on.
    pub expires_at: Moment,
}

/// Keeps a form.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, form: &KeptForm) -> Result<(), StorageError> {
    let row = ActiveModel {
        token_hash: Set(form.token_hash.to_vec()),
        account_id: Set(form.account.0),
        action: Set(form.action.clone()),
        fields: Set(serde_json::to_value(&form.fields).map_err(|_| damaged("kept form"))?),
        expires_at: Set(form.expires_at.0),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The kept form of a cookie, if it is this account's and not yet forgotten.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(
    db: &C,
    token_hash: [u8; 32],
    account: AccountId,
    now: Moment,
) -> Result<Option<KeptForm>, StorageError> {
    let row =
        Entity::find_by_id(token_hash.to_vec()).filter(Column::AccountId.eq(account.0)).filter(Column::ExpiresAt.gt(now.0)).one(db).await?;
    row.map(|row| {
        Ok(KeptForm {
            token_hash,
            account,
            action: row.action,
            fields: serde_json::from_value(row.fields).map_err(|_| damaged("kept form"))?,
            expires_at: Moment(row.expires_at),
        })
    })
    .transpose()
}

/// Forgets one.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<(), StorageError> {
    Entity::delete_by_id(token_hash.to_vec()).exec(db).await?;
    Ok(())
}

/// Forgets those of an account but the newest few, so that nobody fills the table.
///
/// # Errors
/// Of the database.
pub async fn keep_newest<C: ConnectionTrait>(db: &C, account: AccountId, number: u64) -> Result<(), StorageError> {
    let newest: Vec<Vec<u8>> = Entity::find()
        .select_only()
        .column(Column::TokenHash)
        .filter(Column::AccountId.eq(account.0))
        .order_by_desc(Column::ExpiresAt)
        .limit(number)
        .into_tuple()
        .all(db)
        .await?;
    Entity::delete_many().filter(Column::AccountId.eq(account.0)).filter(Column::TokenHash.is_not_in(newest)).exec(db).await?;
    Ok(())
}

/// Deletes up to `limit` that are forgotten; gives their number.
///
/// # Errors
/// Of the database.
pub async fn remove_expired<C: ConnectionTrait>(db: &C, now: Moment, limit: u64) -> Result<u64, StorageError> {
    let dead = Query::select().column(Column::TokenHash).from(Entity).and_where(Column::ExpiresAt.lte(now.0)).limit(limit).to_owned();
    Ok(Entity::delete_many().filter(Column::TokenHash.in_subquery(dead)).exec(db).await?.rows_affected)
}
