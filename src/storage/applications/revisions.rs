//! Frozen revisions: payload, fingerprint, printed form, and the PDF's bytes once made.

use crate::domain::application::printed_form::PrintedForm;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::{Application, Payload};
use crate::domain::id::ApplicationId;
use crate::domain::moment::Moment;
use crate::storage::StorageError;
use crate::storage::entities::application_revision::{ActiveModel, Column, Entity, Model};
use crate::storage::page::damaged;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// One frozen revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// From 1.
    pub revision: i32,
    /// What was filed.
    pub payload: Payload,
    /// Of what is printed.
    pub fingerprint: Fingerprint,
    /// When.
    pub created_at: Moment,
}

pub(super) async fn find_row<C: ConnectionTrait>(db: &C, application: ApplicationId, revision: i32) -> Result<Option<Model>, StorageError> {
    // The PDF's bytes are not read along: only the printing asks for them.
    Ok(Entity::find_by_id((application.0, revision))
        .select_only()
        .columns([Column::ApplicationId, Column::Revision, Column::Payload, Column::Fingerprint, Column::PrintedForm, Column::CreatedAt])
        .expr_as(Expr::value(Option::<Vec<u8>>::None), "pdf")
        .one(db)
        .await?)
}

pub(super) async fn add<C: ConnectionTrait>(
    db: &C,
    application: &Application,
    printed_form: &serde_json::Value,
) -> Result<(), StorageError> {
    let row = ActiveModel {
        application_id: Set(application.id.0),
        revision: Set(application.revision),
        payload: Set(serde_json::to_value(&application.payload).map_err(|_| damaged("application payload"))?),
        fingerprint: Set(application.fingerprint.to_string()),
        printed_form: Set(printed_form.clone()),
        pdf: Set(None),
        created_at: Set(application.revised_at.0),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Replaces the payload of a revision where nothing printed changes (the note).
///
/// # Errors
/// Of the database.
pub async fn save_payload<C: ConnectionTrait>(db: &C, application: &Application) -> Result<(), StorageError> {
    let payload = serde_json::to_value(&application.payload).map_err(|_| damaged("application payload"))?;
    Entity::update_many()
        .col_expr(Column::Payload, Expr::value(payload))
        .filter(Column::ApplicationId.eq(application.id.0))
        .filter(Column::Revision.eq(application.revision))
        .exec(db)
        .await?;
    Ok(())
}

/// One revision.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, application: ApplicationId, revision: i32) -> Result<Option<Revision>, StorageError> {
    find_row(db, application, revision).await?.map(to_domain).transpose()
}

/// All revisions, the first first.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C, application: ApplicationId) -> Result<Vec<Revision>, StorageError> {
    let rows = Entity::find()
        .filter(Column::ApplicationId.eq(application.0))
        .select_only()
        .columns([Column::ApplicationId, Column::Revision, Column::Payload, Column::Fingerprint, Column::PrintedForm, Column::CreatedAt])
        .expr_as(Expr::value(Option::<Vec<u8>>::None), "pdf")
        .order_by_asc(Column::Revision)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

fn to_domain(row: Model) -> Result<Revision, StorageError> {
    Ok(Revision {
        revision: row.revision,
        payload: serde_json::from_value(row.payload).map_err(|_| damaged("application payload"))?,
        fingerprint: Fingerprint::trusted(row.fingerprint),
        created_at: Moment(row.created_at),
    })
}

/// The printed form of a revision, as frozen.
///
/// # Errors
/// Of the database.
pub async fn find_printed_form<C: ConnectionTrait>(
    db: &C,
    application: ApplicationId,
    revision: i32,
) -> Result<Option<PrintedForm>, StorageError> {
    find_row(db, application, revision)
        .await?
        .map(|row| serde_json::from_value(row.printed_form).map_err(|_| damaged("printed form")))
        .transpose()
}

/// The PDF of a revision, when it has been made.
///
/// # Errors
/// Of the database.
pub async fn find_pdf<C: ConnectionTrait>(db: &C, application: ApplicationId, revision: i32) -> Result<Option<Vec<u8>>, StorageError> {
    let row: Option<Option<Vec<u8>>> =
        Entity::find_by_id((application.0, revision)).select_only().column(Column::Pdf).into_tuple().one(db).await?;
    Ok(row.flatten())
}

/// Keeps the PDF of a revision; the first one stays.
///
/// # Errors
/// Of the database.
pub async fn save_pdf<C: ConnectionTrait>(db: &C, application: ApplicationId, revision: i32, pdf: &[u8]) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::Pdf, Expr::value(pdf.to_vec()))
        .filter(Column::ApplicationId.eq(application.0))
        .filter(Column::Revision.eq(revision))
        .filter(Column::Pdf.is_null())
        .exec(db)
        .await?;
    Ok(())
}
