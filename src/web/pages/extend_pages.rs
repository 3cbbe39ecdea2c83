//! `/account/extend`: „Wnioskuj o rozszerzenie uprawnień”, one page for each step. What may not live here: what may be entered when
//! (domain), and the words.

mod samples;

use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use crate::web::pages::guided_pages::{CheckedApplicant, CheckedUnit, Guide, Overview, Problem, UnitItem};
use crate::web::pages::needs::{NeedRow, Wish};
use serde::Serialize;

/// `/account/extend`: the task list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExtendPage {
    /// The task list with what stands around it.
    pub overview: Overview,
    /// The unit of the application that is corrected has ended.
    pub is_unit_closed: bool,
}

impl Page for ExtendPage {
    const TEMPLATE: &'static str = "pages/extend/start.html.tera";
    const PLACE: &'static str = "account-extend";
    fn samples() -> Vec<Self> {
        samples::start()
    }
}

/// `/account/extend/unit`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExtendUnitPage {
    /// Own units, and `other` at last.
    pub units: Vec<UnitItem>,
    /// The chosen one.
    pub unit: String,
    /// Name of a chosen unit that is not an own one.
    pub chosen_other: Option<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for ExtendUnitPage {
    const TEMPLATE: &'static str = "pages/extend/unit.html.tera";
    const PLACE: &'static str = "account-extend-unit";
    fn samples() -> Vec<Self> {
        samples::unit()
    }
}

/// `/account/extend/search`: another unit.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExtendSearchPage {
    /// What was searched for.
    pub unit_search: String,
    /// There was a search.
    pub is_searched: bool,
    /// Registered units.
    pub found: Vec<UnitItem>,
    /// There are more.
    pub has_more: bool,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for ExtendSearchPage {
    const TEMPLATE: &'static str = "pages/extend/search.html.tera";
    const PLACE: &'static str = "account-extend-search";
    fn samples() -> Vec<Self> {
        samples::search()
    }
}

/// `/account/extend/home`: whose head confirms who the person is.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExtendHomePage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Own units.
    pub units: Vec<UnitItem>,
    /// The chosen one.
    pub home: String,
    /// Remark of the office.
    pub remark: Option<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for ExtendHomePage {
    const TEMPLATE: &'static str = "pages/extend/home.html.tera";
    const PLACE: &'static str = "account-extend-home";
    fn samples() -> Vec<Self> {
        samples::home()
    }
}

/// Remarks of the office at what is asked for.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NeedsRemarks {
    /// At the boxes.
    pub grants: Option<String>,
    /// At the last day.
    pub valid_until: Option<String>,
    /// At the box of the coordinator.
    pub coordinator: Option<String>,
}

/// `/account/extend/needs`.
#[derive(Debug, Clone, Serialize)]
pub struct ExtendNeedsPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Name of the unit.
    pub unit_name: String,
    /// „Gminny ośrodek pomocy społecznej”.
    pub kind: String,
    /// Sub-areas that this kind of unit may ask for.
    pub rows: Vec<NeedRow>,
    /// There is at least one box.
    pub has_boxes: bool,
    /// As typed.
    pub valid_until: String,
    /// Whether the person may ask to become the unit's coordinator: it is an own unit, and nobody asked for it yet.
    pub offers_coordinator: bool,
    /// The box is ticked.
    pub coordinator: bool,
    /// Remarks of the office.
    pub remarks: NeedsRemarks,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for ExtendNeedsPage {
    const TEMPLATE: &'static str = "pages/extend/needs.html.tera";
    const PLACE: &'static str = "account-extend-needs";
    fn samples() -> Vec<Self> {
        samples::needs()
    }
}

/// `/account/extend/check`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ExtendCheckPage {
    /// Which form it is.
    pub guide: Guide,
    /// The unit in which more is asked for.
    pub unit: CheckedUnit,
    /// The own unit whose head signs too.
    pub home: Option<CheckedUnit>,
    /// There is more than one own unit to choose from.
    pub can_change_home: bool,
    /// „świętokrzyskie”: whose office decides.
    pub voivodeship: String,
    /// Who applies.
    pub applicant: CheckedApplicant,
    /// What is asked for.
    pub wishes: Vec<Wish>,
    /// To become the unit's coordinator.
    pub coordinator: bool,
    /// Message to the office.
    pub note: String,
    /// Where to mend what `errors` say.
    pub problems: Vec<Problem>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for ExtendCheckPage {
    const TEMPLATE: &'static str = "pages/extend/check.html.tera";
    const PLACE: &'static str = "account-extend-check";
    fn samples() -> Vec<Self> {
        samples::check()
    }
}
