//! Composed forms to try printing with: for tests, benches and the gallery of pages. Their words are examples only;
//! the words of real forms live in the label file.

use crate::domain::application::printed_form::{Block, FieldRow, FormWords, PrintedForm, SignatureBox};
use crate::domain::application::signed_form::FormCode;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;

/// A form of one short page.
pub fn small() -> PrintedForm {
    PrintedForm {
        title: "Wniosek o rozszerzenie uprawnień".into(),
        kind: "rozszerzenie uprawnień".into(),
        blocks: vec![
            heading("Użytkownik"),
            fields(&[("Imię i nazwisko", "Anna Nowak"), ("Login", "anowak"), ("Jednostka", "Ośrodek Pomocy Społecznej w Łagowie")]),
            heading("Wnioskowane uprawnienia"),
            grants(vec![grant("Anna Nowak", "Fundusz alimentacyjny (FA)", "wprowadzający dane", "31.12.2027")]),
            signatures(),
        ],
        ..frame("W/26/2026/000007", 1)
    }
}

/// The usual form of a new unit and its first person: two pages.
pub fn typical() -> PrintedForm {
    let blocks = vec![
        heading("Jednostka"),
        unit("Gminny Ośrodek Pomocy Społecznej w Łagowie"),
        heading("Użytkownik"),
        person("Żaneta Śliwińska-Gąsior", "inspektor", "zsliwinska"),
        heading("Wnioskowane uprawnienia"),
        grants(vec![
            grant("Żaneta Śliwińska-Gąsior", "Pomoc społeczna (PS)", "wprowadzający dane", "bezterminowo"),
            grant("Żaneta Śliwińska-Gąsior", "Świadczenia rodzinne (SR)", "wprowadzający dane", "31.12.2027"),
            grant("Żaneta Śliwińska-Gąsior", "Wspieranie rodziny i system pieczy zastępczej (WRiSPZ)", "zatwierdzający", "bezterminowo"),
        ]),
    ];
    PrintedForm { blocks: blocks.into_iter().chain(closing()).collect(), ..frame("W/26/2026/000123", 2) }
}

/// The worst that is allowed: fifty persons with double-barrelled names, a unit with a name of 200 characters.
pub fn fifty_persons() -> PrintedForm {
    let surnames = [
        "Brzęczyszczykiewicz-Chrząszczyżewoszycka",
        "Gżegżółka-Świętosławska",
        "O’Connor-Łukaszewicz",
        "Nuñez-Müller",
        "Dvořáková-Šťastná",
    ];
    let given = ["Anna Maria", "Władysław Zdzisław", "Żaneta", "Świętopełk", "Grażyna Łucja", "José", "Ingeborg Zoë"];
    let name = |i: usize| format!("{} {}", given[i % given.len()], surnames[i % surnames.len()]);
    let unit_name = format!("{} im. św. Jadwigi", "Miejsko-Gminny Zespół Ośrodków Wsparcia ".repeat(6).trim_end());
    let unit_name: String = unit_name.chars().take(200).collect();
    let mut blocks = vec![heading("Jednostka"), unit(&unit_name), heading("Osoby")];
    let row = |i: usize| {
        vec![
            (i + 1).to_string(),
            name(i),
            "starszy specjalista pracy socjalnej".into(),
            format!("imie.nazwisko{i}@osrodek.example.pl, +48 41 000 00 {i:02}"),
            format!("login_{i}"),
        ]
    };
    blocks.push(Block::Table {
        headers: texts(&["Lp.", "Imię i nazwisko", "Stanowisko", "E-mail i telefon", "Login"]),
        widths: vec![8, 34, 28, 42, 18],
        rows: (0..50).map(row).collect(),
    });
    blocks.push(heading("Wnioskowane uprawnienia"));
    let areas = ["Pomoc społeczna (PS)", "Wspieranie rodziny i system pieczy zastępczej (WRiSPZ)"];
    blocks.push(grants((0..100).map(|i| grant(&name(i / 2), areas[i % 2], "wprowadzający dane", "31.12.2027")).collect()));
    blocks.extend(closing());
    PrintedForm { blocks, ..frame("W/26/2026/999999", 12) }
}

/// A form with these blocks, for trying one block at a time.
pub fn with_blocks(blocks: Vec<Block>) -> PrintedForm {
    PrintedForm { blocks, ..frame("W/26/2026/000123", 1) }
}

fn frame(number: &str, revision: i32) -> PrintedForm {
    PrintedForm {
        office: "Świętokrzyski Urząd Wojewódzki w Kielcach".into(),
        title: "Wniosek o rejestrację jednostki i użytkownika".into(),
        kind: "nowa jednostka i użytkownik".into(),
        code: FormCode { number: ApplicationNumber::trusted(number), revision, fingerprint: "3fa901bc77de".into() },
        short_fingerprint: "3fa9 01bc 77de".into(),
        submitted_at: Moment(1_795_327_500_000),
        blocks: Vec::new(),
        words: FormWords {
            number: "Numer wniosku".into(),
            revision: "Wersja".into(),
            fingerprint: "Odcisk treści".into(),
            submitted: "Data złożenia".into(),
            page: "strona {page} z {pages}".into(),
            kind: "Rodzaj wniosku".into(),
        },
    }
}

/// A section heading.
pub fn heading(text: &str) -> Block {
    Block::Heading { text: text.into() }
}

