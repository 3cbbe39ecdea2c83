//! What administrators edit: the data of an office, dictionaries, and the history of both.

use super::admin_pages::Choice;
use crate::domain::edited::Texts;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use jiff::civil::{Date, date};
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// One change in a history: what, when, by whom, and what was and is.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeView {
    /// When.
    pub at: Moment,
    /// Name of who did it.
    pub by: String,
    /// Key under `dictionary_subjects`.
    pub subject: &'static str,
    /// Which of them; empty where all are about one.
    pub name: String,
    /// What differs.
    pub lines: Vec<ChangeLine>,
}

/// One field.
#[derive(Debug, Clone, Serialize)]
pub struct ChangeLine {
    /// What it is called.
    pub label: String,
    /// What it held; may be empty.
    pub was: String,
    /// What it holds; may be empty.
    pub is: String,
}

fn sample_change(subject: &'static str, name: &str) -> ChangeView {
    let line = |label: &str, was: &str, is: &str| ChangeLine { label: label.to_owned(), was: was.to_owned(), is: is.to_owned() };
    ChangeView {
        at: NOW,
        by: "Krystyna Zawadzka-Śliwińska".to_owned(),
        subject,
        name: name.to_owned(),
        lines: vec![
            line("Adres poczty", "al. IX Wieków Kielc 3, 25-516 Kielce", "ul. Sienkiewicza 1, 25-001 Kielce"),
            line("Adres ePUAP", "", "/SUWKielce/SkrytkaESP"),
        ],
    }
}

/// `/admin/office/<code>/edit`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EditOfficePage {
    /// Name of the office as it is.
    pub office: String,
    /// The name can be changed, too.
    pub may_rename: bool,
    /// As typed.
    pub texts: Texts,
    /// The channels with the names of their fields.
    pub channels: Vec<ChannelFields>,
    /// The version that is changed.
    pub version: i32,
    /// What somebody else has changed since the page was opened.
    pub meanwhile: Vec<ChangeView>,
    /// Names of the fields, in their order on the page.
    pub order: Vec<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

/// One channel.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelFields {
    /// Key under `channels`.
    pub channel: &'static str,
    /// Name of the box.
    pub open_field: String,
    /// `on` when it is ticked.
    pub open: Vec<String>,
    /// Name of the field with its address.
    pub address_field: String,
    /// As typed.
    pub address: String,
}

impl Page for EditOfficePage {
    const TEMPLATE: &'static str = "pages/admin/edit_office.html.tera";
    const PLACE: &'static str = "admin-office-edit";
    fn samples() -> Vec<Self> {
        let channel = |channel: &'static str, open: bool, address: &str| ChannelFields {
            channel,
            open_field: format!("{channel}_open"),
            open: if open { vec!["on".to_owned()] } else { Vec::new() },
            address_field: format!("{channel}_address"),
            address: address.to_owned(),
        };
        let texts = Texts::from([
            ("name", "Świętokrzyski Urząd Wojewódzki w Kielcach".to_owned()),
            ("address", "al. IX Wieków Kielc 3, 25-516 Kielce".to_owned()),
            ("email", "wps@kielce.example.pl".to_owned()),
            ("phone", "+48 41 342 18 00".to_owned()),
            ("form_text", "Pokój 312, poniedziałek 8–16.".to_owned()),
        ]);
        let channels = vec![
            channel("e_delivery", true, "AE:PL-12345-67890-ABCDE-12"),
            channel("epuap", false, ""),
            channel("email", false, ""),
            channel("post", true, "al. IX Wieków Kielc 3, 25-516 Kielce"),
            channel("in_person", true, "al. IX Wieków Kielc 3, 25-516 Kielce"),
        ];
        let page = Self {
            office: "Świętokrzyski Urząd Wojewódzki w Kielcach".to_owned(),
            texts,
            channels,
            version: 3,
            order: ["name", "address", "email", "phone", "e_delivery_address", "form_text"].map(str::to_owned).into(),
            ..Self::default()
        };
        let mut errors = FieldErrors::one("address", Invalid::Required);
        errors.add("email", Invalid::EmailShape);
        errors.add("form_text", Invalid::TooLong);
        errors.add("e_delivery_open", Invalid::NothingChosen);
        for field in ["e_delivery", "epuap", "email", "post", "in_person"] {
            errors.add(format!("{field}_address"), Invalid::Required);
        }
        vec![
            page.clone(),
            Self { may_rename: true, errors, ..page.clone() },
            Self { meanwhile: vec![sample_change("office", "")], version: 4, ..page },
        ]
    }
}

