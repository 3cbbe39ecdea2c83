//! `/unit/staff/register`: „Rejestracja pracowników”, one page for each step. What may not live here: what may be entered when (domain),
//! and the words.

mod samples;

use crate::domain::application::draft::PersonTexts;
use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use crate::web::pages::guided_pages::{CheckedUnit, Guide, Overview, Problem, UnitItem};
use crate::web::pages::needs::{NeedRow, Wish};
use crate::web::pages::register::Remarks;
use crate::web::pages::register::finish::CheckedPerson;
use crate::web::pages::register::people::PersonRow;
use serde::Serialize;

/// `/unit/staff/register`: the task list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffPage {
    /// The task list with what stands around it.
    pub overview: Overview,
    /// Name of the unit, once it is known.
    pub unit_name: String,
    /// The unit has ended.
    pub is_unit_closed: bool,
    /// An administrator chose it, and it has got a coordinator since.
    pub is_unit_coordinated: bool,
}

impl Page for StaffPage {
    const TEMPLATE: &'static str = "pages/staff/start.html.tera";
    const PLACE: &'static str = "unit-staff-register";
    fn samples() -> Vec<Self> {
        samples::start()
    }
}

/// `/unit/staff/register` for those who neither coordinate a unit nor are administrators: who registers its people instead.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffClosedPage {
    /// The visitor works in a unit.
    pub has_unit: bool,
}

impl Page for StaffClosedPage {
    const TEMPLATE: &'static str = "pages/staff/closed.html.tera";
    const PLACE: &'static str = "unit-staff-register-closed";
    fn samples() -> Vec<Self> {
        vec![Self { has_unit: true }, Self { has_unit: false }]
    }
}

/// `/unit/staff/register/unit`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffUnitPage {
    /// Units whose coordinator the visitor is, and the one that an administrator serves.
    pub units: Vec<UnitItem>,
    /// The visitor is an administrator, who finds units without a coordinator on their list.
    pub serves: bool,
    /// The chosen one.
    pub unit: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for StaffUnitPage {
    const TEMPLATE: &'static str = "pages/staff/unit.html.tera";
    const PLACE: &'static str = "unit-staff-register-unit";
    fn samples() -> Vec<Self> {
        samples::unit()
    }
}

/// `/unit/staff/register/persons`.
#[derive(Debug, Clone, Serialize)]
pub struct StaffPersonsPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Name of the unit.
    pub unit_name: String,
    /// In order.
    pub persons: Vec<PersonRow>,
    /// Number of a further person; none when the list is full.
    pub add: Option<usize>,
    /// A file was read and nothing of it added yet.
    pub has_sheet: bool,
    /// Every person's data and wishes are complete.
    pub is_complete: bool,
    /// Where to go on.
    pub next: String,
}

impl Page for StaffPersonsPage {
    const TEMPLATE: &'static str = "pages/staff/persons.html.tera";
    const PLACE: &'static str = "unit-staff-register-persons";
    fn samples() -> Vec<Self> {
        samples::persons()
    }
}

/// `/unit/staff/register/persons/<n>`.
#[derive(Debug, Clone, Serialize)]
pub struct StaffPersonPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Which person, from 1.
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

impl Page for StaffPersonPage {
    const TEMPLATE: &'static str = "pages/staff/person.html.tera";
    const PLACE: &'static str = "unit-staff-register-person";
    fn samples() -> Vec<Self> {
        samples::person()
    }
}

/// `/unit/staff/register/persons/<n>/needs`.
#[derive(Debug, Clone, Serialize)]
pub struct StaffNeedsPage {
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

impl Page for StaffNeedsPage {
    const TEMPLATE: &'static str = "pages/staff/needs.html.tera";
    const PLACE: &'static str = "unit-staff-register-needs";
    fn samples() -> Vec<Self> {
        samples::needs()
    }
}

/// `/unit/staff/register/persons/<n>/remove`.
#[derive(Debug, Clone, Serialize)]
pub struct StaffRemovePage {
    /// Which person, from 1.
    pub number: usize,
    /// First and last name.
    pub full_name: String,
    /// Sent along, so that nobody else is removed when the list has changed meanwhile.
    pub login: String,
}

impl Page for StaffRemovePage {
    const TEMPLATE: &'static str = "pages/staff/remove.html.tera";
    const PLACE: &'static str = "unit-staff-register-remove";
    fn samples() -> Vec<Self> {
        vec![Self { number: 2, full_name: "Zofia Brzęczyszczykiewicz-Łękołodzka".to_owned(), login: "zofia".to_owned() }]
    }
}

/// `/unit/staff/register/import`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffImportPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// A file was read and nothing of it added yet.
    pub has_sheet: bool,
    /// So many persons can still be added.
    pub room: usize,
    /// The most rows of a file.
    pub most_rows: usize,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for StaffImportPage {
    const TEMPLATE: &'static str = "pages/staff/import.html.tera";
    const PLACE: &'static str = "unit-staff-register-import";
    fn samples() -> Vec<Self> {
        samples::import()
    }
}

/// What is wrong in one column of a row.
#[derive(Debug, Clone, Serialize)]
pub struct ColumnProblem {
    /// The column's heading; empty where the whole list is meant.
    pub heading: String,
    /// Why, and what to do.
    pub text: String,
}

/// A row of a file.
#[derive(Debug, Clone, Serialize)]
pub struct SheetLine {
    /// Its number in the file.
    pub line: usize,
    /// First and last name.
    pub full_name: String,
    /// Login.
    pub login: String,
    /// Work e-mail.
    pub email: String,
    /// What the person would ask for.
    pub wishes: Vec<Wish>,
    /// Label key under `sheet.outcomes`.
    pub outcome: &'static str,
    /// Somebody else has the same address.
    pub shares_email: bool,
    /// The head proposes the person as the unit's coordinator.
    pub is_coordinator: bool,
    /// What is wrong.
    pub problems: Vec<ColumnProblem>,
}

/// `/unit/staff/register/preview`: every row of the file, before anything is added.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffPreviewPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Every row, in the order of the file.
    pub lines: Vec<SheetLine>,
    /// So many can be added.
    pub good: usize,
    /// So many are in the application already.
    pub listed: usize,
    /// So many have something to mend.
    pub wrong: usize,
    /// Columns that mean nothing here.
    pub unknown: Vec<String>,
    /// The file was read as Windows-1250.
    pub is_windows: bool,
}

impl Page for StaffPreviewPage {
    const TEMPLATE: &'static str = "pages/staff/preview.html.tera";
    const PLACE: &'static str = "unit-staff-register-preview";
    fn samples() -> Vec<Self> {
        samples::preview()
    }
}

/// `/unit/staff/register/check`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffCheckPage {
    /// Which form it is.
    pub guide: Guide,
    /// The unit that the persons join.
    pub unit: CheckedUnit,
    /// There are several to choose from.
    pub can_change_unit: bool,
    /// „świętokrzyskie”: whose office decides.
    pub voivodeship: String,
    /// Persons.
    pub persons: Vec<CheckedPerson>,
    /// Addresses that several of them share.
    pub shared_emails: Vec<String>,
    /// Message to the office.
    pub note: String,
    /// Where to mend what `errors` say.
    pub problems: Vec<Problem>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for StaffCheckPage {
    const TEMPLATE: &'static str = "pages/staff/check.html.tera";
    const PLACE: &'static str = "unit-staff-register-check";
    fn samples() -> Vec<Self> {
        samples::check()
    }
}
