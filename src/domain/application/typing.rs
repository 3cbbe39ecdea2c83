//! From typed texts to values and back: the one place that knows how the pages of a registration are read.

use super::draft::{Draft, DraftTexts, PersonTexts, STATEMENTS, UnitTexts, YES};
use super::registration::{GrantRequest, MOST_PERSONS, Person, Registration, check_grants};
use crate::domain::dictionary::Dictionaries;
use crate::domain::identifiers::{
    AdeAddress, EmailAddress, EpuapBox, Line, Login, Nip, PersonName, Phone, PostalCode, Regon, TercCode, Text, optional, parse_extension,
};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::{date_text, parse_date};
use crate::domain::unit::{Address, Head, UnitData};
use jiff::civil::Date;

/// Longest name of a unit, in characters.
pub const LONGEST_UNIT_NAME: usize = 200;
/// Longest message to the office, in characters.
pub const LONGEST_NOTE: usize = 2000;

/// Reads the unit's page. Whether gmina and kind exist is the dictionaries' to say.
///
/// # Errors
/// Reasons by the names of the fields of [`UnitTexts`].
pub fn read_unit(texts: &UnitTexts) -> Result<UnitData, FieldErrors> {
    let mut errors = FieldErrors::default();
    let name = errors.take("name", Line::parse(&texts.name, LONGEST_UNIT_NAME));
    let kind = errors.take("kind", Line::parse(&texts.kind, 60));
    let regon = errors.take("regon", Regon::parse(&texts.regon));
    let nip = errors.take("nip", optional(&texts.nip, Nip::parse));
    let street = errors.take("street", Line::parse_optional(&texts.street, 100));
    let building = errors.take("building", Line::parse(&texts.building, 20));
    let postal_code = errors.take("postal_code", PostalCode::parse(&texts.postal_code));
    let town = errors.take("town", Line::parse(&texts.town, 80));
    let terc = errors.take("terc", TercCode::parse(&texts.terc));
    let phone = errors.take("phone", Phone::parse(&texts.phone));
    let phone_extension = errors.take("phone_extension", optional(&texts.phone_extension, parse_extension));
    let email = errors.take("email", EmailAddress::parse(&texts.email));
    let ade = errors.take("ade", optional(&texts.ade, AdeAddress::parse));
    let epuap = errors.take("epuap", optional(&texts.epuap, EpuapBox::parse));
    let parent_body = errors.take("parent_body", Line::parse(&texts.parent_body, LONGEST_UNIT_NAME));
    let first_name = errors.take("head_first_name", PersonName::parse(&texts.head_first_name));
    let last_name = errors.take("head_last_name", PersonName::parse(&texts.head_last_name));
    let position = errors.take("head_position", Line::parse(&texts.head_position, 100));
    let read = || {
        Some(UnitData {
            name: name?,
            kind: kind?.to_string(),
            regon: regon?,
            nip: nip?,
            address: Address { street: street?, building: building?, postal_code: postal_code?, town: town? },
            terc: terc?,
            phone: phone?,
            phone_extension: phone_extension?,
            email: email?,
            ade: ade?,
            epuap: epuap?,
            parent_body: parent_body?,
            head: Head { first_name: first_name?, last_name: last_name?, position: position? },
        })
    };
    read().ok_or(errors)
}

/// Writes a unit's data as it would be typed.
pub fn unit_texts(unit: &UnitData) -> UnitTexts {
    let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
    UnitTexts {
        name: unit.name.to_string(),
        kind: unit.kind.clone(),
        regon: unit.regon.to_string(),
        nip: text(unit.nip.as_ref().map(Nip::as_str)),
        street: text(unit.address.street.as_ref().map(Line::as_str)),
        building: unit.address.building.to_string(),
        postal_code: unit.address.postal_code.to_string(),
        town: unit.address.town.to_string(),
        terc: unit.terc.to_string(),
        phone: unit.phone.to_display(),
        phone_extension: text(unit.phone_extension.as_ref().map(Line::as_str)),
        email: unit.email.to_string(),
        ade: text(unit.ade.as_ref().map(AdeAddress::as_str)),
        epuap: text(unit.epuap.as_ref().map(EpuapBox::as_str)),
        parent_body: unit.parent_body.to_string(),
        head_first_name: unit.head.first_name.to_string(),
        head_last_name: unit.head.last_name.to_string(),
        head_position: unit.head.position.to_string(),
    }
}