/// `/admin/office/<code>/history` and `/admin/dictionaries/history`.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryPage {
    /// Name of the office; none for the dictionaries.
    pub office: Option<String>,
    /// The newest first.
    pub changes: Vec<ChangeView>,
    /// Where the way back leads.
    pub back: &'static str,
}

impl Page for HistoryPage {
    const TEMPLATE: &'static str = "pages/admin/edit_history.html.tera";
    const PLACE: &'static str = "admin-edit-history";
    fn samples() -> Vec<Self> {
        let changes = vec![sample_change("unit_kind", "ops_gminny"), sample_change("day_off", "12.11.2026")];
        vec![
            Self { office: None, changes, back: "/admin/dictionaries" },
            Self {
                office: Some("Świętokrzyski Urząd Wojewódzki w Kielcach".to_owned()),
                changes: vec![sample_change("office", "")],
                back: "/admin/office",
            },
            Self { office: None, changes: Vec::new(), back: "/admin/dictionaries" },
        ]
    }
}

/// `/admin/dictionaries`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DictionariesPage {
    /// Kinds of unit.
    pub unit_kinds: Vec<KindRow>,
    /// Sub-areas.
    pub sub_areas: Vec<AreaRow>,
    /// Targets.
    pub targets: Vec<TargetRow>,
    /// The reader may set targets.
    pub may_set_targets: bool,
    /// Single days.
    pub days_off: Vec<DayRow>,
}

/// A kind of unit.
#[derive(Debug, Clone, Serialize)]
pub struct KindRow {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Codes of its sub-areas.
    pub sub_areas: String,
    /// The last day on which it is offered.
    pub last_day: Option<Date>,
}

/// A sub-area.
#[derive(Debug, Clone, Serialize)]
pub struct AreaRow {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Months that are given without asking.
    pub default_months: i32,
    /// Months that may be asked for at most.
    pub longest_months: i32,
    /// The last day on which it is offered.
    pub last_day: Option<Date>,
}

/// A target.
#[derive(Debug, Clone, Serialize)]
pub struct TargetRow {
    /// Key under `kinds`; empty: every kind without one of its own.
    pub kind: &'static str,
    /// The first day on which it counts.
    pub valid_from: Date,
    /// Working days.
    pub working_days: u32,
}

/// A single day.
#[derive(Debug, Clone, Serialize)]
pub struct DayRow {
    /// The day.
    pub day: Date,
    /// Key under `days_off`.
    pub what: &'static str,
    /// Which law says so.
    pub reason: String,
    /// Key under `day_off_states`: ahead, past, withdrawn.
    pub state: &'static str,
}

impl Page for DictionariesPage {
    const TEMPLATE: &'static str = "pages/admin/dictionaries.html.tera";
    const PLACE: &'static str = "admin-dictionaries";
    fn samples() -> Vec<Self> {
        let kind = |name: &str, last_day| KindRow {
            code: "ops_miejsko_gminny".to_owned(),
            name: name.to_owned(),
            sub_areas: "PS, WRiSPZ, SR, FA".to_owned(),
            last_day,
        };
        let area = |code: &str, last_day| AreaRow {
            code: code.to_owned(),
            name: "wspieranie rodziny i system pieczy zastępczej".to_owned(),
            default_months: 24,
            longest_months: 36,
            last_day,
        };
        let target = |kind, working_days| TargetRow { kind, valid_from: date(2026, 1, 1), working_days };
        let day = |what, state| DayRow { day: date(2026, 12, 28), what, reason: "Dz.U. 2026 poz. 1234".to_owned(), state };
        let full = Self {
            unit_kinds: vec![
                kind("Miejsko-gminny ośrodek pomocy społecznej (MGOPS)", None),
                kind("Ośrodek wsparcia", Some(date(2026, 12, 31))),
            ],
            sub_areas: vec![area("WRiSPZ", None), area("ES", Some(date(2026, 12, 31)))],
            targets: vec![target("", 10), target("permission_renewal", 5)],
            may_set_targets: true,
            days_off: vec![day("free", "ahead"), day("worked", "past"), day("free", "withdrawn")],
        };
        vec![full, Self::default()]
    }
}

