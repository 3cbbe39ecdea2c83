//! What an application says as it is printed, field by field, beside what its earlier revision and the register say.

use crate::domain::application::registration::{Person, Registration};
use crate::domain::dictionary::Dictionaries;
use crate::domain::unit::UnitData;
use crate::domain::voivodeship::Gmina;
use crate::render::Labels;
use crate::services::print_form::{printed_grant, printed_person, printed_unit};

/// One printed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its words stand under `form.label.<key>`; `grants` is the person's part of the table of permissions.
    pub key: &'static str,
    /// As printed, line by line; none where nothing is given.
    pub value: Vec<String>,
    /// What the earlier revision says, where that differs.
    pub before: Option<Vec<String>>,
    /// What the register says of the unit, where that differs.
    pub registered: Option<Vec<String>>,
}

impl Field {
    /// Whether it differs from anything that it was compared with.
    pub fn is_changed(&self) -> bool {
        self.before.is_some() || self.registered.is_some()
    }
}

/// One printed person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedPerson {
    /// First and last name.
    pub name: String,
    /// Who the person is and what for.
    pub fields: Vec<Field>,
    /// Not in the earlier revision.
    pub is_new: bool,
}

/// The whole content of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// The unit.
    pub unit: Vec<Field>,
    /// The persons, the applicant first.
    pub persons: Vec<PrintedPerson>,
    /// Names of persons who are no longer in it.
    pub removed: Vec<String>,
    /// The message to the office: not printed.
    pub note: Option<String>,
    /// What the message was, where it differs.
    pub note_before: Option<String>,
}

/// A unit with the names that its codes stand for.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    /// The data.
    pub unit: &'a UnitData,
    /// Its gmina.
    pub gmina: Option<&'a Gmina>,
}

/// What a revision is compared with.
#[derive(Debug, Clone, Copy, Default)]
pub struct Against<'a> {
    /// The earlier revision.
    pub earlier: Option<(&'a Registration, Option<&'a Gmina>)>,
    /// The unit as registered now.
    pub registered: Option<Named<'a>>,
}

/// Compares.
pub fn content(labels: &Labels, dictionaries: &Dictionaries, now: &Registration, gmina: Option<&Gmina>, against: Against<'_>) -> Content {
    let printed = |unit, gmina| -> Lines {
        printed_unit(labels, unit, dictionaries, gmina).into_iter().map(|(key, text)| (key, one(text))).collect()
    };
    let earlier_unit = against.earlier.map(|(earlier, gmina)| printed(&earlier.unit, gmina));
    let registered = against.registered.map(|named| printed(named.unit, named.gmina));
    let unit = fields(printed(&now.unit, gmina), earlier_unit.as_deref(), registered.as_deref());
    let mut left: Vec<&Person> = against.earlier.map(|(earlier, _)| earlier.persons.iter().collect()).unwrap_or_default();
    let found: Vec<Option<&Person>> = now.persons.iter().map(|person| take_same_login(&mut left, person)).collect();
    let persons = now
        .persons
        .iter()
        .zip(found)
        .map(|(person, same)| {
            // A changed login is a change of one person, not another one, where the name stayed.
            let same = same.or_else(|| take(&mut left, |other| other.full_name() == person.full_name()));
            let earlier = same.map(|p| printed_lines(p, dictionaries));
            PrintedPerson {
                name: person.full_name(),
                fields: fields(printed_lines(person, dictionaries), earlier.as_deref(), None),
                is_new: against.earlier.is_some() && same.is_none(),
            }
        })
        .collect();
    let note = |registration: &Registration| registration.note.as_ref().map(ToString::to_string);
    let note_before = against.earlier.map(|(earlier, _)| note(earlier)).filter(|before| *before != note(now));
    Content {
        unit,
        persons,
        removed: left.into_iter().map(Person::full_name).collect(),
        note: note(now),
        note_before: note_before.map(Option::unwrap_or_default),
    }
}

type Lines = Vec<(&'static str, Vec<String>)>;

fn one(text: String) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { vec![text] }
}

fn printed_lines(person: &Person, dictionaries: &Dictionaries) -> Lines {
    let mut lines: Lines = printed_person(person).into_iter().map(|(key, text)| (key, one(text))).collect();
    lines.push(("grants", person.grants.iter().map(|grant| printed_grant(grant, dictionaries).join(" · ")).collect()));
    lines
}

fn take_same_login<'a>(left: &mut Vec<&'a Person>, person: &Person) -> Option<&'a Person> {
    take(left, |other| other.login.key() == person.login.key())
}

fn take<'a>(left: &mut Vec<&'a Person>, is_same: impl Fn(&Person) -> bool) -> Option<&'a Person> {
    let at = left.iter().position(|other| is_same(other))?;
    Some(left.remove(at))
}

fn fields(now: Lines, earlier: Option<&[(&'static str, Vec<String>)]>, registered: Option<&[(&'static str, Vec<String>)]>) -> Vec<Field> {
    let other = |lines: Option<&[(&'static str, Vec<String>)]>, key: &str, value: &Vec<String>| {
        lines.and_then(|lines| lines.iter().find(|(k, _)| *k == key)).map(|(_, v)| v.clone()).filter(|v| v != value)
    };
    now.into_iter()
        .map(|(key, value)| Field { before: other(earlier, key, &value), registered: other(registered, key, &value), key, value })
        .collect()
}
