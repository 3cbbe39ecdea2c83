//! Rows of proposals about roles. One that has ended stays as history.

use super::StorageError;
use super::entities::role_proposal::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::id::{AccountId, RoleProposalId};
use crate::domain::moment::Moment;
use crate::domain::role_proposal::{ProposalOutcome, RoleProposal, Settled};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

/// So many are shown.
const MOST_LISTED: u64 = 100;

fn to_domain(row: Model) -> Result<RoleProposal, StorageError> {
    let settled = match row.outcome {
        None => None,
        Some(key) => Some(Settled {
            outcome: ProposalOutcome::from_key(&key).ok_or_else(|| damaged("outcome of a proposal"))?,
            at: Moment(row.settled_at.unwrap_or(row.lapses_at)),
            by: row.settled_by.unwrap_or_default(),
        }),
    };
    Ok(RoleProposal {
        id: RoleProposalId(row.id),
        content: serde_json::from_value(row.content).map_err(|_| damaged("content of a proposal"))?,
        proposed_by: AccountId(row.proposed_by),
        proposed_at: Moment(row.proposed_at),
        lapses_at: Moment(row.lapses_at),
        settled,
    })
}

/// Adds a proposal.
///
/// # Errors
/// A conflict on `role_proposals_subject` when an open one would change the same.
pub async fn add<C: ConnectionTrait>(db: &C, proposal: &RoleProposal) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(proposal.id.0),
        content: Set(serde_json::to_value(&proposal.content).map_err(|_| damaged("content of a proposal"))?),
        subject: Set(Some(proposal.content.subject())),
        proposed_by: Set(proposal.proposed_by.0),
        proposed_at: Set(proposal.proposed_at.0),
        lapses_at: Set(proposal.lapses_at.0),
        outcome: Set(None),
        settled_at: Set(None),
        settled_by: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds one.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: RoleProposalId) -> Result<Option<RoleProposal>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// Finds one and locks it until the transaction ends.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, id: RoleProposalId) -> Result<Option<RoleProposal>, StorageError> {
    Entity::find_by_id(id.0).lock(LockType::Update).one(db).await?.map(to_domain).transpose()
}

/// The latest proposals, open or not.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<RoleProposal>, StorageError> {
    let rows = Entity::find().order_by_desc(Column::ProposedAt).order_by_desc(Column::Id).limit(MOST_LISTED).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Those that nobody has answered.
///
/// # Errors
/// Of the database.
pub async fn list_open<C: ConnectionTrait>(db: &C) -> Result<Vec<RoleProposal>, StorageError> {
    let rows = Entity::find().filter(Column::Outcome.is_null()).order_by_asc(Column::LapsesAt).limit(MOST_LISTED).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Settles one that is open; false when somebody was quicker.
///
/// # Errors
/// Of the database.
pub async fn settle<C: ConnectionTrait>(db: &C, id: RoleProposalId, settled: &Settled) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::Outcome, Expr::value(settled.outcome.key()))
        .col_expr(Column::SettledAt, Expr::value(settled.at.0))
        .col_expr(Column::SettledBy, Expr::value(settled.by.as_str()))
        .filter(Column::Id.eq(id.0))
        .filter(Column::Outcome.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}
