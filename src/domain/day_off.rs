//! Single days that a new law makes free, or takes out of the free ones: entries of a dictionary, each with its reason.
//! What may not live here: the law of 1951 itself (`working_days`).

use super::identifiers::Line;
use super::invalid::{FieldErrors, Invalid};
use super::moment::parse_date;
use super::working_days::{is_public_holiday, is_weekend};
use jiff::ToSpan;
use jiff::civil::Date;

/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 200;
/// No law says anything about a single day that lies further ahead.
pub const MOST_YEARS: i32 = 3;

/// What the form calls a day that becomes free.
pub const FREE: &str = "free";
/// What the form calls a holiday on which offices work.
pub const WORKED: &str = "worked";

/// One entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOff {
    /// Which day.
    pub day: Date,
    /// Free, else worked on although it is a holiday.
    pub is_free: bool,
    /// Which law says so.
    pub reason: String,
    /// Taken back: the day is what the law of 1951 makes it.
    pub is_withdrawn: bool,
}

impl DayOff {
    /// What the form calls it.
    pub const fn what(&self) -> &'static str {
        if self.is_free { FREE } else { WORKED }
    }
    /// Whether it can still be taken back: what has begun stays as it was counted.
    pub fn is_ahead(&self, today: Date) -> bool {
        !self.is_withdrawn && self.day > today
    }
}

/// Reads what was typed. Only a day to come can change: the working days that have gone by stay as they were counted.
///
/// # Errors
/// Reasons at `day`, `what` and `reason`.
pub fn read(day: &str, what: &str, reason: &str, today: Date) -> Result<DayOff, FieldErrors> {
    let mut errors = FieldErrors::default();
    let day = errors.take("day", if day.trim().is_empty() { Err(Invalid::Required) } else { parse_date(day) });
    let reason = errors.take("reason", Line::parse(reason, LONGEST_REASON));
    let is_free = match what {
        FREE => Some(true),
        WORKED => Some(false),
        _ => {
            errors.add("what", Invalid::Required);
            None
        }
    };
    if let Some(day) = day {
        if day <= today {
            errors.add("day", Invalid::DatePast);
        } else if day > today.saturating_add(MOST_YEARS.years()) {
            errors.add("day", Invalid::DateTooFar);
        } else if is_free == Some(true) && (is_weekend(day) || is_public_holiday(day)) {
            errors.add("day", Invalid::DayIsFree);
        } else if is_free == Some(false) && (is_weekend(day) || !is_public_holiday(day)) {
            errors.add("day", Invalid::DayIsWorked);
        }
    }
    match (day, is_free, reason) {
        (Some(day), Some(is_free), Some(reason)) if errors.is_empty() => {
            Ok(DayOff { day, is_free, reason: reason.to_string(), is_withdrawn: false })
        }
        _ => Err(errors),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 11, 22);

    #[test]
    fn only_a_working_day_to_come_becomes_free_and_only_a_holiday_is_worked_on() {
        use Invalid as I;
        for (day, what, reason) in [
            ("22.11.2026", FREE, Some(I::DatePast)),
            ("11.11.2026", FREE, Some(I::DatePast)),
            ("23.11.2026", FREE, None),
            ("28.11.2026", FREE, Some(I::DayIsFree)),
            ("24.12.2026", FREE, Some(I::DayIsFree)),
            ("24.12.2026", WORKED, None),
            ("23.11.2026", WORKED, Some(I::DayIsWorked)),
            // Christmas on a Saturday: nobody works then either.
            ("25.12.2027", WORKED, Some(I::DayIsWorked)),
            ("22.11.2029", FREE, None),
            ("23.11.2029", FREE, Some(I::DateTooFar)),
        ] {
            let read = read(day, what, "Dz.U. 2026 poz. 1", TODAY);
            assert_eq!(read.err(), reason.map(|reason| FieldErrors::one("day", reason)), "{day} {what}");
        }
    }

    #[test]
    fn everything_is_needed() {
        let mut errors = FieldErrors::one("day", Invalid::Required);
        errors.add("what", Invalid::Required);
        errors.add("reason", Invalid::Required);
        assert_eq!(read("", "", " ", TODAY), Err(errors));
        assert!(read("23.11.2026", "both", "x", TODAY).is_err());
    }

    #[test]
    fn what_has_begun_is_not_taken_back() {
        let entry = |day, is_withdrawn| DayOff { day, is_free: true, reason: "x".to_owned(), is_withdrawn };
        assert!(entry(date(2026, 11, 23), false).is_ahead(TODAY));
        assert!(!entry(date(2026, 11, 23), true).is_ahead(TODAY));
        assert!(!entry(TODAY, false).is_ahead(TODAY));
    }
}
