//! Rows of reports „to nie ja”: what an owner told helpdesk by the link of a letter.

use super::StorageError;
use super::entities::{account, security_report};
use super::page::damaged;
use crate::domain::id::{AccountId, ReportId};
use crate::domain::moment::Moment;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use security_report::{ActiveModel, Column, Entity, Model};

/// What the owner says was somebody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// The wrong passwords that blocked the account.
    Block,
    /// The sign-in on a new device.
    SignIn,
    /// A change of the e-mail address, by the person or by an application.
    EmailChange,
}

impl ReportKind {
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::SignIn => "sign_in",
            Self::EmailChange => "email_change",
        }
    }
    fn from_key(key: &str) -> Option<Self> {
        [Self::Block, Self::SignIn, Self::EmailChange].into_iter().find(|kind| kind.key() == key)
    }
}

/// A report that nobody has closed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Row.
    pub id: ReportId,
    /// Whose account.
    pub account: AccountId,
    /// About what.
    pub kind: ReportKind,
    /// When.
    pub reported_at: Moment,
}

fn to_domain(row: Model) -> Result<Report, StorageError> {
    Ok(Report {
        id: ReportId(row.id),
        account: AccountId(row.account_id),
        kind: ReportKind::from_key(&row.kind).ok_or_else(|| damaged("report kind"))?,
        reported_at: Moment(row.reported_at),
    })
}

/// Adds a report.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, report: &Report) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(report.id.0),
        account_id: Set(report.account.0),
        kind: Set(report.kind.key().to_owned()),
        reported_at: Set(report.reported_at.0),
        closed_at: Set(None),
        closed_by: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Open reports within scope, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_open<C: ConnectionTrait>(db: &C, scope: &ListScope, limit: u64) -> Result<Vec<Report>, StorageError> {
    let mut select = Entity::find().filter(Column::ClosedAt.is_null());
    if let ListScope::Voivodeships(codes) = scope {
        let within = account::Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str));
        let accounts = Query::select().column(account::Column::Id).from(account::Entity).and_where(within).to_owned();
        select = select.filter(Column::AccountId.in_subquery(accounts));
    }
    let rows = select.order_by_asc(Column::ReportedAt).order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Open reports about one account, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_open_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<Report>, StorageError> {
    let own = Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::ClosedAt.is_null());
    own.order_by_asc(Column::ReportedAt).limit(50).all(db).await?.into_iter().map(to_domain).collect()
}

/// Whether any report about an account is open.
///
/// # Errors
/// Of the database.
pub async fn is_any_open<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<bool, StorageError> {
    let own = Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::ClosedAt.is_null());
    Ok(own.limit(1).one(db).await?.is_some())
}

/// All reports about one account with what became of them, the newest first.
///
/// # Errors
/// Of the database.
pub async fn records_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<(Report, Option<Moment>)>, StorageError> {
    let rows = Entity::find().filter(Column::AccountId.eq(account.0)).order_by_desc(Column::ReportedAt).all(db).await?;
    let record = |row: Model| {
        let closed_at = row.closed_at.map(Moment);
        Ok((to_domain(row)?, closed_at))
    };
    rows.into_iter().map(record).collect()
}

/// Closes the open reports about an account; gives their number.
///
/// # Errors
/// Of the database.
pub async fn close_all_of<C: ConnectionTrait>(db: &C, account: AccountId, by: &str, now: Moment) -> Result<u64, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::ClosedAt, Expr::value(now.0))
        .col_expr(Column::ClosedBy, Expr::value(by))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::ClosedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
