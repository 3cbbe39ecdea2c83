//! „Zmiana danych jednostki”: other data of a unit, the end of its activity, or its transformation into another unit (OPS → CUS).
//!
//! Who signs: the head – the new one, where the head changes, for that is the usual reason why the earlier one cannot sign any more.
//! The form shows both, and the office asks for the appointment. Of a transformation both heads sign, for the successor takes over the
//! people. Who decides: the office of the voivodeship in which the unit lies now, also where the unit moves to another one: it knows
//! the unit, and the number names it. A successor lies in the same voivodeship, so that nobody gives rights beyond the own scope.

mod matter;
mod merge;
mod plan;
mod steps;
#[cfg(test)]
mod tests;

pub use merge::{changed_fields, merged};
pub use plan::{Counts, Fate, Fitness, MovingGrant, Plan, fate};
pub use steps::{UnitChangeStep, unit_change_steps};

use super::draft::{UnitChangeTexts, UnitTexts};
use super::typing::{read_unit, unit_texts};
use crate::domain::account::Account;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountId, UnitId};
use crate::domain::identifiers::{EmailAddress, Line, Login, PersonName, Phone, Regon, Text, optional};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::{date_text, parse_date};
use crate::domain::unit::{Address, Head, Unit, UnitData, UnitStatus};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Longest justification, in characters.
pub const LONGEST_JUSTIFICATION: usize = 2000;
/// An end lies no further ahead, in months.
pub const LONGEST_AHEAD_MONTHS: i32 = 12;
/// What the user states: the account is not what this is about.
pub const CHANGE_STATEMENTS: [&str; 1] = ["data_true"];

/// What happens to the unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum What {
    /// Other data.
    Data,
    /// It ends, and nobody takes its place.
    Ending,
    /// It ends, and another unit takes its place.
    Transformation,
}

impl What {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Data, Self::Ending, Self::Transformation];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Ending => "ending",
            Self::Transformation => "transformation",
        }
    }
    /// Reads a name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|what| what.key() == key)
    }
}

/// The unit that takes another one's place. All of it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Successor {
    /// Which.
    pub unit_id: UnitId,
    /// Full name.
    pub name: Line,
    /// REGON.
    pub regon: Regon,
    /// Seat.
    pub address: Address,
    /// Who signs for it.
    pub head: Head,
}

/// What is to change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Change {
    /// The data.
    Data {
        /// As they shall be.
        unit: Box<UnitData>,
    },
    /// The unit ends.
    Ending {
        /// Last day of its activity, inclusive, Warsaw.
        last_day: Date,
        /// Who takes its place.
        successor: Option<Box<Successor>>,
        /// What moves and what does not, counted when it was filed.
        counts: Counts,
    },
}

/// What holds at the moment of the review, beside what held when it was filed. Never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The unit as registered now.
    pub unit: UnitData,
    /// What would become of rights, applications and coordinators.
    pub plan: Plan,
}

/// The payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitChange {
    /// The registered unit.
    pub unit_id: UnitId,
    /// Its data as registered when this revision was filed.
    pub unit: UnitData,
    /// Where it lay then, in words: „Morawica (gmina wiejska), kielecki, świętokrzyskie”.
    pub territory: String,
    /// What is to change.
    pub change: Change,
    /// Why.
    pub justification: Text,
    /// First name or names of who files it.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Position at work.
    pub position: Option<Line>,
    /// Work e-mail.
    pub email: EmailAddress,
    /// Work phone.
    pub phone: Option<Phone>,
    /// Login.
    pub login: Login,
    /// A message to the office. Not printed, so a change of it needs no new signature.
    pub note: Option<Text>,
    /// For the review only.
    #[serde(skip)]
    pub seen: Option<Box<Seen>>,
}

impl UnitChange {
    /// „Anna Nowak-Kowalska”.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
    /// Who takes the unit's place.
    pub fn successor(&self) -> Option<&Successor> {
        match &self.change {
            Change::Ending { successor, .. } => successor.as_deref(),
            Change::Data { .. } => None,
        }
    }
    /// What happens to the unit.
    pub fn what(&self) -> What {
        match &self.change {
            Change::Data { .. } => What::Data,
            Change::Ending { successor: None, .. } => What::Ending,
            Change::Ending { successor: Some(_), .. } => What::Transformation,
        }
    }
    /// The same, with what holds at the moment of the review.
    pub fn seen_with(&self, seen: Seen) -> Self {
        Self { seen: Some(Box::new(seen)), ..self.clone() }
    }
}

