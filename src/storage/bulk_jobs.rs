//! Rows of batches and of the applications in them. A row that waits is locked by whoever does it, in the transaction of the act, and has
//! its result with the same commit: so it is done once, however many work and whenever they are killed.

use super::StorageError;
use super::entities::{bulk_job, bulk_row};
use super::page::damaged;
use crate::domain::application::bulk::{Act, Hindrance};
use crate::domain::id::{AccountId, ApplicationId, BulkJobId, BulkRowId, CorrelationId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, LockType, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use std::net::IpAddr;

/// A batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkJob {
    /// Row.
    pub id: BulkJobId,
    /// Who wants it: nobody else sees it, and each row is done with the rights that the one has then.
    pub owner: AccountId,
    /// What is done.
    pub act: Act,
    /// To whom applications are given; none is back to all.
    pub assignee: Option<AccountId>,
    /// When the owner proved who it is.
    pub proven_at: Moment,
    /// The owner's address.
    pub address: Option<IpAddr>,
    /// The request that began it.
    pub correlation: CorrelationId,
    /// Since when.
    pub created_at: Moment,
}

/// How far a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowState {
    /// To be done.
    Waiting,
    /// Done.
    Done,
    /// Not done, and why.
    Failed(Vec<Hindrance>),
}

impl RowState {
    /// Stored name and label key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Failed(_) => "failed",
        }
    }
    /// Why it was not done.
    pub fn hindrances(&self) -> &[Hindrance] {
        match self {
            Self::Failed(hindrances) => hindrances,
            Self::Waiting | Self::Done => &[],
        }
    }
    fn reasons(&self) -> String {
        self.hindrances().iter().map(Hindrance::key).collect::<Vec<_>>().join(" ")
    }
}

/// One application of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkRow {
    /// Row.
    pub id: BulkRowId,
    /// Of which batch.
    pub job: BulkJobId,
    /// Which, where its owner may know of it and it is not erased.
    pub application: Option<ApplicationId>,
    /// The number that was chosen.
    pub number: ApplicationNumber,
    /// The version that was seen.
    pub seen_version: i32,
    /// How often it was tried in vain because a part of the portal was away.
    pub attempts: i32,
    /// How far it is.
    pub state: RowState,
}

fn to_job(row: bulk_job::Model) -> Result<BulkJob, StorageError> {
    Ok(BulkJob {
        id: BulkJobId(row.id),
        owner: AccountId(row.owner_id),
        act: Act::from_key(&row.act).ok_or_else(|| damaged("act of a batch"))?,
        assignee: row.assignee_id.map(AccountId),
        proven_at: Moment(row.proven_at),
        address: row.address.and_then(|text| text.parse().ok()),
        correlation: CorrelationId(row.correlation),
        created_at: Moment(row.created_at),
    })
}

fn to_row(row: bulk_row::Model) -> Result<BulkRow, StorageError> {
    let state = match row.state.as_str() {
        "waiting" => RowState::Waiting,
        "done" => RowState::Done,
        "failed" => {
            let reason = |key: &str| Hindrance::from_key(key).ok_or_else(|| damaged("reason of a batch"));
            RowState::Failed(row.reasons.split_whitespace().map(reason).collect::<Result<_, _>>()?)
        }
        _ => return Err(damaged("state of a batch")),
    };
    Ok(BulkRow {
        id: BulkRowId(row.id),
        job: BulkJobId(row.job_id),
        application: row.application_id.map(ApplicationId),
        number: ApplicationNumber::trusted(row.number),
        seen_version: row.seen_version,
        attempts: row.attempts,
        state,
    })
}

/// Adds a batch with its rows, in their order.
///
/// # Errors
/// Of the database; the same number twice is one.
pub async fn add<C: ConnectionTrait>(db: &C, job: &BulkJob, rows: &[BulkRow]) -> Result<(), StorageError> {
    let row = bulk_job::ActiveModel {
        id: Set(job.id.0),
        owner_id: Set(job.owner.0),
        act: Set(job.act.key().to_owned()),
        assignee_id: Set(job.assignee.map(|id| id.0)),
        proven_at: Set(job.proven_at.0),
        address: Set(job.address.map(|address| address.to_string())),
        correlation: Set(job.correlation.0),
        created_at: Set(job.created_at.0),
    };
    bulk_job::Entity::insert(row).exec_without_returning(db).await?;
    let model = |(row, position): (&BulkRow, i32)| bulk_row::ActiveModel {
        id: Set(row.id.0),
        job_id: Set(job.id.0),
        position: Set(position),
        application_id: Set(row.application.map(|id| id.0)),
        number: Set(row.number.to_string()),
        seen_version: Set(row.seen_version),
        queued_at: Set(job.created_at.0),
        attempts: Set(row.attempts),
        state: Set(row.state.key().to_owned()),
        reasons: Set(row.state.reasons()),
        settled_at: Set((row.state != RowState::Waiting).then_some(job.created_at.0)),
    };
    bulk_row::Entity::insert_many(rows.iter().zip(0..).map(model)).exec_without_returning(db).await?;
    Ok(())
}

