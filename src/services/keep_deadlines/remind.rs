//! Applicants who have the move, and offices that have it, are reminded: of each step once, whatever stops in between and however many
//! workers there are. The note in the row and the letters are one transaction. Who gets a later reminder does not get the earlier ones
//! too, after a time in which nothing ran.

use super::{BATCH, Tally};
use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::clock::Step;
use crate::domain::application::status::Status;
use crate::domain::id::{AccountId, ApplicationId};
use crate::domain::moment::{MINUTE_MS, Moment};
use crate::domain::notice::Notice;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::review_application::{administrators_of, escalate};
use crate::services::{Context, ServiceError, record};
use crate::storage::applications::desk::{self, Due, Reminded, Turn};
use crate::storage::database::begin;
use crate::storage::{Connection, applications, days_off, role_assignments};
use std::collections::{BTreeMap, BTreeSet};

/// Whole days from today to the last day before a deadline, by the calendar; 0 means today.
pub(in crate::services) fn days_left(now: Moment, lapses_at: Moment) -> i32 {
    let last_day = lapses_at.last_day();
    (last_day - now.warsaw_date()).get_days()
}

/// What was queued.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Told {
    /// Letters to applicants.
    pub(super) applicants: u64,
    /// Letters to administrators.
    pub(super) offices: u64,
    /// Applications that were passed on, because their office is over its target.
    pub(super) escalated: u64,
    /// Rows in which something was noted, be it only when the next reminder is due.
    noted: u64,
}

impl Told {
    fn add(&mut self, other: Self) {
        self.applicants += other.applicants;
        self.offices += other.offices;
        self.escalated += other.escalated;
        self.noted += other.noted;
    }
}

/// So long after a day off was entered or withdrawn, every transaction that still counted without it has ended.
const SETTLED_MS: i64 = MINUTE_MS;

/// Sets the clocks anew after the days have changed on which offices work: they are looked at with the reminders that are due.
async fn set_clocks_anew(context: &Context) -> Result<(), ServiceError> {
    let before = context.now().plus_ms(-SETTLED_MS);
    if !days_off::has_uncounted(&context.db, before).await? {
        return Ok(());
    }
    let tx = begin(&context.db).await?;
    if days_off::mark_counted(&tx, before).await? {
        desk::set_clocks_anew(&tx).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Queues the reminders that are due.
pub(super) async fn remind(context: &Context, actor: &Actor) -> Result<Told, ServiceError> {
    set_clocks_anew(context).await?;
    let (mut told, mut tally) = (Told::default(), Tally::default());
    while tally.goes_on() {
        let mut offices: BTreeMap<VoivodeshipCode, Vec<ApplicationId>> = BTreeMap::new();
        for Due { id, voivodeship, status } in tally.found(desk::list_to_remind(&context.db, context.now(), BATCH).await?) {
            if status.waits_for_office() {
                offices.entry(voivodeship).or_default().push(id);
            } else {
                told.add(count(&mut tally, id, remind_applicant(context, actor, id).await));
            }
        }
        for (voivodeship, ids) in offices {
            match remind_office(context, actor, &voivodeship, &ids).await {
                Ok(done) => {
                    tally.done += done.noted;
                    told.add(done);
                }
                // One that fails must not keep the others of its office from it.
                Err(_) => {
                    for id in ids {
                        told.add(count(&mut tally, id, remind_office(context, actor, &voivodeship, &[id]).await));
                    }
                }
            }
        }
    }
    Ok(told)
}

fn count(tally: &mut Tally, id: ApplicationId, outcome: Result<Told, ServiceError>) -> Told {
    let told = *outcome.as_ref().unwrap_or(&Told::default());
    if let Err(error) = tally.count(outcome.map(|told| told.noted > 0)) {
        tracing::error!(application = %id, %error, "a reminder could not be queued");
    }
    told
}

async fn remind_applicant(context: &Context, actor: &Actor, id: ApplicationId) -> Result<Told, ServiceError> {
    let tx = begin(&context.db).await?;
    let now = context.now();
    let Some(application) = applications::find_for_update(&tx, id).await? else { return Ok(Told::default()) };
    if application.status.waits_for_office() {
        // It has come to the office meanwhile, which has reminders of its own.
        return Ok(Told::default());
    }
    let mut told = Told::default();
    match desk::note_reminder(&tx, id, now).await? {
        Turn::Gone => return Ok(told),
        // Nobody is reminded of a deadline that has passed.
        Turn::Tell(Reminded::Applicant(_)) => {
            if let Some(lapses_at) = application.lapses_at.filter(|at| now < *at) {
                let notice = Notice::ApplicationDeadlineNear { application: id, days_left: days_left(now, lapses_at) };
                record::tell(context, &tx, actor, &notice).await?;
                told.applicants = 1;
            }
        }
        Turn::Set | Turn::Tell(Reminded::Office(_)) => {}
    }
    told.noted = 1;
    tx.commit().await?;
    Ok(told)
}

/// One letter to each administrator of the office for all that is due there.
async fn remind_office(context: &Context, actor: &Actor, place: &VoivodeshipCode, ids: &[ApplicationId]) -> Result<Told, ServiceError> {
    let tx = begin(&context.db).await?;
    let now = context.now();
    let administrators: BTreeSet<AccountId> =
        administrators_of(&tx, place, now.warsaw_date()).await?.into_iter().map(|account| account.id).collect();
    let centrals: BTreeSet<AccountId> =
        role_assignments::active_holders(&tx, Role::CentralAdministrator, None).await?.into_iter().map(|account| account.id).collect();
    let mut letters: BTreeMap<AccountId, Vec<ApplicationId>> = BTreeMap::new();
    let mut told = Told::default();
    // Always in one order, so that two workers never wait for each other.
    for id in ids.iter().copied().collect::<BTreeSet<_>>() {
        let Some(application) = applications::find_for_update(&tx, id).await? else { continue };
        if !application.status.waits_for_office() {
            continue;
        }
        let turn = desk::note_reminder(&tx, id, now).await?;
        told.noted += u64::from(turn != Turn::Gone);
        let Turn::Tell(Reminded::Office(step)) = turn else { continue };
        let holder = holder(&tx, &application).await?.filter(|one| administrators.contains(one) || centrals.contains(one));
        match holder.filter(|_| step != Step::Over) {
            Some(one) => letters.entry(one).or_default().push(id),
            None => administrators.iter().copied().chain(holder).collect::<BTreeSet<_>>().into_iter().for_each(|one| {
                letters.entry(one).or_default().push(id);
            }),
        }
        if step == Step::Over && escalate(context, actor, &tx, &application, "overrun", true).await? {
            told.escalated += 1;
        }
    }
    for (account, applications) in letters {
        record::tell(context, &tx, actor, &Notice::OfficeDeadlines { account, applications }).await?;
        told.offices += 1;
    }
    tx.commit().await?;
    Ok(told)
}

/// Who works on it, or is to.
async fn holder<C: Connection>(db: &C, application: &Application) -> Result<Option<AccountId>, ServiceError> {
    Ok(match application.taken_by.filter(|_| application.status == Status::InReview) {
        Some(one) => Some(one),
        None => desk::find(db, application.id).await?.assigned_to,
    })
}
