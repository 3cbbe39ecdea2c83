//! What an extension is refused for, each reason at its field; which steps open which; what its form says and its approval does.

use super::*;
use crate::domain::application::draft::{DraftKind, Drafted, STATEMENTS};
use crate::domain::application::matter::{Matter, Words};
use crate::domain::application::printed_form::{Block, SignatureBox};
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::right::Held;
use crate::domain::application::samples::{UNIT, account, dictionaries, extension, grant, other_unit, unit};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Kind, Payload};
use crate::domain::identifiers::ApplicationNumber;
use jiff::civil::date;
use uuid::Uuid;

const TODAY: Date = date(2026, 11, 22);

/// Everything around somebody of one unit, to be spoilt one by one.
struct Case {
    texts: ExtensionTexts,
    account: Account,
    own_units: Vec<Unit>,
    unit: Option<Unit>,
    held: Vec<Right>,
    asked: Vec<Asked>,
    coordinates: Vec<UnitId>,
    dictionaries: Dictionaries,
    today: Date,
}

fn right(unit: UnitId, sub_area: &str, function: &str) -> Right {
    Right { unit, wish: grant(sub_area, function) }
}

fn asked(unit: UnitId, sub_area: &str, function: &str) -> Asked {
    Asked { right: right(unit, sub_area, function), number: ApplicationNumber::trusted("W/26/2026/000007") }
}

impl Case {
    /// More in the own unit.
    fn own() -> Self {
        Self {
            texts: ExtensionTexts {
                unit: Some(UNIT),
                home: None,
                grants: vec!["PS:approver".to_owned()],
                valid_until: "31.12.2027".to_owned(),
                coordinator: false,
                statements: STATEMENTS.iter().map(|s| (*s).to_owned()).collect(),
                note: String::new(),
            },
            account: account(),
            own_units: vec![unit()],
            unit: Some(unit()),
            held: vec![right(UNIT, "PS", "editor")],
            asked: Vec::new(),
            coordinates: Vec::new(),
            dictionaries: dictionaries(),
            today: TODAY,
        }
    }
    /// In another unit.
    fn other() -> Self {
        let mut case = Self::own();
        case.texts.unit = Some(other_unit().id);
        case.unit = Some(other_unit());
        case
    }
    /// In a third one, of somebody who works in two.
    fn of_two() -> Self {
        let mut case = Self::other();
        let second = Unit { id: UnitId(Uuid::from_u128(55)), ..unit() };
        case.texts.home = Some(second.id);
        case.own_units.push(second);
        case
    }
    fn around(&self) -> Around<'_> {
        Around {
            account: &self.account,
            own_units: &self.own_units,
            unit: self.unit.as_ref(),
            held: &self.held,
            asked: &self.asked,
            coordinates: &self.coordinates,
            dictionaries: &self.dictionaries,
            today: self.today,
        }
    }
    fn read(&self) -> Result<PermissionExtension, FieldErrors> {
        read_extension(&self.texts, &self.around())
    }
    fn errors(mut self, spoil: impl FnOnce(&mut Self)) -> Vec<(String, Vec<Invalid>)> {
        spoil(&mut self);
        self.read().err().map(|errors| errors.0.into_iter().collect()).unwrap_or_default()
    }
    fn states(&self, is_correction: bool) -> Vec<StepState> {
        extension_steps(&self.texts, is_correction, &self.around()).into_iter().map(|(_, state)| state).collect()
    }
}

fn one(field: &str, reason: Invalid) -> Vec<(String, Vec<Invalid>)> {
    vec![(field.to_owned(), vec![reason])]
}