/// Finds a batch.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: BulkJobId) -> Result<Option<BulkJob>, StorageError> {
    bulk_job::Entity::find_by_id(id.0).one(db).await?.map(to_job).transpose()
}

/// The latest batches of somebody, the newest first.
///
/// # Errors
/// Of the database.
pub async fn list_of<C: ConnectionTrait>(db: &C, owner: AccountId, limit: u64) -> Result<Vec<BulkJob>, StorageError> {
    use bulk_job::Column;
    let own = bulk_job::Entity::find().filter(Column::OwnerId.eq(owner.0));
    let rows = own.order_by_desc(Column::CreatedAt).order_by_desc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(to_job).collect()
}

/// The rows of a batch, in their order.
///
/// # Errors
/// Of the database.
pub async fn rows_of<C: ConnectionTrait>(db: &C, job: BulkJobId) -> Result<Vec<BulkRow>, StorageError> {
    use bulk_row::Column;
    let rows = bulk_row::Entity::find().filter(Column::JobId.eq(job.0)).order_by_asc(Column::Position).all(db).await?;
    rows.into_iter().map(to_row).collect()
}

/// Rows that wait – of one batch, or of all –, what was tried least first, then the oldest.
///
/// # Errors
/// Of the database.
pub async fn list_waiting<C: ConnectionTrait>(db: &C, job: Option<BulkJobId>, limit: u64) -> Result<Vec<BulkRow>, StorageError> {
    use bulk_row::Column;
    // Said without a parameter, as the partial index says it: a plan that is kept can then use it.
    let mut select = bulk_row::Entity::find().filter(Expr::cust("state = 'waiting'"));
    if let Some(job) = job {
        select = select.filter(Column::JobId.eq(job.0));
    }
    let ordered = select.order_by_asc(Column::Attempts).order_by_asc(Column::QueuedAt).order_by_asc(Column::Position);
    ordered.limit(limit).all(db).await?.into_iter().map(to_row).collect()
}

/// Locks a row until the transaction ends; false when it waits no more.
///
/// # Errors
/// Of the database.
pub async fn claim<C: ConnectionTrait>(db: &C, id: BulkRowId) -> Result<bool, StorageError> {
    let row = bulk_row::Entity::find_by_id(id.0).lock(LockType::Update).one(db).await?;
    Ok(row.is_some_and(|row| row.state == RowState::Waiting.key()))
}

/// Gives a row its result; false when it has one.
///
/// # Errors
/// Of the database.
pub async fn settle<C: ConnectionTrait>(db: &C, id: BulkRowId, state: &RowState, now: Moment) -> Result<bool, StorageError> {
    use bulk_row::Column;
    let done = bulk_row::Entity::update_many()
        .col_expr(Column::State, Expr::value(state.key()))
        .col_expr(Column::Reasons, Expr::value(state.reasons()))
        .col_expr(Column::SettledAt, Expr::value(now.0))
        .filter(Column::Id.eq(id.0))
        .filter(Column::State.eq(RowState::Waiting.key()))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Counts an attempt that was in vain.
///
/// # Errors
/// Of the database.
pub async fn count_attempt<C: ConnectionTrait>(db: &C, id: BulkRowId) -> Result<(), StorageError> {
    use bulk_row::Column;
    bulk_row::Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Removes batches from before a moment of which nothing waits; gives the number of those that were looked at and removed.
///
/// # Errors
/// Of the database.
pub async fn remove_old<C: ConnectionTrait>(db: &C, before: Moment, limit: u64) -> Result<u64, StorageError> {
    let waiting =
        Query::select().column(bulk_row::Column::JobId).from(bulk_row::Entity).and_where(Expr::cust("state = 'waiting'")).to_owned();
    let jobs: Vec<uuid::Uuid> = bulk_job::Entity::find()
        .select_only()
        .column(bulk_job::Column::Id)
        .filter(bulk_job::Column::CreatedAt.lt(before.0))
        .filter(bulk_job::Column::Id.not_in_subquery(waiting))
        .order_by_asc(bulk_job::Column::CreatedAt)
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    if jobs.is_empty() {
        return Ok(0);
    }
    bulk_row::Entity::delete_many().filter(bulk_row::Column::JobId.is_in(jobs.clone())).exec(db).await?;
    Ok(bulk_job::Entity::delete_many().filter(bulk_job::Column::Id.is_in(jobs)).exec(db).await?.rows_affected)
}
