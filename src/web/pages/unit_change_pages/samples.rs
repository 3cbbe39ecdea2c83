//! Examples of the pages of a change of a unit: data, an end, a transformation, errors, remarks, long names.

use super::*;
use crate::domain::application::draft::UNIT_FIELDS;
use crate::domain::invalid::Invalid;
use jiff::civil::date;

const NUMBER: &str = "W/26/2026/000123";
const AT: Moment = Moment(1_795_327_500_000);

fn text(text: &str) -> String {
    text.to_owned()
}

fn long_name() -> String {
    "Miejsko-Gminny Ośrodek <b>Pomocy</b> Społecznej imienia Świętej Jadwigi Śląskiej w Świętokrzyskiej Wólce ".repeat(2).trim().to_owned()
}

fn number() -> Option<String> {
    Some(text(NUMBER))
}

pub(super) fn start() -> Vec<UnitChangePage> {
    let [fresh, begun, corrects] = Overview::samples("unit_change", "/unit/change", ["what", "data", "why"]);
    let new = UnitChangePage { overview: fresh, ..UnitChangePage::default() };
    let begun = UnitChangePage { overview: begun, unit_name: long_name(), open_of_others: vec![text("W/26/2026/000124")], ..new.clone() };
    let blocked = UnitChangePage { is_blocked: true, ..begun.clone() };
    let ending = UnitChangePage { ending: vec![(long_name(), date(2026, 12, 31))], ..new.clone() };
    vec![new, begun.clone(), blocked, ending, UnitChangePage { overview: corrects, ..begun }]
}

pub(super) fn what() -> Vec<UnitChangeWhatPage> {
    let item = |value: &str, words: &str| UnitItem { value: text(value), text: text(words), hint: text("Morawica, REGON 123456785") };
    let whats = vec![item("data", "Zmiana danych"), item("ending", "Zakończenie działalności"), item("transformation", "Przekształcenie")];
    let one = UnitChangeWhatPage { whats, what: text("data"), ..UnitChangeWhatPage::default() };
    let units = vec![item("1", "Gminny Ośrodek Pomocy Społecznej w Morawicy"), item("2", &long_name())];
    let several = UnitChangeWhatPage { units, unit: text("2"), ..one.clone() };
    let mut errors = FieldErrors::one("unit", Invalid::UnitChangeOpen);
    errors.add("what", Invalid::Required);
    vec![one, several.clone(), UnitChangeWhatPage { errors, ..several }]
}

pub(super) fn data() -> Vec<UnitChangeDataPage> {
    let gmina = GminaChoice {
        code: text("260412"),
        name: text("Morawica"),
        type_name: text("gmina wiejska"),
        powiat: text("kielecki"),
        is_city: false,
        voivodeship: text("świętokrzyskie"),
    };
    let unit = UnitTexts { name: long_name(), kind: text("gops"), regon: text("123456785"), terc: text("260412"), ..UnitTexts::default() };
    let page = UnitChangeDataPage {
        corrects: None,
        unit,
        kinds: vec![Choice::new("gops", "Gminny ośrodek pomocy społecznej (GOPS)"), Choice::new("cus", "Centrum usług społecznych (CUS)")],
        gmina_search: String::new(),
        finds_nothing: false,
        gminas: vec![gmina],
        has_more: false,
        can_browse: false,
        remarks: UNIT_FIELDS.iter().map(|name| (*name, None)).collect(),
        errors: FieldErrors::default(),
    };
    let mut errors = FieldErrors::one("name", Invalid::NothingChanged);
    errors.add("kind", Invalid::KindInUse);
    errors.add("regon", Invalid::RegonTaken);
    let wrong = UnitChangeDataPage { gmina_search: text("Nieznana"), finds_nothing: true, errors, ..page.clone() };
    let mut corrects = UnitChangeDataPage { corrects: number(), ..page.clone() };
    corrects.remarks.insert("regon", Some(text("Ten numer należy do urzędu gminy.")));
    vec![page, wrong, corrects]
}

pub(super) fn ending() -> Vec<UnitChangeEndingPage> {
    let page = UnitChangeEndingPage { unit_name: long_name(), ..UnitChangeEndingPage::default() };
    let transformation = UnitChangeEndingPage { is_transformation: true, ..page.clone() };
    let mut errors = FieldErrors::one("last_day", Invalid::DatePast);
    errors.add("successor", Invalid::OtherVoivodeship);
    let wrong = UnitChangeEndingPage { last_day: text("1.1.2020"), successor: text("<b>"), errors, ..transformation.clone() };
    let corrects = UnitChangeEndingPage {
        corrects: number(),
        last_day_remark: Some(text("Uchwała podaje inny dzień.")),
        successor_remark: Some(text("To inna jednostka.")),
        ..transformation.clone()
    };
    vec![page, transformation, wrong, corrects]
}

