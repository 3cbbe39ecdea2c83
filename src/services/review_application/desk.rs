//! What administrators of an office arrange among themselves: who deals with an application, until when it is put off, notes. None of
//! it decides anything, none of it is told to the applicant, and the clock runs on.

use super::decide::Case;
use super::office::{administrators_of, eligible};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::bulk::Hindrance;
use crate::domain::application::clock::{LONGEST_SNOOZE_DAYS, Reading};
use crate::domain::application::decision::{Barred, may_arrange, may_work_on};
use crate::domain::application::status::{Event, Status};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::collation::sort_key;
use crate::domain::id::{AccountId, ApplicationId, BulkRowId};
use crate::domain::identifiers::{ApplicationNumber, Text};
use crate::domain::invalid::Invalid;
use crate::domain::moment::{Moment, parse_date};
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::services::keep_deadlines::days_left;
use crate::services::{Context, ServiceError, record};
use crate::storage::applications::desk;
use crate::storage::applications::notes::{self, Note};
use crate::storage::{Connection, accounts, days_off, outbox_messages};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::json;
use std::collections::BTreeMap;

/// Longest note, in characters.
pub const LONGEST_NOTE: usize = 2000;
/// So long the same note again counts as a second click.
const SECOND_CLICK_MS: i64 = 60_000;
/// Where the details of an entry name the login of the one to whom an application was given.
pub const ASSIGNED_TO: &str = "assigned_to";

/// An internal note, as the office reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteGiven {
    /// Full name of who wrote it.
    pub by: String,
    /// When.
    pub at: Moment,
    /// What.
    pub text: String,
}

/// What the office's administrators have arranged among themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// How the clock stands.
    pub reading: Reading,
    /// The last day of the target, while the clock runs.
    pub due_on: Option<Date>,
    /// Working days of the target.
    pub target: u32,
    /// Who is to deal with it, with the full name.
    pub assigned_to: Option<(AccountId, String)>,
    /// Until then it is put off.
    pub snoozed_until: Option<Moment>,
    /// To whom it can be given, with full names, in Polish order.
    pub colleagues: Vec<(AccountId, String)>,
    /// Notes, the newest first.
    pub notes: Vec<NoteGiven>,
}

impl Case<'_> {
    /// Of two at once exactly one is done, and nothing is arranged about what has ended.
    fn check_open(&self) -> Result<(), ServiceError> {
        let is_stale = self.seen_version != self.application.version || !self.application.status.is_open();
        if is_stale { Err(Barred::Stale.into()) } else { Ok(()) }
    }
    /// No party to it arranges anything about it.
    fn check_arranges(&self) -> Result<(), ServiceError> {
        may_arrange(self.decider, self.facts()).map_err(ServiceError::from)
    }
}

/// Reads what is arranged about an application. Notes are for those who are no party to it.
pub(super) async fn read_desk(context: &Context, application: &Application, reads_notes: bool) -> Result<Desk, ServiceError> {
    let (db, today) = (&context.db, context.now().warsaw_date());
    let place = application.summary().voivodeship;
    let (kept, calendar) = (desk::find(db, application.id).await?, days_off::calendar(db).await?);
    let written = if reads_notes { notes::list(db, application.id).await? } else { Vec::new() };
    let named: Vec<AccountId> = written.iter().map(|note| note.author).chain(kept.assigned_to).collect();
    let names: BTreeMap<AccountId, String> =
        accounts::list_by_ids(db, &named).await?.into_iter().map(|account| (account.id, account.profile.full_name())).collect();
    let name = |id: AccountId| names.get(&id).cloned().unwrap_or_default();
    let mut colleagues: Vec<(AccountId, String)> =
        administrators_of(db, &place, today).await?.into_iter().map(|account| (account.id, account.profile.full_name())).collect();
    colleagues.sort_by_key(|(_, name)| sort_key(name));
    Ok(Desk {
        reading: kept.clock.reading(&calendar, application.status, today),
        due_on: kept.clock.due_on(&calendar),
        target: kept.clock.target,
        assigned_to: kept.assigned_to.map(|id| (id, name(id))),
        snoozed_until: kept.snoozed_until.filter(|at| *at > context.now()),
        colleagues,
        notes: written.into_iter().map(|note| NoteGiven { by: name(note.author), at: note.written_at, text: note.text }).collect(),
    })
}

