//! Examples of the pages of registration: empty, full, with errors, with remarks, with long names and hostile ones.

use super::finish::{CheckPage, CheckedPerson, EmailPage, StatementsPage, SubmittedPage};
use super::people::{NeedsPage, PasswordPage, PersonNeedsPage, PersonPage, PersonRow};
use super::start::TasksPage;
use super::unit::{FindUnitPage, FoundUnit, GminaPage, SimilarUnit, UnitDataPage};
use super::{Choice, GminaChoice, Remarks};
use crate::domain::application::draft::{PERSON_FIELDS, PersonTexts, STATEMENTS, UNIT_FIELDS, UnitTexts};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::similar::Reason;
use crate::web::pages::guided_pages::{Problem, Task};
use crate::web::pages::needs::{NeedBox, NeedRow, Wish};
use jiff::civil::date;

pub(super) const NOW: i64 = 1_795_327_500_000;
pub(super) const EMAIL: &str = "anna.nowak-kowalska@gops-morawica.example.pl";
pub(super) const NUMBER: &str = "W/26/2026/000123";

fn text(text: &str) -> String {
    text.to_owned()
}

fn long_name() -> String {
    let name = "Miejsko-Gminny Ośrodek Pomocy Społecznej imienia Świętej Jadwigi Śląskiej w Świętokrzyskiej Wólce <b>&amp;</b> ";
    name.repeat(2).chars().take(200).collect()
}

fn errors(found: &[(&str, Invalid)]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    found.iter().for_each(|(field, reason)| errors.add(*field, *reason));
    errors
}

