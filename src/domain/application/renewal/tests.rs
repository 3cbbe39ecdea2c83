//! When a right can be renewed, what a renewal is refused for, each reason at its field; which steps open which; what its form says and
//! its approval does.

use super::*;
use crate::domain::application::draft::STATEMENTS;
use crate::domain::application::matter::{Matter, Words};
use crate::domain::application::printed_form::Block;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::right::Held;
use crate::domain::application::samples::{UNIT, account, application, dictionaries, other_unit, unit};
use crate::domain::application::status::{Event, Status};
use crate::domain::application::typing::{FormStep as _, StepState};
use crate::domain::application::{Application, Kind, Payload};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 22);

fn right(unit: UnitId, sub_area: &str, function: &str, until: Date) -> Right {
    Right { unit, wish: GrantRequest { sub_area: sub_area.to_owned(), function: function.to_owned(), valid_until: until } }
}

fn typed(right: &str, until: &str) -> RenewedTexts {
    RenewedTexts { right: right.to_owned(), valid_until: until.to_owned() }
}

/// Everything around somebody with two rights in one unit that end soon, to be spoilt one by one.
#[derive(Clone)]
struct Case {
    texts: RenewalTexts,
    account: Account,
    rights: Vec<Right>,
    units: Vec<Unit>,
    asked: Vec<Asked>,
    dictionaries: Dictionaries,
    today: Date,
}

impl Case {
    fn new() -> Self {
        Self {
            texts: RenewalTexts {
                unit: None,
                grants: Some(vec![typed("PS:editor", "31.12.2027"), typed("PS:viewer", "")]),
                statements: STATEMENTS.iter().map(|s| (*s).to_owned()).collect(),
                note: String::new(),
            },
            account: account(),
            rights: vec![
                right(UNIT, "PS", "editor", date(2026, 12, 31)),
                right(UNIT, "PS", "viewer", date(2027, 1, 31)),
                right(UNIT, "SR", "viewer", date(2028, 1, 31)),
            ],
            units: vec![unit()],
            asked: Vec::new(),
            dictionaries: dictionaries(),
            today: TODAY,
        }
    }
    /// Rights end in another unit too.
    fn of_two() -> Self {
        let mut case = Self::new();
        case.units.push(other_unit());
        case.rights.push(right(other_unit().id, "PS", "editor", date(2026, 11, 30)));
        case
    }
    fn around(&self) -> Around<'_> {
        Around {
            account: &self.account,
            rights: &self.rights,
            units: &self.units,
            asked: &self.asked,
            dictionaries: &self.dictionaries,
            today: self.today,
        }
    }
    fn read(&self) -> Result<PermissionRenewal, FieldErrors> {
        read_renewal(&self.texts, &self.around())
    }
    fn errors(&self, spoil: impl FnOnce(&mut Self)) -> Vec<(String, Vec<Invalid>)> {
        let mut spoilt = self.clone();
        spoil(&mut spoilt);
        spoilt.read().err().map(|errors| errors.0.into_iter().collect()).unwrap_or_default()
    }
    fn states(&self, is_correction: bool) -> Vec<StepState> {
        renewal_steps(&self.texts, is_correction, &self.around()).into_iter().map(|(_, state)| state).collect()
    }
}

fn one(field: &str, reason: Invalid) -> Vec<(String, Vec<Invalid>)> {
    vec![(field.to_owned(), vec![reason])]
}

fn grants(typed: Vec<RenewedTexts>) -> impl FnOnce(&mut Case) {
    move |case| case.texts.grants = Some(typed)
}

#[test]
fn a_right_can_be_renewed_in_its_last_three_months_by_the_calendar() {
    for (until, opens) in [
        (date(2027, 2, 28), date(2026, 11, 28)),
        (date(2026, 11, 30), date(2026, 8, 30)),
        (date(2027, 5, 31), date(2027, 2, 28)),
        (date(2028, 5, 31), date(2028, 2, 29)),
        (date(2028, 2, 29), date(2027, 11, 29)),
        (date(2027, 12, 31), date(2027, 9, 30)),
        (date(2027, 3, 28), date(2026, 12, 28)),
        (date(2027, 1, 1), date(2026, 10, 1)),
    ] {
        assert_eq!(opens_on(until), opens, "{until}");
        assert!(is_renewable(until, opens) && is_renewable(until, until), "{until}: the first and the last day");
        assert!(!is_renewable(until, opens.yesterday().unwrap()) && !is_renewable(until, until.tomorrow().unwrap()), "{until}");
    }
    // A later end never opens earlier.
    let mut day = date(2026, 1, 1);
    while day < date(2029, 1, 1) {
        let next = day.tomorrow().unwrap();
        assert!(opens_on(day) <= opens_on(next), "{day}");
        day = next;
    }
}

