//! Dates, successors, what differs, what is merged, what moves; the printed form; the steps.

use super::*;
use crate::domain::application::draft::STATEMENTS;
use crate::domain::application::matter::{Matter as _, Words};
use crate::domain::application::printed_form::Block;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::samples::{COLLEAGUE, DECIDER, account, dictionaries, grant, other_unit, unit};
use crate::domain::application::typing::{FormStep as _, StepState};
use crate::domain::application::{Application, Payload};
use crate::domain::identifiers::TercCode;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 22);

/// A CUS of the same voivodeship.
fn heir() -> Unit {
    let mut heir = other_unit();
    heir.data.terc = TercCode::parse("260409").unwrap();
    heir.voivodeship = heir.data.terc.voivodeship();
    heir
}

fn typed(what: What) -> UnitChangeTexts {
    let mut data = unit_texts(&unit().data);
    data.name = "Centrum Usług Społecznych w Morawicy".into();
    UnitChangeTexts {
        unit: None,
        what: what.key().into(),
        data,
        last_day: "31.12.2026".into(),
        successor: heir().data.regon.to_string(),
        justification: "Uchwała nr XII/34/2026.".into(),
        statements: STATEMENTS.map(str::to_owned).to_vec(),
        note: "Pilne.".into(),
    }
}

fn plan() -> Plan {
    let of = |fate| MovingGrant { name: "Anna Nowak".into(), login: "anowak".into(), wish: grant("PS", "editor"), fate };
    let number = |text| crate::domain::identifiers::ApplicationNumber::parse(text).unwrap();
    Plan {
        grants: vec![of(Fate::Moves), of(Fate::NotForKind), MovingGrant { login: "drugi".into(), ..of(Fate::Moves) }],
        applications: vec![(number("W/26/2026/000001"), true), (number("W/26/2026/000002"), false)],
        coordinators: vec![("Ewa Lis".into(), true)],
    }
}

fn with<T>(texts: &UnitChangeTexts, use_it: impl FnOnce(&UnitChangeTexts, &Around<'_>) -> T) -> T {
    let (account, units, successor, plan, dictionaries) = (account(), [unit()], heir(), plan(), dictionaries());
    let around = Around {
        account: &account,
        units: &units,
        successor: Some(&successor),
        plan: &plan,
        territory: "Morawica (gmina wiejska), kielecki, świętokrzyskie",
        dictionaries: &dictionaries,
        today: TODAY,
    };
    use_it(texts, &around)
}

fn read(texts: &UnitChangeTexts) -> Result<UnitChange, FieldErrors> {
    with(texts, read_unit_change)
}

fn one(field: &str, reason: Invalid) -> FieldErrors {
    FieldErrors::one(field, reason)
}

#[test]
fn who_may_file_is_the_coordinator_or_anybody_of_a_unit_that_has_none() {
    assert!(may_file(&[], DECIDER));
    assert!(may_file(&[COLLEAGUE, DECIDER], DECIDER));
    assert!(!may_file(&[COLLEAGUE], DECIDER));
}

#[test]
fn what_is_read_says_what_was_what_shall_be_and_why_and_is_typed_again_for_a_correction() {
    for what in What::ALL {
        let texts = typed(what);
        let change = read(&texts).unwrap();
        assert_eq!(change.what(), what);
        assert_eq!(What::from_key(what.key()), Some(what));
        assert_eq!((change.unit_id, &change.unit, change.justification.as_str()), (unit().id, &unit().data, "Uchwała nr XII/34/2026."));
        assert_eq!(change.successor().map(|s| s.unit_id), (what == What::Transformation).then(|| heir().id));
        let again = unit_change_texts(&change);
        assert_eq!(
            (again.unit, &again.what, &again.justification, again.statements.len()),
            (Some(unit().id), &texts.what, &texts.justification, 0)
        );
        assert_eq!(again.last_day.is_empty(), what == What::Data);
        assert_eq!(again.data.name == texts.data.name, what == What::Data, "an end changes no data");
        let stored = serde_json::to_value(Payload::UnitChange(change.clone())).unwrap();
        assert_eq!(serde_json::from_value::<Payload>(stored).unwrap(), Payload::UnitChange(change));
    }
}

#[test]
fn nothing_changed_no_reason_and_no_statement_are_refused_where_they_are_typed() {
    let mut same = typed(What::Data);
    same.data = unit_texts(&unit().data);
    assert_eq!(read(&same), Err(one("name", Invalid::NothingChanged)));
    let mut silent = typed(What::Data);
    silent.justification = "  ".into();
    silent.statements.clear();
    let mut errors = one("justification", Invalid::Required);
    errors.add("statements", Invalid::StatementRequired);
    assert_eq!(read(&silent), Err(errors));
    let mut long = typed(What::Ending);
    long.justification = "ą".repeat(LONGEST_JUSTIFICATION + 1);
    assert_eq!(read(&long), Err(one("justification", Invalid::TooLong)));
    let unknown = UnitChangeTexts { what: "other".into(), ..typed(What::Data) };
    assert_eq!(read(&unknown), Err(one("what", Invalid::Required)));
    let mut wrong = typed(What::Data);
    wrong.data.regon = "123456789".into();
    wrong.data.head_last_name.clear();
    let errors = read(&wrong).unwrap_err();
    assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["head_last_name", "regon"], "typed as in a registration");
}