pub(super) fn why() -> Vec<UnitChangeWhyPage> {
    let mut errors = FieldErrors::one("justification", Invalid::Required);
    errors.add("statements", Invalid::StatementRequired);
    let filled = UnitChangeWhyPage {
        corrects: number(),
        justification: text("Uchwała <b>nr XII/34/2026</b>\nRady Gminy."),
        statements: vec![text("data_true")],
        remark: Some(text("Podaj numer uchwały.")),
        ..UnitChangeWhyPage::default()
    };
    vec![UnitChangeWhyPage::default(), UnitChangeWhyPage { errors, ..UnitChangeWhyPage::default() }, filled]
}

fn fields() -> Vec<ChangedField> {
    vec![
        ChangedField { key: "name", was: long_name(), is: text("Centrum Usług Społecznych w Morawicy") },
        ChangedField { key: "nip", was: String::new(), is: text("5261040828") },
        ChangedField { key: "epuap", was: text("/GOPS/SkrytkaESP"), is: String::new() },
    ]
}

pub(super) fn check() -> Vec<UnitChangeCheckPage> {
    let [new, correction] = Guide::samples("unit_change", "/unit/change");
    let data = UnitChangeCheckPage {
        guide: new,
        what: text("data"),
        unit_name: long_name(),
        regon: text("123456785"),
        voivodeship: text("świętokrzyskie"),
        heads: vec![text("Maria Wójcik, kierownik")],
        fields: fields(),
        justification: text("Uchwała <b>nr XII/34/2026</b>\nRady Gminy."),
        ..UnitChangeCheckPage::default()
    };
    let ending = UnitChangeCheckPage { what: text("ending"), fields: Vec::new(), last_day: Some(date(2026, 12, 31)), ..data.clone() };
    let grant = "Anna Nowak (anowak): PS – pomoc społeczna · wprowadzający dane · do 31.12.2027";
    let transformation = UnitChangeCheckPage {
        guide: correction,
        what: text("transformation"),
        heads: vec![text("Maria Wójcik, kierownik"), text("Jan Źdźbło, dyrektor")],
        successor: vec![text("Centrum Usług Społecznych w Morawicy"), text("290000016"), text("ul. Szkolna 1, 26-026 Morawica")],
        plan: PlanList {
            moving: vec![text(grant); 3],
            ending: vec![format!("{grant} – ta osoba ma już takie uprawnienie w nowej jednostce")],
            applications: vec![text("W/26/2026/000124 – przejdzie")],
            coordinators: vec![text("Ewa Lis – przejdzie")],
        },
        ..ending.clone()
    };
    let errors = FieldErrors::one("last_day", Invalid::DatePast);
    let problems = vec![Problem { field: text("last_day"), href: text("/unit/change/ending#last_day") }];
    let wrong = UnitChangeCheckPage { errors, problems, ..transformation.clone() };
    vec![data, ending, transformation, wrong]
}

pub(super) fn history() -> Vec<UnitHistoryPage> {
    let row = |event| UnitEventRow {
        event,
        at: AT,
        number: None,
        href: None,
        fields: Vec::new(),
        is_stopped: false,
        last_day: None,
        other: None,
        justification: None,
    };
    let other = || Some(OtherUnit { name: long_name(), href: text("/units/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10/history") });
    let last_day = Some(date(2026, 12, 31));
    let justification = Some(text("Uchwała <b>nr XII/34/2026</b>\nRady Gminy."));
    let empty = UnitHistoryPage {
        name: long_name(),
        regon: text("123456785"),
        status: "active",
        ends_on: None,
        stop_href: None,
        register_href: None,
        entries: Vec::new(),
        export: ExportLinks::sample("unit-history"),
    };
    let entries = vec![
        UnitEventRow { last_day, other: other(), ..row("closed") },
        UnitEventRow { last_day, other: other(), ..row("took_over") },
        UnitEventRow { last_day, other: other(), justification: justification.clone(), number: number(), ..row("ending_set") },
        UnitEventRow {
            fields: fields(),
            justification,
            number: number(),
            href: Some(text("/admin/applications/W-26-2026-000123")),
            ..row("changed")
        },
        UnitEventRow { fields: fields(), ..row("registered") },
    ];
    let full = UnitHistoryPage { status: "closed", ends_on: last_day, entries, ..empty.clone() };
    let stopped =
        UnitEventRow { last_day, is_stopped: true, justification: Some(text("Rada uchyliła uchwałę.")), ..row("ending_stopped") };
    let not_ended = UnitEventRow { last_day, is_stopped: true, other: other(), number: number(), ..row("ending_set") };
    let set = UnitHistoryPage {
        ends_on: last_day,
        stop_href: Some(text("/admin/units/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10/stop-ending")),
        register_href: Some(text("/unit/staff/register/unit?unit=0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10")),
        entries: vec![stopped, not_ended],
        ..empty.clone()
    };
    vec![empty, set, full]
}

pub(super) fn stop_ending() -> Vec<StopEndingPage> {
    let page = StopEndingPage {
        id: text("0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"),
        name: long_name(),
        regon: text("123456785"),
        ends_on: Some(date(2026, 12, 31)),
        ..StopEndingPage::default()
    };
    vec![page.clone(), StopEndingPage { errors: FieldErrors::one("reason", Invalid::ReasonRequired), ..page }]
}
