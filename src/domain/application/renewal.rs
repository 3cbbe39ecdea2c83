//! „Przedłużenie uprawnień”: the rights of a person in one unit that end soon get a later end. It is of use only until the first of
//! them ends.

mod matter;
mod steps;
#[cfg(test)]
mod tests;

pub use steps::{RenewalStep, renewal_steps};

use super::draft::{RenewalTexts, RenewedTexts};
use super::registration::GrantRequest;
use super::right::{Asked, Right};
use super::typing::{LONGEST_NOTE, has_all_statements};
use crate::domain::account::Account;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::UnitId;
use crate::domain::identifiers::{EmailAddress, Line, Login, PersonName, Phone, Text, optional};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::{date_text, parse_date};
use crate::domain::unit::{Unit, UnitData, UnitStatus};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A right can be renewed in so many months before its end.
pub const OPEN_MONTHS: i64 = 3;

/// The first day on which a right can be renewed: three months before its last day by the calendar, and the last day of a shorter
/// month where there is no such day (31 May: 28 February).
pub fn opens_on(valid_until: Date) -> Date {
    valid_until.saturating_sub(OPEN_MONTHS.months())
}

/// Whether a right in force can be renewed on a day; its last day is one too.
pub fn is_renewable(valid_until: Date, today: Date) -> bool {
    opens_on(valid_until) <= today && today <= valid_until
}

/// One right with its new end.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Renewed {
    /// Code in the dictionary.
    pub sub_area: String,
    /// Code in the dictionary.
    pub function: String,
    /// Its last day now.
    pub ends: Date,
    /// Its last day after an approval.
    pub valid_until: Date,
}

impl Renewed {
    /// As asked for, whatever is held now.
    pub fn wish(&self) -> GrantRequest {
        GrantRequest { sub_area: self.sub_area.clone(), function: self.function.clone(), valid_until: self.valid_until }
    }
}

/// The payload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PermissionRenewal {
    /// The unit in which the rights hold.
    pub unit_id: UnitId,
    /// Its data as registered when this revision was filed.
    pub unit: UnitData,
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
    /// What is renewed, at least one.
    pub grants: Vec<Renewed>,
    /// A message to the office. Not printed, so a change of it needs no new signature.
    pub note: Option<Text>,
}

impl PermissionRenewal {
    /// „Anna Nowak-Kowalska”.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
    /// As asked for.
    pub fn wishes(&self) -> Vec<GrantRequest> {
        self.grants.iter().map(Renewed::wish).collect()
    }
}

/// What is true around the one who applies.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// The account.
    pub account: &'a Account,
    /// Rights in force today.
    pub rights: &'a [Right],
    /// The units in which they hold, as registered now, and the chosen one.
    pub units: &'a [Unit],
    /// Rights that its open applications ask for, but for the one that is corrected.
    pub asked: &'a [Asked],
    /// For lengths, and for what the kind of unit may have.
    pub dictionaries: &'a Dictionaries,
    /// The day in Warsaw.
    pub today: Date,
}

impl<'a> Around<'a> {
    /// The rights in a unit that can be renewed today.
    pub fn ending_in(&self, unit: UnitId) -> impl Iterator<Item = &'a Right> + use<'a> {
        let today = self.today;
        self.rights.iter().filter(move |right| right.unit == unit && is_renewable(right.wish.valid_until, today))
    }
    /// The active units in which rights can be renewed today.
    pub fn places(&self) -> Vec<&'a Unit> {
        let ends = |unit: &&Unit| unit.status == UnitStatus::Active && self.ending_in(unit.id).next().is_some();
        self.units.iter().filter(ends).collect()
    }
    fn is_asked(&self, unit: UnitId, right: &GrantRequest) -> bool {
        self.asked.iter().any(|asked| asked.right.is_to(unit, &right.sub_area, &right.function))
    }
    /// The rights of a unit that nothing stands in the way of: what is proposed first.
    pub fn proposed_in(&self, unit: &Unit) -> Vec<RenewedTexts> {
        let allowed = self.allowed_in(unit);
        let free = |right: &&Right| !self.is_asked(unit.id, &right.wish) && allowed.contains(&right.wish.sub_area);
        let texts = |right: &Right| RenewedTexts { right: pair(&right.wish), valid_until: String::new() };
        self.ending_in(unit.id).filter(free).map(texts).collect()
    }
    /// A kind that the dictionary does not know (any more) may have nothing.
    fn allowed_in(&self, unit: &Unit) -> &'a [String] {
        self.dictionaries.unit_kind(&unit.data.kind).map_or(&[][..], |kind| &kind.sub_areas[..])
    }
}

/// `PS:editor`.
pub fn pair(right: &GrantRequest) -> String {
    format!("{}:{}", right.sub_area, right.function)
}

/// The field of a right's last day: `until.PS.editor`.
pub fn day_field(pair: &str) -> String {
    format!("until.{}", pair.replace(':', "."))
}

