//! Registration: the applicant, further persons, the password, what each person needs.

use super::{Remarks, samples};
use crate::domain::application::draft::PersonTexts;
use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use crate::services::similar_persons::KnownPerson;
use crate::web::pages::needs::{NeedRow, Wish};
use serde::Serialize;

/// `/register/person` and `/register/persons/<n>`.
#[derive(Debug, Clone, Serialize)]
pub struct PersonPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Which person, from 1: the applicant.
    pub number: usize,
    /// The login that stands in the draft; empty for a new person.
    pub about: String,
    /// As typed.
    pub person: PersonTexts,
    /// Remarks of the office.
    pub remarks: Remarks,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for PersonPage {
    const TEMPLATE: &'static str = "pages/register/person.html.tera";
    const PLACE: &'static str = "register-person";
    fn samples() -> Vec<Self> {
        samples::person()
    }
}

/// `/register/persons/<n>/remove`.
#[derive(Debug, Clone, Serialize)]
pub struct RemovePersonPage {
    /// Which person, from 1.
    pub number: usize,
    /// First and last name.
    pub full_name: String,
    /// Sent along, so that nobody else is removed when the list has changed meanwhile.
    pub login: String,
}

impl Page for RemovePersonPage {
    const TEMPLATE: &'static str = "pages/register/remove_person.html.tera";
    const PLACE: &'static str = "register-remove-person";
    fn samples() -> Vec<Self> {
        vec![Self { number: 2, full_name: "Zofia Brzęczyszczykiewicz-Łękołodzka".to_owned(), login: "zofia".to_owned() }]
    }
}

/// `/register/password`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PasswordPage {
    /// The chosen login.
    pub login: String,
    /// One was chosen before.
    pub has_password: bool,
    /// The fewest characters.
    pub fewest: usize,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for PasswordPage {
    const TEMPLATE: &'static str = "pages/register/password.html.tera";
    const PLACE: &'static str = "register-password";
    fn samples() -> Vec<Self> {
        samples::password()
    }
}

/// One person in the list.
#[derive(Debug, Clone, Serialize)]
pub struct PersonRow {
    /// From 1.
    pub number: usize,
    /// First and last name.
    pub full_name: String,
    /// Login.
    pub login: String,
    /// The person's own data is complete.
    pub has_data: bool,
    /// The office asked to correct something.
    pub has_remarks: bool,
    /// The head proposes the person as the unit's coordinator.
    pub is_coordinator: bool,
    /// What the person asks for; empty: nothing yet.
    pub wishes: Vec<Wish>,
    /// People of the unit who may be the same one; nobody where the reader may not know who works there.
    pub known: Vec<KnownColleague>,
}

/// Somebody who works in the unit already.
#[derive(Debug, Clone, Serialize)]
pub struct KnownColleague {
    /// First and last name.
    pub full_name: String,
    /// Login.
    pub login: String,
    /// Keys under `review.similar_person`.
    pub reasons: Vec<&'static str>,
}

impl KnownColleague {
    /// Of what the service found.
    pub fn of(known: &KnownPerson) -> Self {
        Self {
            full_name: known.account.profile.full_name(),
            login: known.account.login.to_string(),
            reasons: known.reasons.iter().map(|reason| reason.key()).collect(),
        }
    }
}

/// `/register/needs`: the persons of the application.
#[derive(Debug, Clone, Serialize)]
pub struct NeedsPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// In order, the applicant first.
    pub persons: Vec<PersonRow>,
    /// Number of a further person; none when the list is full.
    pub add: Option<usize>,
    /// Every person's data and wishes are complete.
    pub is_complete: bool,
    /// Where to go on.
    pub next: String,
}

impl Page for NeedsPage {
    const TEMPLATE: &'static str = "pages/register/needs.html.tera";
    const PLACE: &'static str = "register-needs";
    fn samples() -> Vec<Self> {
        samples::needs()
    }
}

/// `/register/needs/<n>`.
#[derive(Debug, Clone, Serialize)]
pub struct PersonNeedsPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Which person, from 1.
    pub number: usize,
    /// The login that stands in the draft.
    pub about: String,
    /// First and last name.
    pub full_name: String,
    /// „Gminny ośrodek pomocy społecznej”.
    pub kind: String,
    /// Sub-areas that this kind of unit may ask for.
    pub rows: Vec<NeedRow>,
    /// As typed.
    pub valid_until: String,
    /// Remarks of the office.
    pub remarks: Remarks,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for PersonNeedsPage {
    const TEMPLATE: &'static str = "pages/register/person_needs.html.tera";
    const PLACE: &'static str = "register-person-needs";
    fn samples() -> Vec<Self> {
        samples::person_needs()
    }
}
