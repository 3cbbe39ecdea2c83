//! Letters about rights that end soon, and about rights that were taken away: to the person, and to the coordinator of the unit.

use super::decision::PersonLine;
use super::parts::{Closing, GrantLine, OneLine, Paragraphs, sample};
use crate::domain::moment::Moment;
use crate::domain::revocation::Capacity;
use crate::render::Letter;
use serde::Serialize;

/// A unit with rights in it.
#[derive(Debug, Clone, Serialize)]
pub struct UnitLine {
    /// Full name.
    pub name: OneLine,
    /// Rights.
    pub grants: Vec<GrantLine>,
}

/// Rights of a person were taken away.
#[derive(Debug, Clone, Serialize)]
pub struct GrantsRevokedLetter {
    /// Where, and which.
    pub unit: UnitLine,
    /// When.
    pub revoked_at: Moment,
    /// In which capacity it was done.
    pub capacity: Capacity,
    /// „odejście z pracy”.
    pub reason: OneLine,
    /// In words.
    pub note: Option<Paragraphs>,
    /// The person was the unit's coordinator, and is none any more.
    pub was_coordinator: bool,
    /// What the person leaves to a successor.
    pub hand_over_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for GrantsRevokedLetter {
    const NAME: &'static str = "grants_revoked";
    fn samples() -> Vec<Self> {
        let of = |capacity| Self {
            unit: UnitLine { name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".into(), grants: sample::grants() },
            revoked_at: sample::NOW,
            capacity,
            reason: "zmiana obowiązków".into(),
            note: (capacity == Capacity::Administrator).then(|| "Od poniedziałku inny dział.".into()),
            was_coordinator: capacity == Capacity::Head,
            hand_over_url: sample::url("/revocations/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"),
            closing: if capacity == Capacity::Owner { sample::closing_without_contact() } else { sample::closing() },
        };
        Capacity::ALL.map(of).into()
    }
}

/// Rights of somebody in the unit were taken away: to its coordinator.
#[derive(Debug, Clone, Serialize)]
pub struct UnitGrantsRevokedLetter {
    /// Name of the unit.
    pub unit: OneLine,
    /// Whose, and which.
    pub person: PersonLine,
    /// When.
    pub revoked_at: Moment,
    /// In which capacity it was done.
    pub capacity: Capacity,
    /// „odejście z pracy”.
    pub reason: OneLine,
    /// What the person leaves to a successor.
    pub hand_over_url: String,
    /// End of the letter.
    pub closing: Closing,
}

fn sample_person() -> PersonLine {
    PersonLine { name: "Anna Nowak-Kowalska".into(), login: "anna_nowak".into(), grants: sample::grants() }
}

impl Letter for UnitGrantsRevokedLetter {
    const NAME: &'static str = "unit_grants_revoked";
    fn samples() -> Vec<Self> {
        let of = |capacity| Self {
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".into(),
            person: sample_person(),
            revoked_at: sample::NOW,
            capacity,
            reason: "odejście z pracy".into(),
            hand_over_url: sample::url("/revocations/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"),
            closing: sample::closing(),
        };
        Capacity::ALL.map(of).into()
    }
}

/// Rights of a person end soon.
#[derive(Debug, Clone, Serialize)]
pub struct GrantsEndingLetter {
    /// Where, and which.
    pub units: Vec<UnitLine>,
    /// Where a renewal is begun.
    pub renew_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for GrantsEndingLetter {
    const NAME: &'static str = "grants_ending";
    fn samples() -> Vec<Self> {
        let unit = |name: &str| UnitLine { name: name.into(), grants: sample::grants() };
        let of = |units, closing| Self { units, renew_url: sample::url("/account/renew"), closing };
        let one = unit("Gminny Ośrodek Pomocy Społecznej w Morawicy");
        vec![
            of(vec![one.clone()], sample::closing()),
            of(vec![one, unit("Dom Pomocy Społecznej w Łodzi")], sample::closing_without_contact()),
        ]
    }
}

/// Rights in a unit end soon: to its coordinator.
#[derive(Debug, Clone, Serialize)]
pub struct UnitGrantsEndingLetter {
    /// Name of the unit.
    pub unit: OneLine,
    /// Whose, and which.
    pub persons: Vec<PersonLine>,
    /// The list of grants.
    pub list_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for UnitGrantsEndingLetter {
    const NAME: &'static str = "unit_grants_ending";
    fn samples() -> Vec<Self> {
        let of = |persons| Self {
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".into(),
            persons,
            list_url: sample::url("/grants"),
            closing: sample::closing(),
        };
        vec![of(vec![sample_person()]), of(vec![sample_person(), sample_person()])]
    }
}