#[test]
fn each_wrong_thing_is_refused_at_its_field_for_its_reason() {
    for case in [Case::own, Case::other, Case::of_two] {
        assert_eq!(case().errors(|_| {}), []);
        assert_eq!(case().errors(|c| c.texts.unit = None), one("unit", Invalid::Required));
        assert_eq!(case().errors(|c| c.unit = None), one("unit", Invalid::Unknown));
        assert_eq!(case().errors(|c| c.unit.as_mut().unwrap().status = UnitStatus::Closed), one("unit", Invalid::UnitClosed));
        assert_eq!(case().errors(|c| c.texts.grants.clear()), one("grants", Invalid::NothingChosen));
        assert_eq!(case().errors(|c| c.texts.grants = vec!["PS".to_owned()])[0].1[0], Invalid::Unknown);
        assert_eq!(case().errors(|c| c.texts.grants = vec!["PS:owner".to_owned()]), one("grants", Invalid::Unknown));
        assert_eq!(case().errors(|c| c.texts.grants = vec!["XX:viewer".to_owned()]), one("grants", Invalid::Unknown));
        assert_eq!(case().errors(|c| c.texts.grants = vec!["KDR:viewer".to_owned()]), one("grants", Invalid::SubAreaNotForKind));
        assert_eq!(case().errors(|c| c.texts.valid_until = "31.02.2027".to_owned()), one("valid_until", Invalid::DateNone));
        assert_eq!(case().errors(|c| c.texts.valid_until = "21.11.2026".to_owned()), one("valid_until", Invalid::DatePast));
        assert_eq!(case().errors(|c| c.texts.valid_until = "22.11.2026".to_owned()), [], "today is a day");
        assert_eq!(case().errors(|c| c.texts.note = "a".repeat(LONGEST_NOTE + 1)), one("note", Invalid::TooLong));
        for missing in STATEMENTS {
            assert_eq!(case().errors(|c| c.texts.statements.retain(|s| s != missing)), one("statements", Invalid::StatementRequired));
        }
    }
    // A kind that is in no dictionary (any more) may ask for nothing.
    assert_eq!(Case::own().errors(|c| c.dictionaries.unit_kinds.clear()), one("grants", Invalid::SubAreaNotForKind));
    // What the own unit may ask for, another kind of unit may not.
    assert_eq!(Case::own().errors(|c| c.texts.grants = vec!["SR:viewer".to_owned()])[0].0, "valid_until", "only the day is too late");
    assert_eq!(Case::other().errors(|c| c.texts.grants = vec!["SR:viewer".to_owned()])[0], one("grants", Invalid::SubAreaNotForKind)[0]);
}

#[test]
fn a_right_that_is_held_or_asked_for_is_refused_in_this_unit_and_as_this_function_only() {
    let unit_of = |case: &Case| case.texts.unit.unwrap();
    for case in [Case::own, Case::other] {
        let id = unit_of(&case());
        for (sub_area, function, in_unit, is_same) in [
            ("PS", "approver", id, true),
            ("PS", "viewer", id, false),
            ("SR", "approver", id, false),
            ("PS", "approver", UnitId(Uuid::from_u128(77)), false),
        ] {
            let expected = |reason| if is_same { one("grants", reason) } else { Vec::new() };
            let held = case().errors(|c| c.held.push(right(in_unit, sub_area, function)));
            assert_eq!(held, expected(Invalid::GrantHeld), "{sub_area} {function}");
            let asked = case().errors(|c| c.asked.push(asked(in_unit, sub_area, function)));
            assert_eq!(asked, expected(Invalid::GrantAsked), "{sub_area} {function}");
        }
    }
    // One wrong one among several is told, with what else is wrong.
    let errors = Case::own().errors(|c| {
        c.texts.grants = vec!["PS:editor".to_owned(), "PS:approver".to_owned()];
        c.asked.push(asked(UNIT, "PS", "approver"));
        c.texts.valid_until = "1.1.2020".to_owned();
    });
    assert_eq!(
        errors,
        [("grants".to_owned(), vec![Invalid::GrantHeld, Invalid::GrantAsked]), ("valid_until".to_owned(), vec![Invalid::DatePast])]
    );
}

#[test]
fn the_longest_time_is_that_of_the_sub_area_by_the_calendar_and_a_shorter_one_is_free() {
    let until = |today: Date, grants: &[&str], text: &str| {
        let mut case = Case::own();
        case.today = today;
        case.texts.grants = grants.iter().map(|g| (*g).to_owned()).collect();
        case.texts.valid_until = text.to_owned();
        case.read()
            .map(|read| read.grants.iter().map(|g| g.valid_until).collect::<Vec<_>>())
            .map_err(|e| e.0.into_keys().collect::<Vec<_>>())
    };
    let too_far = || Err(vec!["valid_until".to_owned()]);
    // 36 months from a leap day, 12 months for SR, month ends.
    let leap = date(2028, 2, 29);
    assert_eq!(until(leap, &["PS:approver"], ""), Ok(vec![date(2031, 2, 28)]));
    assert_eq!(until(leap, &["PS:approver"], "28.02.2031"), Ok(vec![date(2031, 2, 28)]));
    assert_eq!(until(leap, &["PS:approver"], "01.03.2031"), too_far());
    assert_eq!(until(TODAY, &["SR:viewer"], ""), Ok(vec![date(2027, 11, 22)]));
    assert_eq!(until(TODAY, &["SR:viewer"], "23.11.2027"), too_far());
    assert_eq!(until(TODAY, &["PS:approver"], "1.12.2026"), Ok(vec![date(2026, 12, 1)]));
    // One day for all: the shortest of them bounds it.
    assert_eq!(until(TODAY, &["PS:approver", "SR:viewer"], ""), Ok(vec![date(2027, 11, 22); 2]));
    assert_eq!(until(TODAY, &["PS:approver", "SR:viewer"], "31.12.2027"), too_far());
}

