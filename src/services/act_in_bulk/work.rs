//! Does what batches hold, row by row: each with the rights that its owner has at that moment, in the transaction of the act, which gives
//! the row its result. Whoever is killed leaves a row that waits, or one that is done; of two who do the same row one does.

use super::judge::{Chosen, judge};
use crate::domain::actor::{Actor, ActorKind, SignedIn};
use crate::domain::application::bulk::{Act, Hindrance};
use crate::domain::application::decision::Barred;
use crate::domain::id::BulkJobId;
use crate::domain::invalid::Invalid;
use crate::domain::stand_in::is_decider;
use crate::services::review_application::{approve_for, assign_for, remind_for, take_for};
use crate::services::{Context, ServiceError};
use crate::storage::bulk_jobs::{self, BulkJob, BulkRow, RowState};
use crate::storage::{accounts, role_assignments, sessions, stand_ins};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;

/// So many rows are read at once.
const BATCH: u64 = 20;
/// So often a row is tried while a part of the portal is away; then it has failed.
const MOST_ATTEMPTS: i32 = 5;

/// Does all that waits; gives the number of rows that got a result.
///
/// # Errors
/// Of the database, which stops it: it goes on the next time.
pub async fn work_off(context: &Context) -> Result<u64, ServiceError> {
    let mut settled = 0;
    loop {
        let waiting = bulk_jobs::list_waiting(&context.db, None, BATCH).await?;
        let before = settled;
        for row in &waiting {
            settled += u64::from(work_row(context, row).await?);
        }
        // Where nothing got a result, something is away, and it is tried again later.
        if settled == before {
            return Ok(settled);
        }
    }
}

/// Does at most so many rows of one batch, for somebody who waits for the answer.
///
/// # Errors
/// As [`work_off`].
pub async fn work_on(context: &Context, job: BulkJobId, most: u64) -> Result<u64, ServiceError> {
    let mut settled = 0;
    for row in bulk_jobs::list_waiting(&context.db, Some(job), most).await? {
        settled += u64::from(work_row(context, &row).await?);
    }
    Ok(settled)
}

/// One row; false when it still waits, or somebody else gave it its result. One that fails stops no other.
async fn work_row(context: &Context, row: &BulkRow) -> Result<bool, ServiceError> {
    let job = bulk_jobs::find(&context.db, row.job).await?.ok_or(ServiceError::NotFound)?;
    let outcome = AssertUnwindSafe(act(context, &job, row)).catch_unwind().await;
    let outcome = outcome.unwrap_or_else(|_| Err(ServiceError::internal("a row of a batch panicked")));
    let state = match outcome {
        // The act has given it already; nothing was to be changed where it has not.
        Ok(Ok(())) => {
            let is_first = bulk_jobs::settle(&context.db, row.id, &RowState::Done, context.now()).await?;
            tracing::debug!(row = %row.id, is_first, "a row of a batch is done");
            return Ok(true);
        }
        Ok(Err(hindrances)) => RowState::Failed(hindrances),
        Err(error) => match hindrances_of(&error) {
            Some(hindrances) => {
                if hindrances.contains(&Hindrance::Failed) {
                    tracing::error!(application = %row.number, %error, "a row of a batch failed");
                }
                RowState::Failed(hindrances)
            }
            None if row.attempts + 1 >= MOST_ATTEMPTS => RowState::Failed(vec![Hindrance::Failed]),
            None => {
                tracing::warn!(application = %row.number, %error, "a row of a batch is tried again");
                bulk_jobs::count_attempt(&context.db, row.id).await?;
                return Ok(false);
            }
        },
    };
    Ok(bulk_jobs::settle(&context.db, row.id, &state, context.now()).await?)
}

/// Does it, if nothing keeps it back.
async fn act(context: &Context, job: &BulkJob, row: &BulkRow) -> Result<Result<(), Vec<Hindrance>>, ServiceError> {
    let Some(actor) = actor_of(context, job).await? else { return Ok(Err(vec![Hindrance::Denied])) };
    let chosen = Chosen { number: row.number.clone(), seen_version: row.seen_version };
    let judged = judge(context, &actor, job.act, &chosen).await?;
    if judged.hindrances.contains(&Hindrance::Unknown) && row.application.is_some() {
        // It was in scope when it was chosen: the role is gone, or the application has gone elsewhere.
        return Ok(Err(vec![Hindrance::Denied]));
    }
    if !judged.hindrances.is_empty() {
        return Ok(Err(judged.hindrances));
    }
    let (number, version) = (&row.number, row.seen_version);
    match job.act {
        Act::Take => take_for(context, &actor, number, version, Some(row.id)).await?,
        Act::Assign => assign_for(context, &actor, number, version, job.assignee, Some(row.id)).await?,
        Act::Remind => remind_for(context, &actor, number, version, row.id).await?,
        // No batch of approvals begins without the word that the signatures were seen.
        Act::Approve => approve_for(context, &actor, number, version, true, Some(row.id)).await?,
    }
    Ok(Ok(()))
}

/// The owner as the one is now; nobody when the account may not sign in any more.
async fn actor_of(context: &Context, job: &BulkJob) -> Result<Option<Actor>, ServiceError> {
    let (db, today) = (&context.db, context.now().warsaw_date().to_string());
    let Some(account) = accounts::find(db, job.owner).await?.filter(|account| account.status.can_sign_in()) else { return Ok(None) };
    let roles = role_assignments::list_of(db, account.id).await?;
    let stand_ins = if is_decider(&roles) { stand_ins::in_force_of(db, account.id, &today).await? } else { Vec::new() };
    let signed_in = SignedIn {
        account: account.id,
        login: account.login.to_string(),
        full_name: account.profile.full_name(),
        status: account.status,
        units: sessions::units_of(db, account.id, &today).await?,
        roles,
        stand_ins,
        // The proof of whoever began it; a batch that comes too late for it approves nothing more.
        proven_at: job.proven_at,
    };
    Ok(Some(Actor { kind: ActorKind::Account(signed_in), address: job.address, correlation: job.correlation }))
}

/// What a refusal is called here; nothing where trying again helps.
fn hindrances_of(error: &ServiceError) -> Option<Vec<Hindrance>> {
    let one = |hindrance| Some(vec![hindrance]);
    match error {
        error if error.is_unavailable() => None,
        ServiceError::Hindered(hindrance) => one(hindrance.clone()),
        ServiceError::Denied | ServiceError::NotFound => one(Hindrance::Denied),
        ServiceError::Barred(barred) => one(Hindrance::Barred(*barred)),
        ServiceError::Stale | ServiceError::Transition(_) => one(Hindrance::Barred(Barred::Stale)),
        ServiceError::ProofTooOld => one(Hindrance::ProofTooOld),
        ServiceError::Invalid(errors) => {
            let refused = |(field, reasons): (&String, &Vec<Invalid>)| {
                let of = |reason: &Invalid| match (field.as_str(), reason) {
                    ("assignee", Invalid::Unknown) => Hindrance::NotEligible,
                    (field, reason) => Hindrance::Refused(field.to_owned(), reason.key().to_owned()),
                };
                reasons.iter().map(of).collect::<Vec<_>>()
            };
            Some(errors.0.iter().flat_map(refused).collect())
        }
        _ => one(Hindrance::Failed),
    }
}
