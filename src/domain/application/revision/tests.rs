//! The fingerprint: equal for equal printed content, different for any difference.

use super::*;
use crate::domain::application::Payload;
use crate::domain::application::registration::Registration;
use crate::domain::application::samples::{UNIT, grant, person, registration};
use crate::domain::identifiers::*;
use jiff::civil::date;
use proptest::prelude::*;
use std::collections::HashSet;

fn of(registration: Registration) -> Fingerprint {
    Fingerprint::of(&Payload::Registration(registration))
}

fn changed(change: impl FnOnce(&mut Registration)) -> Fingerprint {
    let mut registration = registration();
    change(&mut registration);
    of(registration)
}

#[test]
fn the_same_content_has_the_same_fingerprint_also_after_storage() {
    let payload = Payload::Registration(registration());
    let stored = serde_json::to_string(&payload).unwrap();
    let again: Payload = serde_json::from_str(&stored).unwrap();
    assert_eq!(again, payload);
    assert_eq!(Fingerprint::of(&again), Fingerprint::of(&payload));
}

/// Frozen revisions in databases carry this number: a change of the canonical form would refuse every form on its way.
#[test]
fn the_canonical_form_does_not_drift() {
    assert_eq!(of(registration()).as_str(), "b78fdadde42adcd7fb284217b4235cd2bbb107484e2c55df7bb00844b9938767");
}

#[test]
fn the_note_is_not_printed_and_does_not_matter() {
    let base = of(registration());
    assert_eq!(changed(|r| r.note = None), base);
    assert_eq!(changed(|r| r.note = Some(Text::trusted("Inna uwaga"))), base);
}

#[test]
fn any_printed_field_matters_and_no_two_changes_look_alike() {
    let line = |text: &str| Line::trusted(text);
    let all = [
        of(registration()),
        changed(|r| r.existing_unit = Some(UNIT)),
        changed(|r| r.unit.name = line("Inny")),
        changed(|r| r.unit.kind = "dps".to_owned()),
        changed(|r| r.unit.regon = Regon::trusted("999999999")),
        changed(|r| r.unit.nip = None),
        changed(|r| r.unit.nip = Some(Nip::trusted("1"))),
        changed(|r| r.unit.address.street = None),
        changed(|r| r.unit.address.street = Some(line("Inna"))),
        changed(|r| r.unit.address.building = line("8")),
        changed(|r| r.unit.address.postal_code = PostalCode::trusted("00-001")),
        changed(|r| r.unit.address.town = line("Kielce")),
        changed(|r| r.unit.terc = TercCode::trusted("260401")),
        changed(|r| r.unit.phone = Phone::trusted("+48222222222")),
        changed(|r| r.unit.phone_extension = None),
        changed(|r| r.unit.email = EmailAddress::trusted("x@y.pl")),
        changed(|r| r.unit.ade = None),
        changed(|r| r.unit.epuap = None),
        changed(|r| r.unit.parent_body = line("Powiat")),
        changed(|r| r.unit.head.first_name = PersonName::trusted("Janina")),
        changed(|r| r.unit.head.last_name = PersonName::trusted("Inna")),
        changed(|r| r.unit.head.position = line("Dyrektor")),
        changed(|r| r.persons[0].first_name = PersonName::trusted("Ewa")),
        changed(|r| r.persons[0].last_name = PersonName::trusted("Lis")),
        changed(|r| r.persons[0].position = line("Referent")),
        changed(|r| r.persons[0].email = EmailAddress::trusted("x@y.pl")),
        changed(|r| r.persons[0].phone = Phone::trusted("+48222222222")),
        changed(|r| r.persons[0].login = Login::trusted("ANOWAK")),
        changed(|r| r.persons[1].login = Login::trusted("trzeci")),
        changed(|r| drop(r.persons.pop())),
        changed(|r| r.persons.push(person("trzeci"))),
        changed(|r| r.persons.swap(0, 1)),
        changed(|r| drop(r.persons[0].grants.pop())),
        changed(|r| r.persons[0].grants.push(grant("PS", "viewer"))),
        changed(|r| r.persons[0].grants[0].sub_area = "KDR".to_owned()),
        changed(|r| r.persons[0].grants[0].function = "approver".to_owned()),
        changed(|r| r.persons[0].grants[0].valid_until = date(2027, 12, 30)),
    ];
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
}

#[test]
fn it_is_shown_in_groups_and_carried_without() {
    let fingerprint = Fingerprint::trusted(format!("3fa901bc77de{}", "0".repeat(52)));
    assert_eq!((fingerprint.short().as_str(), fingerprint.compact()), ("3fa9 01bc 77de", "3fa901bc77de"));
    let real = of(registration());
    assert!(real.as_str().len() == 64 && real.as_str().bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase()));
    assert_eq!(real.short().replace(' ', ""), real.compact());
    assert_eq!(Fingerprint::trusted("abc").short(), "abc");
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((".{0,4}", inner), 0..4).prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

fn text_of(value: &Value) -> String {
    let mut text = String::new();
    canonical(value, &mut text);
    text
}

/// The same value with the keys of every object put in from the other end.
fn turned(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let pairs: Vec<_> = map.iter().map(|(k, v)| (k.clone(), turned(v))).collect();
            Value::Object(pairs.into_iter().rev().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(turned).collect()),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn the_canonical_form_is_json_that_says_the_same(value in json()) {
        prop_assert_eq!(serde_json::from_str::<Value>(&text_of(&value)).unwrap(), value);
    }

    #[test]
    fn the_order_of_keys_does_not_matter(value in json()) {
        prop_assert_eq!(text_of(&turned(&value)), text_of(&value));
    }

    #[test]
    fn different_values_have_different_forms(a in json(), b in json()) {
        prop_assert_eq!(a == b, text_of(&a) == text_of(&b));
    }
}