/// `/admin/dictionaries/unit-kinds/<code>`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EditKindPage {
    /// Its code.
    pub code: String,
    /// As typed.
    pub texts: Texts,
    /// Codes that are ticked.
    pub sub_areas: Vec<String>,
    /// All sub-areas.
    pub all_sub_areas: Vec<Choice>,
    /// The version that is changed.
    pub version: i32,
    /// What somebody else has changed since the page was opened.
    pub meanwhile: Vec<ChangeView>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for EditKindPage {
    const TEMPLATE: &'static str = "pages/admin/edit_unit_kind.html.tera";
    const PLACE: &'static str = "admin-dictionaries-unit-kind";
    fn samples() -> Vec<Self> {
        let page = Self {
            code: "dps".to_owned(),
            texts: Texts::from([("name", "Dom pomocy społecznej (DPS)".to_owned()), ("last_day", String::new())]),
            sub_areas: vec!["PS".to_owned()],
            all_sub_areas: vec![Choice::new("PS", "PS – pomoc społeczna"), Choice::new("KDR", "KDR – Karta Dużej Rodziny")],
            ..Self::default()
        };
        let mut errors = FieldErrors::one("name", Invalid::Required);
        errors.add("sub_areas", Invalid::NothingChosen);
        errors.add("last_day", Invalid::DatePast);
        vec![page.clone(), Self { errors, ..page.clone() }, Self { meanwhile: vec![sample_change("unit_kind", "dps")], ..page }]
    }
}

/// `/admin/dictionaries/sub-areas/<code>`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EditAreaPage {
    /// Its code.
    pub code: String,
    /// As typed.
    pub texts: Texts,
    /// The version that is changed.
    pub version: i32,
    /// What somebody else has changed since the page was opened.
    pub meanwhile: Vec<ChangeView>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for EditAreaPage {
    const TEMPLATE: &'static str = "pages/admin/edit_sub_area.html.tera";
    const PLACE: &'static str = "admin-dictionaries-sub-area";
    fn samples() -> Vec<Self> {
        let texts = Texts::from([
            ("name", "pomoc społeczna".to_owned()),
            ("default_months", "24".to_owned()),
            ("longest_months", "36".to_owned()),
            ("last_day", "31.12.2027".to_owned()),
        ]);
        let page = Self { code: "PS".to_owned(), texts, ..Self::default() };
        let mut errors = FieldErrors::one("name", Invalid::TooLong);
        errors.add("default_months", Invalid::DefaultBeyondLongest);
        errors.add("longest_months", Invalid::Unknown);
        vec![page.clone(), Self { errors, ..page.clone() }, Self { meanwhile: vec![sample_change("sub_area", "PS")], ..page }]
    }
}

/// `/admin/dictionaries/targets`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SetTargetPage {
    /// Chosen kind.
    pub kind: String,
    /// All kinds, and every other one.
    pub kinds: Vec<Choice>,
    /// As typed.
    pub valid_from: String,
    /// As typed.
    pub working_days: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for SetTargetPage {
    const TEMPLATE: &'static str = "pages/admin/set_target.html.tera";
    const PLACE: &'static str = "admin-dictionaries-target";
    fn samples() -> Vec<Self> {
        let kinds = vec![Choice::new("all", "wszystkie pozostałe"), Choice::new("permission_renewal", "przedłużenie uprawnień")];
        let page = Self { kinds, ..Self::default() };
        let mut errors = FieldErrors::one("valid_from", Invalid::DatePast);
        errors.add("kind", Invalid::Unknown);
        errors.add("working_days", Invalid::Unknown);
        vec![page.clone(), Self { errors, kind: "permission_renewal".to_owned(), working_days: "900".to_owned(), ..page }]
    }
}

/// `/admin/dictionaries/days-off`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct DayOffPage {
    /// As typed.
    pub day: String,
    /// Chosen.
    pub what: String,
    /// As typed.
    pub reason: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for DayOffPage {
    const TEMPLATE: &'static str = "pages/admin/day_off.html.tera";
    const PLACE: &'static str = "admin-dictionaries-day-off";
    fn samples() -> Vec<Self> {
        let mut errors = FieldErrors::one("day", Invalid::DayIsFree);
        errors.add("what", Invalid::Required);
        errors.add("reason", Invalid::Required);
        let wrong = |reason| Self { day: "24.12.2026".to_owned(), errors: FieldErrors::one("day", reason), ..Self::default() };
        vec![
            Self::default(),
            Self { errors, ..Self::default() },
            wrong(Invalid::DayIsWorked),
            wrong(Invalid::DayOffAlready),
            wrong(Invalid::DatePast),
            wrong(Invalid::DateTooFar),
        ]
    }
}
