//! What a registration of staff is refused for, each reason at its field; which steps open which; what its form says and its approval does.

use super::*;
use crate::domain::application::draft::{DraftKind, Drafted, PersonTexts, STATEMENTS};
use crate::domain::application::matter::{Matter, Words};
use crate::domain::application::printed_form::Block;
use crate::domain::application::registration::MOST_PERSONS;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::samples::{account, dictionaries, other_unit, person, unit};
use crate::domain::application::typing::StepState;
use crate::domain::application::{Kind, Payload};
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 22);

/// A coordinator of one unit with two persons typed, to be spoilt.
#[derive(Clone)]
struct Case {
    texts: StaffTexts,
    account: Account,
    own_units: Vec<Unit>,
    serving: Option<Serving>,
    dictionaries: Dictionaries,
}

fn typed(login: &str) -> PersonTexts {
    PersonTexts {
        grants: vec!["PS:editor".to_owned()],
        valid_until: "31.12.2027".to_owned(),
        ..person_texts(&Person { grants: Vec::new(), ..person(login) })
    }
}

impl Case {
    fn new() -> Self {
        Self {
            texts: StaffTexts {
                persons: vec![typed("pierwsza"), typed("druga")],
                statements: STATEMENTS.iter().map(|s| (*s).to_owned()).collect(),
                ..StaffTexts::default()
            },
            account: account(),
            own_units: vec![unit()],
            serving: None,
            dictionaries: dictionaries(),
        }
    }
    fn around(&self) -> StaffAround<'_> {
        StaffAround {
            account: &self.account,
            own_units: &self.own_units,
            serving: self.serving.as_ref(),
            dictionaries: &self.dictionaries,
            today: TODAY,
        }
    }
    fn read(&self) -> Result<StaffRegistration, FieldErrors> {
        read_staff(&self.texts, &self.around())
    }
    fn errors(mut self, spoil: impl FnOnce(&mut Self)) -> Vec<(String, Vec<Invalid>)> {
        spoil(&mut self);
        self.read().err().map(|errors| errors.0.into_iter().collect()).unwrap_or_default()
    }
    fn states(&self, is_correction: bool) -> Vec<StepState> {
        staff_steps(&self.texts, is_correction, &self.around()).into_iter().map(|(_, state)| state).collect()
    }
}

fn one(field: &str, reason: Invalid) -> Vec<(String, Vec<Invalid>)> {
    vec![(field.to_owned(), vec![reason])]
}

#[test]
fn a_list_of_one_and_of_fifty_is_good_and_each_mistake_stands_at_its_person() {
    let many = |n: usize| (0..n).map(|i| typed(&format!("osoba-{i}"))).collect();
    assert_eq!(Case::new().errors(|_| {}), []);
    assert_eq!(Case::new().errors(|case| case.texts.persons = many(MOST_PERSONS)), []);
    assert_eq!(Case::new().errors(|case| case.texts.persons = many(MOST_PERSONS + 1)), one("persons", Invalid::TooManyPersons));
    assert_eq!(Case::new().errors(|case| case.texts.persons.clear()), one("persons", Invalid::Required));
    assert_eq!(Case::new().errors(|case| case.texts.persons[1].login = "PIERWSZA".into()), one("persons.1.login", Invalid::LoginTwice));
    assert_eq!(Case::new().errors(|case| case.texts.persons[1].grants.clear()), one("persons.1.grants", Invalid::NothingChosen));
    let foreign = |case: &mut Case| case.texts.persons[0].grants = vec!["KDR:viewer".into()];
    assert_eq!(Case::new().errors(foreign), one("persons.0.grants", Invalid::SubAreaNotForKind));
    assert_eq!(
        Case::new().errors(|case| case.texts.persons[0].valid_until = "1.1.2020".into()),
        one("persons.0.valid_until", Invalid::DatePast)
    );
    assert_eq!(Case::new().errors(|case| case.texts.persons[0].email = "nie".into()), one("persons.0.email", Invalid::EmailShape));
    assert_eq!(Case::new().errors(|case| drop(case.texts.statements.pop())), one("statements", Invalid::StatementRequired));
    assert_eq!(Case::new().errors(|case| case.texts.note = "x".repeat(2001)), one("note", Invalid::TooLong));
}

