//! `/account/renew`: „Przedłuż uprawnienia”, one page for each step. What may not live here: what may be entered when (domain), and
//! the words.

mod samples;

use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use crate::web::pages::guided_pages::{CheckedApplicant, CheckedUnit, Guide, Overview, Problem, UnitItem};
use jiff::civil::Date;
use serde::Serialize;

/// `/account/renew`: the task list.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RenewPage {
    /// The task list with what stands around it.
    pub overview: Overview,
    /// The chosen unit has ended.
    pub is_unit_closed: bool,
    /// Rights end soon.
    pub has_something: bool,
    /// On which day the next right can be renewed.
    pub opens_on: Option<Date>,
}

impl Page for RenewPage {
    const TEMPLATE: &'static str = "pages/renew/start.html.tera";
    const PLACE: &'static str = "account-renew";
    fn samples() -> Vec<Self> {
        samples::start()
    }
}

/// `/account/renew/unit`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RenewUnitPage {
    /// Units in which rights end soon.
    pub units: Vec<UnitItem>,
    /// The chosen one.
    pub unit: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for RenewUnitPage {
    const TEMPLATE: &'static str = "pages/renew/unit.html.tera";
    const PLACE: &'static str = "account-renew-unit";
    fn samples() -> Vec<Self> {
        samples::unit()
    }
}

/// A right that ends soon.
#[derive(Debug, Clone, Serialize)]
pub struct EndingRow {
    /// `grants` for the first box, `grants-2` …
    pub id: String,
    /// Name of the field of its last day.
    pub day: String,
    /// `PS:editor`.
    pub value: String,
    /// „PS – pomoc społeczna”.
    pub sub_area: String,
    /// „wprowadzający dane”.
    pub function: String,
    /// Its last day now.
    pub ends: Date,
    /// The last day that is given to whoever types none.
    pub usual: Option<Date>,
    /// The last day that may be asked for.
    pub latest: Option<Date>,
    /// Ticked.
    pub is_chosen: bool,
    /// As typed.
    pub valid_until: String,
    /// It can be renewed: nothing stands in the way.
    pub is_free: bool,
    /// The application that asks for it already.
    pub number: Option<String>,
}

/// `/account/renew/grants`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RenewGrantsPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Name of the unit.
    pub unit_name: String,
    /// Rights that end soon.
    pub rows: Vec<EndingRow>,
    /// There is at least one box.
    pub has_boxes: bool,
    /// When the first of them ends.
    pub first_end: Option<Date>,
    /// The fields in the order of the page.
    pub order: Vec<String>,
    /// Remark of the office.
    pub remark: Option<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for RenewGrantsPage {
    const TEMPLATE: &'static str = "pages/renew/grants.html.tera";
    const PLACE: &'static str = "account-renew-grants";
    fn samples() -> Vec<Self> {
        samples::grants()
    }
}

/// A right with its old and its new last day.
#[derive(Debug, Clone, Serialize)]
pub struct RenewedLine {
    /// „PS – pomoc społeczna”.
    pub sub_area: String,
    /// „wprowadzający dane”.
    pub function: String,
    /// Now.
    pub ends: Date,
    /// After an approval.
    pub valid_until: Date,
}

/// `/account/renew/check`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RenewCheckPage {
    /// Which form it is.
    pub guide: Guide,
    /// The unit.
    pub unit: CheckedUnit,
    /// There is more than one to choose from.
    pub can_change_unit: bool,
    /// „świętokrzyskie”: whose office decides.
    pub voivodeship: String,
    /// Who applies.
    pub applicant: CheckedApplicant,
    /// What is renewed.
    pub lines: Vec<RenewedLine>,
    /// When the first of them ends: until then it must be decided.
    pub first_end: Option<Date>,
    /// Message to the office.
    pub note: String,
    /// Where to mend what `errors` say.
    pub problems: Vec<Problem>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for RenewCheckPage {
    const TEMPLATE: &'static str = "pages/renew/check.html.tera";
    const PLACE: &'static str = "account-renew-check";
    fn samples() -> Vec<Self> {
        samples::check()
    }
}
