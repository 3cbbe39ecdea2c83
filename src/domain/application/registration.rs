//! „Rejestracja jednostki i użytkownika”: a unit, 1–50 persons, what each needs and until when.

pub(super) mod matter;
#[cfg(test)]
mod tests;

use crate::domain::dictionary::Dictionaries;
use crate::domain::id::UnitId;
use crate::domain::identifiers::{EmailAddress, Line, Login, PersonName, Phone, Text};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::UnitData;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// Persons under one signature.
pub const MOST_PERSONS: usize = 50;

/// One wish: a sub-area, a function, and the last day (inclusive, Warsaw).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GrantRequest {
    /// Code in the dictionary.
    pub sub_area: String,
    /// Code in the dictionary.
    pub function: String,
    /// Last day.
    pub valid_until: Date,
}

/// One person who is to work for the unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// First name or names.
    pub first_name: PersonName,
    /// Last name.
    pub last_name: PersonName,
    /// Position at work.
    pub position: Line,
    /// Work e-mail.
    pub email: EmailAddress,
    /// Work phone.
    pub phone: Phone,
    /// Chosen login.
    pub login: Login,
    /// What the person needs.
    pub grants: Vec<GrantRequest>,
    /// The head proposes this person as the unit's coordinator. Not stored where it is not so: older payloads keep their fingerprint.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub coordinator: bool,
}

impl Person {
    /// „Anna Nowak-Kowalska”.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

/// The payload. `persons[0]` is the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The registered unit that the persons join; `None` registers a new one.
    pub existing_unit: Option<UnitId>,
    /// The unit's data; of a registered unit, as registered when submitted.
    pub unit: UnitData,
    /// 1–50 persons.
    pub persons: Vec<Person>,
    /// A message to the office. Not printed, so a change of it needs no new signature.
    pub note: Option<Text>,
}

/// The addresses that several persons share, each once: links that open their accounts arrive in one mailbox.
pub fn shared_addresses<'a>(emails: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen: BTreeMap<String, (usize, String)> = BTreeMap::new();
    for email in emails.filter_map(|text| EmailAddress::parse(text).ok()) {
        seen.entry(email.key()).or_insert((0, email.to_string())).0 += 1;
    }
    seen.into_values().filter(|(count, _)| *count > 1).map(|(_, email)| email).collect()
}

impl Registration {
    /// Checks what concerns more than one field: number of persons, logins used twice, and that each wish is one
    /// that the kind of unit may have, not in the past and not beyond the longest validity.
    ///
    /// # Errors
    /// Reasons by field: `persons`, `persons.<i>.login`, `persons.<i>.grants`, `persons.<i>.valid_until`.
    pub fn check(&self, dictionaries: &Dictionaries, today: Date) -> Result<(), FieldErrors> {
        let mut errors = FieldErrors::default();
        let kind = dictionaries.unit_kind(&self.unit.kind);
        match kind {
            None => errors.add("kind", Invalid::Unknown),
            Some(kind) if !kind.is_offered && self.existing_unit.is_none() => errors.add("kind", Invalid::NotOffered),
            Some(_) => {}
        }
        errors.merge("", check_persons(&self.persons, kind.map(|k| &k.sub_areas[..]), dictionaries, today));
        errors.into_result(())
    }
}

/// Checks the persons of one application: their number, logins used twice, and the wishes of each.
pub fn check_persons(persons: &[Person], sub_areas: Option<&[String]>, dictionaries: &Dictionaries, today: Date) -> FieldErrors {
    let mut errors = FieldErrors::default();
    if persons.is_empty() {
        errors.add("persons", Invalid::Required);
    }
    if persons.len() > MOST_PERSONS {
        errors.add("persons", Invalid::TooManyPersons);
    }
    let mut logins = HashSet::new();
    for (i, person) in persons.iter().enumerate() {
        if !logins.insert(person.login.key()) {
            errors.add(format!("persons.{i}.login"), Invalid::LoginTwice);
        }
        errors.merge(&format!("persons.{i}."), check_grants(&person.grants, sub_areas, dictionaries, today));
    }
    errors
}

/// Checks the wishes of one person; `sub_areas` are those that the kind of unit may ask for.
pub fn check_grants(grants: &[GrantRequest], sub_areas: Option<&[String]>, dictionaries: &Dictionaries, today: Date) -> FieldErrors {
    let mut errors = FieldErrors::default();
    if grants.is_empty() {
        errors.add("grants", Invalid::NothingChosen);
    }
    for (i, grant) in grants.iter().enumerate() {
        let is_same = |other: &GrantRequest| (&other.sub_area, &other.function) == (&grant.sub_area, &grant.function);
        if grants[..i].iter().any(is_same) {
            errors.add("grants", Invalid::GrantTwice);
        }
        let Some(sub_area) = dictionaries.sub_area(&grant.sub_area) else {
            errors.add("grants", Invalid::Unknown);
            continue;
        };
        if dictionaries.function(&grant.function).is_none() {
            errors.add("grants", Invalid::Unknown);
        }
        if sub_areas.is_some_and(|allowed| !allowed.contains(&grant.sub_area)) {
            errors.add("grants", Invalid::SubAreaNotForKind);
        }
        if grant.valid_until < today {
            errors.add("valid_until", Invalid::DatePast);
        }
        if grant.valid_until > sub_area.latest_until(today) {
            errors.add("valid_until", Invalid::DateTooFar);
        }
    }
    errors
}
