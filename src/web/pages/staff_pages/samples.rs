//! Examples of the pages of a registration of staff: nobody yet, a full list, files with every kind of row, errors, remarks, long names.

use super::*;
use crate::domain::application::registration::MOST_PERSONS;
use crate::domain::invalid::Invalid;
use crate::web::pages::needs::NeedBox;
use crate::web::pages::register::people::KnownColleague;
use jiff::civil::date;

const NUMBER: &str = "W/26/2026/000123";

fn text(text: &str) -> String {
    text.to_owned()
}

fn long_name() -> String {
    "Miejsko-Gminny Ośrodek <b>Pomocy</b> Społecznej imienia Świętej Jadwigi Śląskiej w Świętokrzyskiej Wólce ".repeat(2).trim().to_owned()
}

fn wishes() -> Vec<Wish> {
    let wish =
        |sub_area: &str, functions: &str| Wish { sub_area: text(sub_area), functions: text(functions), until: Some(date(2027, 12, 31)) };
    vec![wish("PS – pomoc społeczna", "przeglądający, wprowadzający dane"), wish("FA – fundusz alimentacyjny", "przeglądający")]
}

fn texts() -> PersonTexts {
    PersonTexts {
        first_name: text("Zofia Maria"),
        last_name: text("Brzęczyszczykiewicz-Łękołodzka"),
        position: text("starsza specjalistka pracy socjalnej"),
        email: text("zofia@gops-morawica.example.pl"),
        phone: text("41 311 46 92"),
        login: text("zofia-b"),
        grants: vec![text("PS:viewer")],
        valid_until: text("31.12.2027"),
        coordinator: text("yes"),
    }
}

fn remarks(field: &'static str, remark: &str) -> Remarks {
    [(field, Some(text(remark)))].into_iter().collect()
}

pub(super) fn start() -> Vec<StaffPage> {
    let [fresh, begun, corrects] = Overview::samples("staff", "/unit/staff/register", ["persons", "statements", "check"]);
    let unit_name = text("Gminny Ośrodek Pomocy Społecznej w Morawicy");
    let several = StaffPage { overview: fresh.clone(), ..StaffPage::default() };
    let new = StaffPage { overview: fresh, unit_name, ..StaffPage::default() };
    let begun = StaffPage { overview: begun, unit_name: long_name(), ..StaffPage::default() };
    let corrects = StaffPage { overview: corrects, ..begun.clone() };
    let closed = StaffPage { is_unit_closed: true, ..corrects.clone() };
    let coordinated = StaffPage { is_unit_coordinated: true, ..several.clone() };
    vec![new, several, begun, corrects, closed, coordinated]
}

pub(super) fn unit() -> Vec<StaffUnitPage> {
    let unit = |n: u32, name: &str| UnitItem { value: n.to_string(), text: text(name), hint: text("Morawica, REGON 123456785") };
    let page = StaffUnitPage { units: vec![unit(1, "GOPS w Morawicy"), unit(2, &long_name())], ..StaffUnitPage::default() };
    let errors = FieldErrors::one("unit", Invalid::Required);
    let served = StaffUnitPage { serves: true, units: vec![unit(2, &long_name())], unit: text("2"), ..page.clone() };
    let coordinated = StaffUnitPage { units: Vec::new(), errors: FieldErrors::one("unit", Invalid::UnitCoordinated), ..served.clone() };
    let nothing = StaffUnitPage { serves: true, ..StaffUnitPage::default() };
    vec![StaffUnitPage { unit: text("2"), ..page.clone() }, StaffUnitPage { errors, ..page }, served, coordinated, nothing]
}

fn row(number: usize) -> PersonRow {
    PersonRow {
        number,
        full_name: text("Zofia Brzęczyszczykiewicz-Łękołodzka"),
        login: format!("zofia-{number}"),
        has_data: number != 3,
        has_remarks: number == 2,
        is_coordinator: number == 1,
        wishes: if number == 2 { Vec::new() } else { wishes() },
        known: if number == 1 {
            vec![KnownColleague {
                full_name: text("Zofia Brzęczyszczykiewicz-Łękołodzka"),
                login: text("z.lekolodzka"),
                reasons: vec!["same_email", "same_name_in_unit"],
            }]
        } else {
            Vec::new()
        },
    }
}

pub(super) fn persons() -> Vec<StaffPersonsPage> {
    let empty = StaffPersonsPage {
        corrects: None,
        unit_name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        persons: Vec::new(),
        add: Some(1),
        has_sheet: false,
        is_complete: false,
        next: text("/unit/staff/register/persons/1"),
    };
    let some = StaffPersonsPage { persons: (1..=3).map(row).collect(), add: Some(4), has_sheet: true, ..empty.clone() };
    let full = StaffPersonsPage {
        corrects: Some(text(NUMBER)),
        unit_name: long_name(),
        persons: (4..4 + MOST_PERSONS).map(row).collect(),
        add: None,
        is_complete: true,
        ..empty.clone()
    };
    vec![empty, some, full]
}

