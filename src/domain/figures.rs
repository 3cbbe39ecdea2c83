//! What an office's work looks like in figures: how an application ended, how long the office had it, how long it waits, and why it was
//! sent back. No figure names a person. What may not live here: counting rows (storage), which figures a page shows (services).

pub mod period;
#[cfg(test)]
mod tests;

use super::application::Application;
use super::application::status::Status;
use std::collections::BTreeMap;

/// How an application ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The office said yes.
    Approved,
    /// The office said no.
    Rejected,
    /// The applicant gave it up.
    Withdrawn,
    /// A deadline passed, or a decision would have come too late.
    Expired,
    /// Nothing was left to decide: its unit has ended.
    Dropped,
}

impl Outcome {
    /// All; decisions first.
    pub const ALL: [Self; 5] = [Self::Approved, Self::Rejected, Self::Withdrawn, Self::Expired, Self::Dropped];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
            Self::Dropped => "dropped",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.key() == key)
    }
    /// How this application ended, if it has. A rejection that nobody decided is none of the office's.
    pub fn of(application: &Application) -> Option<Self> {
        match application.status {
            Status::Approved => Some(Self::Approved),
            Status::Rejected if application.decided_by.is_some() => Some(Self::Rejected),
            Status::Rejected => Some(Self::Dropped),
            Status::Withdrawn => Some(Self::Withdrawn),
            Status::Expired => Some(Self::Expired),
            Status::Draft | Status::AwaitingForm | Status::FormReceived | Status::InReview | Status::Returned => None,
        }
    }
    /// Whether the office decided. What was withdrawn or has lapsed is no decision.
    pub const fn is_decision(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected)
    }
}

/// So many applications took so many working days of the office's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Times(BTreeMap<u32, u64>);

impl Times {
    /// Adds so many applications that took so many days.
    pub fn add(&mut self, days: u32, number: u64) {
        if number > 0 {
            *self.0.entry(days).or_default() += number;
        }
    }
    /// Adds all of the other ones.
    pub fn merge(&mut self, other: &Self) {
        for (days, number) in &other.0 {
            self.add(*days, *number);
        }
    }
    /// How many applications.
    pub fn total(&self) -> u64 {
        self.0.values().sum()
    }
    /// How many took at least `from` and at most `until` days.
    pub fn within(&self, from: u32, until: u32) -> u64 {
        self.0.range(from..=until).map(|(_, number)| number).sum()
    }
    /// The percentile by nearest rank: the least number of days in which at least `percent` of a hundred applications were done. It is
    /// always one that an application took, never between two. Nothing of nothing.
    pub fn percentile(&self, percent: u64) -> Option<u32> {
        // The rank counts from one; the zeroth percentile is the least.
        let rank = (self.total() * percent.min(100)).div_ceil(100).max(1);
        let mut counted = 0;
        self.0.iter().find_map(|(days, number)| {
            counted += number;
            (counted >= rank).then_some(*days)
        })
    }
}

/// How many working days applications have waited for their office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// At most 2.
    To2,
    /// 3 to 5.
    To5,
    /// 6 to 10.
    To10,
    /// 11 to 20.
    To20,
    /// More.
    Over20,
}

impl Age {
    /// All, the youngest first.
    pub const ALL: [Self; 5] = [Self::To2, Self::To5, Self::To10, Self::To20, Self::Over20];
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::To2 => "to_2",
            Self::To5 => "to_5",
            Self::To10 => "to_10",
            Self::To20 => "to_20",
            Self::Over20 => "over_20",
        }
    }
    /// The class of so many working days.
    pub const fn of(days: u32) -> Self {
        match days {
            0..=2 => Self::To2,
            3..=5 => Self::To5,
            6..=10 => Self::To10,
            11..=20 => Self::To20,
            _ => Self::Over20,
        }
    }
    /// Its place among [`Age::ALL`].
    pub const fn place(self) -> usize {
        self as usize
    }
}

/// The place of a return that has a covering note only.
pub const WHOLE: &str = "whole";

/// The places to which a return's remarks point, each once: a field whoever's it is, so `persons.3.email` is `persons.email`. A return
/// without a remark at a field is about the [`WHOLE`].
pub fn places<'f>(fields: impl Iterator<Item = &'f str>) -> Vec<String> {
    let without_numbers = |field: &str| {
        let parts = field.split('.').filter(|part| !part.bytes().all(|byte| byte.is_ascii_digit()));
        parts.collect::<Vec<_>>().join(".")
    };
    let mut places: Vec<String> = fields.map(without_numbers).filter(|place| !place.is_empty()).collect();
    places.sort();
    places.dedup();
    if places.is_empty() { vec![WHOLE.to_owned()] } else { places }
}
