//! One whole application to test with.

use super::email_change::EmailChange;
use super::extension::{Home, PermissionExtension};
use super::registration::{GrantRequest, Person, Registration};
use super::revision::Fingerprint;
use super::signed_form::{CodeMatch, SignedForm};
use super::status::Status;
use super::{Application, Payload};
use crate::domain::account::{Account, AccountProfile, AccountStatus};
use crate::domain::actor::SignedIn;
use crate::domain::dictionary::{Dictionaries, Function, SubArea, UnitKind};
use crate::domain::id::{AccountId, ApplicationId, SignedFormId, UnitId};
use crate::domain::identifiers::*;
use crate::domain::lockout::Lockout;
use crate::domain::moment::Moment;
use crate::domain::unit::{Address, Head, Unit, UnitData, UnitStatus};
use crate::domain::voivodeship::ReturnChannel;
use jiff::civil::date;
use uuid::Uuid;

pub(super) const APPLICANT: AccountId = AccountId(Uuid::from_u128(1));
pub(super) const DECIDER: AccountId = AccountId(Uuid::from_u128(2));
pub(super) const COLLEAGUE: AccountId = AccountId(Uuid::from_u128(3));
pub(super) const UNIT: UnitId = UnitId(Uuid::from_u128(4));

fn line(text: &str) -> Line {
    Line::parse(text, 200).unwrap()
}

fn name(text: &str) -> PersonName {
    PersonName::parse(text).unwrap()
}

pub(super) fn grant(sub_area: &str, function: &str) -> GrantRequest {
    GrantRequest { sub_area: sub_area.to_owned(), function: function.to_owned(), valid_until: date(2027, 12, 31) }
}

pub(super) fn person(login: &str) -> Person {
    Person {
        first_name: name("Anna"),
        last_name: name("Nowak-Kowalska"),
        position: line("Inspektorka"),
        email: EmailAddress::parse("anna@ops.example.gov.pl").unwrap(),
        phone: Phone::parse("41 342 10 00").unwrap(),
        login: Login::parse(login).unwrap(),
        grants: vec![grant("PS", "editor"), grant("SR", "viewer")],
        coordinator: false,
    }
}

pub(super) fn registration() -> Registration {
    Registration {
        existing_unit: None,
        unit: UnitData {
            name: line("Gminny Ośrodek Pomocy Społecznej w Morawicy"),
            kind: "ops_gminny".to_owned(),
            regon: Regon::parse("123456785").unwrap(),
            nip: Some(Nip::parse("526-104-08-28").unwrap()),
            address: Address {
                street: Some(line("Spacerowa")),
                building: line("7"),
                postal_code: PostalCode::parse("26-026").unwrap(),
                town: line("Morawica"),
            },
            terc: TercCode::parse("260409").unwrap(),
            phone: Phone::parse("41 311 46 90").unwrap(),
            phone_extension: Some(parse_extension("12").unwrap()),
            email: EmailAddress::parse("gops@morawica.example").unwrap(),
            ade: Some(AdeAddress::parse("AE:PL-12345-67890-ABCDE-12").unwrap()),
            epuap: Some(EpuapBox::parse("/GOPSMorawica/SkrytkaESP").unwrap()),
            parent_body: line("Gmina Morawica"),
            head: Head { first_name: name("Jan"), last_name: name("Wójcik"), position: line("Kierownik") },
        },
        persons: vec![person("anowak"), person("drugi")],
        note: Some(Text::parse("Proszę o szybkie rozpatrzenie.", 1000).unwrap()),
    }
}

pub(super) fn dictionaries() -> Dictionaries {
    let sub_area =
        |code: &str, longest_months| SubArea { code: code.to_owned(), name: code.to_owned(), longest_months, default_months: 36 };
    let kind = |code: &str, sub_areas: &[&str]| UnitKind {
        code: code.to_owned(),
        name: code.to_owned(),
        sub_areas: sub_areas.iter().map(|s| (*s).to_owned()).collect(),
        may_hold: sub_areas.iter().map(|s| (*s).to_owned()).collect(),
        is_offered: true,
    };
    Dictionaries {
        unit_kinds: vec![kind("ops_gminny", &["PS", "SR"]), kind("dps", &["PS"])],
        sub_areas: vec![sub_area("PS", 36), sub_area("SR", 12), sub_area("KDR", 36)],
        functions: ["viewer", "editor", "approver"].map(|code| Function { code: code.to_owned(), name: code.to_owned() }).to_vec(),
    }
}

