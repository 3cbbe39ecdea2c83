//! Rows of drafts: registrations, and by [`of_kind`] whatever else is typed before it is filed.

use super::StorageError;
use super::entities::draft::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::application::draft::{DRAFT_DAYS, Draft, DraftFacts, DraftKind, DraftTexts, Drafted};
use crate::domain::id::{AccountId, ApplicationId, DraftId};
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, LockType, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select};

fn to_domain<T: Drafted>(row: Model) -> Result<Draft<T>, StorageError> {
    Ok(Draft {
        id: DraftId(row.id),
        texts: serde_json::from_value(row.texts).map_err(|_| damaged("draft texts"))?,
        application: row.application_id.map(ApplicationId),
        account: row.account_id.map(AccountId),
        confirmed_email: row.confirmed_email,
        has_password: row.password_hash.is_some(),
        submitted_as: row.submitted_as.map(ApplicationId),
        expires_at: Moment(row.expires_at),
        version: row.version,
    })
}

fn to_facts(row: &Model) -> Result<DraftFacts, StorageError> {
    let kind = DraftKind::from_key(&row.kind).ok_or_else(|| damaged("draft kind"))?;
    Ok(DraftFacts {
        id: DraftId(row.id),
        kind,
        address: kind.address_in(&row.texts),
        account: row.account_id.map(AccountId),
        confirmed_email: row.confirmed_email.clone(),
        submitted_as: row.submitted_as.map(ApplicationId),
        expires_at: Moment(row.expires_at),
    })
}

fn json<T: Drafted>(texts: &T) -> Result<serde_json::Value, StorageError> {
    serde_json::to_value(texts).map_err(|_| damaged("draft texts"))
}

fn registrations() -> Select<Entity> {
    Entity::find().filter(Column::Kind.eq(DraftTexts::KIND.key()))
}

/// What is known of any draft.
///
/// # Errors
/// Of the database.
pub async fn find_facts<C: ConnectionTrait>(db: &C, id: DraftId) -> Result<Option<DraftFacts>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.as_ref().map(to_facts).transpose()
}

/// As [`find_facts`], with the row locked until the transaction ends.
///
/// # Errors
/// Of the database.
pub async fn find_facts_for_update<C: ConnectionTrait>(db: &C, id: DraftId) -> Result<Option<DraftFacts>, StorageError> {
    Entity::find_by_id(id.0).lock(LockType::Update).one(db).await?.as_ref().map(to_facts).transpose()
}

/// The open draft of a kind that an account's owner writes, a correction before a new one; locked until the transaction ends.
///
/// # Errors
/// Of the database.
pub async fn of_kind<C: ConnectionTrait, T: Drafted>(db: &C, account: AccountId, now: Moment) -> Result<Option<Draft<T>>, StorageError> {
    let own = Entity::find().filter(Column::Kind.eq(T::KIND.key())).filter(Column::AccountId.eq(account.0));
    own.filter(Column::SubmittedAs.is_null())
        .filter(Column::ExpiresAt.gt(now.0))
        .order_by_desc(Column::ApplicationId.is_not_null())
        .order_by_desc(Column::CreatedAt)
        .lock(LockType::Update)
        .one(db)
        .await?
        .map(to_domain)
        .transpose()
}

/// Deletes the open drafts of a kind that an account's owner writes.
///
/// # Errors
/// Of the database.
pub async fn remove_of_kind<C: ConnectionTrait>(db: &C, account: AccountId, kind: DraftKind) -> Result<(), StorageError> {
    let own = Entity::delete_many().filter(Column::Kind.eq(kind.key())).filter(Column::AccountId.eq(account.0));
    own.filter(Column::SubmittedAs.is_null()).exec(db).await?;
    Ok(())
}

/// Starts a draft. It has an owner when somebody who has an account already writes it, and the application besides when it
/// corrects one.
///
/// # Errors
/// A conflict on `drafts_correction` when the application is being corrected already.
pub async fn add<C: ConnectionTrait, T: Drafted>(
    db: &C,
    id: DraftId,
    token_hash: [u8; 32],
    texts: &T,
    owner: Option<(AccountId, Option<ApplicationId>)>,
    confirmed_email: Option<String>,
    now: Moment,
) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(id.0),
        token_hash: Set(token_hash.to_vec()),
        kind: Set(T::KIND.key().to_owned()),
        texts: Set(json(texts)?),
        password_hash: Set(None),
        application_id: Set(owner.and_then(|(_, application)| application).map(|application| application.0)),
        account_id: Set(owner.map(|(account, _)| account.0)),
        confirmed_email: Set(confirmed_email),
        submitted_as: Set(None),
        created_at: Set(now.0),
        expires_at: Set(now.plus_days(DRAFT_DAYS).0),
        version: Set(0),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds by the hash of its secret.