/// Gives an application to an administrator of its office, to oneself, or back to all (`to` is none). Who has it in hand puts it down with
/// that, unless it is given to the one.
///
/// # Errors
/// `Invalid` at `assignee` for somebody who may not decide it; `Barred` with `Stale` when somebody was quicker, and for a party to it who
/// would take it from somebody else.
pub async fn assign(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    to: Option<AccountId>,
) -> Result<(), ServiceError> {
    assign_for(context, actor, number, seen_version, to, None).await
}

/// As [`assign`], for a row of a batch.
pub(in crate::services) async fn assign_for(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    to: Option<AccountId>,
    row: Option<BulkRowId>,
) -> Result<(), ServiceError> {
    let mut case = Case::open_for(context, actor, number, Permission::ApplicationAssign, seen_version, row).await?;
    case.check_open()?;
    let id = case.application.id;
    let given_to = desk::find(&case.tx, id).await?.assigned_to;
    if given_to == to {
        // The second click changes nothing.
        return Ok(());
    }
    // A party may pass on what nobody else has, and takes it from nobody.
    if case.application.taken_by.or(given_to).is_some_and(|holder| holder != case.decider.account) {
        case.check_arranges()?;
    }
    let login = match to {
        None => None,
        Some(to) => {
            let may = if to == case.decider.account {
                may_work_on(case.decider, case.facts()).is_ok()
            } else {
                eligible(context, &case.tx, &case.application, &case.persons, case.first).await?.contains(&to)
            };
            let account = accounts::find(&case.tx, to).await?.filter(|_| may);
            Some(account.ok_or_else(|| ServiceError::field("assignee", Invalid::Unknown))?.login.to_string())
        }
    };
    if case.application.status == Status::InReview && case.application.taken_by.is_some_and(|holder| Some(holder) != to) {
        case.move_to(Event::Release)?;
        case.application.taken_by = None;
    }
    desk::assign(&case.tx, id, to).await?;
    let event = if to.is_some() { AuditEvent::ApplicationAssigned } else { AuditEvent::ApplicationGivenBack };
    let details = login.map_or_else(|| json!({}), |login| json!({ (ASSIGNED_TO): login }));
    case.done(event, details, None).await
}

/// Puts an application off until the morning of a day: it leaves the lists until then, and its clock runs on.
///
/// # Errors
/// `Invalid` at `snooze_until` for a day that is not one of the next months; `Barred` with `Stale` when somebody was quicker, or where
/// the office does not have the move, and for a party to it.
pub async fn snooze(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    until: &str,
) -> Result<(), ServiceError> {
    let case = Case::open(context, actor, number, Permission::ApplicationSnooze, seen_version).await?;
    case.check_open()?;
    case.check_arranges()?;
    if !case.application.status.waits_for_office() {
        return Err(Barred::Stale.into());
    }
    let invalid = |reason| ServiceError::field("snooze_until", reason);
    if until.trim().is_empty() {
        return Err(invalid(Invalid::Required));
    }
    let (day, today) = (parse_date(until).map_err(invalid)?, context.now().warsaw_date());
    if day <= today {
        return Err(invalid(Invalid::DatePast));
    }
    if day > today.saturating_add(LONGEST_SNOOZE_DAYS.days()) {
        return Err(invalid(Invalid::DateTooFar));
    }
    desk::snooze(&case.tx, case.application.id, Some(Moment::start_of(day))).await?;
    case.done(AuditEvent::ApplicationSnoozed, json!({ "until": day.to_string() }), None).await
}