#[test]
fn the_unit_is_one_that_the_coordinator_has_and_that_works() {
    let several = |case: &mut Case| case.own_units.push(other_unit());
    assert_eq!(Case::new().errors(several), one("unit", Invalid::Required));
    let chosen = |case: &mut Case| {
        several(case);
        case.texts.unit = Some(unit().id);
    };
    assert_eq!(Case::new().errors(chosen), []);
    assert_eq!(Case::new().errors(|case| case.texts.unit = Some(other_unit().id)), one("unit", Invalid::Unknown));
    assert_eq!(Case::new().errors(|case| case.own_units.clear()), one("unit", Invalid::Unknown));
    assert_eq!(Case::new().errors(|case| case.own_units[0].status = UnitStatus::Closed), one("unit", Invalid::UnitClosed));
    // A kind that the dictionary does not know may ask for nothing.
    let unknown = Case::new().errors(|case| case.own_units[0].data.kind = "szpital".into());
    assert!(unknown.iter().all(|(_, reasons)| reasons == &[Invalid::SubAreaNotForKind]) && unknown.len() == 2, "{unknown:?}");
}

/// An administrator who coordinates nothing and has chosen a unit that nobody coordinates.
fn served() -> Case {
    let mut case = Case { own_units: Vec::new(), serving: Some(Serving { unit: Some(unit()), is_coordinated: false }), ..Case::new() };
    case.texts.unit = Some(unit().id);
    case
}

#[test]
fn an_administrator_serves_the_chosen_unit_as_long_as_nobody_coordinates_it() {
    use StepState::{Done, NotNeeded, Open, Waiting};
    assert_eq!(served().errors(|_| {}), []);
    assert_eq!(served().states(false), [Done, Done, Done, Open]);
    assert_eq!(served().states(true), [NotNeeded, Done, Done, Open], "in a correction the unit stays");
    let mut fresh = served();
    fresh.texts.unit = None;
    fresh.serving = Some(Serving::default());
    assert_eq!(fresh.states(false), [Open, Waiting, Waiting, Waiting]);
    assert_eq!(fresh.errors(|_| {}), one("unit", Invalid::Required), "none is taken for granted");
    let coordinated = |case: &mut Case| case.serving = Some(Serving { unit: None, is_coordinated: true });
    assert_eq!(served().errors(coordinated), one("unit", Invalid::UnitCoordinated));
    let mut late = served();
    coordinated(&mut late);
    assert_eq!(late.states(true), [Waiting, Waiting, Waiting, Waiting]);
    assert_eq!(served().errors(|case| case.serving = Some(Serving::default())), one("unit", Invalid::Unknown), "another office's");
    assert_eq!(served().errors(|case| case.serving = None), one("unit", Invalid::Unknown), "no administrator any more");
    let closed = |case: &mut Case| case.serving.as_mut().unwrap().unit.as_mut().unwrap().status = UnitStatus::Closed;
    assert_eq!(served().errors(closed), one("unit", Invalid::UnitClosed));
    // Who coordinates the unit files as its coordinator, administrator or not.
    let mut both = Case { serving: Some(Serving { unit: None, is_coordinated: true }), ..Case::new() };
    both.texts.unit = Some(unit().id);
    assert!(!both.read().unwrap().registrar.is_administrator);
    // The form says in which capacity somebody files it, and that is part of what is signed.
    let (own, administrators) = (Case::new().read().unwrap(), served().read().unwrap());
    let text = |key: &str| format!("[{key}]");
    let list = |key: &str| vec![text(key)];
    let dictionaries = dictionaries();
    let words = Words { text: &text, list: &list, dictionaries: &dictionaries, gmina: None };
    let said = |staff: &StaffRegistration| format!("{:?}", staff.blocks(words));
    for key in ["form.filed_as.administrator", "administrator_title"] {
        assert!(said(&administrators).contains(key) && !said(&own).contains(key), "{key}: {}", said(&administrators));
    }
    assert!(said(&own).contains("registrar_title") && !said(&administrators).contains("registrar_title"));
    let (own, administrators) = (Payload::UnitStaff(own), Payload::UnitStaff(administrators));
    assert_ne!(Fingerprint::of(&own), Fingerprint::of(&administrators));
    assert!(!serde_json::to_string(&own).unwrap().contains("is_administrator"), "what was filed before keeps its fingerprint");
    assert_eq!((own.outcome_place(), administrators.outcome_place()), ("unit/staff", "grants"));
}