/// Reads who a person is; the wishes are another page.
///
/// # Errors
/// Reasons by the names of the fields of [`PersonTexts`].
pub fn read_person(texts: &PersonTexts) -> Result<Person, FieldErrors> {
    let mut errors = FieldErrors::default();
    let first_name = errors.take("first_name", PersonName::parse(&texts.first_name));
    let last_name = errors.take("last_name", PersonName::parse(&texts.last_name));
    let position = errors.take("position", Line::parse(&texts.position, 100));
    let email = errors.take("email", EmailAddress::parse(&texts.email));
    let phone = errors.take("phone", Phone::parse(&texts.phone));
    let login = errors.take("login", Login::parse(&texts.login));
    let read = || {
        Some(Person {
            first_name: first_name?,
            last_name: last_name?,
            position: position?,
            email: email?,
            phone: phone?,
            login: login?,
            grants: Vec::new(),
            coordinator: !texts.coordinator.is_empty(),
        })
    };
    read().ok_or(errors)
}

/// Reads the wishes of a person, as [`read_wishes`].
///
/// # Errors
/// Reasons at `grants` and `valid_until`.
pub fn read_grants(
    texts: &PersonTexts,
    sub_areas: Option<&[String]>,
    dictionaries: &Dictionaries,
    today: Date,
) -> Result<Vec<GrantRequest>, FieldErrors> {
    read_wishes(&texts.grants, &texts.valid_until, sub_areas, dictionaries, today)
}

/// Reads wishes: pairs `PS:editor`, one last day for all of them; an empty day is the usual one of all of them.
/// Of different lengths the shortest counts.
/// `sub_areas` are those that the kind of unit may ask for.
///
/// # Errors
/// Reasons at `grants` and `valid_until`.
pub fn read_wishes(
    pairs: &[String],
    last_day: &str,
    sub_areas: Option<&[String]>,
    dictionaries: &Dictionaries,
    today: Date,
) -> Result<Vec<GrantRequest>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let day = match last_day.trim() {
        "" => None,
        text => errors.take("valid_until", parse_date(text)),
    };
    let typed = pairs.len();
    let pairs: Vec<(&str, &str)> = pairs.iter().filter_map(|pair| pair.split_once(':')).collect();
    if pairs.len() < typed {
        errors.add("grants", Invalid::Unknown);
    }
    // One day for all of a person's wishes, so that a correction shows the same day again and changes nothing by itself.
    let usual = pairs.iter().filter_map(|(code, _)| dictionaries.sub_area(code)).map(|s| s.default_until(today)).min();
    let valid_until = day.or(usual).unwrap_or(today);
    let wish = |&(code, function): &(&str, &str)| GrantRequest { sub_area: code.to_owned(), function: function.to_owned(), valid_until };
    let mut grants: Vec<GrantRequest> = pairs.iter().map(wish).collect();
    grants.sort();
    grants.dedup();
    errors.merge("", check_grants(&grants, sub_areas, dictionaries, today));
    errors.into_result(grants)
}

/// Writes wishes as chosen.
pub fn wish_pairs(wishes: &[GrantRequest]) -> Vec<String> {
    wishes.iter().map(|wish| format!("{}:{}", wish.sub_area, wish.function)).collect()
}

/// Writes the last day of wishes as typed: one for all of them.
pub fn last_day_text(wishes: &[GrantRequest]) -> String {
    wishes.first().map(|wish| date_text(wish.valid_until)).unwrap_or_default()
}

/// Writes a person as typed.
pub fn person_texts(person: &Person) -> PersonTexts {
    PersonTexts {
        first_name: person.first_name.to_string(),
        last_name: person.last_name.to_string(),
        position: person.position.to_string(),
        email: person.email.to_string(),
        phone: person.phone.to_display(),
        login: person.login.to_string(),
        grants: wish_pairs(&person.grants),
        valid_until: last_day_text(&person.grants),
        coordinator: if person.coordinator { YES.to_owned() } else { String::new() },
    }
}