/// Who may file a change of a unit: its coordinators; where it has none, whoever holds a right in force in it (the policy's to say).
pub fn may_file(coordinators: &[AccountId], me: AccountId) -> bool {
    coordinators.is_empty() || coordinators.contains(&me)
}

/// What is true around the one who applies.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The account.
    pub account: &'a Account,
    /// Active units for which it may file this.
    pub units: &'a [Unit],
    /// The unit that the typed REGON of the successor names, as registered now.
    pub successor: Option<&'a Unit>,
    /// What would become of rights, applications and coordinators.
    pub plan: &'a Plan,
    /// Where the unit lies now, in words.
    pub territory: &'a str,
    /// For kinds.
    pub dictionaries: &'a Dictionaries,
    /// The day in Warsaw.
    pub today: Date,
}

/// The unit: the only one, or the chosen one.
///
/// # Errors
/// `Required` where there are several and none is chosen; `Unknown` for one that is not an own one (any more).
pub fn read_place<'a>(texts: &UnitChangeTexts, around: &Around<'a>) -> Result<&'a Unit, Invalid> {
    match (around.units, texts.unit) {
        ([], _) => Err(Invalid::Unknown),
        ([only], None) => Ok(only),
        (_, None) => Err(Invalid::Required),
        (several, Some(unit)) => several.iter().find(|own| own.id == unit).ok_or(Invalid::Unknown),
    }
}

/// What happens to it. What is ending already does not end twice.
///
/// # Errors
/// `Required`; `UnitEnding`.
pub fn read_what(texts: &UnitChangeTexts, unit: &Unit) -> Result<What, Invalid> {
    let what = What::from_key(&texts.what).ok_or(Invalid::Required)?;
    if what != What::Data && unit.ends_on.is_some() { Err(Invalid::UnitEnding) } else { Ok(what) }
}

/// The data as they shall be. Whether gmina and REGON are free to be taken is the register's to say.
///
/// # Errors
/// Reasons by the names of the fields of [`UnitTexts`]; `NothingChanged` at `name`.
pub fn read_data(texts: &UnitTexts, unit: &Unit, around: &Around<'_>) -> Result<UnitData, FieldErrors> {
    let data = read_unit(texts)?;
    let mut errors = FieldErrors::default();
    errors.merge("", check_kind(&data, &unit.data, around.plan, around.dictionaries));
    if data == unit.data {
        errors.add("name", Invalid::NothingChanged);
    }
    errors.into_result(data)
}

/// Another kind must be one that may have every sub-area in which somebody holds a right: nobody loses one by the way.
pub fn check_kind(data: &UnitData, now: &UnitData, plan: &Plan, dictionaries: &Dictionaries) -> FieldErrors {
    let mut errors = FieldErrors::default();
    match dictionaries.unit_kind(&data.kind) {
        None => errors.add("kind", Invalid::Unknown),
        Some(kind) if data.kind != now.kind && !kind.is_offered => errors.add("kind", Invalid::NotOffered),
        Some(kind) if data.kind != now.kind => {
            if plan.grants.iter().any(|grant| !kind.may_hold.contains(&grant.wish.sub_area)) {
                errors.add("kind", Invalid::KindInUse);
            }
        }
        Some(_) => {}
    }
    errors
}

/// The last day: today or later, and not too far ahead.
///
/// # Errors
/// Of a date; `DatePast`, `DateTooFar`.
pub fn read_last_day(texts: &UnitChangeTexts, today: Date) -> Result<Date, Invalid> {
    let day = parse_date(&texts.last_day)?;
    if day < today {
        return Err(Invalid::DatePast);
    }
    if day > today.saturating_add(LONGEST_AHEAD_MONTHS.months()) {
        return Err(Invalid::DateTooFar);
    }
    Ok(day)
}

/// Who takes the unit's place.
///
/// # Errors
/// Of a REGON; `Unknown` where no active unit has it, `OwnSuccessor`, `UnitEnding`, `OtherVoivodeship`.
pub fn read_successor<'a>(texts: &UnitChangeTexts, unit: &Unit, around: &Around<'a>) -> Result<&'a Unit, Invalid> {
    Regon::parse(&texts.successor)?;
    check_successor(around.successor.ok_or(Invalid::Unknown)?, unit)
}

