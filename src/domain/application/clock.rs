//! The clock of an application: how many working days its office has had it, against the target of its kind, and when whom to remind.
//! It runs while the office has the move and stands while the applicant has it. What may not live here: the targets and the
//! applicant's days themselves (dictionaries), who is told (services).

#[cfg(test)]
mod tests;

use super::status::Status;
use crate::domain::moment::Moment;
use crate::domain::working_days::Calendar;
use jiff::ToSpan;
use jiff::civil::Date;

/// Where no target is set for a kind nor for all.
pub const USUAL_TARGET: u32 = 10;

/// An application can be put off for so many days at most.
pub const LONGEST_SNOOZE_DAYS: i32 = 92;

/// Counts whole working days in Warsaw, those of the calendar that each question is given: the day on which the office gets the move does
/// not count itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Clock {
    /// Working days that the office has.
    pub target: u32,
    /// Working days that went by in earlier turns of the office.
    pub used: u32,
    /// Since when the office has the move; nothing while the applicant has it, and after the end.
    pub running_since: Option<Moment>,
}

/// How the clock stands, as a person reads it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// So many working days are left; none: today is the last one.
    Left(i64),
    /// The target has passed, so many working days ago.
    Over(i64),
    /// It stands: the applicant has the move.
    Applicant,
    /// Nobody has the move any more.
    Ended,
}

impl Reading {
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Left(0) => "today",
            Self::Left(_) => "left",
            Self::Over(0) => "just_over",
            Self::Over(_) => "over",
            Self::Applicant => "applicant",
            Self::Ended => "ended",
        }
    }
    /// The working days that it names.
    pub const fn days(self) -> i64 {
        match self {
            Self::Left(days) | Self::Over(days) => days,
            Self::Applicant | Self::Ended => 0,
        }
    }
    /// Whether the target has passed.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Over(_))
    }
}

/// When the office is reminded. Each begins in the morning of its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The day on which half of the time is used.
    Half,
    /// The last day.
    Last,
    /// The working day after it.
    Over,
}

impl Step {
    /// All, in the order in which they come.
    pub const ALL: [Self; 3] = [Self::Half, Self::Last, Self::Over];
    /// Stored number; none is 0.
    pub const fn number(self) -> i32 {
        match self {
            Self::Half => 1,
            Self::Last => 2,
            Self::Over => 3,
        }
    }
}

impl Clock {
    /// One that has never run.
    pub const fn new(target: u32) -> Self {
        Self { target, used: 0, running_since: None }
    }

    /// After a move at this moment: it runs where the office has the move then, and stands elsewhere.
    pub fn moved(self, calendar: &Calendar, status: Status, at: Moment) -> Self {
        match (self.running_since, status.waits_for_office()) {
            (None, true) => Self { running_since: Some(at), ..self },
            (Some(since), false) => {
                // A clock that was put back gives nobody days.
                let days = calendar.working_days_between(since.warsaw_date(), at.warsaw_date()).max(0);
                Self { used: self.used.saturating_add(u32::try_from(days).unwrap_or(u32::MAX)), running_since: None, ..self }
            }
            _ => self,
        }
    }

    /// The day on which so many working days have gone by, if it runs on; it may lie behind.
    fn day_of(&self, calendar: &Calendar, number: u32) -> Option<Date> {
        let since = self.running_since?.warsaw_date();
        Some(match number.checked_sub(self.used) {
            Some(left) => calendar.plus_working_days(since, left),
            None => calendar.minus_working_days(since, self.used.saturating_sub(number)),
        })
    }

    /// The last day of the target, while it runs.
    pub fn due_on(&self, calendar: &Calendar) -> Option<Date> {
        self.day_of(calendar, self.target)
    }

    /// The first moment after it.
    pub fn due_at(&self, calendar: &Calendar) -> Option<Moment> {
        self.due_on(calendar).map(Moment::end_of)
    }

    /// How it stands on a day.
    pub fn reading(&self, calendar: &Calendar, status: Status, today: Date) -> Reading {
        match self.due_on(calendar) {
            Some(due) if today > due => Reading::Over(calendar.working_days_between(due, today)),
            Some(due) => Reading::Left(calendar.working_days_between(today, due)),
            None if status.is_open() => Reading::Applicant,
            None => Reading::Ended,
        }
    }

    fn begins(&self, calendar: &Calendar, step: Step) -> Option<Moment> {
        let day = match step {
            Step::Half => self.day_of(calendar, self.target.div_ceil(2))?,
            Step::Last => self.due_on(calendar)?,
            Step::Over => calendar.working_day_from(self.due_on(calendar)?.saturating_add(1.day())),
        };
        Some(Moment::start_of(day))
    }

    /// The last step that has begun.
    pub fn step_at(&self, calendar: &Calendar, now: Moment) -> Option<Step> {
        Step::ALL.into_iter().rev().find(|step| self.begins(calendar, *step).is_some_and(|at| at <= now))
    }

    /// When the next step begins, of those that were not told yet; it may lie behind.
    pub fn next_after(&self, calendar: &Calendar, told: i32) -> Option<Moment> {
        Step::ALL.into_iter().find(|step| step.number() > told).and_then(|step| self.begins(calendar, step))
    }
}

/// Of the days on which an applicant is reminded, counted from when it became the applicant's move, the last that has come; 0 for none.
pub fn applicant_day_at(days: &[i32], since: Moment, now: Moment) -> i32 {
    let gone = (now.warsaw_date() - since.warsaw_date()).get_days();
    days.iter().copied().filter(|day| *day <= gone).max().unwrap_or(0)
}

/// When the next of these days begins, of those after the one that was told.
pub fn applicant_next(days: &[i32], since: Moment, told: i32) -> Option<Moment> {
    let next = days.iter().copied().filter(|day| *day > told).min()?;
    Some(Moment::start_of(since.warsaw_date().saturating_add(next.days())))
}
