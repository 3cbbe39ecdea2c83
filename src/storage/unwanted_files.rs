//! Rows of signed forms whose files are to be removed: those that were erased, and those that are being stored and have no row yet. Files
//! are never looked for in the store: it may be another portal's too.

use super::StorageError;
use super::entities::unwanted_file::{ActiveModel, Column, Entity};
use crate::domain::id::SignedFormId;
use crate::domain::moment::Moment;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Notes that the files of a form are to be removed from a moment on, unless that is taken back.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, form: SignedFormId, due_at: Moment, is_erased: bool) -> Result<(), StorageError> {
    let row = ActiveModel { signed_form_id: Set(form.0), due_at: Set(due_at.0), is_erased: Set(is_erased) };
    let over = OnConflict::column(Column::SignedFormId).update_columns([Column::DueAt, Column::IsErased]).to_owned();
    Entity::insert(row).on_conflict(over).exec_without_returning(db).await?;
    Ok(())
}

/// Takes the note back: the files are gone, or have their row now. False when there was none.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, form: SignedFormId) -> Result<bool, StorageError> {
    Ok(Entity::delete_by_id(form.0).exec(db).await?.rows_affected == 1)
}

/// Forms whose files are to be removed by now, after a form.
///
/// # Errors
/// Of the database.
pub async fn list_due<C: ConnectionTrait>(
    db: &C,
    now: Moment,
    after: Option<SignedFormId>,
    limit: u64,
) -> Result<Vec<SignedFormId>, StorageError> {
    let mut select = Entity::find().filter(Column::DueAt.lte(now.0));
    if let Some(after) = after {
        select = select.filter(Column::SignedFormId.gt(after.0));
    }
    let rows = select.order_by_asc(Column::SignedFormId).limit(limit).all(db).await?;
    Ok(rows.into_iter().map(|row| SignedFormId(row.signed_form_id)).collect())
}
