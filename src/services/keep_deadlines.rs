//! What time alone brings: applications lapse, reminders fall due, dead rows go. Any number of workers may do it at once.
//! What may not live here: when to look (`worker.rs`), how long things last (dictionaries and domain).

mod attest;
mod change_emails;
mod end_joins;
mod escalate;
mod expire;
mod remind;
mod remind_of_ends;
mod retain;
mod sweep;
mod units;

pub(super) use remind::days_left;

use super::manage_accounts::lapse_proposals;
use super::{Context, ServiceError};
use crate::domain::actor::{Actor, ActorKind};

/// So many rows are looked at in one go.
const BATCH: u64 = 100;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// Applications that lapsed.
    pub expired: u64,
    /// Changes of e-mail addresses that took effect, or came to nothing.
    pub emails: u64,
    /// Joinings of accounts that lapsed or became final.
    pub joins: u64,
    /// Units that ended, and applications that were closed with them.
    pub units: u64,
    /// Units whose permissions were suspended for want of a confirmation.
    pub suspended: u64,
    /// Units that were asked to confirm their permissions.
    pub asked: u64,
    /// Reminders that were queued.
    pub reminded: u64,
    /// Letters to administrators about deadlines of their office.
    pub warned: u64,
    /// Letters about rights that end soon.
    pub ends: u64,
    /// Applications that were passed on to the central administrator.
    pub escalated: u64,
    /// Proposals about roles that nobody answered in time.
    pub lapsed_proposals: u64,
    /// Applications, accounts and items of the post whose time was over.
    pub erased: u64,
    /// Drafts, sessions and mailed tokens that were removed.
    pub removed: u64,
}

/// Does everything that is due.
///
/// # Errors
/// Of the database; what was done stays done.
pub async fn keep_deadlines(context: &Context) -> Result<Kept, ServiceError> {
    let actor = Actor { kind: ActorKind::System, address: None, correlation: context.new_correlation_id() };
    // First what has lapsed: nobody is reminded of a deadline that has passed.
    let expired = expire::expire_applications(context, &actor).await?;
    let emails = change_emails::change_emails(context, &actor).await?;
    let joins = end_joins::end_joins(context, &actor).await?;
    let units = units::end_units(context, &actor).await?;
    let suspended = attest::suspend_overdue(context, &actor).await?;
    let told = remind::remind(context, &actor).await?;
    let reminded = told.applicants + attest::remind_units(context, &actor).await?;
    let asked = attest::ask_units(context, &actor).await?;
    let ends = remind_of_ends::remind_of_ends(context, &actor).await?;
    let escalated = told.escalated + escalate::escalate_applications(context, &actor).await?;
    let lapsed_proposals = lapse_proposals(context, &actor).await?;
    let removed = sweep::remove_dead_rows(context).await?;
    let erased = retain::erase_what_is_over(context, &actor).await?;
    Ok(Kept {
        expired,
        emails,
        joins,
        units,
        suspended,
        asked,
        reminded,
        warned: told.offices,
        ends,
        escalated,
        lapsed_proposals,
        erased,
        removed,
    })
}

/// Counts what is done, batch by batch, until a batch brings nothing more.
#[derive(Default)]
struct Tally {
    done: u64,
    done_before: u64,
    found: Option<u64>,
}

impl Tally {
    /// Whether to look once more: at first, and after a full batch of which something was done.
    fn goes_on(&self) -> bool {
        self.found.is_none_or(|found| found == BATCH && self.done > self.done_before)
    }

    /// A new batch.
    fn found<T>(&mut self, due: Vec<T>) -> Vec<T> {
        self.found = Some(due.len() as u64);
        self.done_before = self.done;
        due
    }

    /// One of the batch: false where somebody was quicker. One that fails is told, and must not keep the others from it.
    fn count(&mut self, outcome: Result<bool, ServiceError>) -> Result<(), ServiceError> {
        outcome.map(|is_done| self.done += u64::from(is_done))
    }
}
