//! „Rozszerzenie uprawnień”: somebody who has an account asks for another sub-area or function in the own unit, or for rights in
//! another unit; then the head of the own one signs too.

mod matter;
mod steps;
#[cfg(test)]
mod tests;

pub use steps::{ExtensionStep, extension_steps};

use super::draft::ExtensionTexts;
use super::registration::GrantRequest;
use super::right::{Asked, Right};
use super::typing::{LONGEST_NOTE, has_all_statements, last_day_text, read_wishes, wish_pairs};
use crate::domain::account::Account;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::UnitId;
use crate::domain::identifiers::{EmailAddress, Line, Login, PersonName, Phone, Regon, Text, optional};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Address, Head, Unit, UnitData, UnitStatus};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The unit in which the person works already: its head confirms that. All of it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// Which.
    pub unit_id: UnitId,
    /// Full name.
    pub name: Line,
    /// REGON.
    pub regon: Regon,
    /// Seat.
    pub address: Address,
    /// Who signs.
    pub head: Head,
}

impl Home {
    /// As a unit is registered now.
    pub fn of(unit: &Unit) -> Self {
        Self {
            unit_id: unit.id,
            name: unit.data.name.clone(),
            regon: unit.data.regon.clone(),
            address: unit.data.address.clone(),
            head: unit.data.head.clone(),
        }
    }
}

/// The payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionExtension {
    /// The registered unit in which more is asked for.
    pub unit_id: UnitId,
    /// Its data as registered when this revision was filed.
    pub unit: UnitData,
    /// The own unit, where `unit` is another one. None too for a person who works nowhere (any more).
    pub home: Option<Box<Home>>,
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
    /// What is asked for; may be nothing for somebody who is to be coordinator.
    pub grants: Vec<GrantRequest>,
    /// The head proposes the person as coordinator of `unit`, an own one. Not stored where it is not so: older payloads keep their
    /// fingerprint.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub coordinator: bool,
    /// A message to the office. Not printed, so a change of it needs no new signature.
    pub note: Option<Text>,
}

impl PermissionExtension {
    /// „Anna Nowak-Kowalska”.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// What is true around the one who applies.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The account.
    pub account: &'a Account,
    /// Active units in which it holds a right in force.
    pub own_units: &'a [Unit],
    /// The chosen unit, as registered now.
    pub unit: Option<&'a Unit>,
    /// Rights that the account holds, today or from a later day on, in whatever unit.
    pub held: &'a [Right],
    /// Rights that its open applications ask for, but for the one that is corrected.
    pub asked: &'a [Asked],
    /// Units whose coordinator it is, or that its open applications propose it for.
    pub coordinates: &'a [UnitId],
    /// For what the kind of unit may ask for.
    pub dictionaries: &'a Dictionaries,
    /// The day in Warsaw.
    pub today: Date,
}

/// The unit in which more is asked for.
///
/// # Errors
/// Why it cannot be this one.
pub fn read_place<'a>(texts: &ExtensionTexts, around: &Around<'a>) -> Result<&'a Unit, Invalid> {
    match around.unit {
        _ if texts.unit.is_none() => Err(Invalid::Required),
        None => Err(Invalid::Unknown),
        Some(unit) if unit.status != UnitStatus::Active => Err(Invalid::UnitClosed),
        Some(unit) => Ok(unit),
    }
}

/// The own unit whose head signs besides; none where the chosen unit is an own one, or where there is no own one.
///
/// # Errors
/// `Required` where there are several and none is chosen; `Unknown` for one that is not an own one (any more).
pub fn read_home<'a>(texts: &ExtensionTexts, unit: &Unit, around: &Around<'a>) -> Result<Option<&'a Unit>, Invalid> {
    if around.own_units.iter().any(|own| own.id == unit.id) {
        return Ok(None);
    }
    match (around.own_units, texts.home) {
        ([], _) => Ok(None),
        ([only], _) => Ok(Some(only)),
        (_, None) => Err(Invalid::Required),
        (several, Some(home)) => several.iter().find(|own| own.id == home).map(Some).ok_or(Invalid::Unknown),
    }
}

