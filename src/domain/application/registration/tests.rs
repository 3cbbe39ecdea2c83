//! What a registration is refused for, each reason at its field.

use super::*;
use crate::domain::application::Payload;
use crate::domain::application::draft::{PERSON_FIELDS, UNIT_FIELDS};
use crate::domain::application::matter::Matter;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::samples::{UNIT, dictionaries, grant, person, registration};
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 22);

fn errors(change: impl FnOnce(&mut Registration)) -> Vec<(String, Vec<Invalid>)> {
    let mut registration = registration();
    for person in &mut registration.persons {
        person.grants = vec![grant("PS", "editor")];
    }
    change(&mut registration);
    registration.check(&dictionaries(), TODAY).err().map(|e| e.0.into_iter().collect()).unwrap_or_default()
}

fn one(field: &str, reason: Invalid) -> Vec<(String, Vec<Invalid>)> {
    vec![(field.to_owned(), vec![reason])]
}

#[test]
fn a_good_registration_passes_with_one_person_and_with_fifty() {
    assert_eq!(errors(|_| {}), []);
    assert_eq!(errors(|r| r.persons.truncate(1)), []);
    let many = |n: usize| (0..n).map(|i| person(&format!("osoba-{i}"))).map(|p| Person { grants: vec![grant("PS", "viewer")], ..p });
    assert_eq!(errors(|r| r.persons = many(50).collect()), []);
    assert_eq!(errors(|r| r.persons = many(51).collect()), one("persons", Invalid::TooManyPersons));
    assert_eq!(errors(|r| r.persons.clear()), one("persons", Invalid::Required));
}

#[test]
fn a_login_may_stand_once_whatever_its_case() {
    assert_eq!(errors(|r| r.persons[1].login = Login::trusted("ANowak")), one("persons.1.login", Invalid::LoginTwice));
}

#[test]
fn wishes_must_be_known_and_fit_the_kind_of_unit() {
    assert_eq!(errors(|r| r.persons[0].grants.clear()), one("persons.0.grants", Invalid::NothingChosen));
    assert_eq!(errors(|r| r.persons[1].grants[0].sub_area = "XX".to_owned()), one("persons.1.grants", Invalid::Unknown));
    assert_eq!(errors(|r| r.persons[1].grants[0].function = "owner".to_owned()), one("persons.1.grants", Invalid::Unknown));
    assert_eq!(errors(|r| r.persons[0].grants[0].sub_area = "KDR".to_owned()), one("persons.0.grants", Invalid::SubAreaNotForKind));
    let twice = |r: &mut Registration| {
        let first = r.persons[0].grants[0].clone();
        r.persons[0].grants.push(GrantRequest { valid_until: date(2027, 1, 1), ..first });
    };
    assert_eq!(errors(twice), one("persons.0.grants", Invalid::GrantTwice));
    let of_dps = |r: &mut Registration| {
        r.unit.kind = "dps".to_owned();
        r.persons[1].grants.push(grant("SR", "viewer"));
        r.persons[1].grants[1].valid_until = date(2027, 1, 1);
    };
    assert_eq!(errors(of_dps), one("persons.1.grants", Invalid::SubAreaNotForKind));
    assert_eq!(errors(|r| r.unit.kind = "szpital".to_owned()), one("kind", Invalid::Unknown));
}

#[test]
fn validity_runs_from_today_to_the_longest_of_the_sub_area() {
    let until = |day: Date| errors(move |r| r.persons[0].grants[0].valid_until = day);
    assert_eq!(until(TODAY), []);
    assert_eq!(until(date(2026, 11, 21)), one("persons.0.valid_until", Invalid::DatePast));
    assert_eq!(until(date(2029, 11, 22)), []);
    assert_eq!(until(date(2029, 11, 23)), one("persons.0.valid_until", Invalid::DateTooFar));
    // SR is shorter than PS.
    let sr = |day: Date| {
        errors(move |r| {
            r.persons[0].grants[0].sub_area = "SR".to_owned();
            r.persons[0].grants[0].valid_until = day;
        })
    };
    assert_eq!(sr(date(2027, 11, 22)), []);
    assert_eq!(sr(date(2027, 11, 23)), one("persons.0.valid_until", Invalid::DateTooFar));
}

#[test]
fn all_reasons_are_told_at_once() {
    let found = errors(|r| {
        r.unit.kind = "szpital".to_owned();
        r.persons[0].grants.clear();
        r.persons[1].login = r.persons[0].login.clone();
        r.persons[1].grants[0].valid_until = date(2020, 1, 1);
    });
    let fields: Vec<&str> = found.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["kind", "persons.0.grants", "persons.1.login", "persons.1.valid_until"]);
}

#[test]
fn the_summary_names_unit_people_and_office() {
    let summary = registration().summary();
    assert_eq!((summary.regon.as_str(), summary.voivodeship.as_str(), summary.unit), ("123456785", "26", None));
    assert_eq!(summary.persons, ["Anna Nowak-Kowalska", "Anna Nowak-Kowalska"]);
    assert_eq!(summary.logins, ["anowak", "drugi"]);
    assert_eq!(summary.emails.len(), 2);
}

#[test]
fn fields_to_correct_are_those_of_the_pages() {
    use crate::domain::application::draft::{PersonTexts, UnitTexts};
    let names = |value: serde_json::Value| {
        let mut names: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
        names.sort();
        names
    };
    let sorted = |fields: &[&str]| {
        let mut fields: Vec<String> = fields.iter().map(|f| (*f).to_owned()).collect();
        fields.sort();
        fields
    };
    assert_eq!(sorted(&UNIT_FIELDS), names(serde_json::to_value(UnitTexts::default()).unwrap()));
    assert_eq!(sorted(&PERSON_FIELDS), names(serde_json::to_value(PersonTexts::default()).unwrap()));
    let mut registration = registration();
    let all = registration.correctable_fields();
    assert_eq!(all.len(), 18 + 2 * 9);
    assert!(all.contains(&"unit.regon".to_owned()) && all.contains(&"persons.1.grants".to_owned()));
    registration.existing_unit = Some(UNIT);
    assert_eq!(registration.correctable_fields().len(), 2 * 9);
}

#[test]
fn addresses_of_several_persons_are_found_however_they_are_written() {
    let shared = |emails: &[&str]| shared_addresses(emails.iter().copied());
    assert_eq!(shared(&["anna@ops.example.pl", "ewa@ops.example.pl", "", "nonsense", "nonsense"]), Vec::<String>::new());
    assert_eq!(
        shared(&["Anna@ops.example.pl", "ewa@ops.example.pl", "anna@OPS.example.pl", "anna@ops.example.pl"]),
        ["Anna@ops.example.pl"]
    );
}

#[test]
fn a_coordinator_is_part_of_what_is_signed_and_older_payloads_stay_as_they_were() {
    let plain = registration();
    let stored = serde_json::to_value(&plain).unwrap();
    assert!(stored["persons"][0].get("coordinator").is_none(), "nothing new in what was stored before");
    assert_eq!(serde_json::from_value::<Registration>(stored).unwrap(), plain);
    let mut proposed = plain.clone();
    proposed.persons[1].coordinator = true;
    let print = |r: &Registration| Fingerprint::of(&Payload::Registration(r.clone()));
    assert_ne!(print(&plain), print(&proposed));
    assert_eq!((Matter::coordinators(&plain), Matter::coordinators(&proposed)), (vec![], vec![proposed.persons[1].login.clone()]));
}
