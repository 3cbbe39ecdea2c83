//! Periods that figures are counted for: whole days in Warsaw, and their parts as a plot shows them. What may not live here: „today”
//! itself (an argument).

use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::parse_date;
use jiff::ToSpan;
use jiff::civil::Date;

/// The longest period that somebody can ask for, in years.
pub const LONGEST_YEARS: i32 = 5;
/// Up to so many days are shown day by day,
const MOST_DAYS: i32 = 31;
/// up to so many week by week, and more month by month.
const MOST_DAYS_OF_WEEKS: i32 = 26 * 7;

/// A period that goes on today.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Span {
    /// From Monday.
    Week,
    /// From the first of the month.
    #[default]
    Month,
    /// From the first of January, April, July or October.
    Quarter,
    /// From the first of January.
    Year,
}

impl Span {
    /// All, the shortest first.
    pub const ALL: [Self; 4] = [Self::Week, Self::Month, Self::Quarter, Self::Year];
    /// Name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
    /// Reads a name from the URL.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|span| span.key() == key)
    }
}

/// Days in Warsaw, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first.
    pub from: Date,
    /// The last.
    pub until: Date,
}

/// How a period is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Day by day.
    Day,
    /// Weeks from Monday; the first and the last may be shorter.
    Week,
    /// Months; the first and the last may be shorter.
    Month,
}

impl Grain {
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
    fn first_of(self, day: Date) -> Date {
        match self {
            Self::Day => day,
            Self::Week => day.saturating_sub(i32::from(day.weekday().to_monday_zero_offset()).days()),
            Self::Month => day.first_of_month(),
        }
    }
    fn next(self, first: Date) -> Date {
        match self {
            Self::Day => first.saturating_add(1.day()),
            Self::Week => first.saturating_add(7.days()),
            Self::Month => first.first_of_month().saturating_add(1.month()),
        }
    }
}

impl Period {
    /// What of this week, month, quarter or year has come by today.
    pub fn this(span: Span, today: Date) -> Self {
        let from = match span {
            Span::Week => Grain::Week.first_of(today),
            Span::Month => today.first_of_month(),
            Span::Quarter => {
                let months = (i32::from(today.month()) - 1) % 3;
                today.first_of_month().saturating_sub(months.months())
            }
            Span::Year => today.first_of_year(),
        };
        Self { from, until: today }
    }

    /// The period that somebody has typed.
    ///
    /// # Errors
    /// At `from` and `until`: no date, one that has not come, a last day before the first, more than [`LONGEST_YEARS`].
    pub fn typed(from: &str, until: &str, today: Date) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let day = |text: &str| match text.trim() {
            "" => Err(Invalid::Required),
            text => parse_date(text).and_then(|day| if day > today { Err(Invalid::DateFuture) } else { Ok(day) }),
        };
        let (first, last) = (errors.take("from", day(from)), errors.take("until", day(until)));
        let (Some(from), Some(until)) = (first, last) else { return Err(errors) };
        if until < from {
            errors.add("until", Invalid::BeforeBeginning);
        } else if until >= from.saturating_add(LONGEST_YEARS.years()) {
            errors.add("from", Invalid::DateTooFar);
        }
        errors.into_result(Self { from, until })
    }

    /// The last twelve whole months before today's.
    pub fn whole_year_before(today: Date) -> Self {
        let end = today.first_of_month();
        Self { from: end.saturating_sub(12.months()), until: end.saturating_sub(1.day()) }
    }

    /// Whether the day lies in it.
    pub fn contains(self, day: Date) -> bool {
        (self.from..=self.until).contains(&day)
    }

    /// How it is cut so that a plot has room for all parts.
    pub fn grain(self) -> Grain {
        match (self.until - self.from).get_days() + 1 {
            days if days <= MOST_DAYS => Grain::Day,
            days if days <= MOST_DAYS_OF_WEEKS => Grain::Week,
            _ => Grain::Month,
        }
    }

    /// Its parts: each day is in exactly one.
    pub fn parts(self) -> Vec<Self> {
        let grain = self.grain();
        let (mut parts, mut from) = (Vec::new(), self.from);
        while from <= self.until {
            let next = grain.next(grain.first_of(from));
            let until = next.saturating_sub(1.day()).min(self.until);
            parts.push(Self { from, until });
            from = next;
        }
        parts
    }
}
