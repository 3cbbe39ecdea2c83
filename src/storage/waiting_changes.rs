//! Rows of approved changes of e-mail addresses: waiting, and what became of them.

use super::StorageError;
use super::entities::waiting_change::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::application::email_change::waiting::{ChangeState, WaitingChange};
use crate::domain::id::{AccountId, ApplicationId, WaitingChangeId};
use crate::domain::identifiers::EmailAddress;
use crate::domain::moment::Moment;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

fn to_domain(row: Model) -> Result<WaitingChange, StorageError> {
    Ok(WaitingChange {
        id: WaitingChangeId(row.id),
        account: AccountId(row.account_id),
        application: ApplicationId(row.application_id),
        old_email: EmailAddress::trusted(row.old_email),
        new_email: EmailAddress::trusted(row.new_email),
        approved_at: Moment(row.approved_at),
        takes_effect_at: Moment(row.takes_effect_at),
        state: ChangeState::from_key(&row.state).ok_or_else(|| damaged("state of an e-mail change"))?,
        ended_at: row.ended_at.map(Moment),
    })
}

/// Adds an approved change.
///
/// # Errors
/// A conflict on `waiting_email_changes_waiting` when another one of the account waits.
pub async fn add<C: ConnectionTrait>(db: &C, change: &WaitingChange) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(change.id.0),
        account_id: Set(change.account.0),
        application_id: Set(change.application.0),
        old_email: Set(change.old_email.to_string()),
        new_email: Set(change.new_email.to_string()),
        approved_at: Set(change.approved_at.0),
        takes_effect_at: Set(change.takes_effect_at.0),
        state: Set(change.state.key().to_owned()),
        ended_at: Set(change.ended_at.map(|at| at.0)),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds by row.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: WaitingChangeId) -> Result<Option<WaitingChange>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// The change of an account that waits. To end it, the account is locked first, as everywhere.
///
/// # Errors
/// Of the database.
pub async fn find_waiting<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Option<WaitingChange>, StorageError> {
    let own = Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::State.eq(ChangeState::Waiting.key()));
    own.one(db).await?.map(to_domain).transpose()
}

/// Waiting changes whose time has come, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_due<C: ConnectionTrait>(db: &C, now: Moment, limit: u64) -> Result<Vec<WaitingChange>, StorageError> {
    let due = Entity::find().filter(Column::State.eq(ChangeState::Waiting.key())).filter(Column::TakesEffectAt.lte(now.0));
    due.order_by_asc(Column::TakesEffectAt).limit(limit).all(db).await?.into_iter().map(to_domain).collect()
}

/// All of an account, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<WaitingChange>, StorageError> {
    let all = Entity::find().filter(Column::AccountId.eq(account.0)).order_by_asc(Column::ApprovedAt);
    all.all(db).await?.into_iter().map(to_domain).collect()
}

/// Writes how a waiting change ended; false when somebody was quicker.
///
/// # Errors
/// Of the database.
pub async fn save_end<C: ConnectionTrait>(db: &C, id: WaitingChangeId, state: ChangeState, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(state.key()))
        .col_expr(Column::EndedAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(ChangeState::Waiting.key()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
