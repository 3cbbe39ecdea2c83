//! Per-field remarks of a return.

use crate::domain::application::decision::Remark;
use crate::domain::id::ApplicationId;
use crate::storage::StorageError;
use crate::storage::entities::application_remark::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// Adds the remarks on a revision. `ids` gives each its row id.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(
    db: &C,
    application: ApplicationId,
    revision: i32,
    remarks: &[Remark],
    mut new_id: impl FnMut() -> uuid::Uuid,
) -> Result<(), StorageError> {
    if remarks.is_empty() {
        return Ok(());
    }
    let rows: Vec<ActiveModel> = remarks
        .iter()
        .zip(0..)
        .map(|(remark, position)| ActiveModel {
            id: Set(new_id()),
            application_id: Set(application.0),
            revision: Set(revision),
            field: Set(remark.field.clone()),
            text: Set(remark.text.clone()),
            position: Set(position),
        })
        .collect();
    Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// The remarks on a revision, in the order in which they were written; several returns of one revision add up.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C, application: ApplicationId, revision: i32) -> Result<Vec<Remark>, StorageError> {
    let rows = Entity::find()
        .filter(Column::ApplicationId.eq(application.0))
        .filter(Column::Revision.eq(revision))
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| Remark { field: row.field, text: row.text }).collect())
}

/// The remarks on all revisions with their revision, in the order in which they were written.
///
/// # Errors
/// Of the database.
pub async fn list_all<C: ConnectionTrait>(db: &C, application: ApplicationId) -> Result<Vec<(i32, Remark)>, StorageError> {
    let rows = Entity::find().filter(Column::ApplicationId.eq(application.0)).order_by_asc(Column::Id).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.revision, Remark { field: row.field, text: row.text })).collect())
}