#[test]
fn another_kind_must_not_take_rights_away() {
    // A DPS may have PS, in which rights are held, but not SR.
    let mut texts = typed(What::Data);
    texts.data.kind = "dps".into();
    assert!(read(&texts).is_ok());
    let mut plan = plan();
    plan.grants[1].wish = grant("SR", "viewer");
    let data = UnitData { kind: "dps".into(), ..unit().data };
    assert_eq!(check_kind(&data, &unit().data, &plan, &dictionaries()), one("kind", Invalid::KindInUse));
    assert!(check_kind(&unit().data, &unit().data, &plan, &dictionaries()).is_empty(), "what stands is not asked about");
    let unknown = UnitData { kind: "xyz".into(), ..unit().data };
    assert_eq!(check_kind(&unknown, &unit().data, &plan, &dictionaries()), one("kind", Invalid::Unknown));
}

#[test]
fn nobody_becomes_a_unit_of_a_kind_that_has_ended_and_rights_in_an_ended_sub_area_stand() {
    let mut words = dictionaries();
    words.unit_kinds.iter_mut().filter(|kind| kind.code == "dps").for_each(|kind| kind.is_offered = false);
    let data = UnitData { kind: "dps".into(), ..unit().data };
    assert_eq!(check_kind(&data, &unit().data, &plan(), &words), one("kind", Invalid::NotOffered));
    assert!(check_kind(&data, &data, &plan(), &words).is_empty(), "who is one stays one");
    // Nobody may ask for PS any more; a kind in which rights there may stand takes them along.
    let mut words = dictionaries();
    words.unit_kinds.iter_mut().for_each(|kind| kind.sub_areas.retain(|code| code != "PS"));
    assert!(check_kind(&data, &unit().data, &plan(), &words).is_empty());
}

#[test]
fn the_last_day_is_today_or_later_and_at_most_a_year_ahead() {
    let on = |text: &str, today| read_last_day(&UnitChangeTexts { last_day: text.into(), ..UnitChangeTexts::default() }, today);
    for (text, today, expected) in [
        ("22.11.2026", TODAY, Ok(TODAY)),
        ("21.11.2026", TODAY, Err(Invalid::DatePast)),
        ("23.11.2026", TODAY, Ok(date(2026, 11, 23))),
        ("22.11.2027", TODAY, Ok(date(2027, 11, 22))),
        ("23.11.2027", TODAY, Err(Invalid::DateTooFar)),
        ("28.02.2029", date(2028, 2, 29), Ok(date(2029, 2, 28))),
        ("01.03.2029", date(2028, 2, 29), Err(Invalid::DateTooFar)),
        ("31.12.2026", date(2026, 12, 31), Ok(date(2026, 12, 31))),
        ("30.11.2027", date(2026, 11, 30), Ok(date(2027, 11, 30))),
    ] {
        assert_eq!(on(text, today), expected, "{text} on {today}");
    }
    for wrong in ["", "31.02.2027", "jutro"] {
        assert!(on(wrong, TODAY).is_err(), "{wrong:?}");
    }
    let past = UnitChangeTexts { last_day: "1.1.2020".into(), successor: "12".into(), ..typed(What::Transformation) };
    let errors = read(&past).unwrap_err();
    assert_eq!(errors.0.keys().collect::<Vec<_>>(), ["last_day", "successor"], "both at once");
}

