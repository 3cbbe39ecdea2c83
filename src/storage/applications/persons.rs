//! Which accounts the persons of an application have, in its order; the applicant first.

use crate::domain::id::{AccountId, ApplicationId};
use crate::storage::StorageError;
use crate::storage::entities::application_person::{ActiveModel, Column, Entity};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use std::collections::BTreeSet;

/// So many persons of one application have one address, as a rule at most.
const MOST_SHARED: u64 = 5;

pub(super) async fn replace<C: ConnectionTrait>(
    db: &C,
    application: ApplicationId,
    persons: &[(AccountId, String)],
) -> Result<(), StorageError> {
    Entity::delete_many().filter(Column::ApplicationId.eq(application.0)).exec(db).await?;
    let rows = persons.iter().zip(0..).map(|((account, email_key), position)| ActiveModel {
        application_id: Set(application.0),
        account_id: Set(account.0),
        position: Set(position),
        email_key: Set(email_key.clone()),
    });
    Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// The accounts of the persons, in the order of the application.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C, application: ApplicationId) -> Result<Vec<AccountId>, StorageError> {
    let rows = Entity::find().filter(Column::ApplicationId.eq(application.0)).order_by_asc(Column::Position).all(db).await?;
    Ok(rows.into_iter().map(|row| AccountId(row.account_id)).collect())
}

/// Takes persons out before their accounts are removed.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, application: ApplicationId, account: AccountId) -> Result<(), StorageError> {
    Entity::delete_many().filter(Column::ApplicationId.eq(application.0)).filter(Column::AccountId.eq(account.0)).exec(db).await?;
    Ok(())
}

/// Other applications in which one of these e-mail addresses stands, at most so many, the newest first.
///
/// # Errors
/// Of the database.
pub async fn applications_with_emails<C: ConnectionTrait>(
    db: &C,
    email_keys: &[String],
    except: ApplicationId,
    limit: u64,
) -> Result<Vec<ApplicationId>, StorageError> {
    // Several persons of one application may share an address. Asked for each application once, PostgreSQL would walk all of them in their
    // order instead of going by the address.
    let rows: Vec<uuid::Uuid> = Entity::find()
        .select_only()
        .column(Column::ApplicationId)
        .filter(Column::EmailKey.is_in(email_keys))
        .filter(Column::ApplicationId.ne(except.0))
        .limit(limit * MOST_SHARED)
        .into_tuple()
        .all(db)
        .await?;
    let each: BTreeSet<uuid::Uuid> = rows.into_iter().collect();
    Ok(each.into_iter().rev().map(ApplicationId).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}