#[test]
fn whose_head_signs_besides_depends_on_where_one_works() {
    let home = |case: &Case| case.read().unwrap().home.map(|home| home.unit_id);
    assert_eq!(home(&Case::own()), None, "one head is enough in the own unit");
    assert_eq!(home(&Case::other()), Some(UNIT), "where there is no choice nobody is asked");
    let of_two = Case::of_two();
    assert_eq!(home(&of_two), of_two.texts.home);
    assert_eq!(Case::of_two().errors(|c| c.texts.home = None), one("home", Invalid::Required));
    assert_eq!(Case::of_two().errors(|c| c.texts.home = Some(other_unit().id)), one("home", Invalid::Unknown));
    // Who works nowhere (any more) has nobody to confirm it.
    let mut nowhere = Case::other();
    nowhere.own_units.clear();
    assert_eq!(home(&nowhere), None);
    // An own unit among several needs no other, whatever was chosen before.
    let mut own_of_two = Case::of_two();
    (own_of_two.texts.unit, own_of_two.unit) = (Some(UNIT), Some(unit()));
    assert_eq!(home(&own_of_two), None);
}

#[test]
fn each_step_opens_the_next_and_what_was_right_can_become_wrong() {
    use StepState::{Done, NotNeeded, Open, Waiting};
    let mut case = Case::of_two();
    let full = case.texts.clone();
    case.texts = ExtensionTexts::default();
    case.unit = None;
    assert_eq!(case.states(false), [Open, Waiting, Waiting, Waiting, Waiting]);
    (case.texts.unit, case.unit) = (full.unit, Some(other_unit()));
    assert_eq!(case.states(false), [Done, Open, Waiting, Waiting, Waiting]);
    case.texts.home = full.home;
    assert_eq!(case.states(false), [Done, Done, Open, Waiting, Waiting]);
    case.texts.grants = full.grants.clone();
    assert_eq!(case.states(false), [Done, Done, Done, Open, Waiting]);
    case.texts.statements = full.statements.clone();
    assert_eq!(case.states(false), [Done, Done, Done, Done, Open]);
    // The right was granted meanwhile; the unit ended.
    case.held.push(right(other_unit().id, "PS", "approver"));
    assert_eq!(case.states(false), [Done, Done, Open, Waiting, Waiting]);
    case.unit.as_mut().unwrap().status = UnitStatus::Closed;
    assert_eq!(case.states(false), [Open, Waiting, Waiting, Waiting, Waiting]);
    assert_eq!(case.states(true), [Waiting; 5], "a correction has no other unit");
    // Nobody is asked whose head signs where there is nothing to choose; a correction keeps its unit.
    assert_eq!(Case::other().states(false), [Done, NotNeeded, Done, Done, Open]);
    assert_eq!(Case::own().states(true), [NotNeeded, NotNeeded, Done, Done, Open]);
    assert_eq!(extension_steps(&full, false, &case.around()).iter().map(|(step, _)| *step).collect::<Vec<_>>(), ExtensionStep::ALL);
}

