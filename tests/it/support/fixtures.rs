//! Rows that tests begin with: accounts of every role, a unit, an application in each state. Written through the storage
//! room, so that a test of one service does not stand on the others. What may not live here: what services do.

use super::portal::{TestPortal, operator};
use cas_portal::domain::account::{AccountProfile, AccountStatus, Role, RoleAssignment};
use cas_portal::domain::application::printed_form::{Block, FormWords, PrintedForm, SignatureBox};
use cas_portal::domain::application::registration::{GrantRequest, Person, Registration};
use cas_portal::domain::application::revision::Fingerprint;
use cas_portal::domain::application::signed_form::{CodeMatch, FormCode, MediaType, SignedFile, SignedForm};
use cas_portal::domain::application::status::Status;
use cas_portal::domain::application::{Application, Payload};
use cas_portal::domain::id::{AccountId, UnitId};
use cas_portal::domain::identifiers::{EmailAddress, Line, Login, PersonName, Phone, PostalCode, Regon, TercCode};
use cas_portal::domain::unit::{Address, Head, UnitData};
use cas_portal::domain::voivodeship::{ReturnChannel, VoivodeshipCode};
use cas_portal::services::manage_machines::{MadeMachine, NewMachine, create_machine};
use cas_portal::storage::database::begin;
use cas_portal::storage::{Connection, accounts, applications, role_assignments, signed_forms, units};
use jiff::civil::{Date, date};
use std::sync::atomic::Ordering;

/// The password of every account that has one; good by all rules.
pub const PASSWORD: &str = "zielony rower jedzie nad morze";
/// „świętokrzyskie”: where fixtures lie.
pub const VOIVODESHIP: &str = "26";
/// Morawica.
pub const TERC: &str = "260412";
/// Last day of every wish and grant, by the clock of [`super::portal::START`]. Tests in real time work until then.
pub const VALID_UNTIL: Date = date(2027, 12, 31);

/// Towns, units and people that have nothing in common.
const UNLIKE: [(&str, &str, &str); 12] = [
    ("Bieliny", "Źródełko", "Abacka"),
    ("Bodzentyn", "Parasol", "Bożycka"),
    ("Chęciny", "Latarnia", "Cudak"),
    ("Chmielnik", "Przystań", "Dzięgiel"),
    ("Daleszyce", "Kotwica", "Ewert"),
    ("Górno", "Jarzębina", "Fąfara"),
    ("Łagów", "Mostek", "Gęśla"),
    ("Łopuszno", "Wiatrak", "Hłasko"),
    ("Masłów", "Zegarek", "Iłżecka"),
    ("Miedziana Góra", "Skowronek", "Jeżyk"),
    ("Mniów", "Orzech", "Kłos"),
    ("Pierzchnica", "Tęcza", "Łęgowska"),
];

/// An application with the accounts of its persons.
#[derive(Debug, Clone)]
pub struct Filed {
    /// As stored.
    pub application: Application,
    /// Its persons, the applicant first.
    pub persons: Vec<AccountId>,
    /// The administrator who took or decided it.
    pub administrator: Option<AccountId>,
    /// The unit that approval made, or that the persons join.
    pub unit: Option<UnitId>,
}