#[test]
fn a_successor_is_another_active_unit_of_the_voivodeship_that_does_not_end_itself() {
    let here = unit();
    assert!(check_successor(&heir(), &here).is_ok());
    for (successor, reason) in [
        (unit(), Invalid::OwnSuccessor),
        (Unit { status: UnitStatus::Closed, ..heir() }, Invalid::UnitClosed),
        (Unit { ends_on: Some(date(2027, 1, 1)), ..heir() }, Invalid::UnitEnding),
        (other_unit(), Invalid::OtherVoivodeship),
    ] {
        assert_eq!(check_successor(&successor, &here), Err(reason));
    }
    let ending = Unit { ends_on: Some(date(2026, 12, 31)), ..unit() };
    for what in What::ALL {
        let read = read_what(&typed(what), &ending);
        assert_eq!(read, if what == What::Data { Ok(what) } else { Err(Invalid::UnitEnding) }, "it does not end twice");
    }
}

#[test]
fn a_change_is_put_upon_what_stands_and_never_overwrites_silently() {
    let filed = unit().data;
    let mut wanted = filed.clone();
    wanted.name = Line::parse("Centrum Usług Społecznych w Morawicy", 200).unwrap();
    assert_eq!(changed_fields(&filed, &wanted), ["name"]);
    assert_eq!(merged(&filed, &wanted, &filed), Ok(wanted.clone()));
    // Somebody changed the head meanwhile: both changes hold.
    let mut now = filed.clone();
    now.head = heir().data.head;
    let both = merged(&filed, &wanted, &now).unwrap();
    assert_eq!((&both.name, &both.head), (&wanted.name, &now.head));
    // Somebody changed the name otherwise: nobody decides silently which.
    let mut other = filed.clone();
    other.name = Line::parse("Ośrodek", 200).unwrap();
    assert_eq!(merged(&filed, &wanted, &other), Err(vec!["name"]));
    // To the same: there is nothing to be torn between.
    assert_eq!(merged(&filed, &wanted, &wanted), Ok(wanted.clone()));
    // What is taken away is taken away.
    let without = UnitData { nip: None, ade: None, ..filed.clone() };
    assert_eq!(merged(&filed, &without, &now).map(|data| (data.nip, data.ade)), Ok((None, None)));
}

#[test]
fn what_becomes_of_a_right_follows_from_the_successor() {
    let allowed = ["PS".to_owned()];
    let fitness = |is_account_closed, is_unconfirmed| Fitness { is_account_closed, is_unconfirmed };
    let (good, closed, unconfirmed) = (fitness(false, false), fitness(true, false), fitness(false, true));
    for (sub_area, fitness, successor, expected) in [
        ("PS", good, None, Fate::Ends),
        ("PS", closed, None, Fate::Ends),
        ("PS", unconfirmed, None, Fate::Ends),
        ("PS", good, Some(false), Fate::Moves),
        ("PS", good, Some(true), Fate::HeldThere),
        ("SR", good, Some(false), Fate::NotForKind),
        ("SR", good, Some(true), Fate::NotForKind),
        ("PS", closed, Some(false), Fate::AccountClosed),
        ("SR", closed, Some(true), Fate::AccountClosed),
        ("PS", unconfirmed, Some(false), Fate::Unconfirmed),
        ("PS", fitness(true, true), Some(false), Fate::AccountClosed),
    ] {
        assert_eq!(fate(sub_area, fitness, successor.map(|held| (&allowed[..], held))), expected, "{sub_area} {fitness:?} {successor:?}");
    }
    assert_eq!(Fate::ALL.map(Fate::key).len(), 6);
    let counts = plan().counts();
    let numbers = (counts.persons, counts.moving, counts.ending, counts.applications, counts.closing, counts.coordinators);
    assert_eq!(numbers, (2, 2, 1, 1, 1, 1));
}

