//! People and the coordinators of their units are reminded of rights that end soon: by one letter for each step, whatever stops in between
//! and however many workers there are.

use super::{BATCH, Tally};
use crate::domain::account::{Account, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::id::{AccountId, GrantId, UnitId};
use crate::domain::notice::Notice;
use crate::services::{Context, ServiceError, record, rights};
use crate::storage::database::begin;
use crate::storage::grants::Grant;
use crate::storage::grants::ending::{self, Reader, Step};
use crate::storage::time_limits::{self, GRANT_END, GRANT_END_EARLY, GRANT_END_LAST};
use crate::storage::{Connection, accounts, role_assignments, units};
use jiff::ToSpan as _;

/// Queues the letters that are due; gives their number.
pub(super) async fn remind_of_ends(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut letters = 0;
    // The latest first: who gets it does not get the earlier ones too, after a time in which nothing ran.
    for code in [GRANT_END_LAST, GRANT_END, GRANT_END_EARLY] {
        let limit = time_limits::days(&context.db, code).await?;
        let today = context.now().warsaw_date();
        let days = i32::try_from(limit).map_err(ServiceError::internal)?;
        let step = Step { today, until: today.saturating_add(limit.days()), days };
        let mut tally = Tally::default();
        while tally.goes_on() {
            for account in tally.found(ending::accounts(&context.db, step, BATCH).await?) {
                let outcome = remind_person(context, actor, step, account).await;
                letters += *outcome.as_ref().unwrap_or(&0);
                if let Err(error) = tally.count(outcome.map(|_| true)) {
                    tracing::error!(%account, %error, "a reminder of an end could not be queued");
                }
            }
        }
        let mut tally = Tally::default();
        while tally.goes_on() {
            for unit in tally.found(ending::units(&context.db, step, BATCH).await?) {
                let outcome = remind_unit(context, actor, step, unit).await;
                letters += *outcome.as_ref().unwrap_or(&0);
                if let Err(error) = tally.count(outcome.map(|_| true)) {
                    tracing::error!(%unit, %error, "a reminder of ends could not be queued for a unit");
                }
            }
        }
    }
    Ok(letters)
}

/// Those that are worth a letter: that were there when the step came, and that no open application asks for.
async fn worth_telling<C: Connection>(db: &C, step: Step, account: &Account, due: &[Grant]) -> Result<Vec<GrantId>, ServiceError> {
    let asked = rights::asked_for(db, account, None).await?;
    let is_asked = |grant: &Grant| asked.iter().any(|asked| asked.right.is_to(grant.unit, &grant.sub_area, &grant.function));
    let was_there = |grant: &Grant| grant.valid_from <= grant.valid_until.saturating_sub(step.days.days());
    let own = due.iter().filter(|grant| grant.account == account.id);
    Ok(own.filter(|grant| was_there(grant) && !is_asked(grant)).map(|grant| grant.id).collect())
}

/// The notes in the rows and the letter are one transaction; whoever comes second finds the notes.
async fn remind_person(context: &Context, actor: &Actor, step: Step, account: AccountId) -> Result<u64, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(found) = accounts::find_for_update(&tx, account).await? else { return Ok(0) };
    let due = ending::of_account(&tx, step, account).await?;
    if due.is_empty() || found.account.status != AccountStatus::Active {
        return Ok(0);
    }
    let grants = worth_telling(&tx, step, &found.account, &due).await?;
    ending::note(&tx, step, Reader::Person, &due.iter().map(|grant| grant.id).collect::<Vec<_>>()).await?;
    let is_told = !grants.is_empty();
    if is_told {
        record::tell(context, &tx, actor, &Notice::GrantsEnding { account, grants }).await?;
    }
    tx.commit().await?;
    Ok(u64::from(is_told))
}

async fn remind_unit(context: &Context, actor: &Actor, step: Step, unit: UnitId) -> Result<u64, ServiceError> {
    let tx = begin(&context.db).await?;
    units::find_for_update(&tx, unit).await?;
    let due = ending::of_unit(&tx, step, unit).await?;
    if due.is_empty() {
        return Ok(0);
    }
    ending::note(&tx, step, Reader::Unit, &due.iter().map(|grant| grant.id).collect::<Vec<_>>()).await?;
    let coordinators = role_assignments::list_coordinators(&tx, unit).await?;
    let mut letters = 0;
    if !coordinators.is_empty() {
        let mut holders: Vec<AccountId> = due.iter().map(|grant| grant.account).collect();
        holders.sort();
        holders.dedup();
        let mut grants = Vec::new();
        for holder in accounts::list_by_ids(&tx, &holders).await? {
            grants.extend(worth_telling(&tx, step, &holder, &due).await?);
        }
        for account in coordinators.into_iter().filter(|_| !grants.is_empty()) {
            record::tell(context, &tx, actor, &Notice::UnitGrantsEnding { account, unit, grants: grants.clone() }).await?;
            letters += 1;
        }
    }
    tx.commit().await?;
    Ok(letters)
}