impl TestPortal {
    /// A number that no other row of this portal has.
    pub fn serial(&self) -> u32 {
        self.serial.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// A valid REGON that no other row has.
    pub fn regon(&self) -> Regon {
        let head = format!("{:08}", 29_000_000 + self.serial());
        (0..10).find_map(|check| Regon::parse(&format!("{head}{check}")).ok()).expect("one of ten digits is right")
    }

    /// An account of this status, with [`PASSWORD`] unless it is only invited. Login and e-mail are made of `name`.
    pub async fn account(&self, name: &str, status: AccountStatus) -> AccountId {
        let password = status != AccountStatus::Invited;
        self.account_of(&person(&format!("{name}{}", self.serial())), status, password).await
    }

    /// The account of a person of an application.
    pub async fn account_of(&self, person: &Person, status: AccountStatus, with_password: bool) -> AccountId {
        let hash = if with_password { Some(self.context.hasher.hash(PASSWORD.into()).await.expect("a hash")) } else { None };
        let new = accounts::NewAccount {
            id: self.context.new_account_id(),
            login: person.login.clone(),
            profile: AccountProfile {
                first_name: person.first_name.clone(),
                last_name: person.last_name.clone(),
                position: Some(person.position.clone()),
                email: person.email.clone(),
                phone: Some(person.phone.clone()),
            },
            status,
            voivodeship: Some(VoivodeshipCode::trusted(VOIVODESHIP)),
            password_hash: hash,
        };
        accounts::add(self.db(), &new, self.now()).await.expect("an account");
        new.id
    }

    /// An active account with a role; `voivodeship` where the role has one.
    pub async fn official(&self, role: Role, voivodeship: Option<&str>) -> AccountId {
        let account = self.account(role.key().split('_').next().unwrap_or("urzad"), AccountStatus::Active).await;
        self.assign(account, role, voivodeship, None).await;
        account
    }

    /// Gives a role to an account.
    pub async fn assign(&self, account: AccountId, role: Role, voivodeship: Option<&str>, unit: Option<UnitId>) {
        let id = self.context.new_role_assignment_id();
        let assignment = RoleAssignment { id, role, voivodeship: voivodeship.map(VoivodeshipCode::trusted), unit };
        role_assignments::add(self.db(), account, &assignment, "operator", self.now()).await.expect("a role");
    }

    /// An administrator of the voivodeship in which fixtures lie.
    pub async fn administrator(&self) -> AccountId {
        self.administrator_of(VOIVODESHIP).await
    }

    /// An administrator of a voivodeship.
    pub async fn administrator_of(&self, voivodeship: &str) -> AccountId {
        self.official(Role::VoivodeshipAdministrator, Some(voivodeship)).await
    }

    /// A central administrator.
    pub async fn central(&self) -> AccountId {
        self.official(Role::CentralAdministrator, None).await
    }

    /// A registered unit.
    pub async fn unit(&self) -> UnitId {
        let id = self.context.new_unit_id();
        units::add(self.db(), id, &unit_data(self.regon()), self.now().warsaw_date(), self.now()).await.expect("a unit");
        id
    }

    /// A registered DPS in Łódź: another voivodeship, another kind, another head.
    pub async fn unit_in_lodz(&self) -> UnitId {
        let id = self.context.new_unit_id();
        units::add(self.db(), id, &unit_data_in_lodz(self.regon()), self.now().warsaw_date(), self.now()).await.expect("a unit");
        id
    }

    /// Another system that may ask about this; its client and its token.
    pub async fn machine(&self, sub_areas: &[&str], verbs: &[&str], voivodeships: &[&str]) -> MadeMachine {
        let texts = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let name = format!("Sprawozdania {}", self.serial());
        let new = NewMachine { name, sub_areas: texts(sub_areas), verbs: texts(verbs), voivodeships: texts(voivodeships) };
        create_machine(&self.context, &operator(), &new).await.expect("a machine client")
    }

    /// The REGON of a unit.
    pub async fn regon_of(&self, unit: UnitId) -> String {
        units::find(self.db(), unit).await.expect("units").expect("the unit").data.regon.to_string()
    }

    /// A registration of a new unit with so many persons, each with two wishes. Logins are new.
    pub fn registration(&self, persons: usize) -> Registration {
        let persons = (0..persons).map(|i| person(&format!("osoba{}_{i}", self.serial()))).collect();
        Registration { existing_unit: None, unit: unit_data(self.regon()), persons, note: None }
    }

    /// A registration of one person that looks like none with another index, below 12: another gmina, unit and person.
    pub fn unlike(&self, index: usize) -> Registration {
        let (town, own, last_name) = UNLIKE[index];
        let line = |text: &str| Line::parse(text, 200).expect("a line");
        let mut registration = self.registration(1);
        registration.unit.name = line(&format!("Gminny Ośrodek Pomocy Społecznej „{own}”"));
        registration.unit.address.town = line(town);
        registration.unit.terc = TercCode::parse(&format!("2604{:02}", index + 1)).expect("a code");
        registration.persons[0].last_name = PersonName::parse(last_name).expect("a name");
        registration
    }

    /// An application of one person for a new unit.
    pub async fn application(&self, status: Status) -> Filed {
        self.application_of(self.registration(1), status).await
    }

    /// An application as it stands after everything that leads to `status`: with accounts, a signed form, an administrator,
    /// a decision, a unit and grants, as the status asks for. Filed now.
    pub async fn application_of(&self, registration: Registration, status: Status) -> Filed {
        assert_ne!(status, Status::Draft, "a draft is no application");
        let (now, people) = (self.now(), registration.persons.clone());
        let voivodeship = registration.unit.terc.voivodeship();
        let approved = status == Status::Approved;
        let mut persons = Vec::new();
        for (i, person) in people.iter().enumerate() {
            let account_status = match (approved, i) {
                (true, 0) => AccountStatus::Active,
                (true, _) => AccountStatus::Invited,
                (false, _) => AccountStatus::Pending,
            };
            persons.push(self.account_of(person, account_status, i == 0).await);
        }
        let was_received =
            matches!(status, Status::FormReceived | Status::InReview | Status::Returned | Status::Approved | Status::Rejected);
        let is_decided = matches!(status, Status::Returned | Status::Approved | Status::Rejected);
        let administrator = if is_decided || status == Status::InReview { Some(self.administrator().await) } else { None };
        let payload = Payload::Registration(registration.clone());
        let number = applications::next_number(self.db(), &voivodeship, 2026).await.expect("a number");
        let application = Application {
            id: self.context.new_application_id(),
            number,
            status,
            revision: 1,
            fingerprint: Fingerprint::of(&payload),
            payload,
            applicant: persons[0],
            submitted_at: now,
            revised_at: now,
            status_since: now,
            lapses_at: match status {
                Status::AwaitingForm => Some(now.plus_days(30)),
                Status::Returned => Some(now.plus_days(14)),
                _ => None,
            },
            taken_by: administrator.filter(|_| status == Status::InReview),
            decided_by: administrator.filter(|_| is_decided),
            decided_for: None,
            decided_at: is_decided.then_some(now),
            reason: matches!(status, Status::Returned | Status::Rejected).then(|| "Brakuje podpisu osoby zarządzającej.".to_owned()),
            version: 0,
        };
        let keys: Vec<(AccountId, String)> = persons.iter().copied().zip(people.iter().map(|p| p.email.key())).collect();
        let form = serde_json::to_value(printed_form(&application)).expect("JSON");
        // In one transaction, as the portal does: whoever copies the database meanwhile sees all of it or nothing.
        let tx = begin(self.db()).await.expect("a transaction");
        applications::add(&tx, &application, &form, &keys).await.expect("an application");
        if was_received {
            self.signed_form_in(&tx, &application).await;
        }
        tx.commit().await.expect("an application");
        let mut unit = registration.existing_unit;
        if approved {
            let id = match unit {
                Some(id) => id,
                None => {
                    let id = self.context.new_unit_id();
                    units::add(self.db(), id, &registration.unit, now.warsaw_date(), now).await.expect("a unit");
                    id
                }
            };
            for (account, person) in persons.iter().zip(&people) {
                for GrantRequest { sub_area, function, valid_until } in &person.grants {
                    let days = (now.warsaw_date(), *valid_until);
                    self.holds_by(*account, id, (sub_area, function), days, Some(application.id)).await;
                }
            }
            unit = Some(id);
        }
        Filed { application, persons, administrator, unit }
    }

    /// A signed form of the current revision with one page, uploaded by the applicant now; its code matched.
    pub async fn signed_form(&self, application: &Application) -> SignedForm {
        self.signed_form_in(self.db(), application).await
    }

    async fn signed_form_in<C: Connection>(&self, db: &C, application: &Application) -> SignedForm {
        let (id, file) = (self.context.new_signed_form_id(), self.context.new_file_id());
        let bytes = b"%PDF-1.7 fixture".to_vec();
        let object_key = cas_portal::files::object_key(id, file, MediaType::Pdf.extension());
        let page_key = cas_portal::files::page_key(id, file, 1);
        self.context.files.put(&object_key, bytes.clone()).await.expect("a file");
        self.context.files.put(&page_key, PIXEL).await.expect("a page");
        let form = SignedForm {
            id,
            application: application.id,
            revision: application.revision,
            channel: ReturnChannel::Upload,
            reference: None,
            received_on: self.now().warsaw_date(),
            recorded_by: application.applicant,
            recorded_at: self.now(),
            code_match: CodeMatch::Matched,
            files: vec![SignedFile {
                id: file,
                media_type: MediaType::Pdf,
                size: i64::try_from(bytes.len()).expect("small"),
                sha256: hex::encode(cas_portal::secrets::token_hash("%PDF-1.7 fixture")),
                object_key,
                page_keys: vec![page_key],
                has_signature: false,
                signatures: None,
            }],
        };
        signed_forms::add(db, &form).await.expect("a signed form");
        form
    }
}

/// A PNG of one grey pixel.
const PIXEL: &[u8] =
    b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\x0aIDATx\x9cch\x00\x00\x00\x82\x00\x81w\xcdr\xb6\x00\x00\x00\x00IEND\xaeB`\x82";

/// A GOPS in Morawica with everything that can be filled in.
pub fn unit_data(regon: Regon) -> UnitData {
    let line = |text: &str| Line::parse(text, 200).expect("a line");
    UnitData {
        name: line(&format!("Gminny Ośrodek Pomocy Społecznej w Morawicy {regon}")),
        kind: "ops_gminny".into(),
        regon,
        nip: None,
        address: Address {
            street: Some(line("ul. Spacerowa")),
            building: line("7"),
            postal_code: PostalCode::parse("26-026").expect("a postal code"),
            town: line("Morawica"),
        },
        terc: TercCode::parse(TERC).expect("a code"),
        phone: Phone::parse("413114680").expect("a phone"),
        phone_extension: None,
        email: EmailAddress::parse("sekretariat@gops-morawica.example.pl").expect("an address"),
        ade: None,
        epuap: None,
        parent_body: line("Gmina Morawica"),
        head: Head {
            first_name: PersonName::parse("Maria").expect("a name"),
            last_name: PersonName::parse("Wójcik-Źdźbło").expect("a name"),
            position: line("kierownik"),
        },
    }
}

/// A DPS in Łódź with another head.
pub fn unit_data_in_lodz(regon: Regon) -> UnitData {
    let line = |text: &str| Line::parse(text, 200).expect("a line");
    let name = |text: &str| PersonName::parse(text).expect("a name");
    UnitData {
        name: line(&format!("Dom Pomocy Społecznej w Łodzi {regon}")),
        kind: "dps".into(),
        terc: TercCode::parse("106101").expect("a code"),
        head: Head { first_name: name("Zofia"), last_name: name("Brzęczyszczykiewicz"), position: line("dyrektorka") },
        ..unit_data(regon)
    }
}

/// A person with this login, an e-mail address made of it, and two wishes.
pub fn person(login: &str) -> Person {
    Person {
        first_name: PersonName::parse("Anna").expect("a name"),
        last_name: PersonName::parse("Gżegżółka-Nowak").expect("a name"),
        position: Line::parse("starszy specjalista", 200).expect("a line"),
        email: EmailAddress::parse(&format!("{login}@gops-morawica.example.pl")).expect("an address"),
        phone: Phone::parse("600100200").expect("a phone"),
        login: Login::parse(login).expect("a login"),
        grants: vec![wish("FA", "viewer"), wish("PS", "editor")],
        coordinator: false,
    }
}

/// A wish for a sub-area and a function until [`VALID_UNTIL`].
pub fn wish(sub_area: &str, function: &str) -> GrantRequest {
    GrantRequest { sub_area: sub_area.into(), function: function.into(), valid_until: VALID_UNTIL }
}

/// A printed form with its code and nothing in it.
pub fn printed_form(application: &Application) -> PrintedForm {
    PrintedForm {
        office: "Świętokrzyski Urząd Wojewódzki w Kielcach".into(),
        title: "Wniosek o rejestrację jednostki i użytkownika".into(),
        kind: "nowa jednostka i użytkownik".into(),
        code: FormCode {
            number: application.number.clone(),
            revision: application.revision,
            fingerprint: application.fingerprint.compact().to_owned(),
        },
        short_fingerprint: application.fingerprint.short(),
        submitted_at: application.revised_at,
        blocks: vec![Block::Signatures {
            boxes: vec![SignatureBox {
                caption: "Podpis i pieczątka osoby zarządzającej".into(),
                name: "Maria Wójcik-Źdźbło, kierownik".into(),
                place_and_date: "Miejscowość i data".into(),
            }],
            electronic: String::new(),
        }],
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
