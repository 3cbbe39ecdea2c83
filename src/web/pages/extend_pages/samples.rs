//! Examples of the pages of an extension: the own unit, another one, everything held already, errors, remarks, long names.

use super::*;
use crate::domain::invalid::Invalid;
use crate::web::pages::needs::{NeedBox, Taken};
use jiff::civil::date;

const NUMBER: &str = "W/26/2026/000123";

fn text(text: &str) -> String {
    text.to_owned()
}

fn long_name() -> String {
    "Miejsko-Gminny Ośrodek <b>Pomocy</b> Społecznej imienia Świętej Jadwigi Śląskiej w Świętokrzyskiej Wólce ".repeat(2).trim().to_owned()
}

fn units() -> Vec<UnitItem> {
    let unit = |n: u32, name: &str| UnitItem { value: n.to_string(), text: text(name), hint: text("Morawica, REGON 123456785") };
    vec![unit(1, "Gminny Ośrodek Pomocy Społecznej w Morawicy"), unit(2, &long_name())]
}

pub(super) fn start() -> Vec<ExtendPage> {
    let [fresh, begun, corrects] = Overview::samples("extend", "/account/extend", ["unit", "needs", "statements"]);
    let closed = ExtendPage { overview: corrects.clone(), is_unit_closed: true };
    let open = [fresh, begun, corrects].map(|overview| ExtendPage { overview, is_unit_closed: false });
    open.into_iter().chain([closed]).collect()
}

pub(super) fn unit() -> Vec<ExtendUnitPage> {
    let mut all = units();
    all.push(UnitItem { value: text("other"), text: text("Inna jednostka"), hint: text("Wniosek podpiszą obie osoby zarządzające") });
    let page = ExtendUnitPage { units: all, ..ExtendUnitPage::default() };
    let chosen = ExtendUnitPage { unit: text("other"), chosen_other: Some(long_name()), ..page.clone() };
    let errors = FieldErrors::one("unit", Invalid::UnitClosed);
    vec![page.clone(), chosen, ExtendUnitPage { errors, ..page }]
}

pub(super) fn search() -> Vec<ExtendSearchPage> {
    let empty = ExtendSearchPage::default();
    let found = ExtendSearchPage { unit_search: text("Morawica"), is_searched: true, found: units(), has_more: true, ..empty.clone() };
    let nothing = ExtendSearchPage { unit_search: text("<b>nie ma</b>"), is_searched: true, ..empty.clone() };
    let wrong = ExtendSearchPage { errors: FieldErrors::one("unit_search", Invalid::RegonChecksum), ..empty.clone() };
    let unchosen = ExtendSearchPage { errors: FieldErrors::one("unit", Invalid::Required), ..found.clone() };
    vec![empty, found, nothing, wrong, unchosen]
}

pub(super) fn home() -> Vec<ExtendHomePage> {
    let page = ExtendHomePage { units: units(), ..ExtendHomePage::default() };
    let wrong = ExtendHomePage { errors: FieldErrors::one("home", Invalid::Required), ..page.clone() };
    let corrects = Some(text(NUMBER));
    let corrected = ExtendHomePage { corrects, home: text("2"), remark: Some(text("Podpisała inna jednostka.")), ..page.clone() };
    vec![page, wrong, corrected]
}

pub(super) fn needs() -> Vec<ExtendNeedsPage> {
    let held = || Some(Taken { until: Some(date(2027, 12, 31)), number: String::new() });
    let asked = || Some(Taken { until: None, number: text(NUMBER) });
    let cell = |id: &str, value: &str, function: &str, taken| NeedBox {
        id: text(id),
        value: text(value),
        function: text(function),
        is_chosen: false,
        taken,
    };
    let row = |code: &str, name: &str, boxes| NeedRow { code: text(code), name: text(name), latest: date(2029, 11, 22), boxes };
    let page = ExtendNeedsPage {
        corrects: None,
        offers_coordinator: false,
        coordinator: false,
        unit_name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        kind: text("Gminny ośrodek pomocy społecznej (GOPS)"),
        rows: vec![
            row(
                "PS",
                "pomoc społeczna",
                vec![
                    cell("", "PS:viewer", "przeglądający", held()),
                    cell("", "PS:editor", "wprowadzający dane", asked()),
                    cell("grants", "PS:approver", "zatwierdzający", None),
                ],
            ),
            row(
                "WRiSPZ",
                "wspieranie rodziny i system pieczy zastępczej",
                vec![
                    cell("grants-2", "WRiSPZ:viewer", "przeglądający", None),
                    cell("grants-3", "WRiSPZ:editor", "wprowadzający dane", None),
                    cell("grants-4", "WRiSPZ:approver", "zatwierdzający", None),
                ],
            ),
        ],
        has_boxes: true,
        valid_until: String::new(),
        remarks: NeedsRemarks::default(),
        errors: FieldErrors::default(),
    };
    let mut errors = FieldErrors::one("grants", Invalid::GrantHeld);
    errors.add("grants", Invalid::GrantAsked);
    errors.add("valid_until", Invalid::DateTooFar);
    let wrong = ExtendNeedsPage { errors, valid_until: text("31.12.2040"), unit_name: long_name(), ..page.clone() };
    let remarks = NeedsRemarks { grants: Some(text("Wystarczy przeglądanie.")), valid_until: Some(text("Krócej.")), coordinator: None };
    let corrects = ExtendNeedsPage { corrects: Some(text(NUMBER)), remarks, offers_coordinator: true, coordinator: true, ..page.clone() };
    let boxes = vec![cell("", "PS:viewer", "przeglądający", held())];
    let full = ExtendNeedsPage { rows: vec![row("PS", "pomoc społeczna", boxes)], has_boxes: false, ..page.clone() };
    vec![page, wrong, corrects, full]
}

pub(super) fn check() -> Vec<ExtendCheckPage> {
    let [new, correction] = Guide::samples("extend", "/account/extend");
    let unit = |name: &str, head: &str| CheckedUnit {
        name: text(name),
        regon: text("123456785"),
        address: text("ul. Spacerowa 7, 26-026 Morawica"),
        head: text(head),
    };
    let page = ExtendCheckPage {
        guide: new,
        unit: unit("Gminny Ośrodek Pomocy Społecznej w Morawicy", "Maria Wójcik, kierownik"),
        voivodeship: text("świętokrzyskie"),
        applicant: CheckedApplicant::sample(),
        wishes: vec![
            Wish {
                sub_area: text("PS – pomoc społeczna"),
                functions: text("przeglądający, zatwierdzający"),
                until: Some(date(2027, 12, 31)),
            },
            Wish { sub_area: text("SR – świadczenia rodzinne"), functions: text("przeglądający"), until: None },
        ],
        ..ExtendCheckPage::default()
    };
    let mut errors = FieldErrors::one("grants", Invalid::GrantHeld);
    errors.add("unit", Invalid::UnitClosed);
    let problem = |field: &str, href: &str| Problem { field: text(field), href: text(href) };
    let problems = vec![problem("unit", "/account/extend/unit"), problem("grants", "/account/extend/needs#grants")];
    let other = ExtendCheckPage {
        guide: correction,
        unit: unit(&long_name(), "Zofia Brzęczyszczykiewicz-Łękołodzka, dyrektorka"),
        home: Some(unit("Gminny Ośrodek Pomocy Społecznej w Morawicy", "Maria Wójcik, kierownik")),
        can_change_home: true,
        coordinator: true,
        applicant: CheckedApplicant { phone: String::new(), ..CheckedApplicant::sample() },
        problems,
        errors,
        ..page.clone()
    };
    vec![page, other]
}
