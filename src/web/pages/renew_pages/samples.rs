//! Examples of the pages of a renewal: nothing to renew yet, one unit and several, a right already asked for, errors, remarks, long names.

use super::*;
use crate::domain::invalid::Invalid;
use jiff::civil::date;

const NUMBER: &str = "W/26/2026/000123";

fn text(text: &str) -> String {
    text.to_owned()
}

fn long_name() -> String {
    "Miejsko-Gminny Ośrodek <b>Pomocy</b> Społecznej imienia Świętej Jadwigi Śląskiej w Świętokrzyskiej Wólce ".repeat(2).trim().to_owned()
}

pub(super) fn start() -> Vec<RenewPage> {
    let [fresh, begun, corrects] = Overview::samples("renew", "/account/renew", ["unit", "grants", "statements"]);
    let nothing = RenewPage { overview: Overview { tasks: Vec::new(), ..fresh.clone() }, ..RenewPage::default() };
    let later = RenewPage { opens_on: Some(date(2027, 9, 30)), ..nothing.clone() };
    let page = |overview| RenewPage { overview, has_something: true, ..RenewPage::default() };
    let closed = RenewPage { is_unit_closed: true, ..page(corrects.clone()) };
    vec![nothing, later, page(fresh), page(begun), page(corrects), closed]
}

pub(super) fn unit() -> Vec<RenewUnitPage> {
    let unit = |n: u32, name: &str| UnitItem { value: n.to_string(), text: text(name), hint: text("Morawica, REGON 123456785") };
    let units = vec![unit(1, "Gminny Ośrodek Pomocy Społecznej w Morawicy"), unit(2, &long_name())];
    let page = RenewUnitPage { units, ..RenewUnitPage::default() };
    let errors = FieldErrors::one("unit", Invalid::GrantNotEnding);
    vec![page.clone(), RenewUnitPage { unit: text("2"), errors, ..page }]
}

fn rows() -> Vec<EndingRow> {
    let row = |id: &str, pair: &str, sub_area: &str, function: &str| EndingRow {
        id: text(id),
        day: format!("until.{}", pair.replace(':', ".")),
        value: text(pair),
        sub_area: text(sub_area),
        function: text(function),
        ends: date(2026, 12, 31),
        usual: Some(date(2029, 11, 22)),
        latest: Some(date(2029, 11, 22)),
        is_chosen: true,
        valid_until: String::new(),
        is_free: true,
        number: None,
    };
    let asked = EndingRow {
        is_free: false,
        is_chosen: false,
        number: Some(text(NUMBER)),
        ..row("grants", "PS:viewer", "PS – pomoc społeczna", "przeglądający")
    };
    let not_any_more = EndingRow { number: None, usual: None, latest: None, ..asked.clone() };
    vec![
        row("grants", "PS:editor", "PS – pomoc społeczna", "wprowadzający dane"),
        row("grants-2", "OP-3:viewer", "OP-3 – opieka nad dziećmi w wieku do lat 3", "przeglądający"),
        asked,
        EndingRow { value: text("SW:viewer"), day: text("until.SW.viewer"), ..not_any_more },
    ]
}

pub(super) fn grants() -> Vec<RenewGrantsPage> {
    let order = vec![text("grants"), text("until.PS.editor"), text("until.OP-3.viewer")];
    let page = RenewGrantsPage {
        unit_name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        rows: rows(),
        has_boxes: true,
        first_end: Some(date(2026, 12, 31)),
        order,
        ..RenewGrantsPage::default()
    };
    let mut errors = FieldErrors::one("grants", Invalid::GrantAsked);
    errors.add("until.PS.editor", Invalid::DateNotLater);
    errors.add("until.OP-3.viewer", Invalid::DateTooFar);
    let mut wrong = RenewGrantsPage { errors, unit_name: long_name(), ..page.clone() };
    wrong.rows[0].valid_until = text("31.12.2026");
    let corrects = RenewGrantsPage { corrects: Some(text(NUMBER)), remark: Some(text("Krócej, do końca zastępstwa.")), ..page.clone() };
    let full = RenewGrantsPage { rows: rows().split_off(2), has_boxes: false, ..page.clone() };
    vec![page, wrong, corrects, full]
}

pub(super) fn check() -> Vec<RenewCheckPage> {
    let [new, correction] = Guide::samples("renew", "/account/renew");
    let unit = |name: &str| CheckedUnit {
        name: text(name),
        regon: text("123456785"),
        address: text("ul. Spacerowa 7, 26-026 Morawica"),
        head: text("Maria Wójcik, kierownik"),
    };
    let line = |sub_area: &str, function: &str| RenewedLine {
        sub_area: text(sub_area),
        function: text(function),
        ends: date(2026, 12, 31),
        valid_until: date(2029, 11, 22),
    };
    let page = RenewCheckPage {
        guide: new,
        unit: unit("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        voivodeship: text("świętokrzyskie"),
        applicant: CheckedApplicant::sample(),
        lines: vec![line("PS – pomoc społeczna", "wprowadzający dane"), line("SR – świadczenia rodzinne", "przeglądający")],
        first_end: Some(date(2026, 12, 31)),
        ..RenewCheckPage::default()
    };
    let mut errors = FieldErrors::one("grants", Invalid::GrantNotEnding);
    errors.add("unit", Invalid::UnitClosed);
    let problem = |field: &str, href: &str| Problem { field: text(field), href: text(href) };
    let problems = vec![problem("unit", "/account/renew/unit"), problem("grants", "/account/renew/grants#grants")];
    let wrong = RenewCheckPage {
        guide: correction,
        unit: unit(&long_name()),
        can_change_unit: true,
        applicant: CheckedApplicant { phone: String::new(), ..CheckedApplicant::sample() },
        lines: Vec::new(),
        first_end: None,
        problems,
        errors,
        ..page.clone()
    };
    vec![page, wrong]
}
