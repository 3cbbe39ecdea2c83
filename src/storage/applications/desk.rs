//! What an office keeps at its desk with an application – its clock, who is to deal with it, until when it is put off –, and when whom
//! to remind next. All of it is computed when the application moves, so that lists only read it.

use crate::domain::application::Application;
use crate::domain::application::clock::{Clock, Step, applicant_day_at, applicant_next};
use crate::domain::application::status::Status;
use crate::domain::id::{AccountId, ApplicationId};
use crate::domain::moment::Moment;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::domain::working_days::Calendar;
use crate::storage::entities::application::{ActiveModel, Column, Entity, Model};
use crate::storage::page::damaged;
use crate::storage::{StorageError, days_off, reminder_days, target_times};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

/// Rows that one statement names: far below what either database takes.
const MOST_IN_ONE: usize = 500;

/// What lies at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Desk {
    /// The office's clock.
    pub clock: Clock,
    /// Who is to deal with it.
    pub assigned_to: Option<AccountId>,
    /// Until then it is put off.
    pub snoozed_until: Option<Moment>,
    /// The office, and whoever is above it, was told that the target has passed.
    pub is_over_told: bool,
}

pub(super) fn clock_of(row: &Model) -> Clock {
    Clock {
        target: u32::try_from(row.clock_target).unwrap_or_default(),
        used: u32::try_from(row.clock_used).unwrap_or_default(),
        running_since: row.office_since.map(Moment),
    }
}

/// What lies at the desk with an application.
///
/// # Errors
/// [`StorageError::NotFound`], of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: ApplicationId) -> Result<Desk, StorageError> {
    let row = Entity::find_by_id(id.0).one(db).await?.ok_or(StorageError::NotFound)?;
    Ok(Desk {
        clock: clock_of(&row),
        assigned_to: row.assigned_to.map(AccountId),
        snoozed_until: row.snoozed_until.map(Moment),
        is_over_told: row.reminded_step >= Step::Over.number(),
    })
}

/// Puts into `row` what follows for the desk from the state of an application, and from the row as it was. Gives the clock as it is then.
pub(super) async fn follow<C: ConnectionTrait>(
    db: &C,
    row: &mut ActiveModel,
    before: Option<&Model>,
    application: &Application,
) -> Result<Clock, StorageError> {
    let (status, since) = (application.status, application.status_since);
    let clock = match before {
        Some(before) => clock_of(before),
        None => Clock::new(target_times::in_force(db, application.payload.kind(), application.submitted_at.warsaw_date()).await?),
    };
    let calendar = days_off::calendar(db).await?;
    let clock = clock.moved(&calendar, status, since);
    let has_moved = before.is_none_or(|before| before.status != status.key() || before.status_since != since.0);
    let kept = before.filter(|_| status.waits_for_office());
    row.clock_target = Set(i32::try_from(clock.target).unwrap_or(i32::MAX));
    row.clock_used = Set(i32::try_from(clock.used).unwrap_or(i32::MAX));
    row.office_since = Set(clock.running_since.map(|at| at.0));
    row.due_at = Set(clock.due_at(&calendar).map(|at| at.0));
    // Where it was passed on to, and until when it is put off, goes with the office's turn.
    row.escalated_at = Set(kept.and_then(|before| before.escalated_at));
    row.snoozed_until = Set(kept.and_then(|before| before.snoozed_until));
    row.assigned_to = Set(application.taken_by.map(|id| id.0).or(before.and_then(|before| before.assigned_to)));
    // The applicant's days begin anew with each turn; the office is told of each step once in all its turns.
    let told_day = before.filter(|_| !has_moved).map_or(0, |before| before.reminded_day);
    let told_step = before.map_or(0, |before| before.reminded_step);
    row.reminded_day = Set(told_day);
    row.reminded_step = Set(told_step);
    let next = next_reminder(db, (&clock, &calendar), (status, since), (told_day, told_step)).await?;
    row.remind_at = Set(next.map(|at| at.0));
    Ok(clock)
}

async fn next_reminder<C: ConnectionTrait>(
    db: &C,
    (clock, calendar): (&Clock, &Calendar),
    (status, since): (Status, Moment),
    (told_day, told_step): (i32, i32),
) -> Result<Option<Moment>, StorageError> {
    if status.waits_for_applicant() {
        return Ok(applicant_next(&reminder_days::list(db, status).await?, since, told_day));
    }
    Ok(clock.next_after(calendar, told_step))
}

