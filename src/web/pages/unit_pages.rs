//! `/unit`: the own unit and who works in it. What may not live here: where the values come from.

use crate::render::Page;
use crate::web::pages::ExportLinks;
use crate::web::pages::guided_pages::UnitItem;
use jiff::civil::Date;
use serde::Serialize;

/// `/unit` and `/unit/staff` of somebody of several units, or of none.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OwnUnitChoicePage {
    /// Where a choice leads.
    pub path: &'static str,
    /// The units; empty for somebody who works in none.
    pub units: Vec<UnitItem>,
}

impl Page for OwnUnitChoicePage {
    const TEMPLATE: &'static str = "pages/unit/choice.html.tera";
    const PLACE: &'static str = "unit-choice";
    fn samples() -> Vec<Self> {
        let unit = |value: &str, name: &str| UnitItem {
            value: value.to_owned(),
            text: name.to_owned(),
            hint: "Morawica, REGON 123456785".to_owned(),
        };
        let units = vec![unit("1", "Gminny Ośrodek Pomocy Społecznej w Morawicy"), unit("2", "Dom <b>Pomocy</b> Społecznej")];
        vec![Self { path: "/unit", units }, Self { path: "/unit/staff", units: Vec::new() }]
    }
}

/// `/unit`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OwnUnitPage {
    /// Its row.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Name of its kind.
    pub kind: String,
    /// It has ended.
    pub is_closed: bool,
    /// REGON.
    pub regon: String,
    /// NIP.
    pub nip: String,
    /// Seat.
    pub address: String,
    /// Gmina, powiat, voivodeship.
    pub territory: String,
    /// Phone.
    pub phone: String,
    /// Its extension.
    pub phone_extension: String,
    /// E-mail.
    pub email: String,
    /// e-Doręczenia.
    pub ade: String,
    /// ePUAP.
    pub epuap: String,
    /// Parent body.
    pub parent_body: String,
    /// Who signs.
    pub head: String,
    /// The office that decides.
    pub office: String,
    /// Full names of the coordinators.
    pub coordinators: Vec<String>,
    /// The visitor may see who works in it.
    pub may_list: bool,
    /// The visitor may register its people.
    pub may_register: bool,
    /// The visitor belongs to other units, too.
    pub has_others: bool,
}

impl Page for OwnUnitPage {
    const TEMPLATE: &'static str = "pages/unit/unit.html.tera";
    const PLACE: &'static str = "unit";
    fn samples() -> Vec<Self> {
        let text = str::to_owned;
        let page = Self {
            id: text("0193"),
            name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
            kind: text("ośrodek pomocy społecznej gminny (GOPS)"),
            regon: text("123456785"),
            address: text("ul. Spacerowa 7, 26-026 Morawica"),
            territory: text("Morawica (gmina miejsko-wiejska), kielecki, świętokrzyskie"),
            phone: text("41 311 46 90"),
            email: text("gops@morawica.example.pl"),
            parent_body: text("Gmina Morawica"),
            head: text("Maria Wójcik, kierownik"),
            office: text("Świętokrzyski Urząd Wojewódzki w Kielcach"),
            ..Self::default()
        };
        let coordinated = Self {
            name: "Miejsko-Gminny Ośrodek <b>Pomocy</b> Społecznej imienia Świętej Jadwigi Śląskiej w Wólce ".repeat(2),
            nip: text("5261040828"),
            phone_extension: text("12"),
            ade: text("AE:PL-12345-67890-ABCDE-12"),
            epuap: text("/GOPSMorawica/SkrytkaESP"),
            coordinators: vec![text("Anna Nowak-Kowalska"), text("Zofia Źdźbło")],
            may_list: true,
            may_register: true,
            has_others: true,
            ..page.clone()
        };
        let closed = Self { is_closed: true, ..page.clone() };
        vec![page, coordinated, closed]
    }
}

/// One right of a person.
#[derive(Debug, Clone, Serialize)]
pub struct StaffGrant {
    /// Why the person holds it.
    pub href: String,
    /// Code.
    pub sub_area: String,
    /// Label key under `functions`.
    pub function: String,
    /// Last day.
    pub valid_until: Date,
}

/// Somebody who works in the unit.
#[derive(Debug, Clone, Serialize)]
pub struct StaffPersonRow {
    /// First and last name.
    pub full_name: String,
    /// Login.
    pub login: String,
    /// Work e-mail.
    pub email: String,
    /// Rights in force.
    pub grants: Vec<StaffGrant>,
}

/// `/unit/staff`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnitStaffPage {
    /// The unit's row.
    pub id: String,
    /// Its name.
    pub unit_name: String,
    /// By name.
    pub persons: Vec<StaffPersonRow>,
    /// The visitor may register new people.
    pub may_register: bool,
    /// The first page of the list.
    pub first_href: Option<String>,
    /// The next one.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
}

impl Page for UnitStaffPage {
    const TEMPLATE: &'static str = "pages/unit/staff.html.tera";
    const PLACE: &'static str = "unit-staff";
    fn samples() -> Vec<Self> {
        let grant = |sub_area: &str, function: &str| StaffGrant {
            href: "/grants/0193".to_owned(),
            sub_area: sub_area.to_owned(),
            function: function.to_owned(),
            valid_until: Date::constant(2027, 12, 31),
        };
        let person = |name: &str, login: &str| StaffPersonRow {
            full_name: name.to_owned(),
            login: login.to_owned(),
            email: format!("{login}@gops-morawica.example.pl"),
            grants: vec![grant("PS", "editor"), grant("WRiSPZ", "viewer")],
        };
        let empty = Self {
            id: "0193".to_owned(),
            unit_name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            may_register: true,
            ..Self::default()
        };
        let full = Self {
            persons: vec![person("Anna Nowak-Kowalska", "anowak"), person("Zofia <b>Brzęczyszczykiewicz</b>-Łękołodzka", "zofia-b")],
            first_href: Some("/unit/staff?unit=0193".to_owned()),
            next_href: Some("/unit/staff?unit=0193&after=x".to_owned()),
            export: ExportLinks::sample("grants"),
            ..empty.clone()
        };
        vec![empty, full]
    }
}
