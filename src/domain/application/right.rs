//! Rights as applications speak of them: held by an account now, or asked for by an application that is open.

use super::registration::GrantRequest;
use crate::domain::id::UnitId;
use crate::domain::identifiers::{ApplicationNumber, Login};

/// A function in a sub-area of a registered unit, until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Right {
    /// For which unit.
    pub unit: UnitId,
    /// In what, as what, until when.
    pub wish: GrantRequest,
}

impl Right {
    /// Whether it is a right to the same, until whatever day.
    pub fn is_to(&self, unit: UnitId, sub_area: &str, function: &str) -> bool {
        self.unit == unit && self.wish.sub_area == sub_area && self.wish.function == function
    }
}

/// A right that an open application asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The right.
    pub right: Right,
    /// The application.
    pub number: ApplicationNumber,
}

/// What the persons of an application hold at this moment, by login.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held(pub Vec<(String, Right)>);

impl Held {
    /// The wishes that were granted to a person in a unit.
    pub fn of<'a>(&'a self, login: &Login, unit: UnitId) -> impl Iterator<Item = &'a GrantRequest> {
        let key = login.key();
        self.0.iter().filter(move |(login, right)| *login == key && right.unit == unit).map(|(_, right)| &right.wish)
    }
}
