//! What is typed reads as meant, what is read is typed the same, and no step of the form can be skipped.

use super::*;
use crate::domain::application::draft::{PERSON_FIELDS, UNIT_FIELDS};
use crate::domain::application::samples::{APPLICANT, application, dictionaries, registration};
use crate::domain::application::status::Status;
use crate::domain::id::DraftId;
use crate::domain::moment::Moment;
use jiff::civil::date;

/// The samples ask until the end of 2027, and one sub-area allows a year.
const TODAY: Date = date(2026, 12, 31);

fn typed() -> DraftTexts {
    DraftTexts { statements: STATEMENTS.map(str::to_owned).to_vec(), ..draft_texts(&registration()) }
}

fn read(texts: &DraftTexts) -> Result<Registration, FieldErrors> {
    read_registration(texts, None, &dictionaries(), TODAY)
}

fn errors(change: impl FnOnce(&mut DraftTexts)) -> Vec<String> {
    let mut texts = typed();
    change(&mut texts);
    read(&texts).err().map(|e| e.0.into_keys().collect()).unwrap_or_default()
}

#[test]
fn a_registration_written_for_a_correction_reads_as_the_same_registration() {
    assert_eq!(read(&typed()), Ok(registration()));
    let mut bare = registration();
    (bare.note, bare.unit.nip, bare.unit.ade, bare.unit.epuap) = (None, None, None, None);
    (bare.unit.address.street, bare.unit.phone_extension) = (None, None);
    let texts = DraftTexts { statements: typed().statements, ..draft_texts(&bare) };
    assert_eq!(read(&texts), Ok(bare));
}

#[test]
fn an_empty_day_is_the_latest_that_all_wishes_allow_and_stays_so_in_a_correction() {
    let mut texts = typed();
    texts.persons[0].valid_until.clear();
    let first = read(&texts).expect("a registration");
    assert!(first.persons[0].grants.iter().all(|g| g.valid_until == date(2027, 12, 31)), "PS allows three years, SR one");
    texts.persons[0].grants.retain(|pair| pair.starts_with("PS"));
    let long = read(&texts).expect("a registration");
    assert_eq!(long.persons[0].grants[0].valid_until, date(2029, 12, 31));
    for registration in [first, long] {
        let again = DraftTexts { statements: texts.statements.clone(), ..draft_texts(&registration) };
        assert_eq!(read(&again), Ok(registration));
    }
}

#[test]
fn a_box_ticked_twice_is_one_wish_and_nonsense_is_refused() {
    let mut texts = typed();
    let pair = texts.persons[0].grants[0].clone();
    texts.persons[0].grants.push(pair);
    assert_eq!(read(&texts), Ok(registration()));
    assert_eq!(errors(|t| t.persons[1].grants = vec!["PS".to_owned()]), ["persons.1.grants"]);
    assert_eq!(errors(|t| t.persons[1].grants = vec!["PS:owner".to_owned()]), ["persons.1.grants"]);
    assert_eq!(errors(|t| t.persons[1].grants.clear()), ["persons.1.grants"]);
    assert_eq!(errors(|t| t.persons[0].valid_until = "31.02.2027".to_owned()), ["persons.0.valid_until"]);
    assert_eq!(errors(|t| t.persons[0].valid_until = "1.01.2028".to_owned()), ["persons.0.valid_until"]);
    assert_eq!(errors(|t| t.persons[0].valid_until = "30.12.2026".to_owned()), ["persons.0.valid_until"]);
}

#[test]
fn every_field_is_refused_at_its_own_name() {
    for (i, name) in UNIT_FIELDS.iter().enumerate() {
        let found = errors(|t| *t.unit.fields_mut()[i] = "\u{7}".to_owned());
        assert_eq!(found, [format!("unit.{name}")], "{name}");
    }
    for (i, name) in PERSON_FIELDS.iter().take(6).enumerate() {
        let found = errors(|t| {
            let p = &mut t.persons[1];
            *[&mut p.first_name, &mut p.last_name, &mut p.position, &mut p.email, &mut p.phone, &mut p.login][i] = "\u{7}".to_owned();
        });
        assert_eq!(found, [format!("persons.1.{name}")], "{name}");
    }
    assert_eq!(errors(|t| t.persons.clear()), ["persons"]);
    assert_eq!(errors(|t| t.statements.truncate(1)), ["statements"]);
    assert_eq!(errors(|t| t.note = "a".repeat(LONGEST_NOTE + 1)), ["note"]);
}

