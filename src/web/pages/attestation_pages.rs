//! „Coroczne potwierdzenie uprawnień”: for the unit line by line, for administrators as a list. What may not live here: what may be
//! said when.

use super::ExportLinks;
use super::admin_pages::Choice;
use super::guided_pages::UnderWay;
use crate::domain::invalid::FieldErrors;
use crate::domain::moment::Moment;
use crate::render::Page;
use jiff::civil::{Date, date};
use serde::Serialize;

/// One confirmation of an own unit.
#[derive(Debug, Clone, Serialize)]
pub struct OwnAttestation {
    /// Where it is answered.
    pub href: String,
    /// Unit's name.
    pub unit_name: String,
    /// Unit's REGON.
    pub regon: String,
    /// Key under `attestation_states`.
    pub state: &'static str,
    /// The last day on which an answer is in time.
    pub last_day: Date,
    /// The visitor prepares the list.
    pub may_prepare: bool,
    /// The application with the list, if it is open.
    pub open: Option<UnderWay>,
}

/// `/unit/attestation`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AttestationsPage {
    /// What waits.
    pub attestations: Vec<OwnAttestation>,
}

fn sample_own(state: &'static str, may_prepare: bool, open: Option<&'static str>) -> OwnAttestation {
    OwnAttestation {
        href: "/unit/attestation/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        unit_name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
        regon: "123456785".to_owned(),
        state,
        last_day: date(2026, 12, 22),
        may_prepare,
        open: open.map(|status| UnderWay { number: "W/26/2026/000123".to_owned(), path: "W-26-2026-000123".to_owned(), status }),
    }
}

impl Page for AttestationsPage {
    const TEMPLATE: &'static str = "pages/attestation/start.html.tera";
    const PLACE: &'static str = "unit-attestations";
    fn samples() -> Vec<Self> {
        let all = vec![
            sample_own("suspended", true, None),
            sample_own("open", true, Some("awaiting_form")),
            sample_own("open", false, None),
            sample_own("answered", false, Some("in_review")),
        ];
        vec![Self::default(), Self { attestations: all }]
    }
}

/// One grant to say something of.
#[derive(Debug, Clone, Serialize)]
pub struct VerdictRow {
    /// Name of the field.
    pub field: String,
    /// Holder.
    pub full_name: String,
    /// Holder's login.
    pub login: String,
    /// „PS – pomoc społeczna”.
    pub sub_area: String,
    /// „wprowadzający dane”.
    pub function: String,
    /// Last day.
    pub valid_until: Date,
    /// Key of what was said; empty where nothing was.
    pub verdict: &'static str,
}

/// `/unit/attestation/<id>`: line by line.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AttestationPage {
    /// Its own path.
    pub href: String,
    /// Number of the application that is corrected.
    pub corrects: Option<String>,
    /// Unit's name.
    pub unit_name: String,
    /// Key under `attestation_states`.
    pub state: &'static str,
    /// The last day on which an answer is in time.
    pub last_day: Date,
    /// What the office says.
    pub remarks: Vec<String>,
    /// What is held in the unit.
    pub rows: Vec<VerdictRow>,
    /// The two answers.
    pub verdicts: Vec<Choice>,
    /// What to mend.
    pub errors: FieldErrors,
}

fn sample_row(id: u8, verdict: &'static str) -> VerdictRow {
    VerdictRow {
        field: format!("grants.0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a{id}"),
        full_name: "Nowak-Śliwińska Anna Maria".to_owned(),
        login: "a-nowak".to_owned(),
        sub_area: "WRiSPZ – wspieranie rodziny i system pieczy zastępczej".to_owned(),
        function: "wprowadzający dane".to_owned(),
        valid_until: date(2028, 12, 31),
        verdict,
    }
}

