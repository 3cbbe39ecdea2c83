//! Rows of received signed forms and their files.

use super::StorageError;
use super::entities::{signed_form, signed_form_file};
use super::first_approvals;
use super::page::damaged;
use crate::domain::application::signed_form::{CodeMatch, MediaType, SignedFile, SignedForm};
use crate::domain::id::{AccountId, ApplicationId, FileId, SignedFormId};
use crate::domain::moment::Moment;
use crate::domain::voivodeship::ReturnChannel;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// Adds a signed form with its files.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, form: &SignedForm) -> Result<(), StorageError> {
    let row = signed_form::ActiveModel {
        id: Set(form.id.0),
        application_id: Set(form.application.0),
        revision: Set(form.revision),
        channel: Set(form.channel.key().to_owned()),
        reference: Set(form.reference.clone()),
        received_on: Set(form.received_on.to_string()),
        recorded_by: Set(form.recorded_by.0),
        recorded_at: Set(form.recorded_at.0),
        code_match: Set(form.code_match.key().to_owned()),
        compared_by: Set(None),
        compared_at: Set(None),
    };
    signed_form::Entity::insert(row).exec_without_returning(db).await?;
    // A first approval was about the form before it.
    first_approvals::remove(db, form.application).await?;
    for (file, position) in form.files.iter().zip(0..) {
        let row = signed_form_file::ActiveModel {
            id: Set(file.id.0),
            signed_form_id: Set(form.id.0),
            position: Set(position),
            media_type: Set(file.media_type.key().to_owned()),
            size: Set(file.size),
            sha256: Set(file.sha256.clone()),
            object_key: Set(file.object_key.clone()),
            page_keys: Set(serde_json::json!(file.page_keys)),
            has_signature: Set(file.has_signature),
            signatures: Set(file.signatures.as_ref().map(|found| serde_json::json!(found))),
        };
        signed_form_file::Entity::insert(row).exec_without_returning(db).await?;
    }
    Ok(())
}

fn to_file(row: signed_form_file::Model) -> Result<SignedFile, StorageError> {
    Ok(SignedFile {
        id: FileId(row.id),
        media_type: MediaType::from_key(&row.media_type).ok_or_else(|| damaged("media type"))?,
        size: row.size,
        sha256: row.sha256,
        object_key: row.object_key,
        page_keys: serde_json::from_value(row.page_keys).map_err(|_| damaged("page keys"))?,
        has_signature: row.has_signature,
        signatures: row.signatures.map(serde_json::from_value).transpose().map_err(|_| damaged("signatures"))?,
    })
}

/// All signed forms of an application, the newest first, of every revision.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, application: ApplicationId) -> Result<Vec<SignedForm>, StorageError> {
    let rows = signed_form::Entity::find()
        .filter(signed_form::Column::ApplicationId.eq(application.0))
        .order_by_desc(signed_form::Column::RecordedAt)
        .order_by_desc(signed_form::Column::Id)
        .all(db)
        .await?;
    let files = signed_form_file::Entity::find()
        .filter(signed_form_file::Column::SignedFormId.is_in(rows.iter().map(|row| row.id)))
        .order_by_asc(signed_form_file::Column::Position)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(SignedForm {
                id: SignedFormId(row.id),
                application: ApplicationId(row.application_id),
                revision: row.revision,
                channel: ReturnChannel::from_key(&row.channel).ok_or_else(|| damaged("channel"))?,
                reference: row.reference,
                received_on: row.received_on.parse().map_err(|_| damaged("received on"))?,
                recorded_by: AccountId(row.recorded_by),
                recorded_at: Moment(row.recorded_at),
                code_match: CodeMatch::from_key(&row.code_match).ok_or_else(|| damaged("code match"))?,
                files: files.iter().filter(|f| f.signed_form_id == row.id).cloned().map(to_file).collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

/// The application and file of a file id, for serving it.
///
/// # Errors
/// Of the database.
pub async fn find_file<C: ConnectionTrait>(db: &C, id: FileId) -> Result<Option<(ApplicationId, SignedFile)>, StorageError> {
    let Some(file) = signed_form_file::Entity::find_by_id(id.0).one(db).await? else { return Ok(None) };
    let form = signed_form::Entity::find_by_id(file.signed_form_id).one(db).await?.ok_or_else(|| damaged("file without its form"))?;
    Ok(Some((ApplicationId(form.application_id), to_file(file)?)))
}

/// Notes that an administrator compared the form by eye.
///
/// # Errors
/// Of the database.
pub async fn mark_compared<C: ConnectionTrait>(db: &C, id: SignedFormId, by: AccountId, now: Moment) -> Result<(), StorageError> {
    use signed_form::Column;
    signed_form::Entity::update_many()
        .col_expr(Column::CodeMatch, Expr::value(CodeMatch::ConfirmedByEye.key()))
        .col_expr(Column::ComparedBy, Expr::value(by.0))
        .col_expr(Column::ComparedAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// An object of the file store that a row names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredObject {
    /// Where it lies.
    pub key: String,
    /// Of its bytes; a page's image has none.
    pub sha256: Option<String>,
}

/// The objects of the files after a file, in order of the files' ids, with the id to go on after; none at the end.
///
/// # Errors
/// Of the database.
pub async fn list_objects<C: ConnectionTrait>(
    db: &C,
    after: Option<FileId>,
    limit: u64,
) -> Result<(Vec<StoredObject>, Option<FileId>), StorageError> {
    let mut select = signed_form_file::Entity::find();
    if let Some(after) = after {
        select = select.filter(signed_form_file::Column::Id.gt(after.0));
    }
    let rows = select.order_by_asc(signed_form_file::Column::Id).limit(limit).all(db).await?;
    let last = rows.last().map(|row| FileId(row.id));
    let files = rows.into_iter().map(to_file).collect::<Result<Vec<_>, _>>()?;
    Ok((files.into_iter().flat_map(objects_of).collect(), last))
}

fn objects_of(file: SignedFile) -> Vec<StoredObject> {
    let pages = file.page_keys.into_iter().map(|key| StoredObject { key, sha256: None });
    std::iter::once(StoredObject { key: file.object_key, sha256: Some(file.sha256) }).chain(pages).collect()
}