/// Writes a whole registration as typed, for a correction. The statements are asked for anew: they are about the new content.
pub fn draft_texts(registration: &Registration) -> DraftTexts {
    DraftTexts {
        existing_unit: registration.existing_unit,
        unit_chosen: true,
        unit: unit_texts(&registration.unit),
        persons: registration.persons.iter().map(person_texts).collect(),
        statements: Vec::new(),
        note: registration.note.as_ref().map(ToString::to_string).unwrap_or_default(),
    }
}

/// Reads the whole draft. `registered` is the unit to join, as registered now.
///
/// # Errors
/// Reasons by field: `unit.<name>`, `persons.<i>.<name>`, `statements`, `note`.
pub fn read_registration(
    texts: &DraftTexts,
    registered: Option<&UnitData>,
    dictionaries: &Dictionaries,
    today: Date,
) -> Result<Registration, FieldErrors> {
    let mut errors = FieldErrors::default();
    let unit = match registered {
        Some(unit) => Some(unit.clone()),
        None => match read_unit(&texts.unit) {
            Ok(unit) => Some(unit),
            Err(found) => {
                errors.merge("unit.", found);
                None
            }
        },
    };
    let kind = unit.as_ref().and_then(|u| dictionaries.unit_kind(&u.kind));
    match kind {
        None if unit.is_some() => errors.add("unit.kind", Invalid::Unknown),
        Some(kind) if !kind.is_offered && registered.is_none() => errors.add("unit.kind", Invalid::NotOffered),
        _ => {}
    }
    let persons = read_persons(&texts.persons, kind.map(|k| &k.sub_areas[..]), dictionaries, today, &mut errors);
    let note = errors.take("note", optional(&texts.note, |t| Text::parse(t, LONGEST_NOTE))).flatten();
    if !has_all_statements(&texts.statements) {
        errors.add("statements", Invalid::StatementRequired);
    }
    let Some(unit) = unit else { return Err(errors) };
    let registration = Registration { existing_unit: texts.existing_unit, unit, persons, note };
    if errors.is_empty() {
        registration.check(dictionaries, today)?;
    }
    errors.into_result(registration)
}

/// Reads the persons with what they need; what is wrong is noted at `persons` and `persons.<i>.<name>`.
pub fn read_persons(
    texts: &[PersonTexts],
    sub_areas: Option<&[String]>,
    dictionaries: &Dictionaries,
    today: Date,
    errors: &mut FieldErrors,
) -> Vec<Person> {
    if texts.is_empty() {
        errors.add("persons", Invalid::Required);
    }
    if texts.len() > MOST_PERSONS {
        errors.add("persons", Invalid::TooManyPersons);
    }
    let mut persons = Vec::new();
    for (i, typed) in texts.iter().enumerate() {
        let grants = read_grants(typed, sub_areas, dictionaries, today);
        match (read_person(typed), grants) {
            (Ok(person), Ok(grants)) => persons.push(Person { grants, ..person }),
            (person, grants) => {
                for found in [person.err(), grants.err()].into_iter().flatten() {
                    errors.merge(&format!("persons.{i}."), found);
                }
            }
        }
    }
    persons
}

/// Checks the page of one person in a list; `index` one past the end adds a person. Whether the login is taken is not known here.
pub fn check_person(persons: &[PersonTexts], index: usize, typed: &PersonTexts) -> FieldErrors {
    let mut errors = read_person(typed).err().unwrap_or_default();
    if index > persons.len() || index >= MOST_PERSONS {
        errors.add("persons", Invalid::TooManyPersons);
    }
    if let Ok(login) = Login::parse(&typed.login) {
        let same = |p: &PersonTexts| Login::parse(&p.login).is_ok_and(|other| other.key() == login.key());
        if persons.iter().enumerate().any(|(i, p)| i != index && same(p)) {
            errors.add("login", Invalid::LoginTwice);
        }
    }
    errors
}

/// Puts a person's page into the list; the wishes are another page's and stay. False for a number past the end.
pub fn put_person(persons: &mut Vec<PersonTexts>, index: usize, typed: PersonTexts) -> bool {
    if index == persons.len() {
        persons.push(PersonTexts::default());
    }
    let Some(person) = persons.get_mut(index) else { return false };
    *person = PersonTexts { grants: std::mem::take(&mut person.grants), valid_until: std::mem::take(&mut person.valid_until), ..typed };
    true
}