fn words_of(blocks: &[Block]) -> String {
    serde_json::to_string(blocks).unwrap()
}

fn printed(change: &UnitChange) -> Vec<Block> {
    let dictionaries = dictionaries();
    let (text, list) = (|key: &str| format!("«{key}»"), |key: &str| vec![format!("«{key}»")]);
    change.blocks(Words { dictionaries: &dictionaries, gmina: None, text: &text, list: &list })
}

#[test]
fn the_form_shows_what_was_and_what_shall_be_and_who_signs() {
    let mut texts = typed(What::Data);
    texts.data.head_last_name = "Źdźbło".into();
    let change = read(&texts).unwrap();
    let words = words_of(&printed(&change));
    for expected in ["Gminny Ośrodek Pomocy Społecznej w Morawicy", "Centrum Usług", "Jan Wójcik", "Jan Źdźbło", "XII/34/2026"] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert!(!words.contains("Pilne"), "the message is not printed");
    assert_eq!(change.summary().head_lines(), ["Jan Źdźbło, Kierownik"], "the new head signs");
    let table = printed(&change).into_iter().find_map(|b| if let Block::Table { rows, .. } = b { Some(rows) } else { None }).unwrap();
    assert_eq!(table.len(), 2, "only what differs: {table:?}");

    let transformation = read(&typed(What::Transformation)).unwrap();
    assert_eq!(transformation.summary().head_lines(), ["Jan Wójcik, Kierownik", "Zofia Źdźbło, dyrektorka"]);
    assert_eq!(transformation.summary().units(), [unit().id, heir().id]);
    let words = words_of(&printed(&transformation));
    for expected in ["31.12.2026", "Dom Pomocy", "counts.moving»: 2", "head_statements_successor"] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert_eq!(read(&typed(What::Ending)).unwrap().summary().heads.len(), 1);
}

#[test]
fn the_office_of_the_voivodeship_that_is_left_decides_and_the_note_needs_no_signature() {
    let mut texts = typed(What::Data);
    texts.data.terc = "106101".into();
    let change = read(&texts).unwrap();
    assert_eq!((change.summary().voivodeship.as_str(), change.summary().terc.as_str()), ("26", "106101"));
    let silent = UnitChange { note: None, ..change.clone() };
    assert_eq!(Fingerprint::of(&Payload::UnitChange(silent)), Fingerprint::of(&Payload::UnitChange(change.clone())));
    let seen = change.seen_with(Seen { unit: unit().data, plan: plan() });
    assert_eq!(
        Fingerprint::of(&Payload::UnitChange(seen)),
        Fingerprint::of(&Payload::UnitChange(change.clone())),
        "a review changes nothing"
    );
    let other = UnitChange { justification: Text::parse("Inne.", 100).unwrap(), ..change.clone() };
    assert_ne!(Fingerprint::of(&Payload::UnitChange(other)), Fingerprint::of(&Payload::UnitChange(change)));
}

#[test]
fn what_can_be_sent_back_is_what_the_places_say_and_each_has_its_page() {
    let dictionaries = dictionaries();
    let (text, list) = (|key: &str| key.to_owned(), |key: &str| vec![key.to_owned()]);
    for what in What::ALL {
        let change = read(&typed(what)).unwrap();
        let words = Words { dictionaries: &dictionaries, gmina: None, text: &text, list: &list };
        let paths: Vec<String> = change.places(words).into_iter().flat_map(|place| place.fields).map(|(path, _, _)| path).collect();
        assert_eq!(paths, change.correctable_fields(), "{what:?}");
        assert!(paths.contains(&"justification".to_owned()));
    }
}

