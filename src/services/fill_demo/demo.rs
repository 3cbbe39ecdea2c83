//! What the demonstration country is made of. Every person is a made-up example, every address is under `example.pl`.

use crate::domain::account::Role;

/// The one password of the demonstration.
pub const PASSWORD: &str = "zielony-rower-nad-morzem";

/// How far an application of the demonstration goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Filed, no form yet.
    AwaitingForm,
    /// The form with a readable code was uploaded.
    FormReceived,
    /// The form came on paper, without a file: to be compared by eye.
    OnPaper,
    /// Taken by the voivodeship's administrator.
    InReview,
    /// Sent back with remarks.
    Returned,
    /// Approved.
    Approved,
    /// Rejected.
    Rejected,
    /// Withdrawn.
    Withdrawn,
    /// Lapsed.
    Expired,
    /// Filed, returned, corrected and sent back again.
    Corrected,
}

/// A unit with its application.
#[derive(Debug, Clone, Copy)]
pub struct DemoUnit {
    /// Full name.
    pub name: &'static str,
    /// Kind of unit.
    pub kind: &'static str,
    /// Real TERC code of its gmina.
    pub terc: &'static str,
    /// Town, postal code.
    pub town: (&'static str, &'static str),
    /// Parent body.
    pub parent: &'static str,
    /// Head: first name, last name, position.
    pub head: (&'static str, &'static str, &'static str),
    /// The persons: first name, last name, position, login.
    pub people: &'static [(&'static str, &'static str, &'static str, &'static str)],
    /// Sub-area and function of the first person; the others look on.
    pub wants: &'static [&'static str],
    /// How far it goes.
    pub fate: Fate,
    /// Days ago when it was filed.
    pub days_ago: i64,
}

/// An account with a role.
#[derive(Debug, Clone, Copy)]
pub struct DemoOfficer {
    /// Role.
    pub role: Role,
    /// Its voivodeship.
    pub voivodeship: Option<&'static str>,
    /// Login.
    pub login: &'static str,
    /// First and last name.
    pub name: (&'static str, &'static str),
}

/// One line of the list of sign-ins on the start page.
#[derive(Debug, Clone, Copy)]
pub struct DemoSignIn {
    /// Who this is.
    pub role: &'static str,
    /// Login.
    pub login: &'static str,
    /// What can be seen with it.
    pub note: &'static str,
}

/// The sign-ins shown on the start page.
pub const SIGN_INS: &[DemoSignIn] = &[
    DemoSignIn {
        role: "administrator wojewódzki, świętokrzyskie",
        login: "swietokrzyskie",
        note: "Rozpatruje wnioski jednostek z województwa. Zacznij tutaj.",
    },
    DemoSignIn {
        role: "drugi administrator, świętokrzyskie",
        login: "swietokrzyskie-2",
        note: "Ta sama kolejka, druga osoba: wypróbuj pracę we dwoje.",
    },
    DemoSignIn {
        role: "administrator wojewódzki, mazowieckie", login: "mazowieckie", note: "Widzi tylko wnioski ze swojego województwa."
    },
    DemoSignIn { role: "administrator centralny", login: "centralny", note: "Widzi cały kraj i tworzy administratorów wojewódzkich." },
    DemoSignIn {
        role: "drugi administrator centralny",
        login: "centralny-2",
        note: "Potwierdza zmiany ról, które proponuje pierwszy, i odwrotnie.",
    },
    DemoSignIn { role: "pomoc techniczna, świętokrzyskie", login: "pomoc", note: "Odblokowuje konta i wysyła link do hasła." },
    DemoSignIn { role: "audytor", login: "audytor", note: "Czyta dziennik zdarzeń, niczego nie zmienia." },
    DemoSignIn {
        role: "użytkowniczka z uprawnieniami, koordynatorka jednostki",
        login: COORDINATOR,
        note: "Widzi swoje uprawnienia, a jako koordynatorka także: kto w jednostce ma jakie i dlaczego. Rejestruje nowych pracowników.",
    },
    DemoSignIn {
        role: "wnioskujący: czeka na podpisany formularz",
        login: "jan-kowalski",
        note: "Drukuje formularz i przesyła podpisany.",
    },
    DemoSignIn {
        role: "wnioskująca: wniosek zwrócony do poprawy",
        login: "ewa-zielinska",
        note: "Widzi uwagi przy polach i poprawia wniosek.",
    },
];