pub(super) fn application(status: Status) -> Application {
    let payload = Payload::Registration(registration());
    let then = Moment(1_795_327_500_000);
    Application {
        id: ApplicationId(Uuid::from_u128(10)),
        number: ApplicationNumber::parse("W/26/2026/000123").unwrap(),
        status,
        revision: 2,
        fingerprint: Fingerprint::of(&payload),
        payload,
        applicant: APPLICANT,
        submitted_at: then,
        revised_at: then,
        status_since: then,
        lapses_at: None,
        taken_by: (status == Status::InReview).then_some(DECIDER),
        decided_by: None,
        decided_for: None,
        decided_at: None,
        reason: None,
        version: 7,
    }
}

pub(super) fn signed_form(revision: i32, code_match: CodeMatch) -> SignedForm {
    SignedForm {
        id: SignedFormId(Uuid::from_u128(20)),
        application: ApplicationId(Uuid::from_u128(10)),
        revision,
        channel: ReturnChannel::Upload,
        reference: None,
        received_on: date(2026, 11, 22),
        recorded_by: APPLICANT,
        recorded_at: Moment(1_795_327_500_000),
        code_match,
        files: Vec::new(),
    }
}

pub(super) fn decider() -> SignedIn {
    SignedIn {
        account: DECIDER,
        login: "admin26".to_owned(),
        full_name: "Ewa Lis".to_owned(),
        status: AccountStatus::Active,
        roles: Vec::new(),
        units: Vec::new(),
        stand_ins: Vec::new(),
        proven_at: Moment(1_795_327_500_000),
    }
}

pub(super) fn account() -> Account {
    let person = person("anowak");
    Account {
        id: APPLICANT,
        login: person.login,
        profile: AccountProfile {
            first_name: person.first_name,
            last_name: person.last_name,
            position: Some(person.position),
            email: person.email,
            phone: Some(person.phone),
        },
        status: AccountStatus::Active,
        lockout: Lockout::cleared(),
        has_password: true,
        created_at: Moment(0),
        version: 0,
    }
}

pub(super) fn unit() -> Unit {
    let data = registration().unit;
    Unit { id: UNIT, voivodeship: data.terc.voivodeship(), data, status: UnitStatus::Active, ends_on: None, successor: None, version: 0 }
}

pub(super) fn email_change() -> EmailChange {
    let (unit, account) = (unit(), account());
    EmailChange {
        unit_id: unit.id,
        unit: unit.data,
        first_name: account.profile.first_name,
        last_name: account.profile.last_name,
        position: account.profile.position,
        login: account.login,
        old_email: account.profile.email,
        new_email: EmailAddress::parse("a.nowak@nowa-poczta.example").unwrap(),
        why: Text::parse("Urząd zmienił dostawcę poczty.", 300).unwrap(),
    }
}

/// Another unit, of a kind and in a voivodeship of its own.
pub(super) fn other_unit() -> Unit {
    let mut other = unit();
    other.id = UnitId(Uuid::from_u128(44));
    other.data.name = line("Dom Pomocy Społecznej w Łodzi");
    other.data.kind = "dps".to_owned();
    other.data.regon = Regon::parse("590028079").unwrap();
    other.data.terc = TercCode::parse("106101").unwrap();
    other.data.head = Head { first_name: name("Zofia"), last_name: name("Źdźbło"), position: line("dyrektorka") };
    other.voivodeship = other.data.terc.voivodeship();
    other
}

/// An extension in [`other_unit`], of somebody who works in [`unit`].
pub(super) fn extension() -> PermissionExtension {
    let (other, home, account) = (other_unit(), unit(), account());
    PermissionExtension {
        unit_id: other.id,
        unit: other.data,
        home: Some(Box::new(Home {
            unit_id: home.id,
            name: home.data.name,
            regon: home.data.regon,
            address: home.data.address,
            head: home.data.head,
        })),
        first_name: account.profile.first_name,
        last_name: account.profile.last_name,
        position: account.profile.position,
        email: account.profile.email,
        phone: account.profile.phone,
        login: account.login,
        grants: vec![grant("PS", "approver")],
        coordinator: false,
        note: Some(Text::parse("Od jutra pół etatu.", 1000).unwrap()),
    }
}