#[test]
fn what_was_changed_since_is_said_and_the_decision_is_upon_what_stands() {
    let change = read(&typed(What::Data)).unwrap();
    let dictionaries = dictionaries();
    let (text, list) = (|key: &str| key.to_owned(), |key: &str| vec![key.to_owned()]);
    let said = |change: &UnitChange| change.said(Words { dictionaries: &dictionaries, gmina: None, text: &text, list: &list }, None);
    let line = |change: &UnitChange, key: &str| said(change).own.into_iter().find(|line| line.key == key).map(|line| line.value.join("; "));
    assert_eq!(line(&change, "changed_since"), None);
    let mut now = unit().data;
    now.head = heir().data.head;
    let seen = change.seen_with(Seen { unit: now.clone(), plan: Plan::default() });
    assert!(line(&seen, "changed_since").is_some_and(|words| words.contains("fields.head_last_name.label – unit_change.since")));
    let head = said(&seen).unit.into_iter().find(|line| line.key == "head").unwrap();
    assert_eq!(head.value, ["Zofia Źdźbło, dyrektorka"], "what somebody else has changed stays");
    now.name = Line::parse("Ośrodek", 200).unwrap();
    let torn = change.seen_with(Seen { unit: now, plan: Plan::default() });
    assert!(line(&torn, "changed_since").is_some_and(|words| words.contains("fields.name.label – unit_change.conflict")));
}

#[test]
fn every_step_waits_for_what_it_needs() {
    let states = |texts: &UnitChangeTexts, corrects| {
        with(texts, |texts, around| unit_change_steps(texts, corrects, around)).into_iter().map(|(_, state)| state).collect::<Vec<_>>()
    };
    use StepState::{Done, NotNeeded, Open, Waiting};
    assert_eq!(states(&UnitChangeTexts::default(), false), [Open, Waiting, NotNeeded, Waiting, Waiting]);
    assert_eq!(states(&typed(What::Data), false), [Done, Done, NotNeeded, Done, Open]);
    assert_eq!(states(&typed(What::Ending), false), [Done, NotNeeded, Done, Done, Open]);
    assert_eq!(states(&typed(What::Transformation), true), [NotNeeded, NotNeeded, Done, Done, Open]);
    let late = UnitChangeTexts { last_day: "1.1.2020".into(), ..typed(What::Ending) };
    assert_eq!(states(&late, false), [Done, NotNeeded, Open, Waiting, Waiting]);
    let silent = UnitChangeTexts { statements: Vec::new(), ..typed(What::Data) };
    assert_eq!(states(&silent, false), [Done, Done, NotNeeded, Open, Waiting]);
    assert!(UnitChangeStep::ALL.iter().all(|step| !step.key().is_empty()));
}

#[test]
fn of_several_units_one_is_chosen_and_no_other() {
    let (account, plan, dictionaries) = (account(), Plan::default(), dictionaries());
    let units = [unit(), heir()];
    let around =
        |units| Around { account: &account, units, successor: None, plan: &plan, territory: "", dictionaries: &dictionaries, today: TODAY };
    let of = |unit: Option<UnitId>| UnitChangeTexts { unit, ..UnitChangeTexts::default() };
    assert_eq!(read_place(&of(None), &around(&units)), Err(Invalid::Required));
    assert_eq!(read_place(&of(Some(heir().id)), &around(&units)).map(|unit| unit.id), Ok(heir().id));
    assert_eq!(read_place(&of(None), &around(&units[..1])).map(|only| only.id), Ok(unit().id));
    assert_eq!(read_place(&of(Some(heir().id)), &around(&units[..1])), Err(Invalid::Unknown));
    assert_eq!(read_place(&of(None), &around(&[])), Err(Invalid::Unknown));
}

#[test]
fn an_application_knows_it_by_its_kind() {
    let payload = Payload::UnitChange(read(&typed(What::Data)).unwrap());
    let application =
        Application { payload, ..crate::domain::application::samples::application(crate::domain::application::status::Status::InReview) };
    assert!(application.payload.unit_change().is_some() && application.payload.registration().is_none());
    assert_eq!(application.payload.kind(), crate::domain::application::Kind::UnitChange);
    assert_eq!(application.payload.matter().wanted_regon(), None, "the REGON stays");
    let finality = |what| read(&typed(what)).unwrap().finality();
    assert_eq!([What::Data, What::Ending, What::Transformation].map(finality), ["none", "unit_ending", "unit_ending"]);
}