/// What is asked for in a unit: what its kind may ask for, neither past nor for too long, neither held nor asked for already.
///
/// # Errors
/// Reasons at `grants`, `valid_until` and `coordinator`.
pub fn read_needs(texts: &ExtensionTexts, unit: &Unit, around: &Around<'_>) -> Result<Vec<GrantRequest>, FieldErrors> {
    // A kind that the dictionary does not know (any more) may ask for nothing.
    let allowed = around.dictionaries.unit_kind(&unit.data.kind).map_or(&[][..], |kind| &kind.sub_areas[..]);
    let mut errors = FieldErrors::default();
    for (sub_area, function) in texts.grants.iter().filter_map(|pair| pair.split_once(':')) {
        if around.held.iter().any(|right| right.is_to(unit.id, sub_area, function)) {
            errors.add("grants", Invalid::GrantHeld);
        }
        if around.asked.iter().any(|asked| asked.right.is_to(unit.id, sub_area, function)) {
            errors.add("grants", Invalid::GrantAsked);
        }
    }
    if let Err(reason) = read_coordinator(texts, unit, around) {
        errors.add("coordinator", reason);
    }
    if texts.coordinator && texts.grants.is_empty() {
        return errors.into_result(Vec::new());
    }
    match read_wishes(&texts.grants, &texts.valid_until, Some(allowed), around.dictionaries, around.today) {
        Ok(wishes) => errors.into_result(wishes),
        Err(found) => {
            errors.merge("", found);
            Err(errors)
        }
    }
}

/// Whether the person is to be the unit's coordinator.
///
/// # Errors
/// `CoordinatorElsewhere` in a unit that is not an own one; `CoordinatorAlready`.
pub fn read_coordinator(texts: &ExtensionTexts, unit: &Unit, around: &Around<'_>) -> Result<bool, Invalid> {
    match texts.coordinator {
        true if around.coordinates.contains(&unit.id) => Err(Invalid::CoordinatorAlready),
        true if around.own_units.iter().all(|own| own.id != unit.id) => Err(Invalid::CoordinatorElsewhere),
        wanted => Ok(wanted),
    }
}

/// Reads the whole.
///
/// # Errors
/// Reasons by the names of the fields of [`ExtensionTexts`].
pub fn read_extension(texts: &ExtensionTexts, around: &Around<'_>) -> Result<PermissionExtension, FieldErrors> {
    let mut errors = FieldErrors::default();
    let unit = errors.take("unit", read_place(texts, around));
    let home = unit.and_then(|unit| errors.take("home", read_home(texts, unit, around)));
    let grants = unit.and_then(|unit| read_needs(texts, unit, around).map_err(|found| errors.merge("", found)).ok());
    if !has_all_statements(&texts.statements) {
        errors.add("statements", Invalid::StatementRequired);
    }
    let note = errors.take("note", optional(&texts.note, |t| Text::parse(t, LONGEST_NOTE)));
    let profile = &around.account.profile;
    match (unit, home, grants, note) {
        (Some(unit), Some(home), Some(grants), Some(note)) if errors.is_empty() => Ok(PermissionExtension {
            unit_id: unit.id,
            unit: unit.data.clone(),
            home: home.map(|home| Box::new(Home::of(home))),
            first_name: profile.first_name.clone(),
            last_name: profile.last_name.clone(),
            position: profile.position.clone(),
            email: profile.email.clone(),
            phone: profile.phone.clone(),
            login: around.account.login.clone(),
            grants,
            coordinator: texts.coordinator,
            note,
        }),
        _ => Err(errors),
    }
}

/// Writes it as typed, for a correction. The statements are asked for anew: they are about the new content.
pub fn extension_texts(extension: &PermissionExtension) -> ExtensionTexts {
    ExtensionTexts {
        unit: Some(extension.unit_id),
        home: extension.home.as_ref().map(|home| home.unit_id),
        grants: wish_pairs(&extension.grants),
        valid_until: last_day_text(&extension.grants),
        coordinator: extension.coordinator,
        statements: Vec::new(),
        note: extension.note.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}
