//! Rows of joinings of accounts, with the grants that took the places of others.

use super::StorageError;
use super::entities::account_join::{ActiveModel, Column, Entity, Model};
use super::entities::account_join_grant;
use super::page::damaged;
use crate::domain::account_join::{AccountJoin, JoinState};
use crate::domain::id::{AccountId, AccountJoinId, ApplicationId, GrantId};
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

fn to_domain(row: Model) -> Result<AccountJoin, StorageError> {
    Ok(AccountJoin {
        id: AccountJoinId(row.id),
        given_up: AccountId(row.given_up_id),
        kept: row.kept_id.map(AccountId),
        named_login: row.named_login,
        state: JoinState::from_key(&row.state).ok_or_else(|| damaged("state of a joining"))?,
        proposed_at: Moment(row.proposed_at),
        due_at: Moment(row.due_at),
        application: row.application_id.map(ApplicationId),
        joined_at: row.joined_at.map(Moment),
        ended_at: row.ended_at.map(Moment),
    })
}

/// Adds one.
///
/// # Errors
/// A conflict on `account_joins_given_up` when another one of the account runs.
pub async fn add<C: ConnectionTrait>(db: &C, new: &AccountJoin) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(new.id.0),
        given_up_id: Set(new.given_up.0),
        kept_id: Set(new.kept.map(|id| id.0)),
        named_login: Set(new.named_login.clone()),
        state: Set(new.state.key().to_owned()),
        proposed_at: Set(new.proposed_at.0),
        due_at: Set(new.due_at.0),
        application_id: Set(new.application.map(|id| id.0)),
        joined_at: Set(new.joined_at.map(|m| m.0)),
        ended_at: Set(new.ended_at.map(|m| m.0)),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds one.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: AccountJoinId) -> Result<Option<AccountJoin>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// Finds one and locks its row until the transaction ends.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, id: AccountJoinId) -> Result<Option<AccountJoin>, StorageError> {
    Entity::find_by_id(id.0).lock(LockType::Update).one(db).await?.map(to_domain).transpose()
}

/// Saves state, times and application.
///
/// # Errors
/// A conflict on `account_joins_kept` when another joining of the account that stays is confirmed.
pub async fn save<C: ConnectionTrait>(db: &C, join: &AccountJoin) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::State, Expr::value(join.state.key()))
        .col_expr(Column::DueAt, Expr::value(join.due_at.0))
        .col_expr(Column::ApplicationId, Expr::value(join.application.map(|id| id.0)))
        .col_expr(Column::JoinedAt, Expr::value(join.joined_at.map(|m| m.0)))
        .col_expr(Column::EndedAt, Expr::value(join.ended_at.map(|m| m.0)))
        .filter(Column::Id.eq(join.id.0))
        .exec(db)
        .await?;
    Ok(())
}

fn either(account: AccountId) -> Condition {
    Condition::any().add(Column::GivenUpId.eq(account.0)).add(Column::KeptId.eq(account.0))
}

fn in_states(states: &[JoinState]) -> Condition {
    Condition::all().add(Column::State.is_in(states.iter().map(|state| state.key())))
}

/// Those that run and in which an account is, whichever of the two it is; the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_running_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<AccountJoin>, StorageError> {
    let running = Entity::find().filter(either(account)).filter(in_states(&JoinState::RUNNING)).order_by_desc(Column::ProposedAt);
    running.all(db).await?.into_iter().map(to_domain).collect()
}

/// All in which an account is or was, whichever of the two it is; the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<AccountJoin>, StorageError> {
    Entity::find().filter(either(account)).order_by_desc(Column::ProposedAt).all(db).await?.into_iter().map(to_domain).collect()
}

/// Whether an account was given up for another one, and that stands.
///
/// # Errors
/// Of the database.
pub async fn is_given_up<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<bool, StorageError> {
    let stands = in_states(&[JoinState::Joined, JoinState::Final]);
    Ok(Entity::find().filter(Column::GivenUpId.eq(account.0)).filter(stands).one(db).await?.is_some())
}

/// The one that gave an account up and can still be taken back.
///
/// # Errors
/// Of the database.
pub async fn joined_of<C: ConnectionTrait>(db: &C, given_up: AccountId) -> Result<Option<AccountJoin>, StorageError> {
    let joined = Entity::find().filter(Column::GivenUpId.eq(given_up.0)).filter(in_states(&[JoinState::Joined]));
    joined.one(db).await?.map(to_domain).transpose()
}

/// How many an account has proposed since.
///
/// # Errors
/// Of the database.
pub async fn count_proposed<C: ConnectionTrait>(db: &C, given_up: AccountId, since: Moment) -> Result<u64, StorageError> {
    let made = Entity::find().filter(Column::GivenUpId.eq(given_up.0)).filter(Column::ProposedAt.gt(since.0));
    Ok(made.count(db).await?)
}

/// Those whose time is over.
///
/// # Errors
/// Of the database.
pub async fn list_due<C: ConnectionTrait>(db: &C, now: Moment, limit: u64) -> Result<Vec<AccountJoin>, StorageError> {
    let due = Entity::find().filter(in_states(&JoinState::TIMED)).filter(Column::DueAt.lte(now.0));
    due.order_by_asc(Column::DueAt).limit(limit).all(db).await?.into_iter().map(to_domain).collect()
}

/// Keeps which grant took whose place.
///
/// # Errors
/// Of the database.
pub async fn add_grant<C: ConnectionTrait>(db: &C, join: AccountJoinId, old: GrantId, new: GrantId) -> Result<(), StorageError> {
    let row = account_join_grant::ActiveModel { join_id: Set(join.0), old_grant_id: Set(old.0), new_grant_id: Set(new.0) };
    account_join_grant::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Which grants took whose places: old, new.
///
/// # Errors
/// Of the database.
pub async fn grants_of<C: ConnectionTrait>(db: &C, join: AccountJoinId) -> Result<Vec<(GrantId, GrantId)>, StorageError> {
    let rows = account_join_grant::Entity::find().filter(account_join_grant::Column::JoinId.eq(join.0));
    let rows = rows.order_by_asc(account_join_grant::Column::OldGrantId).all(db).await?;
    Ok(rows.into_iter().map(|row| (GrantId(row.old_grant_id), GrantId(row.new_grant_id))).collect())
}
