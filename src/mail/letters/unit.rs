//! Letters about a unit: its change was approved; it has ended.

use super::parts::{ApplicationLine, Closing, GrantLine, OneLine, sample};
use crate::render::Letter;
use jiff::civil::Date;
use serde::Serialize;

/// The change of a unit was approved.
#[derive(Debug, Clone, Serialize)]
pub struct UnitChangeApprovedLetter {
    /// Which.
    pub application: ApplicationLine,
    /// Which fields have changed, as they are called on the page.
    pub fields: Vec<OneLine>,
    /// Last day of the unit, where it ends.
    pub last_day: Option<Date>,
    /// Who takes its place.
    pub successor: Option<OneLine>,
    /// Where the history of the unit is.
    pub history_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for UnitChangeApprovedLetter {
    const NAME: &'static str = "unit_change_approved";
    fn samples() -> Vec<Self> {
        let data = Self {
            application: sample::application(),
            fields: vec!["Pełna nazwa".into(), "REGON".into()],
            last_day: None,
            successor: None,
            history_url: sample::url("/units/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10/history"),
            closing: sample::closing(),
        };
        let ends = Self { fields: Vec::new(), last_day: Some(Date::constant(2026, 12, 31)), ..data.clone() };
        let goes_on = Self {
            application: ApplicationLine { url: None, ..sample::long_application() },
            successor: Some("Centrum Usług Społecznych w Morawicy".into()),
            ..ends.clone()
        };
        vec![data, ends, goes_on]
    }
}

/// A unit has ended; to everybody who held a right in it or looked after it.
#[derive(Debug, Clone, Serialize)]
pub struct UnitEndedLetter {
    /// Login.
    pub login: OneLine,
    /// Which unit.
    pub unit: OneLine,
    /// Its last day.
    pub last_day: Date,
    /// Who has taken its place.
    pub successor: Option<OneLine>,
    /// Rights that go on there.
    pub moved: Vec<GrantLine>,
    /// Rights that have ended.
    pub ended: Vec<GrantLine>,
    /// The recipient looks after the successor now.
    pub is_coordinator: bool,
    /// Where the own rights stand.
    pub account_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for UnitEndedLetter {
    const NAME: &'static str = "unit_ended";
    fn samples() -> Vec<Self> {
        let ends = Self {
            login: "anna_nowak".into(),
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".into(),
            last_day: Date::constant(2026, 12, 31),
            successor: None,
            moved: Vec::new(),
            ended: sample::grants(),
            is_coordinator: false,
            account_url: sample::url("/account"),
            closing: sample::closing(),
        };
        let goes_on = Self {
            successor: Some("Centrum Usług Społecznych w Morawicy".into()),
            moved: sample::grants(),
            is_coordinator: true,
            ..ends.clone()
        };
        let all = Self { ended: Vec::new(), closing: sample::closing_without_contact(), ..goes_on.clone() };
        vec![ends, goes_on, all]
    }
}
