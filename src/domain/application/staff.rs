//! „Rejestracja pracowników”: the coordinator of a unit – an administrator where it has none – registers its new people, up to fifty
//! under one signature of the head.

pub mod import;
mod matter;
mod steps;
#[cfg(test)]
mod tests;

pub use steps::{StaffStep, staff_steps};

use super::draft::StaffTexts;
use super::registration::{Person, check_persons};
use super::typing::{LONGEST_NOTE, has_all_statements, person_texts, read_persons};
use crate::domain::account::Account;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::UnitId;
use crate::domain::identifiers::{EmailAddress, Line, Login, PersonName, Phone, Text, optional};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitData, UnitStatus};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Who files it, the unit's coordinator or an administrator: whom the office may ask. All of it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registrar {
    /// First name or names.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Position at work.
    pub position: Option<Line>,
    /// Work e-mail.
    pub email: EmailAddress,
    /// Work phone.
    pub phone: Option<Phone>,
    /// Login of the account.
    pub login: Login,
    /// An administrator, because nobody coordinated the unit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_administrator: bool,
}

impl Registrar {
    /// „Anna Nowak-Kowalska”.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The payload. The applicant is none of the persons: nothing that is asked for is for the one who files it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRegistration {
    /// The registered unit that the persons join.
    pub unit_id: UnitId,
    /// Its data as registered when this revision was filed.
    pub unit: UnitData,
    /// Who files it.
    pub registrar: Registrar,
    /// 1–50 persons.
    pub persons: Vec<Person>,
    /// A message to the office. Not printed, so a change of it needs no new signature.
    pub note: Option<Text>,
}

/// What an administrator has to do with the chosen unit.
#[derive(Debug, Clone, Default)]
pub struct Serving {
    /// It, within the own scope, as long as nobody coordinates it.
    pub unit: Option<Unit>,
    /// It lies within the own scope, and somebody coordinates it.
    pub is_coordinated: bool,
}

/// What is true around the one who files it.
#[derive(Debug, Clone, Copy)]
pub struct StaffAround<'a> {
    /// The account.
    pub account: &'a Account,
    /// Units whose coordinator it is, also those that have ended.
    pub own_units: &'a [Unit],
    /// Units of others that it serves; none for who is no administrator.
    pub serving: Option<&'a Serving>,
    /// For what the kind of unit may ask for.
    pub dictionaries: &'a Dictionaries,
    /// The day in Warsaw.
    pub today: Date,
}

impl StaffAround<'_> {
    /// There are several units to choose from: an administrator names one.
    pub fn has_choice(&self) -> bool {
        self.own_units.len() > 1 || self.serving.is_some()
    }
    /// What the kind of a unit may ask for. A kind that the dictionary does not know (any more) may ask for nothing.
    pub fn sub_areas(&self, unit: &Unit) -> &[String] {
        self.dictionaries.unit_kind(&unit.data.kind).map_or(&[][..], |kind| &kind.sub_areas[..])
    }
}

/// The unit whose people are registered; who coordinates only one has nothing to choose.
///
/// # Errors
/// `Required` where there are several and none is chosen; `UnitCoordinated` for an administrator where somebody coordinates it (by now);
/// `Unknown` for one that is neither an own one (any more) nor served; `UnitClosed`.
pub fn read_own_unit<'a>(texts: &StaffTexts, around: &StaffAround<'a>) -> Result<&'a Unit, Invalid> {
    let unit = match (around.own_units, texts.unit) {
        ([], None) if around.serving.is_none() => Err(Invalid::Unknown),
        ([only], None) => Ok(only),
        (_, None) => Err(Invalid::Required),
        (several, Some(chosen)) => {
            let served = around.serving.and_then(|serving| serving.unit.as_ref());
            let missing =
                if around.serving.is_some_and(|serving| serving.is_coordinated) { Invalid::UnitCoordinated } else { Invalid::Unknown };
            several.iter().chain(served).find(|unit| unit.id == chosen).ok_or(missing)
        }
    }?;
    if unit.status == UnitStatus::Active { Ok(unit) } else { Err(Invalid::UnitClosed) }
}

/// Reads the whole.
///
/// # Errors
/// Reasons at `unit`, `persons`, `persons.<i>.<name>`, `statements`, `note`.
pub fn read_staff(texts: &StaffTexts, around: &StaffAround<'_>) -> Result<StaffRegistration, FieldErrors> {
    let mut errors = FieldErrors::default();
    let unit = errors.take("unit", read_own_unit(texts, around));
    let sub_areas = unit.map(|unit| around.sub_areas(unit));
    let persons = read_persons(&texts.persons, sub_areas, around.dictionaries, around.today, &mut errors);
    let note = errors.take("note", optional(&texts.note, |t| Text::parse(t, LONGEST_NOTE))).flatten();
    if !has_all_statements(&texts.statements) {
        errors.add("statements", Invalid::StatementRequired);
    }
    if errors.is_empty() {
        errors.merge("", check_persons(&persons, sub_areas, around.dictionaries, around.today));
    }
    let Some(unit) = unit.filter(|_| errors.is_empty()) else { return Err(errors) };
    let profile = around.account.profile.clone();
    Ok(StaffRegistration {
        unit_id: unit.id,
        unit: unit.data.clone(),
        registrar: Registrar {
            first_name: profile.first_name,
            last_name: profile.last_name,
            position: profile.position,
            email: profile.email,
            phone: profile.phone,
            login: around.account.login.clone(),
            is_administrator: around.own_units.iter().all(|own| own.id != unit.id),
        },
        persons,
        note,
    })
}

/// Writes it as typed, for a correction. The statements are asked for anew: they are about the new content.
pub fn staff_texts(staff: &StaffRegistration) -> StaffTexts {
    StaffTexts {
        unit: Some(staff.unit_id),
        persons: staff.persons.iter().map(person_texts).collect(),
        sheet: None,
        statements: Vec::new(),
        note: staff.note.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}
