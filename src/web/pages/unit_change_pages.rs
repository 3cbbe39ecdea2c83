//! `/unit/change`: „Zmiana danych jednostki”, one page for each step; `/units/<id>/history`. What may not live here: what may be entered
//! when (domain), and the words.

mod samples;

use crate::domain::application::draft::UnitTexts;
use crate::domain::invalid::FieldErrors;
use crate::domain::moment::Moment;
use crate::render::Page;
use crate::web::pages::ExportLinks;
use crate::web::pages::guided_pages::{Guide, Overview, Problem, UnitItem};
use crate::web::pages::register::{Choice, GminaChoice, Remarks};
use jiff::civil::Date;
use serde::Serialize;

/// `/unit/change`: the task list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnitChangePage {
    /// The task list with what stands around it.
    pub overview: Overview,
    /// Name of the unit, where it is known.
    pub unit_name: String,
    /// Numbers of open applications about these units that somebody else filed.
    pub open_of_others: Vec<String>,
    /// Each own unit has an open application: nothing can be filed until it is decided.
    pub is_blocked: bool,
    /// Own units whose end is approved, with the last day: only their data can still be changed.
    pub ending: Vec<(String, Date)>,
}

impl Page for UnitChangePage {
    const TEMPLATE: &'static str = "pages/unit_change/start.html.tera";
    const PLACE: &'static str = "unit-change";
    fn samples() -> Vec<Self> {
        samples::start()
    }
}

/// `/unit/change/what`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnitChangeWhatPage {
    /// Units to choose from, where there are several.
    pub units: Vec<UnitItem>,
    /// The chosen one.
    pub unit: String,
    /// What can happen to it.
    pub whats: Vec<UnitItem>,
    /// The chosen one.
    pub what: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for UnitChangeWhatPage {
    const TEMPLATE: &'static str = "pages/unit_change/what.html.tera";
    const PLACE: &'static str = "unit-change-what";
    fn samples() -> Vec<Self> {
        samples::what()
    }
}

/// `/unit/change/data`.
#[derive(Debug, Clone, Serialize)]
pub struct UnitChangeDataPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// As typed.
    pub unit: UnitTexts,
    /// Kinds of unit.
    pub kinds: Vec<Choice>,
    /// What gmina was searched for.
    pub gmina_search: String,
    /// The search found nothing.
    pub finds_nothing: bool,
    /// Gminas to choose from; the chosen one is among them.
    pub gminas: Vec<GminaChoice>,
    /// There are more.
    pub has_more: bool,
    /// The list of voivodeships can be gone through.
    pub can_browse: bool,
    /// Remarks of the office.
    pub remarks: Remarks,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for UnitChangeDataPage {
    const TEMPLATE: &'static str = "pages/unit_change/data.html.tera";
    const PLACE: &'static str = "unit-change-data";
    fn samples() -> Vec<Self> {
        samples::data()
    }
}

/// `/unit/change/ending`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnitChangeEndingPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Name of the unit.
    pub unit_name: String,
    /// It has a successor.
    pub is_transformation: bool,
    /// As typed.
    pub last_day: String,
    /// As typed.
    pub successor: String,
    /// Remark of the office.
    pub last_day_remark: Option<String>,
    /// Remark of the office.
    pub successor_remark: Option<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for UnitChangeEndingPage {
    const TEMPLATE: &'static str = "pages/unit_change/ending.html.tera";
    const PLACE: &'static str = "unit-change-ending";
    fn samples() -> Vec<Self> {
        samples::ending()
    }
}

/// `/unit/change/why`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnitChangeWhyPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// As typed.
    pub justification: String,
    /// Keys of the confirmed ones.
    pub statements: Vec<String>,
    /// Remark of the office.
    pub remark: Option<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for UnitChangeWhyPage {
    const TEMPLATE: &'static str = "pages/unit_change/why.html.tera";
    const PLACE: &'static str = "unit-change-why";
    fn samples() -> Vec<Self> {
        samples::why()
    }
}