/// Labels and values.
pub fn fields(rows: &[(&str, &str)]) -> Block {
    Block::Fields { rows: rows.iter().map(|(label, value)| FieldRow { label: (*label).into(), value: (*value).into() }).collect() }
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn unit(name: &str) -> Block {
    fields(&[
        ("Pełna nazwa", name),
        ("Typ jednostki", "ośrodek pomocy społecznej (OPS)"),
        ("REGON", "291122334"),
        ("NIP", "657-000-00-00"),
        ("Adres", "ul. Iwańska 11, 26-025 Łagów"),
        ("Gmina (TERC)", "Łagów, miejsko-wiejska (26 04 06 3), powiat kielecki, województwo świętokrzyskie"),
        ("Telefon", "+48 41 000 00 00 wew. 12"),
        ("E-mail", "sekretariat@gops-lagow.example.pl"),
        ("Adres do e-Doręczeń", "AE:PL-12345-67890-ABCDE-12"),
        ("Skrytka ePUAP", "/GOPSLagow/SkrytkaESP"),
        ("Organ prowadzący", "Gmina Łagów"),
        ("Osoba zarządzająca", "Grażyna Źdźbło-Wójcik, kierownik"),
    ])
}

fn person(name: &str, position: &str, login: &str) -> Block {
    fields(&[
        ("Imię i nazwisko", name),
        ("Stanowisko", position),
        ("E-mail i telefon", "imie.nazwisko@gops-lagow.example.pl, +48 41 000 00 01"),
        ("Login", login),
    ])
}

fn grant(person: &str, area: &str, function: &str, until: &str) -> Vec<String> {
    texts(&[person, area, function, until])
}

fn grants(rows: Vec<Vec<String>>) -> Block {
    Block::Table { headers: texts(&["Osoba", "Podobszar", "Funkcja", "Ważne do"]), widths: vec![34, 40, 26, 20], rows }
}

/// Statements, signatures, office part, how to send it, RODO clause.
fn closing() -> Vec<Block> {
    let statements = |title: &str, items: &[&str]| Block::Statements { title: title.into(), items: texts(items) };
    let small = |text: &str| Block::SmallPrint { text: text.into() };
    vec![
        heading("Oświadczenia i podpisy"),
        statements(
            "Oświadczenie użytkownika",
            &[
                "Oświadczam, że dane podane we wniosku są prawdziwe.",
                "Znam zasady korzystania z systemu i zobowiązuję się ich przestrzegać.",
                "Nie udostępnię swojego konta ani hasła innym osobom.",
            ],
        ),
        statements(
            "Oświadczenie osoby zarządzającej jednostką",
            &[
                "Potwierdzam, że osoby wymienione we wniosku są zatrudnione w jednostce i upoważnione do sporządzania sprawozdań w podanym zakresie.",
                "Niezwłocznie zgłoszę ustanie zatrudnienia albo upoważnienia którejkolwiek z tych osób.",
            ],
        ),
        signatures(),
        Block::OfficePart {
            title: "Wypełnia urząd".into(),
            lines: texts(&["Data wpływu", "Znak sprawy", "Uzasadnienie", ""]),
            choices: texts(&["uwzględniono", "zwrócono do poprawy", "odrzucono"]),
            signature: "Data, podpis i pieczątka administratora".into(),
        },
        heading("Jak przekazać podpisany formularz"),
        fields(&[
            ("e-Doręczenia", "AE:PL-98765-43210-ZYXWV-21"),
            ("ePUAP", "/SUWKielce/SkrytkaESP"),
            ("Poczta", "Świętokrzyski Urząd Wojewódzki w Kielcach, al. IX Wieków Kielc 3, 25-516 Kielce"),
            ("W portalu", "strona wniosku, „Prześlij podpisany formularz”"),
        ]),
        heading("Informacja o przetwarzaniu danych osobowych"),
        small(
            "Administratorem danych jest minister właściwy do spraw zabezpieczenia społecznego. Z inspektorem ochrony danych można się skontaktować pod adresem iod@example.gov.pl.",
        ),
        small(
            "Dane przetwarza się w celu rejestracji jednostki i użytkowników, nadania uprawnień oraz zapewnienia rozliczalności, na podstawie art. 6 ust. 1 lit. c i e RODO.",
        ),
        small(
            "Odbiorcami danych są urząd wojewódzki właściwy dla jednostki oraz podmioty utrzymujące system. Dane przechowuje się przez czas ważności konta, a potem przez okres wymagany przepisami o archiwach.",
        ),
        small(
            "Przysługuje Pani/Panu prawo dostępu do danych, ich sprostowania i ograniczenia przetwarzania, prawo sprzeciwu oraz prawo skargi do Prezesa Urzędu Ochrony Danych Osobowych.",
        ),
    ]
}

/// Two boxes to sign in.
pub fn signatures() -> Block {
    let signature = |caption: &str, name: &str| SignatureBox {
        caption: caption.into(),
        name: name.into(),
        place_and_date: "Miejscowość i data".into(),
    };
    Block::Signatures {
        boxes: vec![
            signature("Podpis użytkownika", "Żaneta Śliwińska-Gąsior, inspektor"),
            signature("Podpis i pieczątka osoby zarządzającej", "Grażyna Źdźbło-Wójcik, kierownik"),
        ],
        electronic: "Zamiast podpisu odręcznego można podpisać ten dokument elektronicznie: kwalifikowanym podpisem, podpisem zaufanym albo osobistym.".into(),
    }
}