impl Page for AttestationPage {
    const TEMPLATE: &'static str = "pages/attestation/lines.html.tera";
    const PLACE: &'static str = "unit-attestation";
    fn samples() -> Vec<Self> {
        let page = Self {
            href: "/unit/attestation/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
            unit_name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            state: "open",
            last_day: date(2026, 12, 22),
            rows: vec![sample_row(10, "keep"), sample_row(11, "end"), sample_row(12, "")],
            verdicts: vec![Choice::new("keep", "Zostaje"), Choice::new("end", "Do cofnięcia")],
            ..Self::default()
        };
        let errors = FieldErrors::one(page.rows[2].field.clone(), crate::domain::invalid::Invalid::Required);
        let corrected = Self {
            corrects: Some("W/26/2026/000123".to_owned()),
            remarks: vec!["Jan Żak odszedł z pracy w październiku.".to_owned()],
            ..page.clone()
        };
        vec![page.clone(), Self { state: "suspended", ..page.clone() }, corrected, Self { errors, ..page }]
    }
}

/// `/unit/attestation/<id>/check`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AttestationCheckPage {
    /// Path of the lines.
    pub href: String,
    /// Number of the application that is corrected.
    pub corrects: Option<String>,
    /// Unit's name.
    pub unit_name: String,
    /// Unit's REGON.
    pub regon: String,
    /// Who signs.
    pub head: String,
    /// What stays.
    pub kept: Vec<VerdictRow>,
    /// What ends.
    pub ended: Vec<VerdictRow>,
    /// Message to the office.
    pub note: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for AttestationCheckPage {
    const TEMPLATE: &'static str = "pages/attestation/check.html.tera";
    const PLACE: &'static str = "unit-attestation-check";
    fn samples() -> Vec<Self> {
        let page = Self {
            href: "/unit/attestation/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
            unit_name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            regon: "123456785".to_owned(),
            head: "Maria Wójcik, kierownik".to_owned(),
            kept: vec![sample_row(10, "keep")],
            ..Self::default()
        };
        let ends =
            Self { ended: vec![sample_row(11, "end")], kept: Vec::new(), corrects: Some("W/26/2026/000123".to_owned()), ..page.clone() };
        let errors = FieldErrors::one("unit", crate::domain::invalid::Invalid::UnitClosed);
        vec![page.clone(), ends, Self { errors, ..page }]
    }
}

/// One unit on the administrator's list.
#[derive(Debug, Clone, Serialize)]
pub struct AttestationRow {
    /// Unit's name.
    pub unit_name: String,
    /// Unit's REGON.
    pub regon: String,
    /// Where its grants are listed.
    pub grants_href: String,
    /// Asked.
    pub opened_at: Moment,
    /// The last day on which an answer is in time.
    pub last_day: Date,
    /// Key under `attestation_states`.
    pub state: &'static str,
    /// Number and path of the application with the list.
    pub application: Option<(String, String)>,
}

/// `/admin/attestations`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AttestationListPage {
    /// Words of a unit, as typed.
    pub unit_search: String,
    /// Key of the chosen state.
    pub state: String,
    /// All states.
    pub states: Vec<Choice>,
    /// The rows.
    pub rows: Vec<AttestationRow>,
    /// Link to the first page, on later ones.
    pub first_href: Option<String>,
    /// Link to the next page.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
}

impl Page for AttestationListPage {
    const TEMPLATE: &'static str = "pages/attestation/list.html.tera";
    const PLACE: &'static str = "admin-attestations";
    fn samples() -> Vec<Self> {
        let row = |state, number: Option<&str>| AttestationRow {
            unit_name: "Miejsko-Gminny Ośrodek Pomocy Społecznej imienia Świętego Brata Alberta w Daleszycach".to_owned(),
            regon: "123456785".to_owned(),
            grants_href: "/grants?unit_search=123456785".to_owned(),
            opened_at: Moment(1_795_327_500_000),
            last_day: date(2026, 12, 22),
            state,
            application: number.map(|number| (number.to_owned(), number.replace('/', "-"))),
        };
        let page = Self {
            state: "open".to_owned(),
            states: vec![Choice::new("open", "czeka na odpowiedź"), Choice::new("done", "potwierdzone")],
            ..Self::default()
        };
        let full = Self {
            unit_search: "daleszyce".to_owned(),
            rows: vec![row("open", None), row("suspended", Some("W/26/2026/000123")), row("answered", Some("W/26/2026/000124"))],
            next_href: Some("/admin/attestations?after=n".to_owned()),
            export: ExportLinks::sample("attestations"),
            ..page.clone()
        };
        vec![page, full]
    }
}
