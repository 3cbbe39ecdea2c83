//! The history of what administrators edit: office data and dictionaries. Rows are added and read, and never change.

use super::StorageError;
use super::entities::dictionary_change::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::edited::{Change, Subject};
use crate::domain::id::{AccountId, DictionaryChangeId};
use crate::domain::identifiers::EmailAddress;
use crate::domain::moment::Moment;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Adds a row.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, change: &Change) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(change.id.0),
        subject: Set(change.subject.key().to_owned()),
        code: Set(change.code.clone()),
        version: Set(change.version),
        changed_at: Set(change.changed_at.0),
        changed_by: Set(change.changed_by.0),
        fields: Set(serde_json::to_value(&change.fields).map_err(|_| damaged("fields of a change"))?),
        told: Set(change.told.as_ref().map(ToString::to_string)),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

fn to_domain(row: Model) -> Result<Change, StorageError> {
    Ok(Change {
        id: DictionaryChangeId(row.id),
        subject: Subject::from_key(&row.subject).ok_or_else(|| damaged("subject of a change"))?,
        code: row.code,
        version: row.version,
        changed_at: Moment(row.changed_at),
        changed_by: AccountId(row.changed_by),
        fields: serde_json::from_value(row.fields).map_err(|_| damaged("fields of a change"))?,
        told: row.told.map(EmailAddress::trusted),
    })
}

/// One change.
///
/// # Errors
/// Of the database, or for a row that is not understood.
pub async fn find<C: ConnectionTrait>(db: &C, id: DictionaryChangeId) -> Result<Option<Change>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// The latest changes of one thing, the newest first.
///
/// # Errors
/// As [`find`].
pub async fn list_of<C: ConnectionTrait>(db: &C, subject: Subject, code: &str, limit: u64) -> Result<Vec<Change>, StorageError> {
    let of = Entity::find().filter(Column::Subject.eq(subject.key())).filter(Column::Code.eq(code));
    let rows = of.order_by_desc(Column::ChangedAt).order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// The latest changes of these subjects, the newest first.
///
/// # Errors
/// As [`find`].
pub async fn list<C: ConnectionTrait>(db: &C, subjects: &[Subject], limit: u64) -> Result<Vec<Change>, StorageError> {
    let of = Entity::find().filter(Column::Subject.is_in(subjects.iter().map(|subject| subject.key())));
    let rows = of.order_by_desc(Column::ChangedAt).order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// The changes of one thing that made a later version than this one, the oldest first.
///
/// # Errors
/// As [`find`].
pub async fn list_since<C: ConnectionTrait>(db: &C, subject: Subject, code: &str, version: i32) -> Result<Vec<Change>, StorageError> {
    let of = Entity::find().filter(Column::Subject.eq(subject.key())).filter(Column::Code.eq(code));
    let rows = of.filter(Column::Version.gt(version)).order_by_asc(Column::Version).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}
