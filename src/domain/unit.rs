//! Units: what is known of an institution that reports.

use super::id::UnitId;
use super::identifiers::{AdeAddress, EmailAddress, EpuapBox, Line, Nip, PersonName, Phone, PostalCode, Regon, TercCode};
use super::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where a unit sits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// Street; villages often have none.
    pub street: Option<Line>,
    /// House number, with flat: „12A/3”.
    pub building: Line,
    /// `NN-NNN`.
    pub postal_code: PostalCode,
    /// Post town.
    pub town: Line,
}

/// The person who signs for the unit („osoba zarządzająca”).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// First name or names.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// „Kierownik”, „Dyrektor” …
    pub position: Line,
}

impl Head {
    /// „Maria Wójcik”.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
    /// „Maria Wójcik, kierownik”.
    pub fn to_line(&self) -> String {
        format!("{} {}, {}", self.first_name, self.last_name, self.position)
    }
}

/// Everything that the unit's page of an application carries. All of it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitData {
    /// Full name, up to 200 characters.
    pub name: Line,
    /// Code in the dictionary of unit kinds.
    pub kind: String,
    /// Unique among active units.
    pub regon: Regon,
    /// Optional.
    pub nip: Option<Nip>,
    /// Seat.
    pub address: Address,
    /// Gmina of the seat; fixes the voivodeship that decides.
    pub terc: TercCode,
    /// Phone.
    pub phone: Phone,
    /// Extension („wew.”).
    pub phone_extension: Option<Line>,
    /// Office mailbox.
    pub email: EmailAddress,
    /// Address for electronic delivery, if it has one.
    pub ade: Option<AdeAddress>,
    /// ePUAP box, if it has one.
    pub epuap: Option<EpuapBox>,
    /// Parent body, e.g. „Gmina Morawica”.
    pub parent_body: Line,
    /// Who signs.
    pub head: Head,
}

/// Where a unit is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitStatus {
    /// Reports.
    Active,
    /// Ended; its REGON is free again.
    Closed,
}

impl UnitStatus {
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Closed => "closed",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Active, Self::Closed].into_iter().find(|s| s.key() == key)
    }
}

/// A registered unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Row.
    pub id: UnitId,
    /// Data of the last approved application.
    pub data: UnitData,
    /// From the TERC code.
    pub voivodeship: VoivodeshipCode,
    /// Active or closed.
    pub status: UnitStatus,
    /// Last day of activity (inclusive, Warsaw), once an end is approved.
    pub ends_on: Option<Date>,
    /// The unit that takes its place after that day.
    pub successor: Option<UnitId>,
    /// Optimistic lock.
    pub version: i32,
}

/// What can happen to a unit, for its history.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitEvent {
    /// It was registered.
    Registered,
    /// Its data changed.
    Changed,
    /// Its end was approved.
    EndingSet,
    /// The approved end was stopped before the day.
    EndingStopped,
    /// It has ended.
    Closed,
    /// It took another unit's place.
    TookOver,
}

impl UnitEvent {
    /// All.
    pub const ALL: [Self; 6] = [Self::Registered, Self::Changed, Self::EndingSet, Self::EndingStopped, Self::Closed, Self::TookOver];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Changed => "changed",
            Self::EndingSet => "ending_set",
            Self::EndingStopped => "ending_stopped",
            Self::Closed => "closed",
            Self::TookOver => "took_over",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.key() == key)
    }
}
