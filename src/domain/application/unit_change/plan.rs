//! What becomes of a unit's rights, open applications and coordinators when it ends: what moves to the successor, and what does not
//! and why. The same rule makes the list before and the effect on the day.

use crate::domain::application::registration::GrantRequest;
use crate::domain::identifiers::ApplicationNumber;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What becomes of a grant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It goes on in the successor.
    Moves,
    /// It ends: the successor's kind may not have the sub-area.
    NotForKind,
    /// It ends: its holder has the same right there.
    HeldThere,
    /// It ends: its holder's account is closed.
    AccountClosed,
    /// It ends: the unit has not confirmed it when it was asked to.
    Unconfirmed,
    /// It ends with the unit.
    Ends,
}

impl Fate {
    /// All.
    pub const ALL: [Self; 6] = [Self::Moves, Self::NotForKind, Self::HeldThere, Self::AccountClosed, Self::Unconfirmed, Self::Ends];
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Moves => "moves",
            Self::NotForKind => "not_for_kind",
            Self::HeldThere => "held_there",
            Self::AccountClosed => "account_closed",
            Self::Unconfirmed => "unconfirmed",
            Self::Ends => "ends",
        }
    }
}

/// What keeps a grant from moving, whoever takes the unit's place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fitness {
    /// Its holder's account is closed.
    pub is_account_closed: bool,
    /// It is suspended, for the unit has not confirmed it.
    pub is_unconfirmed: bool,
}

/// What becomes of a grant. `successor` are the sub-areas that the successor's kind may have, and whether the holder has the same
/// right there.
pub fn fate(sub_area: &str, fitness: Fitness, successor: Option<(&[String], bool)>) -> Fate {
    match successor {
        None => Fate::Ends,
        Some(_) if fitness.is_account_closed => Fate::AccountClosed,
        Some(_) if fitness.is_unconfirmed => Fate::Unconfirmed,
        Some((allowed, _)) if !allowed.iter().any(|code| code == sub_area) => Fate::NotForKind,
        Some((_, true)) => Fate::HeldThere,
        Some((_, false)) => Fate::Moves,
    }
}

/// A grant of the unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovingGrant {
    /// Holder's first and last name.
    pub name: String,
    /// Holder's login.
    pub login: String,
    /// In what, as what, until when.
    pub wish: GrantRequest,
    /// What becomes of it.
    pub fate: Fate,
}

/// What becomes of everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// Rights that have not ended.
    pub grants: Vec<MovingGrant>,
    /// Open applications about the unit, and whether they go on.
    pub applications: Vec<(ApplicationNumber, bool)>,
    /// Names of coordinators, and whether they become the successor's.
    pub coordinators: Vec<(String, bool)>,
}

/// A plan in numbers, as printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Persons who hold rights.
    pub persons: usize,
    /// Rights that go on.
    pub moving: usize,
    /// Rights that end.
    pub ending: usize,
    /// Open applications that go on.
    pub applications: usize,
    /// Open applications that are closed.
    pub closing: usize,
    /// Coordinators.
    pub coordinators: usize,
}

impl Plan {
    /// In numbers.
    pub fn counts(&self) -> Counts {
        let moving = self.grants.iter().filter(|grant| grant.fate == Fate::Moves).count();
        let going_on = self.applications.iter().filter(|(_, goes_on)| *goes_on).count();
        Counts {
            persons: self.grants.iter().map(|grant| grant.login.as_str()).collect::<BTreeSet<_>>().len(),
            moving,
            ending: self.grants.len() - moving,
            applications: going_on,
            closing: self.applications.len() - going_on,
            coordinators: self.coordinators.len(),
        }
    }
}