fn remarks(fields: &[&'static str], given: &[(&str, &str)]) -> Remarks {
    fields.iter().map(|f| (*f, given.iter().find(|(name, _)| name == f).map(|(_, remark)| text(remark)))).collect()
}

fn unit() -> UnitTexts {
    UnitTexts {
        name: text("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
        kind: text("ops_gminny"),
        regon: text("123456785"),
        nip: String::new(),
        street: text("Spacerowa"),
        building: text("7"),
        postal_code: text("26-026"),
        town: text("Morawica"),
        terc: text("260412"),
        phone: text("41 311 46 90"),
        phone_extension: text("12"),
        email: text("gops@morawica.example.pl"),
        ade: text("AE:PL-12345-67890-ABCDE-12"),
        epuap: text("/GOPSMorawica/SkrytkaESP"),
        parent_body: text("Gmina Morawica"),
        head_first_name: text("Maria"),
        head_last_name: text("Wójcik"),
        head_position: text("kierownik"),
    }
}

fn person_texts() -> PersonTexts {
    PersonTexts {
        first_name: text("Anna Maria"),
        last_name: text("Nowak-Kowalska"),
        position: text("starsza specjalistka pracy socjalnej"),
        email: text(EMAIL),
        phone: text("41 311 46 92"),
        login: text("anowak"),
        grants: vec![text("PS:viewer"), text("PS:editor")],
        valid_until: text("31.12.2027"),
        coordinator: String::new(),
    }
}

fn gminas() -> Vec<GminaChoice> {
    let gmina = |code: &str, name: &str, type_name: &str, powiat: &str, is_city, voivodeship: &str| GminaChoice {
        code: text(code),
        name: text(name),
        type_name: text(type_name),
        powiat: text(powiat),
        is_city,
        voivodeship: text(voivodeship),
    };
    vec![
        gmina("260412", "Morawica", "gmina miejsko-wiejska", "kielecki", false, "świętokrzyskie"),
        gmina("266101", "Kielce", "gmina miejska", "Kielce", true, "świętokrzyskie"),
        gmina("020101", "Bolesławiec", "gmina miejska", "bolesławiecki", false, "dolnośląskie"),
    ]
}

fn wishes() -> Vec<Wish> {
    let wish = |sub_area: &str, functions: &str, until| Wish { sub_area: text(sub_area), functions: text(functions), until };
    vec![
        wish("PS – pomoc społeczna", "przeglądający, wprowadzający dane", Some(date(2027, 12, 31))),
        wish("WRiSPZ – wspieranie rodziny i system pieczy zastępczej", "zatwierdzający", None),
    ]
}

pub(super) fn tasks() -> Vec<TasksPage> {
    let task = |key, href: Option<&str>, status| Task { key, href: href.map(str::to_owned), status };
    let page = |corrects, tasks, general_remarks| TasksPage { corrects, tasks, next: "/register/person", general_remarks, kept_until: NOW };
    vec![
        page(
            None,
            vec![
                task("unit", Some("/register/unit"), "done"),
                task("unit-data", Some("/register/unit-data"), "done"),
                task("person", Some("/register/person"), "todo"),
                task("password", None, "cannot_start"),
                task("needs", None, "cannot_start"),
                task("statements", None, "cannot_start"),
                task("email", None, "cannot_start"),
                task("check", None, "cannot_start"),
            ],
            Vec::new(),
        ),
        page(
            Some(text(NUMBER)),
            vec![
                task("unit-data", Some("/register/unit-data"), "error"),
                task("person", Some("/register/person"), "done"),
                task("needs", Some("/register/needs"), "done"),
                task("statements", Some("/register/statements"), "todo"),
                task("email", Some("/register/email"), "done"),
                task("check", None, "cannot_start"),
            ],
            vec![text("Proszę poprawić nazwę jednostki zgodnie ze statutem. <script>alert(1)</script>")],
        ),
    ]
}

pub(super) fn find_unit() -> Vec<FindUnitPage> {
    let found = |id: &str, name: &str, town: &str| FoundUnit { id: text(id), name: text(name), regon: text("123456785"), town: text(town) };
    vec![
        FindUnitPage::default(),
        FindUnitPage { chosen: Some(String::new()), ..FindUnitPage::default() },
        FindUnitPage {
            errors: errors(&[("unit_search", Invalid::RegonChecksum)]),
            unit_search: text("123456789"),
            ..FindUnitPage::default()
        },
        FindUnitPage { unit_search: text("nie ma takiej"), is_searched: true, ..FindUnitPage::default() },
        FindUnitPage { unit_search: text("123456785"), is_searched: true, is_applied_for: true, ..FindUnitPage::default() },
        FindUnitPage {
            unit_search: text("ośrodek"),
            is_searched: true,
            has_more: true,
            chosen: Some(text("Gminny Ośrodek Pomocy Społecznej w Morawicy")),
            found: vec![
                found("0199f0a2-1", "Gminny Ośrodek Pomocy Społecznej w Morawicy", "Morawica"),
                found("0199f0a2-2", &long_name(), "Łódź"),
            ],
            errors: errors(&[("unit", Invalid::Required)]),
            ..FindUnitPage::default()
        },
    ]
}

pub(super) fn unit_data() -> Vec<UnitDataPage> {
    let kinds =
        vec![Choice::new("ops_gminny", "Gminny ośrodek pomocy społecznej (GOPS)"), Choice::new("dps", "Dom pomocy społecznej (DPS)")];
    let empty = UnitDataPage {
        corrects: None,
        similar: Vec::new(),
        similar_seen: String::new(),
        unit: UnitTexts::default(),
        kinds,
        gmina_search: String::new(),
        finds_nothing: false,
        gminas: Vec::new(),
        has_more: false,
        can_browse: true,
        remarks: remarks(&UNIT_FIELDS, &[]),
        errors: FieldErrors::default(),
    };
    let required: Vec<(&str, Invalid)> =
        ["name", "kind", "regon", "building", "postal_code", "town", "gmina_search", "phone", "email", "parent_body"]
            .into_iter()
            .map(|field| (field, Invalid::Required))
            .collect();
    let similar = |name: &str, gmina: &str, reasons: &[Reason]| SimilarUnit {
        unit: FoundUnit {
            id: text("0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10"),
            name: text(name),
            regon: text("291122334"),
            town: text("Morawica"),
        },
        gmina: text(gmina),
        reasons: reasons.iter().map(|reason| reason.key()).collect(),
    };
    let alike = vec![similar(&long_name(), "Morawica", &Reason::ALL), similar("GOPS w Morawicy", "Bieliny", &[Reason::SameName])];
    vec![
        empty.clone(),
        UnitDataPage { similar: alike, unit: unit(), gminas: gminas(), ..empty.clone() },
        UnitDataPage { errors: errors(&required), finds_nothing: true, gmina_search: text("Atlantyda"), ..empty.clone() },
        UnitDataPage { unit: unit(), gminas: gminas(), has_more: true, gmina_search: text("mor"), ..empty.clone() },
        UnitDataPage {
            unit: UnitTexts { name: long_name(), terc: String::new(), ..unit() },
            gminas: gminas(),
            corrects: Some(text(NUMBER)),
            remarks: remarks(
                &UNIT_FIELDS,
                &[("name", "Podaj nazwę ze statutu."), ("terc", "Sprawdź gminę."), ("regon", "Inny numer w bazie REGON.")],
            ),
            errors: errors(&[("regon", Invalid::RegonTaken), ("terc", Invalid::Required), ("nip", Invalid::NipChecksum)]),
            ..empty
        },
    ]
}

pub(super) fn gmina() -> Vec<GminaPage> {
    let voivodeships = vec![Choice::new("02", "dolnośląskie"), Choice::new("26", "świętokrzyskie")];
    let powiats = vec![Choice::new("2604", "kielecki"), Choice::new("2661", "Kielce")];
    let first = GminaPage { voivodeships: voivodeships.clone(), ..GminaPage::default() };
    let second = GminaPage { voivodeship: Some(voivodeships[1].clone()), powiats: powiats.clone(), ..first.clone() };
    let third = GminaPage { powiat: Some(powiats[0].clone()), gminas: gminas(), terc: text("260412"), ..second.clone() };
    let refused = GminaPage { errors: errors(&[("terc", Invalid::Required)]), terc: String::new(), ..third.clone() };
    vec![first, second, third, refused]
}

pub(super) fn person() -> Vec<PersonPage> {
    let page = |number, person, errors| PersonPage {
        corrects: None,
        number,
        about: String::new(),
        person,
        remarks: remarks(&PERSON_FIELDS, &[]),
        errors,
    };
    let typed = PersonTexts { login: text("żółw"), first_name: text("<b>Anna</b>"), ..person_texts() };
    vec![
        page(1, PersonTexts::default(), FieldErrors::default()),
        page(1, typed, errors(&[("login", Invalid::LoginShape), ("first_name", Invalid::Characters)])),
        page(50, PersonTexts::default(), errors(&[("login", Invalid::Required), ("email", Invalid::Required)])),
        PersonPage {
            corrects: Some(text(NUMBER)),
            remarks: remarks(&PERSON_FIELDS, &[("position", "Podaj pełną nazwę stanowiska."), ("email", "To adres prywatny.")]),
            ..page(2, person_texts(), FieldErrors::default())
        },
    ]
}

pub(super) fn password() -> Vec<PasswordPage> {
    let page = |has_password, errors| PasswordPage { login: text("anowak"), has_password, fewest: 15, errors };
    vec![
        page(false, FieldErrors::default()),
        page(true, FieldErrors::default()),
        page(false, errors(&[("password", Invalid::PasswordShort)])),
        page(false, errors(&[("password_repeat", Invalid::PasswordRepeat)])),
    ]
}

pub(super) fn needs() -> Vec<NeedsPage> {
    let row = |number, full_name: &str, wishes| PersonRow {
        number,
        full_name: text(full_name),
        login: format!("login-{number}"),
        has_data: true,
        has_remarks: false,
        is_coordinator: false,
        wishes,
        known: Vec::new(),
    };
    let one = NeedsPage {
        corrects: None,
        persons: vec![row(1, "Anna Maria Nowak-Kowalska", Vec::new())],
        add: Some(2),
        is_complete: false,
        next: text("/register/needs/1"),
    };
    let many = (1..=50).map(|n| row(n, if n % 7 == 0 { "Zofia Brzęczyszczykiewicz-Łękołodzka" } else { "Jan Żak" }, wishes())).collect();
    let mut corrected = row(1, "Anna Nowak", wishes());
    corrected.has_remarks = true;
    let mut unfinished = row(2, "Ewa Lis", Vec::new());
    unfinished.has_data = false;
    vec![
        one.clone(),
        NeedsPage { persons: many, add: None, is_complete: true, next: text("/register/statements"), ..one.clone() },
        NeedsPage { corrects: Some(text(NUMBER)), persons: vec![corrected, unfinished], add: Some(3), ..one },
    ]
}

pub(super) fn person_needs() -> Vec<PersonNeedsPage> {
    let mut id = 0;
    let mut row = |code: &str, name: &str| NeedRow {
        code: text(code),
        name: text(name),
        latest: date(2029, 11, 22),
        boxes: [("viewer", "przeglądający"), ("editor", "wprowadzający dane"), ("approver", "zatwierdzający")]
            .iter()
            .map(|(function, words)| {
                id += 1;
                NeedBox {
                    id: if id == 1 { text("grants") } else { format!("grants-{id}") },
                    value: format!("{code}:{function}"),
                    function: text(words),
                    is_chosen: *function == "viewer",
                    taken: None,
                }
            })
            .collect(),
    };
    let rows = vec![
        row("PS", "pomoc społeczna"),
        row("WRiSPZ", "wspieranie rodziny i system pieczy zastępczej"),
        row("SR", "świadczenia rodzinne"),
    ];
    let page = PersonNeedsPage {
        corrects: None,
        number: 1,
        about: text("anowak"),
        full_name: text("Anna Maria Nowak-Kowalska"),
        kind: text("Gminny ośrodek pomocy społecznej (GOPS)"),
        rows,
        valid_until: String::new(),
        remarks: remarks(&PERSON_FIELDS, &[]),
        errors: FieldErrors::default(),
    };
    vec![
        page.clone(),
        PersonNeedsPage {
            number: 12,
            valid_until: text("31.02.2027"),
            errors: errors(&[("grants", Invalid::NothingChosen), ("valid_until", Invalid::DateShape)]),
            ..page.clone()
        },
        PersonNeedsPage {
            corrects: Some(text(NUMBER)),
            remarks: remarks(&PERSON_FIELDS, &[("grants", "Ta osoba nie zatwierdza."), ("valid_until", "Umowa kończy się wcześniej.")]),
            ..page
        },
    ]
}

pub(super) fn statements() -> Vec<StatementsPage> {
    let all = STATEMENTS.iter().map(|s| text(s)).collect();
    vec![
        StatementsPage::default(),
        StatementsPage { statements: all, ..StatementsPage::default() },
        StatementsPage {
            statements: vec![text(STATEMENTS[1])],
            errors: errors(&[("statements", Invalid::StatementRequired)]),
            corrects: Some(text(NUMBER)),
        },
    ]
}

pub(super) fn email() -> Vec<EmailPage> {
    let page = EmailPage { email: text(EMAIL), ..EmailPage::default() };
    vec![
        page.clone(),
        EmailPage { is_sent: true, ..page.clone() },
        EmailPage { is_sent: true, errors: errors(&[("code", Invalid::CodeWrong)]), ..page.clone() },
        EmailPage { is_confirmed: true, ..page },
    ]
}

pub(super) fn check() -> Vec<CheckPage> {
    let person = |number| CheckedPerson { number, person: person_texts(), wishes: wishes() };
    let page = CheckPage {
        corrects: None,
        unit: unit(),
        is_joined: false,
        kind: text("Gminny ośrodek pomocy społecznej (GOPS)"),
        gmina: gminas().into_iter().next(),
        persons: vec![person(1)],
        shared_emails: vec![text("wspolna@gops.example.pl")],
        is_email_confirmed: true,
        note: String::new(),
        note_remark: None,
        problems: Vec::new(),
        errors: FieldErrors::default(),
    };
    let found = errors(&[
        ("unit.regon", Invalid::RegonOpenApplication),
        ("persons.1.login", Invalid::LoginTaken),
        ("persons.0.email", Invalid::EmailNotConfirmed),
        ("note", Invalid::TooLong),
    ]);
    let problem = |field: &str, href: &str| Problem { field: text(field), href: text(href) };
    vec![
        page.clone(),
        CheckPage { is_joined: true, persons: (1..=50).map(person).collect(), ..page.clone() },
        CheckPage {
            unit: UnitTexts { name: long_name(), ..unit() },
            persons: vec![person(1), CheckedPerson { wishes: Vec::new(), ..person(2) }],
            is_email_confirmed: false,
            note: text("Proszę o szybkie rozpatrzenie.\n<i>Dziękuję</i>"),
            problems: vec![
                problem("unit.regon", "/register/unit-data#regon"),
                problem("persons.0.email", "/register/email"),
                problem("persons.1.login", "/register/persons/2#login"),
                problem("note", "#note"),
            ],
            errors: found,
            corrects: Some(text(NUMBER)),
            note_remark: Some(text("Napisz, kogo zastępuje ta osoba.")),
            ..page
        },
    ]
}

pub(super) fn submitted() -> Vec<SubmittedPage> {
    let page = |unit_name| SubmittedPage {
        number: text(NUMBER),
        path: NUMBER.replace('/', "-"),
        unit_name,
        login: text("anowak"),
        email: text(EMAIL),
    };
    vec![page(unit().name), page(long_name())]
}