/// Looks after the accounts of the unit in which she holds grants.
pub const COORDINATOR: &str = "anna-nowak";

/// Accounts with a role.
pub const OFFICERS: &[DemoOfficer] = &[
    DemoOfficer { role: Role::CentralAdministrator, voivodeship: None, login: "centralny", name: ("Maria", "Centralna") },
    DemoOfficer { role: Role::CentralAdministrator, voivodeship: None, login: "centralny-2", name: ("Andrzej", "Stołeczny") },
    DemoOfficer {
        role: Role::VoivodeshipAdministrator,
        voivodeship: Some("26"),
        login: "swietokrzyskie",
        name: ("Barbara", "Świętokrzyska"),
    },
    DemoOfficer {
        role: Role::VoivodeshipAdministrator,
        voivodeship: Some("26"),
        login: "swietokrzyskie-2",
        name: ("Tomasz", "Łysogórski"),
    },
    DemoOfficer { role: Role::VoivodeshipAdministrator, voivodeship: Some("14"), login: "mazowieckie", name: ("Piotr", "Mazowiecki") },
    DemoOfficer { role: Role::VoivodeshipAdministrator, voivodeship: Some("12"), login: "malopolskie", name: ("Joanna", "Małopolska") },
    DemoOfficer { role: Role::Helpdesk, voivodeship: Some("26"), login: "pomoc", name: ("Robert", "Pomocny") },
    DemoOfficer { role: Role::Auditor, voivodeship: None, login: "audytor", name: ("Helena", "Dokładna") },
];

macro_rules! unit {
    ($fate:ident, $days:literal, $kind:literal, $name:literal, $terc:literal, $town:literal $post:literal, $parent:literal,
     head $first:literal $last:literal $position:literal, wants [$($want:literal),*], $($person:expr),+) => {
        DemoUnit {
            name: $name, kind: $kind, terc: $terc, town: ($town, $post), parent: $parent, head: ($first, $last, $position),
            people: &[$($person),+], wants: &[$($want),*], fate: Fate::$fate, days_ago: $days,
        }
    };
}

