//! Rows of earlier values of an account's data: what stood there before, who changed it, when.

use super::StorageError;
use super::entities::profile_change::{ActiveModel, Column, Entity};
use crate::domain::id::{AccountId, ProfileChangeId};
use crate::domain::moment::Moment;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// The login, which an account of an unapproved application may still exchange for another.
pub const LOGIN: &str = "login";
/// The e-mail address.
pub const EMAIL: &str = "email";

/// One earlier value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileChange {
    /// Row.
    pub id: ProfileChangeId,
    /// Whose.
    pub account: AccountId,
    /// `first_name`, `last_name`, `position`, `phone`, `email`, `login`.
    pub field: String,
    /// What stood there; none when nothing did.
    pub old_value: Option<String>,
    /// Who changed it, as the audit trail names the actor.
    pub changed_by: String,
    /// When.
    pub changed_at: Moment,
}

/// Adds a row.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, change: &ProfileChange) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(change.id.0),
        account_id: Set(change.account.0),
        field: Set(change.field.clone()),
        old_value: Set(change.old_value.clone()),
        changed_by: Set(change.changed_by.clone()),
        changed_at: Set(change.changed_at.0),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// All of an account, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<ProfileChange>, StorageError> {
    let rows =
        Entity::find().filter(Column::AccountId.eq(account.0)).order_by_desc(Column::ChangedAt).order_by_desc(Column::Id).all(db).await?;
    let changes = rows.into_iter().map(|row| ProfileChange {
        id: ProfileChangeId(row.id),
        account: AccountId(row.account_id),
        field: row.field,
        old_value: row.old_value,
        changed_by: row.changed_by,
        changed_at: Moment(row.changed_at),
    });
    Ok(changes.collect())
}