#[test]
fn steps_open_one_after_another_and_the_unit_is_asked_for_only_among_several() {
    use StepState::{Done, NotNeeded, Open, Waiting};
    let case = Case::new();
    assert_eq!(case.states(false), [NotNeeded, Done, Done, Open]);
    let mut empty = case.clone();
    empty.texts = StaffTexts::default();
    assert_eq!(empty.states(false), [NotNeeded, Open, Waiting, Waiting]);
    let mut several = empty.clone();
    several.own_units.push(other_unit());
    assert_eq!(several.states(false), [Open, Waiting, Waiting, Waiting]);
    several.texts.unit = Some(unit().id);
    assert_eq!(several.states(false), [Done, Open, Waiting, Waiting]);
    assert_eq!(several.states(true), [NotNeeded, Open, Waiting, Waiting], "in a correction the unit stays");
    let mut closed = case.clone();
    closed.own_units[0].status = UnitStatus::Closed;
    assert_eq!(closed.states(true), [Waiting, Waiting, Waiting, Waiting]);
    let mut wrong = case.clone();
    wrong.texts.persons[0].grants.clear();
    assert_eq!(wrong.states(false), [NotNeeded, Open, Waiting, Waiting]);
    let mut unstated = case;
    unstated.texts.statements.clear();
    assert_eq!(unstated.states(false), [NotNeeded, Done, Open, Waiting]);
}

#[test]
fn the_form_says_who_files_it_who_joins_and_who_coordinates_and_only_the_head_signs() {
    let mut case = Case::new();
    case.texts.persons[1].coordinator = "yes".to_owned();
    case.texts.note = "Pilne".to_owned();
    let staff = case.read().unwrap();
    let words = Words { dictionaries: &case.dictionaries, gmina: None, text: &|key| key.to_owned(), list: &|key| vec![key.to_owned()] };
    let blocks = staff.blocks(words);
    let boxes = blocks.iter().find_map(|block| if let Block::Signatures { boxes, .. } = block { Some(boxes) } else { None }).unwrap();
    assert_eq!(boxes.iter().map(|b| b.name.as_str()).collect::<Vec<_>>(), ["Jan Wójcik, Kierownik"], "one signature for all");
    let printed = format!("{blocks:?}");
    for text in [case.account.login.as_str(), "pierwsza", "druga", "(druga)", "form.heading.coordinators"] {
        assert!(printed.contains(text), "{text}: {printed}");
    }
    assert!(!printed.contains("Pilne"), "the message is not printed");
    assert_eq!(staff.coordinators().len(), 1);
    let summary = staff.summary();
    assert_eq!((summary.unit, summary.persons.len(), summary.changes_accounts), (Some(unit().id), 2, false));
    assert_eq!(staff.filed_by(), Some(staff.registrar.full_name()));
    assert_eq!(staff.asks().len(), 2);
    assert!(staff.correctable_fields().contains(&"persons.1.coordinator".to_owned()));
    assert_eq!(staff.person_of_field("persons.1.login"), Some(staff.persons[1].full_name()));
    let said = staff.said(words, None);
    assert_eq!((said.persons.len(), said.own.is_empty(), said.note.as_deref()), (2, false, Some("Pilne")));
    let effects = staff.effects(words);
    assert!(effects.iter().any(|effect| effect.anchor == Some("coordinator")), "{effects:?}");
    assert!(effects.iter().flat_map(|effect| &effect.items).all(|item| item.text != "review.effect.applicant"), "all are invited");
}

#[test]
fn it_is_stored_under_its_own_name_and_typed_again_for_a_correction() {
    let case = Case::new();
    let staff = case.read().unwrap();
    let payload = Payload::UnitStaff(staff.clone());
    assert_eq!((payload.kind(), payload.new_persons().len()), (Kind::UnitStaff, 2));
    assert!(payload.registration().is_none() && payload.unit_staff().is_some());
    let stored = serde_json::to_value(&payload).unwrap();
    assert_eq!(stored["payload"], "unit_staff");
    assert_eq!(serde_json::from_value::<Payload>(stored).unwrap(), payload);
    let noted = Payload::UnitStaff(StaffRegistration { note: Some(Text::parse("Inna", 100).unwrap()), ..staff.clone() });
    assert_eq!(Fingerprint::of(&payload), Fingerprint::of(&noted), "the message is not part of what is signed");
    let mut again = Case::new();
    again.texts = StaffTexts { statements: again.texts.statements.clone(), ..staff_texts(&staff) };
    assert_eq!(again.read().unwrap(), staff);
    assert_eq!(<StaffTexts as Drafted>::KIND, DraftKind::Staff);
    assert_eq!(case.texts.address(), None, "the coordinator's address is known");
    assert_eq!(DraftKind::Staff.place(), Kind::UnitStaff.place());
}