/// Units with their applications, the oldest first.
pub const UNITS: &[DemoUnit] = &[
    unit!(Approved, 40, "ops_miejsko_gminny", "Miejsko-Gminny Ośrodek Pomocy Społecznej w Chmielniku", "260404", "Chmielnik" "26-020",
        "Gmina Chmielnik", head "Zofia" "Lis" "Kierownik", wants ["PS:editor", "PS:approver", "WRiSPZ:editor"],
        ("Anna", "Nowak", "Starszy specjalista pracy socjalnej", "anna-nowak"), ("Krzysztof", "Wiśniewski", "Pracownik socjalny", "k-wisniewski")),
    unit!(Approved, 38, "pcpr", "Powiatowe Centrum Pomocy Rodzinie w Busku-Zdroju", "260101", "Busko-Zdrój" "28-100",
        "Powiat buski", head "Marek" "Sikora" "Dyrektor", wants ["PS:editor", "WRiSPZ:editor", "WRiSPZ:approver"],
        ("Agnieszka", "Dąbrowska-Żak", "Główny specjalista", "a-dabrowska")),
    unit!(Approved, 36, "ops_miejski", "Miejski Ośrodek Pomocy Społecznej w Pruszkowie", "142102", "Pruszków" "05-800",
        "Gmina Miasto Pruszków", head "Irena" "Kamińska" "Dyrektor", wants ["PS:editor", "SR:editor", "FA:viewer"],
        ("Paweł", "Lewandowski", "Kierownik działu", "p-lewandowski")),
    unit!(Approved, 35, "dps", "Dom Pomocy Społecznej w Zakopanem", "121701", "Zakopane" "34-500",
        "Powiat tatrzański", head "Stanisław" "Gąsienica" "Dyrektor", wants ["PS:editor"],
        ("Halina", "Bachleda", "Starszy administrator", "h-bachleda")),
    unit!(Expired, 60, "ops_gminny", "Gminny Ośrodek Pomocy Społecznej w Bielinach", "260401", "Bieliny" "26-004",
        "Gmina Bieliny", head "Teresa" "Mazur" "Kierownik", wants ["PS:editor"],
        ("Wojciech", "Krawczyk", "Pracownik socjalny", "w-krawczyk")),
    unit!(Rejected, 20, "kis", "Klub Integracji Społecznej „Razem” w Starachowicach", "261101", "Starachowice" "27-200",
        "Gmina Starachowice", head "Adam" "Wilk" "Kierownik", wants ["PS:viewer"],
        ("Beata", "Zając", "Specjalista", "b-zajac")),
    unit!(Withdrawn, 18, "sds", "Środowiskowy Dom Samopomocy w Pińczowie", "260804", "Pińczów" "28-400",
        "Gmina Pińczów", head "Urszula" "Król" "Kierownik", wants ["PS:editor"],
        ("Łukasz", "Wrona", "Instruktor terapii", "l-wrona")),
    unit!(Returned, 12, "ops_gminny", "Gminny Ośrodek Pomocy Społecznej w Górnie", "260406", "Górno" "26-008",
        "Gmina Górno", head "Bożena" "Pawlak" "Kierownik", wants ["PS:editor", "PS:approver"],
        ("Ewa", "Zielińska", "Starszy pracownik socjalny", "ewa-zielinska")),
    unit!(Corrected, 11, "ops_miejsko_gminny", "Miejsko-Gminny Ośrodek Pomocy Społecznej w Daleszycach", "260405", "Daleszyce" "26-021",
        "Gmina Daleszyce", head "Danuta" "Stępień" "Kierownik", wants ["PS:editor", "SR:editor", "FA:editor"],
        ("Magdalena", "Wójcik", "Specjalista pracy z rodziną", "m-wojcik"), ("Grzegorz", "Baran", "Referent", "g-baran")),
    unit!(InReview, 9, "cus", "Centrum Usług Społecznych w Sandomierzu", "260901", "Sandomierz" "27-600",
        "Gmina Sandomierz", head "Elżbieta" "Szymańska" "Dyrektor", wants ["PS:editor", "WRiSPZ:editor"],
        ("Katarzyna", "Woźniak", "Organizator usług", "k-wozniak")),
    unit!(FormReceived, 25, "ops_miejsko_gminny", "Miejsko-Gminny Ośrodek Pomocy Społecznej w Łagowie", "260407", "Łagów" "26-025",
        "Gmina Łagów", head "Grażyna" "Kozłowska" "Kierownik", wants ["PS:editor", "PS:approver", "WRiSPZ:viewer"],
        ("Monika", "Jankowska", "Pracownik socjalny", "m-jankowska")),
    unit!(FormReceived, 6, "ops_gminny", "Gminny Ośrodek Pomocy Społecznej w Masłowie", "260409", "Masłów Pierwszy" "26-001",
        "Gmina Masłów", head "Jerzy" "Kwiatkowski" "Kierownik", wants ["PS:editor", "SR:editor"],
        ("Aleksandra", "Piotrowska-Ćwik", "Inspektor", "a-piotrowska"), ("Marcin", "Grabowski", "Podinspektor", "m-grabowski"),
        ("Dorota", "Żurawska", "Pracownik socjalny", "d-zurawska")),
    unit!(FormReceived, 5, "urzad_gminy", "Urząd Gminy w Miedzianej Górze", "260410", "Miedziana Góra" "26-085",
        "Gmina Miedziana Góra", head "Kazimierz" "Nowicki" "Wójt", wants ["SR:editor", "FA:editor", "KDR:editor", "OP-3:editor"],
        ("Renata", "Michalska", "Inspektor do spraw świadczeń", "r-michalska")),
    unit!(OnPaper, 4, "ops_gminny", "Gminny Ośrodek Pomocy Społecznej w Zagnańsku", "260419", "Zagnańsk" "26-050",
        "Gmina Zagnańsk", head "Lucyna" "Adamczyk" "Kierownik", wants ["PS:editor"],
        ("Sylwia", "Dudek", "Pracownik socjalny", "s-dudek")),
    unit!(FormReceived, 3, "mopr", "Miejski Ośrodek Pomocy Rodzinie w Kielcach", "266101", "Kielce" "25-544",
        "Gmina Kielce", head "Magdalena" "Górska" "Dyrektor", wants ["PS:editor", "PS:approver", "WRiSPZ:editor", "SR:viewer"],
        ("Rafał", "Pietrzak", "Kierownik działu sprawozdawczości", "r-pietrzak"), ("Iwona", "Sadowska", "Specjalista", "i-sadowska")),
    unit!(AwaitingForm, 26, "ops_miejsko_gminny", "Miejsko-Gminny Ośrodek Pomocy Społecznej w Nowej Słupi", "260413", "Nowa Słupia" "26-006",
        "Gmina Nowa Słupia", head "Janina" "Czarnecka" "Kierownik", wants ["PS:editor"],
        ("Mariusz", "Sobczak", "Pracownik socjalny", "m-sobczak")),
    unit!(AwaitingForm, 2, "ops_miejsko_gminny", "Miejsko-Gminny Ośrodek Pomocy Społecznej w Morawicy", "260412", "Morawica" "26-026",
        "Gmina Morawica", head "Małgorzata" "Głowacka" "Kierownik", wants ["PS:editor", "PS:approver", "WRiSPZ:editor"],
        ("Jan", "Kowalski", "Starszy specjalista pracy socjalnej", "jan-kowalski")),
    unit!(FormReceived, 4, "cus", "Centrum Usług Społecznych w Płocku", "146201", "Płock" "09-400",
        "Gmina Miasto Płock", head "Hanna" "Zakrzewska" "Dyrektor", wants ["PS:editor", "WRiSPZ:editor"],
        ("Damian", "Ostrowski", "Główny specjalista", "d-ostrowski")),
    unit!(FormReceived, 3, "ops_miejski", "Miejski Ośrodek Pomocy Społecznej w Wieliczce", "121905", "Wieliczka" "32-020",
        "Gmina Wieliczka", head "Alicja" "Malinowska" "Dyrektor", wants ["PS:editor", "SR:editor"],
        ("Sebastian", "Jaworski", "Specjalista", "s-jaworski")),
    unit!(FormReceived, 2, "mopr", "Miejski Ośrodek Pomocy Rodzinie w Gdańsku", "226101", "Gdańsk" "80-237",
        "Gmina Miasta Gdańska", head "Jolanta" "Pomorska" "Dyrektor", wants ["PS:editor", "WRiSPZ:editor"],
        ("Natalia", "Wrzos", "Kierownik referatu", "n-wrzos")),
    unit!(AwaitingForm, 1, "ops_miejski", "Miejski Ośrodek Pomocy Społecznej w Łodzi", "106101", "Łódź" "90-012",
        "Miasto Łódź", head "Piotr" "Rydz" "Dyrektor", wants ["PS:editor", "PS:approver"],
        ("Żaneta", "Śliwińska", "Główny specjalista", "z-sliwinska")),
];