/// One field that changes.
#[derive(Debug, Clone, Serialize)]
pub struct ChangedField {
    /// Key of its words under `form.label`.
    pub key: &'static str,
    /// What stands; empty where nothing does.
    pub was: String,
    /// What shall stand.
    pub is: String,
}

/// What becomes of everything, line by line.
#[derive(Debug, Clone, Default, Serialize)]
pub struct PlanList {
    /// Rights that go on in the successor.
    pub moving: Vec<String>,
    /// Rights that end.
    pub ending: Vec<String>,
    /// Open applications.
    pub applications: Vec<String>,
    /// Coordinators.
    pub coordinators: Vec<String>,
}

/// `/unit/change/check`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnitChangeCheckPage {
    /// Which form it is.
    pub guide: Guide,
    /// Key of what happens.
    pub what: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Its REGON.
    pub regon: String,
    /// „świętokrzyskie”: whose office decides.
    pub voivodeship: String,
    /// Who signs.
    pub heads: Vec<String>,
    /// Of a change of data.
    pub fields: Vec<ChangedField>,
    /// Of an end.
    pub last_day: Option<Date>,
    /// Of a transformation: name, REGON, address.
    pub successor: Vec<String>,
    /// Of an end: what becomes of everything.
    pub plan: PlanList,
    /// Why.
    pub justification: String,
    /// Message to the office.
    pub note: String,
    /// Where to mend what `errors` say.
    pub problems: Vec<Problem>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for UnitChangeCheckPage {
    const TEMPLATE: &'static str = "pages/unit_change/check.html.tera";
    const PLACE: &'static str = "unit-change-check";
    fn samples() -> Vec<Self> {
        samples::check()
    }
}

/// Another unit, with the way to its history.
#[derive(Debug, Clone, Serialize)]
pub struct OtherUnit {
    /// Full name.
    pub name: String,
    /// `/units/<id>/history`.
    pub href: String,
}

/// One thing that happened.
#[derive(Debug, Clone, Serialize)]
pub struct UnitEventRow {
    /// Key under `unit_events`.
    pub event: &'static str,
    /// When.
    pub at: Moment,
    /// The application that did it.
    pub number: Option<String>,
    /// Its page, for those who may open it.
    pub href: Option<String>,
    /// Field by field.
    pub fields: Vec<ChangedField>,
    /// An end that was stopped, and its stop: it did not come.
    pub is_stopped: bool,
    /// Last day of activity.
    pub last_day: Option<Date>,
    /// The successor, or whose place was taken.
    pub other: Option<OtherUnit>,
    /// Why.
    pub justification: Option<String>,
}

/// `/units/<id>/history`.
#[derive(Debug, Clone, Serialize)]
pub struct UnitHistoryPage {
    /// Full name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// Key under `unit_status`.
    pub status: &'static str,
    /// Last day of activity, once an end is approved.
    pub ends_on: Option<Date>,
    /// Where the reader can stop that.
    pub stop_href: Option<String>,
    /// Where the reader, an administrator, registers its people: it has no coordinator.
    pub register_href: Option<String>,
    /// The newest first.
    pub entries: Vec<UnitEventRow>,
    /// The whole list as a file.
    pub export: ExportLinks,
}

impl Page for UnitHistoryPage {
    const TEMPLATE: &'static str = "pages/unit_change/history.html.tera";
    const PLACE: &'static str = "unit-history";
    fn samples() -> Vec<Self> {
        samples::history()
    }
}

/// `/admin/units/<id>/stop-ending`: the approved end of a unit is stopped.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StopEndingPage {
    /// Row id.
    pub id: String,
    /// Full name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// The day that is to be its last.
    pub ends_on: Option<Date>,
    /// As typed.
    pub reason: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for StopEndingPage {
    const TEMPLATE: &'static str = "pages/unit_change/stop_ending.html.tera";
    const PLACE: &'static str = "admin-unit-stop-ending";
    fn samples() -> Vec<Self> {
        samples::stop_ending()
    }
}