#[test]
fn each_wrong_thing_is_refused_at_its_field_for_its_reason() {
    let case = Case::new();
    assert_eq!(case.errors(|_| {}), []);
    assert_eq!(case.errors(|c| c.texts.unit = Some(other_unit().id)), one("unit", Invalid::Unknown));
    assert_eq!(case.errors(|c| c.rights.truncate(0)), one("unit", Invalid::GrantNotEnding));
    assert_eq!(Case::of_two().errors(|_| {}), one("unit", Invalid::Required));
    let closed = |c: &mut Case| {
        c.texts.unit = Some(UNIT);
        c.units[0].status = UnitStatus::Closed;
    };
    assert_eq!(case.errors(closed), one("unit", Invalid::UnitClosed));
    assert_eq!(case.errors(grants(Vec::new())), one("grants", Invalid::NothingChosen));
    for wrong in ["PS", "PS:owner", "SR:viewer", "PS:approver", "XX:viewer", ""] {
        // Unknown, not held, or not ending soon.
        assert_eq!(case.errors(grants(vec![typed(wrong, "")])), one("grants", Invalid::GrantNotEnding), "{wrong}");
    }
    assert_eq!(case.errors(grants(vec![typed("PS:editor", ""), typed("PS:editor", "")])), one("grants", Invalid::GrantTwice));
    for (day, reason) in [
        ("31.02.2027", Invalid::DateShape),
        ("30.12.2026", Invalid::DateNotLater),
        ("31.12.2026", Invalid::DateNotLater),
        ("23.11.2029", Invalid::DateTooFar),
    ] {
        let reason = if day == "31.02.2027" { parse_date(day).unwrap_err() } else { reason };
        assert_eq!(case.errors(grants(vec![typed("PS:editor", day)])), one("until.PS.editor", reason), "{day}");
    }
    for day in ["01.01.2027", "22.11.2029", ""] {
        assert_eq!(case.errors(grants(vec![typed("PS:editor", day)])), [], "{day}");
    }
    let asked = |c: &mut Case| {
        let number = ApplicationNumber::trusted("W/26/2026/000007");
        c.asked = vec![Asked { right: right(UNIT, "PS", "viewer", TODAY), number }];
    };
    assert_eq!(case.errors(asked), one("grants", Invalid::GrantAsked));
    let kind = |c: &mut Case| c.dictionaries.unit_kinds.iter_mut().for_each(|kind| kind.sub_areas.retain(|code| code != "PS"));
    assert_eq!(case.errors(kind), one("grants", Invalid::SubAreaNotForKind));
    assert_eq!(case.errors(|c| c.texts.note = "a".repeat(LONGEST_NOTE + 1)), one("note", Invalid::TooLong));
    for missing in STATEMENTS {
        assert_eq!(case.errors(|c| c.texts.statements.retain(|s| s != missing)), one("statements", Invalid::StatementRequired));
    }
    // The day after its last one it is no right any more.
    assert_eq!(case.errors(|c| c.today = date(2027, 1, 1)), one("grants", Invalid::GrantNotEnding));
    assert_eq!(case.errors(|c| c.today = date(2026, 12, 31)), [], "on its last day it is");
}

#[test]
fn lengths_are_those_of_each_sub_area() {
    let until = |default: i32, longest: i32, today: Date| {
        let mut case = Case::new();
        case.today = today;
        case.rights = vec![right(UNIT, "PS", "editor", today)];
        case.texts.grants = Some(vec![typed("PS:editor", "")]);
        let months = |area: &mut crate::domain::dictionary::SubArea| (area.default_months, area.longest_months) = (default, longest);
        case.dictionaries.sub_areas.iter_mut().filter(|area| area.code == "PS").for_each(months);
        case.read().map(|renewal| renewal.grants[0].valid_until)
    };
    assert_eq!(until(36, 36, date(2028, 2, 29)).unwrap(), date(2031, 2, 28));
    assert_eq!(until(3, 36, date(2026, 11, 30)).unwrap(), date(2027, 2, 28));
    assert_eq!(until(12, 36, date(2026, 12, 31)).unwrap(), date(2027, 12, 31));
    assert_eq!(until(48, 36, date(2026, 11, 22)).unwrap(), date(2029, 11, 22), "never longer than the longest");
    assert_eq!(until(0, 36, TODAY).unwrap_err().0.into_iter().collect::<Vec<_>>(), one("until.PS.editor", Invalid::DateNotLater));
}

