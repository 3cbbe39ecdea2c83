//! Begins a batch: what was chosen becomes rows that wait, with one entry of the audit trail for all.

use super::judge::Chosen;
use crate::domain::actor::Actor;
use crate::domain::application::bulk::{Act, Hindrance, MOST_ROWS};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, BulkJobId};
use crate::domain::invalid::Invalid;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::review_application::ASSIGNED_TO;
use crate::services::view_application::{readable, target_of};
use crate::services::{Context, ServiceError, prove_again, record};
use crate::storage::accounts;
use crate::storage::bulk_jobs::{self, BulkJob, BulkRow, RowState};
use crate::storage::database::begin;
use serde_json::json;
use std::collections::BTreeSet;

/// To whom applications are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assignee {
    /// Back to all.
    Nobody,
    /// A colleague.
    Account(AccountId),
}

/// A batch to begin.
#[derive(Debug, Clone)]
pub struct NewBatch {
    /// Made with the page on which it was asked for: the same page sent twice is one batch.
    pub id: BulkJobId,
    /// What is done.
    pub act: Act,
    /// To which applications.
    pub chosen: Vec<Chosen>,
    /// To whom they are given, where they are; none where nothing was chosen.
    pub assignee: Option<Assignee>,
    /// The heads' signatures were seen on the forms, where they are approved.
    pub saw_signature: bool,
}

/// Begins a batch and does nothing of it yet. A number that the actor may not know of is a row that has failed.
///
/// # Errors
/// `Denied` for those who may do it nowhere; `Invalid` at `row` for none or too many, at `assignee` for nothing chosen and for somebody who is not there, at `signature`;
/// `ProofTooOld` before an approval; `NotFound` for the id of somebody else's batch.
pub async fn start_batch(context: &Context, actor: &Actor, new: &NewBatch) -> Result<BulkJobId, ServiceError> {
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    context.policy.list_scope(actor, new.act.permission())?;
    let mut seen = BTreeSet::new();
    let chosen: Vec<&Chosen> = new.chosen.iter().filter(|one| seen.insert(one.number.as_str())).collect();
    if chosen.is_empty() {
        return Err(ServiceError::field("row", Invalid::NothingChosen));
    }
    if chosen.len() > MOST_ROWS {
        return Err(ServiceError::field("row", Invalid::TooManyRows));
    }
    if new.act == Act::Approve {
        // It gives rights to others: whoever sits at the keyboard proves to be the decider.
        prove_again::required(context, actor)?;
        if !new.saw_signature {
            return Err(ServiceError::field("signature", Invalid::SignatureRequired));
        }
    }
    let assignee = match (new.act, new.assignee) {
        (Act::Assign, Some(Assignee::Account(id))) => {
            Some(accounts::find(&context.db, id).await?.ok_or_else(|| ServiceError::field("assignee", Invalid::Unknown))?)
        }
        // Whoever chooses nothing does not give everything back.
        (Act::Assign, None) => return Err(ServiceError::field("assignee", Invalid::Required)),
        _ => None,
    };
    let mut places: BTreeSet<VoivodeshipCode> = BTreeSet::new();
    let mut rows = Vec::new();
    for one in &chosen {
        let (application, why) = match readable(context, actor, &one.number).await {
            Ok(found) => (Some(found).filter(|found| context.policy.check(actor, new.act.permission(), &target_of(found)).is_ok()), None),
            Err(ServiceError::NotFound) => (None, None),
            Err(error) if error.is_unavailable() => return Err(error),
            Err(error) => {
                tracing::error!(application = %one.number, %error, "a row of a batch cannot be read");
                (None, Some(Hindrance::Failed))
            }
        };
        places.extend(application.as_ref().map(|found| found.summary().voivodeship));
        rows.push(BulkRow {
            id: context.new_bulk_row_id(),
            job: new.id,
            state: if application.is_some() { RowState::Waiting } else { RowState::Failed(vec![why.unwrap_or(Hindrance::Unknown)]) },
            application: application.map(|found| found.id),
            number: one.number.clone(),
            seen_version: one.seen_version,
            attempts: 0,
        });
    }
    let tx = begin(&context.db).await?;
    // Of two clicks at once the second waits here, and finds the batch of the first.
    accounts::find_for_update(&tx, me.account).await?.ok_or(ServiceError::Denied)?;
    if let Some(known) = bulk_jobs::find(&tx, new.id).await? {
        return if known.owner == me.account { Ok(known.id) } else { Err(ServiceError::NotFound) };
    }
    let job = BulkJob {
        id: new.id,
        owner: me.account,
        act: new.act,
        assignee: assignee.as_ref().map(|account| account.id),
        proven_at: me.proven_at,
        address: actor.address,
        correlation: actor.correlation,
        created_at: context.now(),
    };
    bulk_jobs::add(&tx, &job, &rows).await?;
    let numbers: Vec<&str> = rows.iter().filter(|row| row.application.is_some()).map(|row| row.number.as_str()).collect();
    let mut details = json!({ "act": new.act.key(), "rows": rows.len(), "applications": numbers });
    if let Some(account) = &assignee {
        details[ASSIGNED_TO] = json!(account.login.to_string());
    }
    let place = if places.len() == 1 { places.first() } else { None };
    record::done(context, &tx, actor, AuditEvent::BulkStarted, AuditObject::new("bulk", job.id), place, details).await?;
    tx.commit().await?;
    Ok(job.id)
}