pub(super) fn person() -> Vec<StaffPersonPage> {
    let page = StaffPersonPage {
        corrects: None,
        number: 1,
        about: String::new(),
        person: PersonTexts::default(),
        remarks: Remarks::default(),
        errors: FieldErrors::default(),
    };
    let mut errors = FieldErrors::one("login", Invalid::LoginTaken);
    for field in ["first_name", "last_name", "position", "email", "phone"] {
        errors.add(field, Invalid::Required);
    }
    let wrong = StaffPersonPage { errors, ..page.clone() };
    let remarks = remarks("email", "To adres <b>prywatny</b>.");
    let known =
        StaffPersonPage { corrects: Some(text(NUMBER)), number: 7, about: text("zofia-b"), person: texts(), remarks, ..page.clone() };
    vec![page, wrong, known]
}

pub(super) fn needs() -> Vec<StaffNeedsPage> {
    let cell = |id: &str, function: &str, is_chosen| NeedBox {
        id: text(id),
        value: format!("PS:{function}"),
        function: text(function),
        is_chosen,
        taken: None,
    };
    let page = StaffNeedsPage {
        corrects: None,
        number: 2,
        about: text("zofia-b"),
        full_name: text("Zofia Brzęczyszczykiewicz-Łękołodzka"),
        kind: text("ośrodek pomocy społecznej gminny (GOPS)"),
        rows: vec![NeedRow {
            code: text("PS"),
            name: text("pomoc społeczna"),
            latest: date(2029, 11, 22),
            boxes: vec![cell("grants", "przeglądający", true), cell("grants-2", "zatwierdzający", false)],
        }],
        valid_until: text("31.12.2027"),
        remarks: Remarks::default(),
        errors: FieldErrors::default(),
    };
    let mut errors = FieldErrors::one("grants", Invalid::NothingChosen);
    errors.add("valid_until", Invalid::DateTooFar);
    let remarks = remarks("grants", "Jednostka nie prowadzi tego podobszaru.");
    vec![page.clone(), StaffNeedsPage { corrects: Some(text(NUMBER)), errors, remarks, ..page }]
}

pub(super) fn import() -> Vec<StaffImportPage> {
    let page = StaffImportPage { room: 50, most_rows: 200, ..StaffImportPage::default() };
    let wrong = StaffImportPage { errors: FieldErrors::one("file", Invalid::SheetColumns), ..page.clone() };
    vec![page.clone(), wrong, StaffImportPage { corrects: Some(text(NUMBER)), has_sheet: true, room: 1, ..page }]
}

pub(super) fn preview() -> Vec<StaffPreviewPage> {
    let good = SheetLine {
        line: 2,
        full_name: text("Zofia Brzęczyszczykiewicz-Łękołodzka"),
        login: text("zofia-b"),
        email: text("zofia@gops-morawica.example.pl"),
        wishes: wishes(),
        outcome: "good",
        shares_email: true,
        is_coordinator: true,
        problems: Vec::new(),
    };
    let listed = SheetLine { line: 3, outcome: "listed", shares_email: false, is_coordinator: false, ..good.clone() };
    let problem = |heading: &str, words: &str| ColumnProblem { heading: text(heading), text: text(words) };
    let problems = vec![
        problem("Login", "Ten login jest zajęty. Wybierz inny."),
        problem("PS", "Nie ma takiej funkcji. Wpisz nazwę ze wzoru."),
        problem("", "Jeden wniosek może objąć najwyżej 50 osób. Złóż drugi dla pozostałych."),
    ];
    let wrong = SheetLine {
        line: 104,
        full_name: String::new(),
        login: String::new(),
        email: text("<b>nie</b>"),
        wishes: Vec::new(),
        outcome: "wrong",
        problems,
        ..listed.clone()
    };
    let page = StaffPreviewPage { lines: vec![good.clone()], good: 1, ..StaffPreviewPage::default() };
    let mixed = StaffPreviewPage {
        corrects: Some(text(NUMBER)),
        lines: vec![good, listed, wrong.clone()],
        listed: 1,
        wrong: 1,
        unknown: vec![text("PESEL"), text("<b>Uwagi</b>")],
        is_windows: true,
        ..page.clone()
    };
    let nothing = StaffPreviewPage { lines: vec![wrong], wrong: 1, ..StaffPreviewPage::default() };
    vec![page, mixed, nothing]
}

pub(super) fn check() -> Vec<StaffCheckPage> {
    let [new, correction] = Guide::samples("staff", "/unit/staff/register");
    let page = StaffCheckPage {
        guide: new,
        unit: CheckedUnit {
            name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
            regon: text("123456785"),
            address: text("ul. Spacerowa 7, 26-026 Morawica"),
            head: text("Maria Wójcik, kierownik"),
        },
        voivodeship: text("świętokrzyskie"),
        persons: vec![CheckedPerson { number: 1, person: texts(), wishes: wishes() }],
        ..StaffCheckPage::default()
    };
    let second = CheckedPerson { number: 2, person: PersonTexts { coordinator: String::new(), ..texts() }, wishes: wishes() };
    let taken = "persons.1.login";
    let wrong = StaffCheckPage {
        guide: correction,
        can_change_unit: true,
        persons: vec![page.persons[0].clone(), second],
        shared_emails: vec![text("zofia@gops-morawica.example.pl")],
        note: text("<b>Pilne</b>"),
        problems: vec![Problem { field: text(taken), href: text("/unit/staff/register/persons/2#login") }],
        errors: FieldErrors::one(taken, Invalid::LoginTaken),
        ..page.clone()
    };
    vec![page, wrong]
}
