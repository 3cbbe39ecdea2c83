//! Rows of internal notes: what administrators write down for each other about an application. Only the review reads them; no letter,
//! no page of the applicant and no copy of somebody's data does.

use crate::domain::id::{AccountId, ApplicationId, NoteId};
use crate::domain::moment::Moment;
use crate::storage::StorageError;
use crate::storage::entities::application_note::{ActiveModel, Column, Entity, Model};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Row.
    pub id: NoteId,
    /// Who wrote it.
    pub author: AccountId,
    /// What.
    pub text: String,
    /// When.
    pub written_at: Moment,
}

/// Adds a note.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, application: ApplicationId, note: &Note) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(note.id.0),
        application_id: Set(application.0),
        author_id: Set(note.author.0),
        text: Set(note.text.clone()),
        written_at: Set(note.written_at.0),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The notes on an application, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C, application: ApplicationId) -> Result<Vec<Note>, StorageError> {
    let of = Entity::find().filter(Column::ApplicationId.eq(application.0));
    let rows = of.order_by_desc(Column::WrittenAt).order_by_desc(Column::Id).all(db).await?;
    let note =
        |row: Model| Note { id: NoteId(row.id), author: AccountId(row.author_id), text: row.text, written_at: Moment(row.written_at) };
    Ok(rows.into_iter().map(note).collect())
}