fn words<T>(speak: impl FnOnce(Words<'_>) -> T) -> T {
    let dictionaries = dictionaries();
    let (text, list) = (|key: &str| key.to_owned(), |key: &str| vec![key.to_owned()]);
    speak(Words { dictionaries: &dictionaries, gmina: None, text: &text, list: &list })
}

fn signers(extension: &PermissionExtension) -> Vec<SignatureBox> {
    let boxes = |block| if let Block::Signatures { boxes, .. } = block { Some(boxes) } else { None };
    words(|words| extension.blocks(words)).into_iter().find_map(boxes).unwrap()
}

#[test]
fn the_form_of_another_unit_names_both_units_and_both_heads_sign() {
    let extension = extension();
    let home = extension.home.clone().unwrap();
    let printed = words(|words| serde_json::to_string(&extension.blocks(words)).unwrap());
    for shown in [
        extension.unit.name.as_str(),
        extension.unit.regon.as_str(),
        home.name.as_str(),
        home.regon.as_str(),
        "Spacerowa 7, 26-026 Morawica",
        "Jan Wójcik, Kierownik",
        "Zofia Źdźbło, dyrektorka",
        "Anna Nowak-Kowalska",
        "Inspektorka",
        "anna@ops.example.gov.pl",
        "41 342 10 00",
        "anowak",
        "approver",
        "31.12.2027",
        "head_statements_other_unit",
        "head_statements_home",
    ] {
        assert!(printed.contains(shown), "{shown}: {printed}");
    }
    assert!(!printed.contains("pół etatu"), "the message to the office is not printed");
    let names: Vec<String> = signers(&extension).into_iter().map(|signer| signer.name).collect();
    assert_eq!(names, ["Zofia Źdźbło, dyrektorka", "Jan Wójcik, Kierownik", "Anna Nowak-Kowalska"]);
    assert_eq!(extension.summary().head_lines(), names[..2]);

    let own = PermissionExtension { home: None, unit_id: UNIT, unit: unit().data, ..extension };
    let names: Vec<String> = signers(&own).into_iter().map(|signer| signer.name).collect();
    assert_eq!(names, ["Jan Wójcik, Kierownik", "Anna Nowak-Kowalska"]);
    assert!(!words(|words| serde_json::to_string(&own.blocks(words)).unwrap()).contains("home"));
}

#[test]
fn the_voivodeship_of_the_other_unit_decides_and_both_units_bar_their_own() {
    let summary = extension().summary();
    assert_eq!((summary.voivodeship.as_str(), summary.unit), ("10", Some(other_unit().id)));
    assert_eq!(summary.units(), [other_unit().id, UNIT]);
    assert!(summary.changes_accounts && summary.letters_to.is_none());
}

#[test]
fn the_review_shows_what_was_and_what_will_be() {
    let extension = extension();
    let line = |held: Option<&Held>| {
        let own = words(|words| extension.said(words, held)).own;
        own.into_iter().find(|line| line.key == "rights_after").map(|line| (line.now.unwrap(), line.value))
    };
    let (now, will_be) = line(Some(&Held::default())).unwrap();
    assert_eq!((now, will_be.len()), (vec!["review.no_rights".to_owned()], 1));
    // Rights in other units, and of other people, are no part of it.
    let login = extension.login.key();
    let held = Held(vec![
        (login.clone(), right(other_unit().id, "PS", "viewer")),
        (login, right(UNIT, "PS", "editor")),
        ("ktos".to_owned(), right(other_unit().id, "PS", "editor")),
    ]);
    let (now, will_be) = line(Some(&held)).unwrap();
    assert_eq!((now.len(), will_be.len()), (1, 2));
    assert!(now[0].contains("viewer") && will_be[1].contains("approver"), "{now:?} {will_be:?}");
    assert_eq!(line(None), None, "where nobody looked, nothing is said");
}

#[test]
fn what_can_be_sent_back_has_a_value_and_what_is_asked_for_is_told() {
    for (extension, fields) in [
        (extension(), &["home", "grants", "valid_until"][..]),
        (PermissionExtension { home: None, ..extension() }, &["grants", "valid_until"][..]),
    ] {
        let places = words(|words| extension.places(words));
        let found: Vec<String> = places.iter().flat_map(|p| &p.fields).map(|(path, ..)| path.clone()).collect();
        assert_eq!(found, fields);
        assert_eq!(found, extension.correctable_fields());
        assert!(places.iter().flat_map(|p| &p.fields).all(|(.., value)| !value.is_empty()));
        let asks: Vec<(String, Right)> = extension.asks().into_iter().map(|(login, right)| (login.to_string(), right)).collect();
        assert_eq!(asks, [("anowak".to_owned(), right(other_unit().id, "PS", "approver"))]);
        let effects = words(|words| extension.effects(words));
        assert_eq!(effects.iter().map(|effect| effect.anchor).collect::<Vec<_>>(), [Some("unit"), Some("grants"), None]);
    }
}

#[test]
fn a_stored_extension_is_read_again_and_each_printed_field_changes_the_fingerprint() {
    let payload = Payload::PermissionExtension(extension());
    assert_eq!((payload.kind(), Kind::from_key("permission_extension")), (Kind::PermissionExtension, Some(Kind::PermissionExtension)));
    assert_eq!(serde_json::from_value::<Payload>(serde_json::to_value(&payload).unwrap()).unwrap(), payload);
    let with = |change: fn(&mut PermissionExtension)| {
        let mut other = extension();
        change(&mut other);
        Fingerprint::of(&Payload::PermissionExtension(other))
    };
    let own = Fingerprint::of(&payload);
    assert_ne!(with(|e| e.grants[0].function = "viewer".to_owned()), own);
    assert_ne!(with(|e| e.grants[0].valid_until = date(2027, 12, 30)), own);
    assert_ne!(with(|e| e.home = None), own);
    assert_ne!(with(|e| e.home.as_mut().unwrap().head.position = Line::parse("p.o. kierownika", 100).unwrap()), own);
    assert_ne!(with(|e| e.unit.head.position = Line::parse("p.o. dyrektorki", 100).unwrap()), own);
    assert_ne!(with(|e| e.phone = None), own);
    assert_eq!(with(|e| e.note = None), own, "a message binds nobody");
}

#[test]
fn a_correction_begins_with_what_was_filed_and_asks_for_the_statements_anew() {
    let mut case = Case::other();
    case.texts.note = "Proszę o pośpiech.".to_owned();
    let filed = case.read().unwrap();
    let texts = extension_texts(&filed);
    assert_eq!(ExtensionTexts { statements: case.texts.statements.clone(), home: None, ..texts.clone() }, case.texts);
    assert!(texts.statements.is_empty());
    case.texts = ExtensionTexts { statements: case.texts.statements.clone(), ..texts };
    assert_eq!(case.read().unwrap(), filed, "nothing changes by itself");
    // No address is to be confirmed: the account has one.
    assert_eq!(case.texts.address(), None);
    for kind in DraftKind::ALL {
        assert_eq!(DraftKind::from_key(kind.key()), Some(kind));
    }
}

#[test]
fn a_coordinator_is_proposed_in_the_own_unit_once_with_or_without_rights() {
    let wanted = |case: &mut Case| {
        case.texts.coordinator = true;
        case.texts.grants.clear();
    };
    let mut case = Case::own();
    wanted(&mut case);
    let proposed = case.read().unwrap();
    assert!(proposed.coordinator && proposed.grants.is_empty());
    assert_eq!(Matter::coordinators(&proposed), std::slice::from_ref(&proposed.login));
    assert_eq!(extension_texts(&proposed), ExtensionTexts { statements: Vec::new(), valid_until: String::new(), ..case.texts.clone() });
    assert!(proposed.correctable_fields().contains(&"coordinator".to_owned()));
    // Without either there is nothing to ask for.
    assert_eq!(Case::own().errors(|case| case.texts.grants.clear()), one("grants", Invalid::NothingChosen));
    let already = |case: &mut Case| {
        wanted(case);
        case.coordinates.push(UNIT);
    };
    assert_eq!(Case::own().errors(already), one("coordinator", Invalid::CoordinatorAlready));
    assert_eq!(Case::other().errors(wanted), one("coordinator", Invalid::CoordinatorElsewhere));
    let both = Case::own().errors(|case| case.texts.coordinator = true);
    assert_eq!(both, [], "rights and the role in one application");
}

#[test]
fn what_was_filed_before_there_were_coordinators_keeps_its_fingerprint() {
    let plain = extension();
    let stored = serde_json::to_value(Payload::PermissionExtension(plain.clone())).unwrap();
    assert!(stored.get("coordinator").is_none());
    let read: Payload = serde_json::from_value(stored).unwrap();
    assert_eq!(Fingerprint::of(&read), Fingerprint::of(&Payload::PermissionExtension(plain.clone())));
    let proposed = Payload::PermissionExtension(PermissionExtension { coordinator: true, ..plain });
    assert_ne!(Fingerprint::of(&proposed), Fingerprint::of(&read), "it is printed, so it is signed");
}
