//! Rows of first approvals, where two must approve. A row goes with a new revision, with another signed form and with a return; it
//! counts only while the role in which it was given stands, and the accounts may act.

use super::StorageError;
use super::entities::first_approval::{ActiveModel, Column, Entity, Model};
use super::entities::{account, role_assignment};
use crate::domain::account::AccountStatus;
use crate::domain::application::decision::FirstApproval;
use crate::domain::id::{AccountId, ApplicationId, RoleAssignmentId};
use crate::domain::moment::Moment;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::BTreeSet;

fn to_domain(row: &Model) -> FirstApproval {
    FirstApproval { by: AccountId(row.account_id), in_place_of: row.in_place_of.map(AccountId), at: Moment(row.approved_at) }
}

/// Notes the first approval of a revision, in place of one that does not count any more.
///
/// # Errors
/// Of the database.
pub async fn save<C: ConnectionTrait>(
    db: &C,
    application: ApplicationId,
    revision: i32,
    role: RoleAssignmentId,
    first: &FirstApproval,
) -> Result<(), StorageError> {
    let row = ActiveModel {
        application_id: Set(application.0),
        account_id: Set(first.by.0),
        role_assignment_id: Set(role.0),
        in_place_of: Set(first.in_place_of.map(|id| id.0)),
        revision: Set(revision),
        approved_at: Set(first.at.0),
    };
    let columns = [Column::AccountId, Column::RoleAssignmentId, Column::InPlaceOf, Column::Revision, Column::ApprovedAt];
    let again = OnConflict::column(Column::ApplicationId).update_columns(columns).to_owned();
    Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// The first approvals of these applications that count.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(
    db: &C,
    applications: &[ApplicationId],
) -> Result<Vec<(ApplicationId, i32, FirstApproval)>, StorageError> {
    if applications.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(Column::ApplicationId.is_in(applications.iter().map(|id| id.0))).all(db).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let roles: BTreeSet<uuid::Uuid> = role_assignment::Entity::find()
        .select_only()
        .column(role_assignment::Column::Id)
        .filter(role_assignment::Column::Id.is_in(rows.iter().map(|row| row.role_assignment_id)))
        .filter(role_assignment::Column::RevokedAt.is_null())
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let voices = |row: &Model| std::iter::once(row.account_id).chain(row.in_place_of).collect::<Vec<_>>();
    let active: BTreeSet<uuid::Uuid> = account::Entity::find()
        .select_only()
        .column(account::Column::Id)
        .filter(account::Column::Id.is_in(rows.iter().flat_map(voices)))
        .filter(account::Column::Status.eq(AccountStatus::Active.key()))
        .into_tuple()
        .all(db)
        .await?
        .into_iter()
        .collect();
    let counts = |row: &&Model| roles.contains(&row.role_assignment_id) && voices(row).iter().all(|id| active.contains(id));
    Ok(rows.iter().filter(counts).map(|row| (ApplicationId(row.application_id), row.revision, to_domain(row))).collect())
}

/// The first approval of this revision, if there is one that counts.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, application: ApplicationId, revision: i32) -> Result<Option<FirstApproval>, StorageError> {
    let found = list_of(db, &[application]).await?.into_iter();
    Ok(found.filter(|(_, of, _)| *of == revision).map(|(_, _, first)| first).next())
}

/// Drops the first approval; false when there was none.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, application: ApplicationId) -> Result<bool, StorageError> {
    Ok(Entity::delete_by_id(application.0).exec(db).await?.rows_affected > 0)
}
