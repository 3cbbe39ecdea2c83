//! What a list is refused for, what its form says, and what an approval of it does.

use super::*;
use crate::domain::application::Payload;
use crate::domain::application::matter::{Matter, Words};
use crate::domain::application::printed_form::Block;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::samples::{account, dictionaries, grant, unit};
use uuid::Uuid;

const ID: AttestationId = AttestationId(Uuid::from_u128(70));
const FIRST: GrantId = GrantId(Uuid::from_u128(71));
const SECOND: GrantId = GrantId(Uuid::from_u128(72));

fn held() -> Vec<HeldGrant> {
    let held = |grant_id, name: &str, login: &str, right| HeldGrant {
        grant: grant_id,
        full_name: name.to_owned(),
        login: Login::parse(login).unwrap(),
        right,
    };
    vec![held(FIRST, "Nowak Anna", "anowak", grant("PS", "editor")), held(SECOND, "Żak Jan", "jzak", grant("SR", "viewer"))]
}

fn verdicts() -> BTreeMap<GrantId, Verdict> {
    [(FIRST, Verdict::Keep), (SECOND, Verdict::End)].into()
}

fn list() -> AttestationList {
    read_list(ID, &unit(), &account(), &held(), &verdicts(), "").unwrap()
}

fn errors(result: Result<AttestationList, FieldErrors>) -> Vec<(String, Vec<Invalid>)> {
    result.err().map(|errors| errors.0.into_iter().collect()).unwrap_or_default()
}

fn with_words<T>(test: impl FnOnce(Words<'_>) -> T) -> T {
    let dictionaries = dictionaries();
    let text = |key: &str| key.to_owned();
    let list = |key: &str| vec![key.to_owned()];
    test(Words { dictionaries: &dictionaries, gmina: None, text: &text, list: &list })
}

#[test]
fn of_each_grant_something_must_be_said() {
    let said: BTreeMap<_, _> = [(SECOND, Verdict::Keep)].into();
    let found = errors(read_list(ID, &unit(), &account(), &held(), &said, ""));
    assert_eq!(found, [(format!("grants.{FIRST}"), vec![Invalid::Required])]);
    // What is said of a grant that is gone meanwhile is of no use, and does no harm.
    let list = read_list(ID, &unit(), &account(), &held()[1..], &verdicts(), "").unwrap();
    assert_eq!(list.grants.iter().map(|g| (g.grant, g.keeps)).collect::<Vec<_>>(), [(SECOND, false)]);
}

#[test]
fn a_closed_unit_and_one_without_rights_have_nothing_to_confirm() {
    let closed = Unit { status: UnitStatus::Closed, ..unit() };
    assert_eq!(errors(read_list(ID, &closed, &account(), &held(), &verdicts(), "")), [("unit".to_owned(), vec![Invalid::UnitClosed])]);
    let empty = errors(read_list(ID, &unit(), &account(), &[], &verdicts(), ""));
    assert_eq!(empty, [("unit".to_owned(), vec![Invalid::NothingToConfirm])]);
    let long = "ż".repeat(LONGEST_NOTE + 1);
    let found = errors(read_list(ID, &unit(), &account(), &held(), &verdicts(), &long));
    assert_eq!(found.iter().map(|(field, _)| field.as_str()).collect::<Vec<_>>(), ["note"]);
}

#[test]
fn the_form_says_of_every_grant_whether_it_stays() {
    let blocks = with_words(|words| list().blocks(words));
    let rows = blocks.iter().find_map(|block| if let Block::Table { rows, headers, .. } = block { Some((headers, rows)) } else { None });
    let (headers, rows) = rows.unwrap();
    assert!(rows.iter().all(|row| row.len() == headers.len()), "{rows:?}");
    assert_eq!(rows[0][1], "Nowak Anna (anowak)");
    assert_eq!(rows.iter().map(|row| row.last().unwrap().as_str()).collect::<Vec<_>>(), ["form.verdict.keep", "form.verdict.end"]);
    assert!(blocks.iter().any(|block| matches!(block, Block::Signatures { boxes, .. } if boxes.len() == 2)));
}

#[test]
fn another_verdict_is_another_form_and_another_note_is_not() {
    let print = |list: AttestationList| Fingerprint::of(&Payload::Attestation(list));
    let mut other = list();
    other.grants[1].keeps = true;
    assert_ne!(print(other), print(list()));
    let noted = read_list(ID, &unit(), &account(), &held(), &verdicts(), "Proszę o kontakt.").unwrap();
    assert_eq!(print(noted), print(list()));
}

#[test]
fn an_approval_ends_what_is_not_needed_and_says_so() {
    let effects = with_words(|words| list().effects(words));
    assert_eq!(effects.iter().filter_map(|effect| effect.count).collect::<Vec<_>>(), [(1, "grant"), (1, "grant")]);
    assert!(effects[0].items[0].list[0].starts_with("Żak Jan (jzak)"), "{effects:?}");
    let all_stay = read_list(ID, &unit(), &account(), &held(), &[(FIRST, Verdict::Keep), (SECOND, Verdict::Keep)].into(), "").unwrap();
    assert_eq!(with_words(|words| all_stay.effects(words)).iter().filter(|effect| effect.count.is_some()).count(), 1);
    assert_eq!(list().correctable_fields(), ["grants"]);
    assert_eq!(with_words(|words| list().places(words))[0].fields[0].0, "grants");
    assert!(list().asks().is_empty(), "it asks for no right");
}