/// Takes an application back into the lists before its day.
///
/// # Errors
/// `Barred` with `Stale` when somebody was quicker, and for a party to it.
pub async fn wake(context: &Context, actor: &Actor, number: &ApplicationNumber, seen_version: i32) -> Result<(), ServiceError> {
    let case = Case::open(context, actor, number, Permission::ApplicationSnooze, seen_version).await?;
    case.check_open()?;
    case.check_arranges()?;
    if desk::find(&case.tx, case.application.id).await?.snoozed_until.is_none() {
        return Ok(());
    }
    desk::snooze(&case.tx, case.application.id, None).await?;
    case.done(AuditEvent::ApplicationWoken, json!({}), None).await
}

/// Adds a note for colleagues. It changes nothing in the application, so it takes no version: of two at once both are kept. The same text
/// of the same author within a minute is a second click, and one note.
///
/// # Errors
/// `Invalid` at `internal_note` for none, or one that is too long; `Barred` for a party to it.
pub async fn add_note(context: &Context, actor: &Actor, number: &ApplicationNumber, text: &str) -> Result<(), ServiceError> {
    let case = Case::open(context, actor, number, Permission::ApplicationNote, 0).await?;
    case.check_arranges()?;
    let text = Text::parse(text, LONGEST_NOTE).map_err(|found| ServiceError::field("internal_note", found))?;
    let note = Note { id: context.new_note_id(), author: case.decider.account, text: text.to_string(), written_at: context.now() };
    // The application is locked: of two clicks at once the second one sees the first one's note.
    let written = notes::list(&case.tx, case.application.id).await?;
    let is_fresh = |kept: &Note| note.written_at.since(kept.written_at) < SECOND_CLICK_MS;
    if written.iter().any(|kept| kept.author == note.author && kept.text == note.text && is_fresh(kept)) {
        return Ok(());
    }
    notes::add(&case.tx, case.application.id, &note).await?;
    let voivodeship = case.application.summary().voivodeship;
    let object = AuditObject::new("application", &case.application.number);
    // What it says stays out of the trail.
    record::done(context, &case.tx, actor, AuditEvent::NoteAdded, object, Some(&voivodeship), json!({ "note": note.id })).await?;
    case.tx.commit().await?;
    Ok(())
}

/// Whether the applicant was reminded today, by whomever.
pub(in crate::services) async fn was_reminded<C: Connection>(
    context: &Context,
    db: &C,
    application: ApplicationId,
) -> Result<bool, ServiceError> {
    let today = Moment::start_of(context.now().warsaw_date());
    Ok(outbox_messages::is_told_since(db, application, "application_deadline_near", today).await?)
}

/// Reminds the applicant who has the move, for a row of a batch; once a day at most, the portal's own reminders counted.
///
/// # Errors
/// `Barred` with `Stale` when somebody was quicker, and for a party to it; `Hindered` when the applicant has nothing to do, or was
/// reminded today.
pub(in crate::services) async fn remind_for(
    context: &Context,
    actor: &Actor,
    number: &ApplicationNumber,
    seen_version: i32,
    row: BulkRowId,
) -> Result<(), ServiceError> {
    let case = Case::open_for(context, actor, number, Permission::ApplicationRemind, seen_version, Some(row)).await?;
    case.check_open()?;
    case.check_arranges()?;
    let (id, now) = (case.application.id, context.now());
    let lapses_at = case.application.lapses_at.filter(|at| now < *at && case.application.status.waits_for_applicant());
    let lapses_at = lapses_at.ok_or(ServiceError::Hindered(Hindrance::NotTheirMove))?;
    // The application is locked: of two at once the second sees the first one's letter.
    if was_reminded(context, &case.tx, id).await? {
        return Err(ServiceError::Hindered(Hindrance::RemindedToday));
    }
    let days_left = days_left(now, lapses_at);
    let notice = Notice::ApplicationDeadlineNear { application: id, days_left };
    case.told(AuditEvent::ApplicationReminded, json!({ "days_left": days_left }), Some(notice)).await
}