/// Whether a unit may take another one's place.
///
/// # Errors
/// As [`read_successor`].
pub fn check_successor<'a>(successor: &'a Unit, unit: &Unit) -> Result<&'a Unit, Invalid> {
    if successor.id == unit.id {
        Err(Invalid::OwnSuccessor)
    } else if successor.status != UnitStatus::Active {
        Err(Invalid::UnitClosed)
    } else if successor.ends_on.is_some() {
        Err(Invalid::UnitEnding)
    } else if successor.voivodeship != unit.voivodeship {
        Err(Invalid::OtherVoivodeship)
    } else {
        Ok(successor)
    }
}

/// What is to change.
///
/// # Errors
/// Reasons at `what`, `last_day`, `successor`, or at the fields of [`UnitTexts`].
pub fn read_change(texts: &UnitChangeTexts, unit: &Unit, around: &Around<'_>) -> Result<Change, FieldErrors> {
    let what = read_what(texts, unit).map_err(|reason| FieldErrors::one("what", reason))?;
    if what == What::Data {
        return read_data(&texts.data, unit, around).map(|data| Change::Data { unit: Box::new(data) });
    }
    let mut errors = FieldErrors::default();
    let last_day = errors.take("last_day", read_last_day(texts, around.today));
    let successor = match what {
        What::Transformation => errors.take("successor", read_successor(texts, unit, around)),
        _ => None,
    };
    let Some(last_day) = last_day else { return Err(errors) };
    let successor = successor.map(|successor| {
        Box::new(Successor {
            unit_id: successor.id,
            name: successor.data.name.clone(),
            regon: successor.data.regon.clone(),
            address: successor.data.address.clone(),
            head: successor.data.head.clone(),
        })
    });
    errors.into_result(Change::Ending { last_day, successor, counts: around.plan.counts() })
}

/// Whether all statements are confirmed.
pub fn has_statements(confirmed: &[String]) -> bool {
    CHANGE_STATEMENTS.iter().all(|key| confirmed.iter().any(|s| s == key))
}

/// The justification.
///
/// # Errors
/// `Required`, `TooLong`.
pub fn read_justification(texts: &UnitChangeTexts) -> Result<Text, Invalid> {
    Text::parse(&texts.justification, LONGEST_JUSTIFICATION)
}

/// Reads the whole.
///
/// # Errors
/// Reasons by the names of the fields of [`UnitChangeTexts`] and [`UnitTexts`].
pub fn read_unit_change(texts: &UnitChangeTexts, around: &Around<'_>) -> Result<UnitChange, FieldErrors> {
    let mut errors = FieldErrors::default();
    let unit = errors.take("unit", read_place(texts, around));
    let change = unit.and_then(|unit| read_change(texts, unit, around).map_err(|found| errors.merge("", found)).ok());
    let justification = errors.take("justification", read_justification(texts));
    if !has_statements(&texts.statements) {
        errors.add("statements", Invalid::StatementRequired);
    }
    let note = errors.take("note", optional(&texts.note, |t| Text::parse(t, super::typing::LONGEST_NOTE)));
    let profile = &around.account.profile;
    match (unit, change, justification, note) {
        (Some(unit), Some(change), Some(justification), Some(note)) if errors.is_empty() => Ok(UnitChange {
            unit_id: unit.id,
            unit: unit.data.clone(),
            territory: around.territory.to_owned(),
            change,
            justification,
            first_name: profile.first_name.clone(),
            last_name: profile.last_name.clone(),
            position: profile.position.clone(),
            email: profile.email.clone(),
            phone: profile.phone.clone(),
            login: around.account.login.clone(),
            note,
            seen: None,
        }),
        _ => Err(errors),
    }
}

/// Writes it as typed, for a correction. The statement is asked for anew: it is about the new content.
pub fn unit_change_texts(change: &UnitChange) -> UnitChangeTexts {
    let (data, last_day, successor) = match &change.change {
        Change::Data { unit } => (unit_texts(unit), String::new(), String::new()),
        Change::Ending { last_day, successor, .. } => (
            unit_texts(&change.unit),
            date_text(*last_day),
            successor.as_ref().map(|successor| successor.regon.to_string()).unwrap_or_default(),
        ),
    };
    UnitChangeTexts {
        unit: Some(change.unit_id),
        what: change.what().key().to_owned(),
        data,
        last_day,
        successor,
        justification: change.justification.to_string(),
        statements: Vec::new(),
        note: change.note.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}