/// The unit in which rights are renewed: the only one in which some end, or the chosen one.
///
/// # Errors
/// Why it cannot be this one; `Required` where there are several and none is chosen.
pub fn read_place<'a>(texts: &RenewalTexts, around: &Around<'a>) -> Result<&'a Unit, Invalid> {
    let places = around.places();
    match (texts.unit, &places[..]) {
        (None, [only]) => Ok(only),
        (None, []) => Err(Invalid::GrantNotEnding),
        (None, _) => Err(Invalid::Required),
        (Some(id), _) => match around.units.iter().find(|unit| unit.id == id) {
            None => Err(Invalid::Unknown),
            Some(unit) if unit.status != UnitStatus::Active => Err(Invalid::UnitClosed),
            Some(unit) => Ok(unit),
        },
    }
}

/// What is typed for a unit: the choice, or what is proposed.
pub fn chosen_in(texts: &RenewalTexts, unit: &Unit, around: &Around<'_>) -> Vec<RenewedTexts> {
    texts.grants.clone().unwrap_or_else(|| around.proposed_in(unit))
}

/// What is renewed in a unit and until when.
///
/// # Errors
/// Reasons at `grants`, and at [`day_field`] of a right.
pub fn read_renewed(texts: &RenewalTexts, unit: &Unit, around: &Around<'_>) -> Result<Vec<Renewed>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let allowed = around.allowed_in(unit);
    let mut renewed: Vec<Renewed> = Vec::new();
    for typed in chosen_in(texts, unit, around) {
        let found = around.rights.iter().find(|right| right.unit == unit.id && pair(&right.wish) == typed.right);
        let Some(right) = found.filter(|right| is_renewable(right.wish.valid_until, around.today)) else {
            errors.add("grants", Invalid::GrantNotEnding);
            continue;
        };
        if around.is_asked(unit.id, &right.wish) {
            errors.add("grants", Invalid::GrantAsked);
        }
        if !allowed.contains(&right.wish.sub_area) {
            errors.add("grants", Invalid::SubAreaNotForKind);
        }
        let Some(sub_area) = around.dictionaries.sub_area(&right.wish.sub_area) else {
            errors.add("grants", Invalid::Unknown);
            continue;
        };
        let (field, ends) = (day_field(&typed.right), right.wish.valid_until);
        let day = match typed.valid_until.trim() {
            "" => Some(sub_area.default_until(around.today)),
            text => errors.take(field.as_str(), parse_date(text)),
        };
        let Some(valid_until) = day else { continue };
        if valid_until <= ends {
            errors.add(field.as_str(), Invalid::DateNotLater);
        }
        if valid_until > sub_area.latest_until(around.today) {
            errors.add(field.as_str(), Invalid::DateTooFar);
        }
        renewed.push(Renewed { sub_area: right.wish.sub_area.clone(), function: right.wish.function.clone(), ends, valid_until });
    }
    renewed.sort();
    if renewed.windows(2).any(|two| (&two[0].sub_area, &two[0].function) == (&two[1].sub_area, &two[1].function)) {
        errors.add("grants", Invalid::GrantTwice);
    }
    if renewed.is_empty() && errors.is_empty() {
        errors.add("grants", Invalid::NothingChosen);
    }
    errors.into_result(renewed)
}

/// Reads the whole.
///
/// # Errors
/// Reasons by the names of the fields of [`RenewalTexts`], those of a day by [`day_field`].
pub fn read_renewal(texts: &RenewalTexts, around: &Around<'_>) -> Result<PermissionRenewal, FieldErrors> {
    let mut errors = FieldErrors::default();
    let unit = errors.take("unit", read_place(texts, around));
    let grants = unit.and_then(|unit| read_renewed(texts, unit, around).map_err(|found| errors.merge("", found)).ok());
    if !has_all_statements(&texts.statements) {
        errors.add("statements", Invalid::StatementRequired);
    }
    let note = errors.take("note", optional(&texts.note, |t| Text::parse(t, LONGEST_NOTE)));
    let profile = &around.account.profile;
    match (unit, grants, note) {
        (Some(unit), Some(grants), Some(note)) if errors.is_empty() => Ok(PermissionRenewal {
            unit_id: unit.id,
            unit: unit.data.clone(),
            first_name: profile.first_name.clone(),
            last_name: profile.last_name.clone(),
            position: profile.position.clone(),
            email: profile.email.clone(),
            phone: profile.phone.clone(),
            login: around.account.login.clone(),
            grants,
            note,
        }),
        _ => Err(errors),
    }
}

/// Writes it as typed, for a correction. The statements are asked for anew: they are about the new content.
pub fn renewal_texts(renewal: &PermissionRenewal) -> RenewalTexts {
    let texts = |renewed: &Renewed| RenewedTexts { right: pair(&renewed.wish()), valid_until: date_text(renewed.valid_until) };
    RenewalTexts {
        unit: Some(renewal.unit_id),
        grants: Some(renewal.grants.iter().map(texts).collect()),
        statements: Vec::new(),
        note: renewal.note.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}
