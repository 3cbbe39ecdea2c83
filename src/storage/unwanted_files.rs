//! Rows of signed forms and of files of the post whose bytes are to be removed: those that were erased, and those that are being stored
//! and have no row yet. Files are never looked for in the store: it may be another portal's too.

use super::StorageError;
use super::entities::unwanted_file::{ActiveModel, Column, Entity};
use super::page::damaged;
use crate::domain::id::{PostFileId, SignedFormId};
use crate::domain::moment::Moment;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::fmt;
use uuid::Uuid;

/// Whose bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folder {
    /// All files of a signed form.
    SignedForm(SignedFormId),
    /// One file of the post.
    Post(PostFileId),
}

const SIGNED_FORM: &str = "signed_form";
const POST: &str = "post";

impl Folder {
    fn parts(self) -> (&'static str, Uuid) {
        match self {
            Self::SignedForm(id) => (SIGNED_FORM, id.0),
            Self::Post(id) => (POST, id.0),
        }
    }
}

impl fmt::Display for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, id) = self.parts();
        write!(f, "{kind} {id}")
    }
}

impl From<SignedFormId> for Folder {
    fn from(id: SignedFormId) -> Self {
        Self::SignedForm(id)
    }
}

impl From<PostFileId> for Folder {
    fn from(id: PostFileId) -> Self {
        Self::Post(id)
    }
}

/// Notes that bytes are to be removed from a moment on, unless that is taken back.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, whose: impl Into<Folder>, due_at: Moment, is_erased: bool) -> Result<(), StorageError> {
    let (kind, id) = whose.into().parts();
    let row = ActiveModel { signed_form_id: Set(id), due_at: Set(due_at.0), is_erased: Set(is_erased), kind: Set(kind.to_owned()) };
    let over = OnConflict::column(Column::SignedFormId).update_columns([Column::DueAt, Column::IsErased]).to_owned();
    Entity::insert(row).on_conflict(over).exec_without_returning(db).await?;
    Ok(())
}

/// Takes the note back: the files are gone, or have their row now. False when there was none.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, whose: impl Into<Folder>) -> Result<bool, StorageError> {
    Ok(Entity::delete_by_id(whose.into().parts().1).exec(db).await?.rows_affected == 1)
}

/// Whose bytes are to be removed by now, after one of them.
///
/// # Errors
/// Of the database.
pub async fn list_due<C: ConnectionTrait>(db: &C, now: Moment, after: Option<Folder>, limit: u64) -> Result<Vec<Folder>, StorageError> {
    let mut select = Entity::find().filter(Column::DueAt.lte(now.0));
    if let Some(after) = after {
        select = select.filter(Column::SignedFormId.gt(after.parts().1));
    }
    let rows = select.order_by_asc(Column::SignedFormId).limit(limit).all(db).await?;
    let folder = |id: Uuid, kind: &str| match kind {
        SIGNED_FORM => Ok(Folder::SignedForm(SignedFormId(id))),
        POST => Ok(Folder::Post(PostFileId(id))),
        _ => Err(damaged("unwanted files")),
    };
    rows.into_iter().map(|row| folder(row.signed_form_id, &row.kind)).collect()
}