/// Whether all of a user's statements are confirmed.
pub fn has_all_statements(confirmed: &[String]) -> bool {
    STATEMENTS.iter().all(|key| confirmed.iter().any(|s| s == key))
}

/// A step of the guided form, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// „Znajdź jednostkę”.
    Unit,
    /// „Dane jednostki”.
    UnitData,
    /// „Twoje dane i login”.
    Person,
    /// „Hasło”.
    Password,
    /// „Czego potrzebujesz”, and more persons.
    Needs,
    /// „Oświadczenia”.
    Statements,
    /// „Potwierdzenie adresu e-mail”.
    Email,
    /// „Sprawdź odpowiedzi i złóż wniosek”.
    Check,
}

impl Step {
    /// All, in order.
    pub const ALL: [Self; 8] =
        [Self::Unit, Self::UnitData, Self::Person, Self::Password, Self::Needs, Self::Statements, Self::Email, Self::Check];
    /// Name in the path `/register/<step>` and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::UnitData => "unit-data",
            Self::Person => "person",
            Self::Password => "password",
            Self::Needs => "needs",
            Self::Statements => "statements",
            Self::Email => "email",
            Self::Check => "check",
        }
    }
}

/// A page of a guided form, in its order.
pub trait FormStep: Copy + PartialEq + Send + Sync {
    /// Name of the page in the path `/<place>/<step>`, and label key.
    fn key(self) -> &'static str;
}

/// Where a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Needs nothing more.
    Done,
    /// Can be filled in now.
    Open,
    /// Waits for an earlier step.
    Waiting,
    /// Not asked for in this application.
    NotNeeded,
}

impl StepState {
    /// Of a step that is `done`, or may be filled in now.
    pub const fn of(done: bool, open: bool) -> Self {
        match (done, open) {
            (true, _) => Self::Done,
            (false, true) => Self::Open,
            (false, false) => Self::Waiting,
        }
    }
    /// Whether it may be entered.
    pub const fn may_enter(self) -> bool {
        matches!(self, Self::Done | Self::Open)
    }
    /// Label key under `task_status`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Open => "open",
            Self::Waiting => "waiting",
            Self::NotNeeded => "not_needed",
        }
    }
}

/// The task list of a draft. A step can be entered only when it is not `Waiting`: no step is skipped by its URL.
pub fn task_list(draft: &Draft, registered: Option<&UnitData>, dictionaries: &Dictionaries, today: Date) -> Vec<(Step, StepState)> {
    let texts = &draft.texts;
    let unit = registered.cloned().or_else(|| read_unit(&texts.unit).ok());
    let kind = unit.as_ref().and_then(|u| dictionaries.unit_kind(&u.kind));
    let applicant = texts.persons.first().map(read_person);
    let persons_done = !texts.persons.is_empty() && texts.persons.iter().all(|p| read_person(p).is_ok());
    let needs_done = persons_done
        && kind.is_some()
        && texts.persons.iter().all(|p| read_grants(p, kind.map(|k| &k.sub_areas[..]), dictionaries, today).is_ok());
    let email_done = draft.has_confirmed_email();
    let person_done = applicant.is_some_and(|p| p.is_ok());
    let is_correction = draft.application.is_some();
    // Whoever has an account has its password.
    let has_account = draft.account.is_some();
    let state = StepState::of;
    let unit_done = texts.unit_chosen;
    let unit_data_done = unit_done && kind.is_some_and(|kind| kind.is_offered || registered.is_some());
    let statements_done = has_all_statements(&texts.statements);
    let mut list = vec![
        (Step::Unit, if is_correction { StepState::NotNeeded } else { state(unit_done, true) }),
        (Step::UnitData, if registered.is_some() { StepState::NotNeeded } else { state(unit_data_done, unit_done) }),
        (Step::Person, state(person_done, unit_done)),
        (Step::Password, if has_account { StepState::NotNeeded } else { state(draft.has_password, person_done) }),
        (Step::Needs, state(needs_done, unit_data_done && person_done)),
        (Step::Statements, state(statements_done, needs_done)),
        (Step::Email, state(email_done, person_done)),
    ];
    let ready = list.iter().all(|(_, s)| matches!(s, StepState::Done | StepState::NotNeeded));
    list.push((Step::Check, state(false, ready)));
    list
}

#[cfg(test)]
mod tests;