/// By whose application a colleague is to deal with it, it is put off, and it has a note: logins of applicants.
pub const ASSIGNED: &str = "a-piotrowska";
/// See [`ASSIGNED`].
pub const PUT_OFF: &str = "r-michalska";
/// See [`ASSIGNED`].
pub const NOTED: &str = "m-jankowska";
/// The note.
pub const NOTE: &str = "Dzwoniłam do kierowniczki: pieczątka na formularzu jest nowa, wszystko się zgadza.";

/// The remarks of a return: field and text.
pub const REMARKS: &[(&str, &str)] = &[
    ("unit.phone", "Podany numer nie odpowiada. Wpisz numer sekretariatu."),
    ("persons.0.position", "Wpisz stanowisko tak jak w umowie."),
];
/// The reason of a rejection.
pub const REJECTION: &str = "Klub nie składa samodzielnych sprawozdań. Robi to jednostka, która go prowadzi.";
/// The reference of a form on paper.
pub const REFERENCE: &str = "RPW/1482/2026";
/// What came to an office by post and waits there: a voivodeship, whose form it is (a login), how it came, from whom, its reference.
pub const POST: &[(&str, &str, &str, &str, &str)] = &[
    ("26", "m-sobczak", "post", "Miejsko-Gminny Ośrodek Pomocy Społecznej w Nowej Słupi", "RPW/1507/2026"),
    // It belongs to another office.
    ("26", "z-sliwinska", "email", "sekretariat-z-sliwinska@jednostka.example.pl", ""),
];
/// Street of every unit, and position of every officer.
pub const STREET: &str = "Szkolna";
/// Position of an account with a role.
pub const OFFICER_POSITION: &str = "Inspektor wojewódzki";