#[test]
fn everything_that_ends_and_may_be_renewed_is_proposed_and_steps_open_one_another() {
    use StepState::{Done, NotNeeded, Open, Waiting};
    let mut case = Case::new();
    case.texts = RenewalTexts::default();
    assert_eq!(case.around().proposed_in(&case.units[0]), [typed("PS:editor", ""), typed("PS:viewer", "")]);
    assert_eq!(case.states(false), [NotNeeded, Open, Waiting, Waiting], "what is proposed wants to be looked at");
    case.texts.grants = Some(case.around().proposed_in(&case.units[0]));
    assert_eq!(case.states(false), [NotNeeded, Done, Open, Waiting]);
    case.texts.statements = Case::new().texts.statements;
    assert_eq!(case.states(false), [NotNeeded, Done, Done, Open]);
    case.texts.grants = Some(vec![typed("PS:editor", "01.01.2020")]);
    assert_eq!(case.states(false), [NotNeeded, Open, Waiting, Waiting], "no step is skipped");
    let mut two = Case::of_two();
    two.texts = RenewalTexts::default();
    assert_eq!(two.states(false), [Open, Waiting, Waiting, Waiting]);
    two.texts.unit = Some(UNIT);
    assert_eq!(two.states(false), [Done, Open, Waiting, Waiting]);
    assert_eq!(two.states(true), [NotNeeded, Open, Waiting, Waiting], "the unit of a correction stays");
    let mut nothing = Case::new();
    nothing.texts = RenewalTexts::default();
    nothing.rights.clear();
    assert_eq!(nothing.states(false), [Waiting, Waiting, Waiting, Waiting]);
    assert_eq!(RenewalStep::ALL.map(RenewalStep::key), ["unit", "grants", "statements", "check"]);
}

#[test]
fn it_is_stored_and_written_for_a_correction_as_it_was_read() {
    let case = Case::new();
    let renewal = case.read().unwrap();
    let payload = Payload::PermissionRenewal(renewal.clone());
    let again: Payload = serde_json::from_str(&serde_json::to_string(&payload).unwrap()).unwrap();
    assert_eq!((&again, Fingerprint::of(&again)), (&payload, Fingerprint::of(&payload)));
    assert_eq!((payload.kind(), payload.permission_renewal()), (Kind::PermissionRenewal, Some(&renewal)));
    let texts = RenewalTexts { statements: case.texts.statements.clone(), ..renewal_texts(&renewal) };
    assert_eq!(read_renewal(&texts, &case.around()).unwrap(), renewal);
    let mut note = renewal.clone();
    note.note = Text::parse("Inna", 10).ok();
    assert_eq!(Fingerprint::of(&Payload::PermissionRenewal(note)), Fingerprint::of(&payload), "a message is not printed");
    let mut later = renewal;
    later.grants[0].valid_until = date(2028, 1, 1);
    assert_ne!(Fingerprint::of(&Payload::PermissionRenewal(later)), Fingerprint::of(&payload));
}

#[test]
fn the_form_shows_both_days_and_the_review_what_was_and_what_will_be() {
    let case = Case::new();
    let renewal = case.read().unwrap();
    let words = Words { dictionaries: &case.dictionaries, gmina: None, text: &|key| key.to_owned(), list: &|_| Vec::new() };
    let rows = renewal.blocks(words).into_iter().find_map(|block| if let Block::Table { rows, .. } = block { Some(rows) } else { None });
    let rows = rows.unwrap();
    assert_eq!((rows.len(), &rows[0][3..]), (2, &["31.12.2026".to_owned(), "31.12.2027".to_owned()][..]));
    let held = Held(case.rights.iter().map(|right| (renewal.login.key(), right.clone())).collect());
    let said = renewal.said(words, Some(&held));
    let line = |key: &str| said.own.iter().find(|line| line.key == key).unwrap().clone();
    let (after, now) = (line("rights_after").value, line("rights_after").now.unwrap());
    assert_eq!((after.len(), now.len()), (3, 3));
    assert!(now[0].ends_with("31.12.2026") && after[0].ends_with("31.12.2027") && now[2] == after[2], "{now:?} {after:?}");
    assert_eq!(line("decide_by").value, ["31.12.2026"]);
    let summary = renewal.summary();
    assert_eq!((summary.unit, summary.heads.len(), summary.changes_accounts), (Some(UNIT), 1, true));
    assert_eq!(renewal.asks().len(), 2);
}

/// Every state × what its deadline is, at the moment before, at and after the last day's end.
#[test]
fn it_ends_by_itself_in_every_open_state_when_the_first_right_ends() {
    let renewal = Case::new().read().unwrap();
    let too_late = Moment::end_of(date(2026, 12, 31));
    for status in Status::ALL {
        for (lapses_at, expected) in [
            (None, (too_late, Event::RunOut)),
            (Some(too_late), (too_late, Event::RunOut)),
            (Some(too_late.plus_ms(1)), (too_late, Event::RunOut)),
            (Some(too_late.plus_ms(-1)), (too_late.plus_ms(-1), Event::Lapse)),
        ] {
            let payload = Payload::PermissionRenewal(renewal.clone());
            let application = Application { lapses_at, payload, ..application(status) };
            assert_eq!(application.ends_by_itself(), status.is_open().then_some(expected), "{status:?} {lapses_at:?}");
        }
        let other = Application { lapses_at: Some(too_late), ..application(status) };
        assert_eq!(other.ends_by_itself(), status.is_open().then_some((too_late, Event::Lapse)), "{status:?}");
    }
    // One second after midnight in Warsaw it is over; in the last minute of the day it is not.
    assert_eq!(too_late.to_iso(), "2026-12-31T23:00:00.000Z");
}
