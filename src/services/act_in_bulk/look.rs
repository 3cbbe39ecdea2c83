//! Reading: what a choice would do, and how far a batch is. A batch is its owner's alone.

use super::judge::{Chosen, Judged, judge, unread};
use crate::domain::actor::Actor;
use crate::domain::application::bulk::{Act, Hindrance, MOST_ROWS};
use crate::domain::collation::sort_key;
use crate::domain::id::{AccountId, BulkJobId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::permission::{Permission, Target};
use crate::services::{Context, ServiceError};
use crate::storage::accounts;
use crate::storage::applications::queue::list_by_ids;
use crate::storage::bulk_jobs::{self, BulkJob, RowState};
use std::collections::{BTreeMap, BTreeSet};

/// So many of the own batches are listed.
pub const MOST_LISTED: u64 = 20;

/// What a choice would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Those that were chosen, in their order.
    pub judged: Vec<Judged>,
    /// To whom they can be given, with full names, in Polish order.
    pub colleagues: Vec<(AccountId, String)>,
}

/// Looks at each of those that were chosen, at most as many as a batch holds.
///
/// # Errors
/// `Denied` for those who may do it nowhere.
pub async fn look_at_choice(context: &Context, actor: &Actor, act: Act, chosen: &[Chosen]) -> Result<Choice, ServiceError> {
    context.policy.list_scope(actor, act.permission())?;
    let mut seen = BTreeSet::new();
    let mut judged = Vec::new();
    for one in chosen.iter().filter(|one| seen.insert(one.number.as_str())).take(MOST_ROWS) {
        judged.push(match judge(context, actor, act, one).await {
            // One that cannot be read hides no other.
            Err(error) if !error.is_unavailable() => {
                tracing::error!(application = %one.number, %error, "an application cannot be read");
                unread(one, Hindrance::Failed)
            }
            judged => judged?,
        });
    }
    let offered = judged.iter().filter(|one| one.hindrances.is_empty()).flat_map(|one| one.colleagues.iter().cloned());
    let mut colleagues: Vec<(AccountId, String)> = offered.collect::<BTreeMap<_, _>>().into_iter().collect();
    colleagues.sort_by_key(|(_, name)| sort_key(name));
    Ok(Choice { judged, colleagues })
}

/// One application of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchRow {
    /// Its number.
    pub number: ApplicationNumber,
    /// Its unit's name, where the owner may still see it.
    pub unit_name: Option<String>,
    /// How far it is.
    pub state: RowState,
}

/// A batch with how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    /// The batch.
    pub job: BulkJob,
    /// Full name of whom applications are given to.
    pub assignee: Option<String>,
    /// Its applications, in their order.
    pub rows: Vec<BatchRow>,
}

impl Batch {
    /// How many are in the state with this key.
    pub fn count(&self, key: &str) -> usize {
        self.rows.iter().filter(|row| row.state.key() == key).count()
    }
    /// Whether anything of it waits.
    pub fn is_under_way(&self) -> bool {
        self.rows.iter().any(|row| row.state == RowState::Waiting)
    }
}

/// Reads a batch.
///
/// # Errors
/// `NotFound` for everybody but its owner, and for an owner who has no queue any more.
pub async fn look_at_batch(context: &Context, actor: &Actor, id: BulkJobId) -> Result<Batch, ServiceError> {
    context.policy.list_scope(actor, Permission::ApplicationList).map_err(|_| ServiceError::NotFound)?;
    let job = bulk_jobs::find(&context.db, id).await?.filter(|job| Some(job.owner) == actor.account_id());
    read(context, actor, job.ok_or(ServiceError::NotFound)?).await
}

/// The latest own batches, the newest first.
///
/// # Errors
/// `Denied` for those who have no queue.
pub async fn list_batches(context: &Context, actor: &Actor) -> Result<Vec<Batch>, ServiceError> {
    context.policy.list_scope(actor, Permission::ApplicationList)?;
    let me = actor.account_id().ok_or(ServiceError::Denied)?;
    let mut batches = Vec::new();
    for job in bulk_jobs::list_of(&context.db, me, MOST_LISTED).await? {
        batches.push(read(context, actor, job).await?);
    }
    Ok(batches)
}

async fn read(context: &Context, actor: &Actor, job: BulkJob) -> Result<Batch, ServiceError> {
    let rows = bulk_jobs::rows_of(&context.db, job.id).await?;
    let ids: Vec<_> = rows.iter().filter_map(|row| row.application).collect();
    let mut names = BTreeMap::new();
    for listed in list_by_ids(&context.db, &ids).await? {
        let target = Target { voivodeship: Some(listed.voivodeship), ..Target::default() };
        if context.policy.check(actor, Permission::ApplicationView, &target).is_ok() {
            names.insert(listed.id, listed.unit_name);
        }
    }
    let assignee = match job.assignee {
        Some(id) => accounts::find(&context.db, id).await?.map(|account| account.profile.full_name()),
        None => None,
    };
    let row = |row: bulk_jobs::BulkRow| BatchRow {
        unit_name: row.application.and_then(|id| names.get(&id).cloned()),
        number: row.number,
        state: row.state,
    };
    Ok(Batch { assignee, rows: rows.into_iter().map(row).collect(), job })
}
