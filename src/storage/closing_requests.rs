//! Rows of requests to close an account: what the owner asks and an administrator does.

use super::StorageError;
use super::entities::closing_request::{ActiveModel, Column, Entity, Model};
use crate::domain::id::{AccountId, ClosingRequestId};
use crate::domain::moment::Moment;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClosingOutcome {
    /// Taken back by its owner.
    Withdrawn,
    /// The account was closed.
    Closed,
}

impl ClosingOutcome {
    /// Stored name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::Closed => "closed",
        }
    }
}

/// A request as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosingRequest {
    /// Row.
    pub id: ClosingRequestId,
    /// Whose.
    pub account: AccountId,
    /// When.
    pub requested_at: Moment,
    /// Ended.
    pub settled_at: Option<Moment>,
    /// How: key of a [`ClosingOutcome`].
    pub outcome: Option<String>,
}

fn to_domain(row: Model) -> ClosingRequest {
    ClosingRequest {
        id: ClosingRequestId(row.id),
        account: AccountId(row.account_id),
        requested_at: Moment(row.requested_at),
        settled_at: row.settled_at.map(Moment),
        outcome: row.outcome,
    }
}

/// Adds a request.
///
/// # Errors
/// A conflict on `closing_requests_open` when one is open already.
pub async fn add<C: ConnectionTrait>(db: &C, id: ClosingRequestId, account: AccountId, now: Moment) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(id.0),
        account_id: Set(account.0),
        requested_at: Set(now.0),
        settled_at: Set(None),
        outcome: Set(None),
        settled_by: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The open request of an account.
///
/// # Errors
/// Of the database.
pub async fn find_open<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Option<ClosingRequest>, StorageError> {
    let open = Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::SettledAt.is_null());
    Ok(open.one(db).await?.map(to_domain))
}

/// The accounts of these whose owners have asked to close them.
///
/// # Errors
/// Of the database.
pub async fn list_open_of<C: ConnectionTrait>(db: &C, accounts: &[AccountId]) -> Result<Vec<AccountId>, StorageError> {
    let among = Column::AccountId.is_in(accounts.iter().map(|a| a.0));
    let rows = Entity::find().filter(among).filter(Column::SettledAt.is_null()).all(db).await?;
    Ok(rows.into_iter().map(|row| AccountId(row.account_id)).collect())
}

/// All requests of an account, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<ClosingRequest>, StorageError> {
    let rows = Entity::find().filter(Column::AccountId.eq(account.0)).order_by_desc(Column::RequestedAt).all(db).await?;
    Ok(rows.into_iter().map(to_domain).collect())
}

/// Ends the open request of an account; false when there is none.
///
/// # Errors
/// Of the database.
pub async fn settle<C: ConnectionTrait>(
    db: &C,
    account: AccountId,
    outcome: ClosingOutcome,
    by: &str,
    now: Moment,
) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::SettledAt, Expr::value(now.0))
        .col_expr(Column::Outcome, Expr::value(outcome.key()))
        .col_expr(Column::SettledBy, Expr::value(by))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::SettledAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
