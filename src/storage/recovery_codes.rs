//! Rows of recovery codes. Of each the selector is stored, which finds it, and the hash of the rest.

use super::StorageError;
use super::entities::recovery_code::{ActiveModel, Column, Entity};
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};

/// What is stored of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCode {
    /// Its first characters.
    pub selector: String,
    /// PHC text of the rest.
    pub code_hash: String,
}

/// Replaces the set of an account: codes of an older one are dead from now on.
///
/// # Errors
/// Of the database.
pub async fn replace<C: ConnectionTrait>(db: &C, account: AccountId, codes: &[StoredCode], now: Moment) -> Result<(), StorageError> {
    remove_all(db, account).await?;
    let rows = codes.iter().map(|code| ActiveModel {
        account_id: Set(account.0),
        selector: Set(code.selector.clone()),
        code_hash: Set(code.code_hash.clone()),
        created_at: Set(now.0),
        used_at: Set(None),
    });
    Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// The hash of an unused code.
///
/// # Errors
/// Of the database.
pub async fn find_unused<C: ConnectionTrait>(db: &C, account: AccountId, selector: &str) -> Result<Option<String>, StorageError> {
    let row = Entity::find_by_id((account.0, selector.to_owned())).filter(Column::UsedAt.is_null()).one(db).await?;
    Ok(row.map(|row| row.code_hash))
}

/// Spends a code. False when it is spent already, or of a set that was replaced meanwhile: of two uses at once one counts.
///
/// # Errors
/// Of the database.
pub async fn spend<C: ConnectionTrait>(db: &C, account: AccountId, code: &StoredCode, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(now.0))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Selector.eq(code.selector.as_str()))
        .filter(Column::CodeHash.eq(code.code_hash.as_str()))
        .filter(Column::UsedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How many codes are left, and when the set was made; none when there never was one.
///
/// # Errors
/// Of the database.
pub async fn left<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Option<(u64, Moment)>, StorageError> {
    let Some(first) = Entity::find().filter(Column::AccountId.eq(account.0)).order_by_asc(Column::Selector).one(db).await? else {
        return Ok(None);
    };
    let left = Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::UsedAt.is_null()).count(db).await?;
    Ok(Some((left, Moment(first.created_at))))
}

/// Forgets the codes of an account.
///
/// # Errors
/// Of the database.
pub async fn remove_all<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<(), StorageError> {
    Entity::delete_many().filter(Column::AccountId.eq(account.0)).exec(db).await?;
    Ok(())
}