/// Sets who is to deal with it.
///
/// # Errors
/// Of the database.
pub async fn assign<C: ConnectionTrait>(db: &C, id: ApplicationId, to: Option<AccountId>) -> Result<(), StorageError> {
    let set = Entity::update_many().col_expr(Column::AssignedTo, Expr::value(to.map(|to| to.0)));
    set.filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// Puts it off until a moment, or not any more.
///
/// # Errors
/// Of the database.
pub async fn snooze<C: ConnectionTrait>(db: &C, id: ApplicationId, until: Option<Moment>) -> Result<(), StorageError> {
    let set = Entity::update_many().col_expr(Column::SnoozedUntil, Expr::value(until.map(|at| at.0)));
    set.filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(())
}

/// Of whom somebody is to be reminded of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reminded {
    /// The applicant: on this day of the turn.
    Applicant(i32),
    /// The office: of this step of its clock.
    Office(Step),
}

/// An application of which somebody is to be reminded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub id: ApplicationId,
    /// Whose to decide.
    pub voivodeship: VoivodeshipCode,
    /// State.
    pub status: Status,
}

/// Applications of which somebody is to be reminded by now, the longest due first.
///
/// # Errors
/// Of the database.
pub async fn list_to_remind<C: ConnectionTrait>(db: &C, now: Moment, limit: u64) -> Result<Vec<Due>, StorageError> {
    let rows = Entity::find().filter(Column::RemindAt.lte(now.0)).order_by_asc(Column::RemindAt).limit(limit).all(db).await?;
    let due = |row: Model| {
        let status = Status::from_key(&row.status).ok_or_else(|| damaged("application status"))?;
        Ok(Due { id: ApplicationId(row.id), voivodeship: VoivodeshipCode::trusted(row.voivodeship), status })
    };
    rows.into_iter().map(due).collect()
}

/// Lets the clock of every application that an office has be set anew, because the days on which offices work have changed: the worker
/// looks at each as if a reminder were due, tells nobody what was told already, and stores when it is due by the days of that moment.
/// The rows are locked in the order in which reminders lock them.
///
/// # Errors
/// Of the database.
pub async fn set_clocks_anew<C: ConnectionTrait>(db: &C) -> Result<(), StorageError> {
    let running = Entity::find().select_only().column(Column::Id).filter(Column::DueAt.is_not_null()).order_by_asc(Column::Id);
    let ids: Vec<Uuid> = running.lock(LockType::Update).into_tuple().all(db).await?;
    for some in ids.chunks(MOST_IN_ONE) {
        let again = Entity::update_many().col_expr(Column::RemindAt, Expr::value(Some(0_i64)));
        again.filter(Column::Id.is_in(some.iter().copied())).exec(db).await?;
    }
    Ok(())
}

/// Whether it is this one's turn to remind of an application; what is to be told is noted with it, so the caller queues the letter in
/// the same transaction, which has the row locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Somebody was quicker, or it is not due any more.
    Gone,
    /// Nothing is new; the clock was only set.
    Set,
    /// To be told.
    Tell(Reminded),
}

/// Notes what is to be told now, and when the next is due. See [`Turn`].
///
/// # Errors
/// Of the database.
pub async fn note_reminder<C: ConnectionTrait>(db: &C, id: ApplicationId, now: Moment) -> Result<Turn, StorageError> {
    let row = Entity::find_by_id(id.0).filter(Column::RemindAt.lte(now.0)).one(db).await?;
    let Some(row) = row else { return Ok(Turn::Gone) };
    let (status, since, clock) =
        (Status::from_key(&row.status).ok_or_else(|| damaged("application status"))?, Moment(row.status_since), clock_of(&row));
    let calendar = days_off::calendar(db).await?;
    let (mut day, mut step) = (row.reminded_day, row.reminded_step);
    let mut turn = Turn::Set;
    if status.waits_for_applicant() {
        let today = applicant_day_at(&reminder_days::list(db, status).await?, since, now);
        if today > day {
            (day, turn) = (today, Turn::Tell(Reminded::Applicant(today)));
        }
    } else if let Some(begun) = clock.step_at(&calendar, now).filter(|begun| begun.number() > step) {
        (step, turn) = (begun.number(), Turn::Tell(Reminded::Office(begun)));
    }
    let next = next_reminder(db, (&clock, &calendar), (status, since), (day, step)).await?;
    let noted = Entity::update_many()
        .col_expr(Column::RemindedDay, Expr::value(day))
        .col_expr(Column::RemindedStep, Expr::value(step))
        .col_expr(Column::RemindAt, Expr::value(next.map(|at| at.0)))
        .col_expr(Column::DueAt, Expr::value(clock.due_at(&calendar).map(|at| at.0)))
        .filter(Column::Id.eq(id.0))
        .filter(Column::RemindAt.lte(now.0))
        .exec(db)
        .await?;
    Ok(if noted.rows_affected == 1 { turn } else { Turn::Gone })
}
