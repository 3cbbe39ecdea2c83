//! Rows of the journal of erasures. It outlives a backup: beside the files too, and wherever the operator takes it.

use super::StorageError;
use super::entities::erasure::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::erasure::{Erasure, Subject};
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

fn to_domain(row: Model) -> Result<Erasure, StorageError> {
    let subject = Subject::from_parts(&row.subject, row.subject_id).ok_or_else(|| damaged("erasure"))?;
    Ok(Erasure { subject, at: Moment(row.erased_at) })
}

/// Notes an erasure; one that is noted already stays as it is.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, erasure: Erasure) -> Result<(), StorageError> {
    let row = ActiveModel {
        subject: Set(erasure.subject.kind().to_owned()),
        subject_id: Set(erasure.subject.id()),
        erased_at: Set(erasure.at.0),
        kept_at: Set(None),
    };
    let once = OnConflict::columns([Column::Subject, Column::SubjectId]).do_nothing().to_owned();
    Entity::insert(row).on_conflict(once).exec_without_returning(db).await?;
    Ok(())
}

/// Erasures that are not beside the files yet, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_unkept<C: ConnectionTrait>(db: &C, limit: u64) -> Result<Vec<Erasure>, StorageError> {
    let rows = Entity::find().filter(Column::KeptAt.is_null()).order_by_asc(Column::ErasedAt).limit(limit).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Notes that an erasure is beside the files.
///
/// # Errors
/// Of the database.
pub async fn mark_kept<C: ConnectionTrait>(db: &C, subject: Subject, now: Moment) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::KeptAt, Expr::value(now.0))
        .filter(Column::Subject.eq(subject.kind()))
        .filter(Column::SubjectId.eq(subject.id()))
        .exec(db)
        .await?;
    Ok(())
}

/// All of them: identifiers only, so that a hundred thousand fit into memory.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<Erasure>, StorageError> {
    let rows = Entity::find().order_by_asc(Column::ErasedAt).order_by_asc(Column::SubjectId).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}
