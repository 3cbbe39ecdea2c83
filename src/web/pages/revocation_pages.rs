//! Taking rights away, and what a person leaves to a successor. What may not live here: who may.

mod samples;

pub(super) use samples::affected as sample_affected;

use super::admin_pages::Choice;
use crate::domain::invalid::FieldErrors;
use crate::domain::moment::Moment;
use crate::render::Page;
use crate::web::pages::guided_pages::UnderWay;
use crate::web::pages::needs::Wish;
use jiff::civil::Date;
use serde::Serialize;

/// What hangs on the rights of a person in a unit.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AffectedUnit {
    /// Full name.
    pub unit_name: String,
    /// REGON.
    pub regon: String,
    /// Rights in words.
    pub grants: Vec<String>,
    /// Sub-areas in which nobody else approves.
    pub sole_approver_of: Vec<String>,
    /// The person is the unit's coordinator.
    pub is_coordinator: bool,
    /// Nobody else holds a right in the unit.
    pub leaves_nobody: bool,
    /// There is no other coordinator.
    pub leaves_no_coordinator: bool,
    /// Open applications of the person for this unit.
    pub applications: Vec<UnderWay>,
}

/// A right that can be taken.
#[derive(Debug, Clone, Serialize)]
pub struct TakenRow {
    /// `rights` for the first box, `rights-2` …
    pub id: String,
    /// `PS:editor`.
    pub value: String,
    /// „PS – pomoc społeczna”.
    pub sub_area: String,
    /// „wprowadzający dane”.
    pub function: String,
    /// Last day.
    pub valid_until: Date,
    /// Ticked.
    pub is_chosen: bool,
}

/// `/revocations/new/<account>/<unit>`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RevokePage {
    /// Whose rights.
    pub full_name: String,
    /// Login.
    pub login: String,
    /// The own rights.
    pub is_own: bool,
    /// The head's letter can be recorded.
    pub may_record_letter: bool,
    /// Rights.
    pub rows: Vec<TakenRow>,
    /// What hangs on them.
    pub affected: AffectedUnit,
    /// The account can be closed with it.
    pub may_close: bool,
    /// Ticked.
    pub close_account: Vec<&'static str>,
    /// Reasons to choose from.
    pub reasons: Vec<Choice>,
    /// As typed.
    pub reason: String,
    /// As typed.
    pub note: String,
    /// Ticked.
    pub by_letter: Vec<&'static str>,
    /// As typed.
    pub letter_date: String,
    /// As typed.
    pub letter_reference: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for RevokePage {
    const TEMPLATE: &'static str = "pages/revocation/new.html.tera";
    const PLACE: &'static str = "revocation-new";
    fn samples() -> Vec<Self> {
        samples::revoke()
    }
}

/// A right that was taken.
#[derive(Debug, Clone, Serialize)]
pub struct LeftLine {
    /// „PS – pomoc społeczna”.
    pub sub_area: String,
    /// „wprowadzający dane”.
    pub function: String,
    /// The last day that it would have had.
    pub valid_until: Date,
}

/// `/revocations/<id>`: the hand-over list.
#[derive(Debug, Clone, Serialize)]
pub struct HandOverPage {
    /// Whose rights they were.
    pub full_name: String,
    /// Login.
    pub login: String,
    /// Full name of the unit.
    pub unit_name: String,
    /// REGON.
    pub regon: String,
    /// When.
    pub revoked_at: Moment,
    /// Login of who did it.
    pub revoked_by: String,
    /// Key under `capacities`.
    pub capacity: &'static str,
    /// „odejście z pracy”.
    pub reason: String,
    /// In words.
    pub note: Option<String>,
    /// Number and date of the head's letter.
    pub letter: Option<(String, Date)>,
    /// The person was the unit's coordinator.
    pub was_coordinator: bool,
    /// Rights.
    pub rights: Vec<LeftLine>,
    /// Open applications: number, key under `kinds`, key under `status`.
    pub applications: Vec<(String, String, String)>,
    /// Where a successor begins, for those who may pass it on.
    pub successor_url: Option<String>,
    /// Where a new person is registered with these rights, for the unit's coordinator.
    pub register_href: Option<String>,
}

impl Page for HandOverPage {
    const TEMPLATE: &'static str = "pages/revocation/hand_over.html.tera";
    const PLACE: &'static str = "revocation";
    fn samples() -> Vec<Self> {
        samples::hand_over()
    }
}

/// `/account/extend/hand-over/<id>`: the rights of a leaver are taken over into the own application.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TakeOverPage {
    /// Whose rights they were.
    pub full_name: String,
    /// Full name of the unit.
    pub unit_name: String,
    /// What can be asked for of them.
    pub wishes: Vec<Wish>,
    /// Something is typed already, and would be gone.
    pub has_draft: bool,
}

impl Page for TakeOverPage {
    const TEMPLATE: &'static str = "pages/revocation/take_over.html.tera";
    const PLACE: &'static str = "account-extend-hand-over";
    fn samples() -> Vec<Self> {
        samples::take_over()
    }
}

/// `/unit/staff/register/hand-over/<id>`: the rights of a leaver are asked for by a new person.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StaffTakeOverPage {
    /// Whose rights they were.
    pub full_name: String,
    /// Full name of the unit.
    pub unit_name: String,
    /// What can be asked for of them.
    pub wishes: Vec<Wish>,
    /// Something is typed already, and stays.
    pub has_draft: bool,
    /// A person can be added to it.
    pub has_room: bool,
}

impl Page for StaffTakeOverPage {
    const TEMPLATE: &'static str = "pages/revocation/register.html.tera";
    const PLACE: &'static str = "unit-staff-register-hand-over";
    fn samples() -> Vec<Self> {
        samples::staff_take_over()
    }
}