///
/// # Errors
/// Of the database.
pub async fn find_by_token<C: ConnectionTrait>(db: &C, token_hash: [u8; 32]) -> Result<Option<Draft>, StorageError> {
    registrations().filter(Column::TokenHash.eq(token_hash.to_vec())).one(db).await?.map(to_domain).transpose()
}

/// Whether an application of any kind is being corrected.
///
/// # Errors
/// Of the database.
pub async fn is_being_corrected<C: ConnectionTrait>(db: &C, application: ApplicationId, now: Moment) -> Result<bool, StorageError> {
    let open = Entity::find().filter(Column::ApplicationId.eq(application.0)).filter(Column::SubmittedAs.is_null());
    Ok(open.filter(Column::ExpiresAt.gt(now.0)).one(db).await?.is_some())
}

/// Which application a draft of this kind by this account corrects.
///
/// # Errors
/// Of the database.
pub async fn find_corrected<C: ConnectionTrait>(
    db: &C,
    account: AccountId,
    kind: DraftKind,
) -> Result<Option<ApplicationId>, StorageError> {
    let own = Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::Kind.eq(kind.key()));
    let open = own.filter(Column::SubmittedAs.is_null()).filter(Column::ApplicationId.is_not_null());
    Ok(open.one(db).await?.and_then(|draft| draft.application_id).map(ApplicationId))
}

/// The open correction of an application.
///
/// # Errors
/// Of the database.
pub async fn find_correction<C: ConnectionTrait>(db: &C, application: ApplicationId) -> Result<Option<Draft>, StorageError> {
    registrations()
        .filter(Column::ApplicationId.eq(application.0))
        .filter(Column::SubmittedAs.is_null())
        .one(db)
        .await?
        .map(to_domain)
        .transpose()
}

/// The open draft of a new application that an account's owner writes.
///
/// # Errors
/// Of the database.
pub async fn find_of_account<C: ConnectionTrait>(db: &C, account: AccountId, now: Moment) -> Result<Option<Draft>, StorageError> {
    registrations()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::ApplicationId.is_null())
        .filter(Column::SubmittedAs.is_null())
        .filter(Column::ExpiresAt.gt(now.0))
        .one(db)
        .await?
        .map(to_domain)
        .transpose()
}

/// Finds by row.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: DraftId) -> Result<Option<Draft>, StorageError> {
    registrations().filter(Column::Id.eq(id.0)).one(db).await?.map(to_domain).transpose()
}

/// Finds by row with the password's hash, and locks the row until the transaction ends.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, id: DraftId) -> Result<Option<(Draft, Option<String>)>, StorageError> {
    let row = registrations().filter(Column::Id.eq(id.0)).lock(LockType::Update).one(db).await?;
    row.map(|row| {
        let hash = row.password_hash.clone();
        Ok((to_domain(row)?, hash))
    })
    .transpose()
}

/// Writes what was typed; the draft lives another fortnight.
///
/// # Errors
/// Of the database.
pub async fn save_texts<C: ConnectionTrait, T: Drafted>(db: &C, id: DraftId, texts: &T, now: Moment) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::Texts, Expr::value(json(texts)?))
        .col_expr(Column::ExpiresAt, Expr::value(now.plus_days(DRAFT_DAYS).0))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Writes the hash of the chosen password.
///
/// # Errors
/// Of the database.
pub async fn save_password<C: ConnectionTrait>(db: &C, id: DraftId, password_hash: Option<&str>) -> Result<(), StorageError> {
    Entity::update_many().col_expr(Column::PasswordHash, Expr::value(password_hash)).filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// Notes which address was confirmed.
///
/// # Errors
/// Of the database.
pub async fn save_confirmed_email<C: ConnectionTrait>(db: &C, id: DraftId, email_key: &str) -> Result<(), StorageError> {
    Entity::update_many().col_expr(Column::ConfirmedEmail, Expr::value(email_key)).filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// Replaces the secret (a link mailed anew).
///
/// # Errors
/// Of the database.
pub async fn save_token<C: ConnectionTrait>(db: &C, id: DraftId, token_hash: [u8; 32]) -> Result<(), StorageError> {
    Entity::update_many().col_expr(Column::TokenHash, Expr::value(token_hash.to_vec())).filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// Notes the application made of the draft, and forgets the password's hash.
///
/// # Errors
/// Of the database.
pub async fn mark_submitted<C: ConnectionTrait>(db: &C, id: DraftId, application: ApplicationId) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::SubmittedAs, Expr::value(application.0))
        .col_expr(Column::PasswordHash, Expr::value(Option::<String>::None))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes up to `limit` drafts past their time; gives their number.
///
/// # Errors
/// Of the database.
pub async fn remove_expired<C: ConnectionTrait>(db: &C, now: Moment, limit: u64) -> Result<u64, StorageError> {
    let past = Query::select().column(Column::Id).from(Entity).and_where(Column::ExpiresAt.lte(now.0)).limit(limit).to_owned();
    Ok(Entity::delete_many().filter(Column::Id.in_subquery(past)).exec(db).await?.rows_affected)
}