#[test]
fn a_unit_that_is_registered_is_taken_as_registered_whatever_was_typed() {
    let mut texts = typed();
    texts.unit = UnitTexts::default();
    let mut registered = registration().unit;
    registered.address.town = Line::parse("Kielce", 80).expect("a town");
    let read = read_registration(&texts, Some(&registered), &dictionaries(), TODAY).expect("a registration");
    assert_eq!(read.unit, registered);
}

fn states(draft: &Draft) -> Vec<StepState> {
    task_list(draft, None, &dictionaries(), TODAY).into_iter().map(|(_, state)| state).collect()
}

#[test]
fn each_step_opens_the_next_and_the_last_opens_when_all_are_done() {
    use StepState::{Done, NotNeeded, Open, Waiting};
    let mut draft = Draft {
        id: DraftId(uuid::Uuid::from_u128(5)),
        texts: DraftTexts::default(),
        application: None,
        account: None,
        confirmed_email: None,
        has_password: false,
        submitted_as: None,
        expires_at: Moment(0),
        version: 0,
    };
    assert_eq!(states(&draft), [Open, Waiting, Waiting, Waiting, Waiting, Waiting, Waiting, Waiting]);
    draft.texts.unit_chosen = true;
    assert_eq!(states(&draft), [Done, Open, Open, Waiting, Waiting, Waiting, Waiting, Waiting]);
    draft.texts.unit = typed().unit;
    assert_eq!(states(&draft), [Done, Done, Open, Waiting, Waiting, Waiting, Waiting, Waiting]);
    draft.texts.persons = typed().persons;
    assert_eq!(states(&draft), [Done, Done, Done, Open, Done, Open, Open, Waiting]);
    draft.texts.persons[1].grants.clear();
    assert_eq!(states(&draft), [Done, Done, Done, Open, Open, Waiting, Open, Waiting]);
    draft.texts = typed();
    draft.has_password = true;
    assert_eq!(states(&draft), [Done, Done, Done, Done, Done, Done, Open, Waiting]);
    draft.confirmed_email = Some("nobody@ops.example.gov.pl".to_owned());
    assert_eq!(states(&draft)[6..], [Open, Waiting], "another address was confirmed");
    draft.confirmed_email = Some("anna@ops.example.gov.pl".to_owned());
    assert_eq!(states(&draft), [Done, Done, Done, Done, Done, Done, Done, Open]);
    draft.texts.unit.regon = "1".to_owned();
    assert_eq!(states(&draft)[1..], [Open, Done, Done, Waiting, Done, Done, Waiting], "what was right can become wrong");
    // A correction asks for neither the unit nor a password again.
    draft.texts = typed();
    draft.has_password = false;
    draft.account = Some(APPLICANT);
    draft.application = Some(application(Status::Returned).id);
    assert_eq!(states(&draft), [NotNeeded, Done, Done, NotNeeded, Done, Done, Done, Open]);
    // A new application after one that failed may be about another unit; the account keeps its password.
    draft.application = None;
    assert_eq!(states(&draft), [Done, Done, Done, NotNeeded, Done, Done, Done, Open]);
}

#[test]
fn a_kind_that_has_ended_is_for_nobody_new_and_for_everybody_who_joins_a_unit_of_it() {
    let mut words = dictionaries();
    words.unit_kinds.iter_mut().for_each(|kind| kind.is_offered = false);
    let refused = read_registration(&typed(), None, &words, TODAY).expect_err("not offered");
    assert_eq!(refused, FieldErrors::one("unit.kind", Invalid::NotOffered));
    let unit = registration().unit;
    assert_eq!(registration().check(&words, TODAY), Err(FieldErrors::one("kind", Invalid::NotOffered)));
    let joining = DraftTexts { existing_unit: Some(crate::domain::id::UnitId(uuid::Uuid::from_u128(3))), ..typed() };
    assert!(read_registration(&joining, Some(&unit), &words, TODAY).is_ok());
    assert_eq!(words.kinds_for("").count(), 0);
    assert_eq!(words.kinds_for("dps").map(|kind| kind.code.as_str()).collect::<Vec<_>>(), ["dps"], "what was chosen is still shown");
}
