//! Every capacity × what is typed: who owes a reason, who words, who a letter.

use super::*;
use jiff::civil::date;

const TODAY: Date = date(2026, 11, 22);

fn right(sub_area: &str, function: &str) -> GrantRequest {
    GrantRequest { sub_area: sub_area.to_owned(), function: function.to_owned(), valid_until: date(2027, 12, 31) }
}

fn reasons() -> Vec<Reason> {
    ["left_work", "other_duties", "other"].map(|code| Reason { code: code.to_owned(), name: code.to_owned() }).into()
}

fn texts(reason: &str, note: &str) -> RevocationTexts {
    RevocationTexts { rights: vec!["PS:editor".to_owned()], reason: reason.to_owned(), note: note.to_owned(), ..RevocationTexts::default() }
}

fn read(texts: &RevocationTexts, capacity: Capacity) -> Result<ReadRevocation, Vec<(String, Vec<Invalid>)>> {
    read_closing(texts, capacity, false)
}

fn read_closing(texts: &RevocationTexts, capacity: Capacity, may_close: bool) -> Result<ReadRevocation, Vec<(String, Vec<Invalid>)>> {
    let held = [right("PS", "editor"), right("PS", "viewer")];
    read_revocation(texts, capacity, &held, may_close, &reasons(), TODAY).map_err(|errors| errors.0.into_iter().collect())
}

fn one(field: &str, reason: Invalid) -> Vec<(String, Vec<Invalid>)> {
    vec![(field.to_owned(), vec![reason])]
}

#[test]
fn who_takes_what_belongs_to_another_says_why() {
    for capacity in [Capacity::Owner, Capacity::Coordinator, Capacity::Administrator] {
        let is_owner = capacity == Capacity::Owner;
        assert_eq!(read(&texts("", ""), capacity).err(), (!is_owner).then(|| one("reason", Invalid::Required)), "{capacity:?}");
        assert_eq!(read(&texts("other", ""), capacity).err(), (!is_owner).then(|| one("note", Invalid::ReasonRequired)), "{capacity:?}");
        assert_eq!(read(&texts("nonsense", ""), capacity).err(), Some(one("reason", Invalid::Unknown)));
        assert_eq!(read(&texts("left_work", &"a".repeat(LONGEST_WORDS + 1)), capacity).err(), Some(one("note", Invalid::TooLong)));
        let found = read(&texts("left_work", ""), capacity).unwrap();
        assert_eq!((found.capacity, found.rights, found.letter), (capacity, vec![right("PS", "editor")], None));
        assert_eq!(read(&texts("other", "Długi urlop."), capacity).unwrap().note.unwrap().to_string(), "Długi urlop.");
    }
}

#[test]
fn only_what_is_held_is_taken() {
    let of = |rights: &[&str]| RevocationTexts { rights: rights.iter().map(|r| (*r).to_owned()).collect(), ..texts("left_work", "") };
    assert_eq!(read(&of(&[]), Capacity::Coordinator), Err(one("rights", Invalid::NothingChosen)));
    assert_eq!(read(&of(&["SR:viewer"]), Capacity::Coordinator), Err(one("rights", Invalid::GrantGone)));
    assert_eq!(read(&of(&["PS:viewer", "PS:editor", "SR:viewer"]), Capacity::Coordinator).unwrap().rights.len(), 2);
}

#[test]
fn an_account_is_closed_only_with_everything_that_hangs_on_it() {
    let of = |rights: &[&str]| RevocationTexts {
        rights: rights.iter().map(|r| (*r).to_owned()).collect(),
        close_account: true,
        ..texts("left_work", "")
    };
    for capacity in [Capacity::Coordinator, Capacity::Administrator] {
        assert!(read_closing(&of(&["PS:editor", "PS:viewer"]), capacity, true).unwrap().closes_account);
        let some = read_closing(&of(&["PS:editor"]), capacity, true);
        assert_eq!(some, Err(one("close_account", Invalid::ClosingTakesAll)));
        for rights in [&["PS:editor"][..], &["PS:editor", "PS:viewer"]] {
            assert_eq!(read_closing(&of(rights), capacity, false), Err(one("close_account", Invalid::AccountNeededElsewhere)));
        }
        assert!(!read_closing(&texts("left_work", ""), capacity, true).unwrap().closes_account, "nobody asked for it");
    }
}

#[test]
fn an_administrator_records_the_heads_letter_with_its_date_and_number() {
    let letter = |date: &str, reference: &str| RevocationTexts {
        by_letter: true,
        letter_date: date.to_owned(),
        letter_reference: reference.to_owned(),
        ..texts("left_work", "")
    };
    let found = read(&letter("22.11.2026", "K.12/2026"), Capacity::Administrator).unwrap();
    assert_eq!(found.capacity, Capacity::Head);
    assert_eq!(found.letter, Some(HeadLetter { date: TODAY, reference: "K.12/2026".to_owned() }));
    for (date, reference, expected) in [
        ("", "K.12", one("letter_date", Invalid::Required)),
        ("23.11.2026", "K.12", one("letter_date", Invalid::DateFuture)),
        ("31.02.2026", "K.12", one("letter_date", parse_date("31.02.2026").unwrap_err())),
        ("22.11.2026", " ", one("letter_reference", Invalid::Required)),
    ] {
        assert_eq!(read(&letter(date, reference), Capacity::Administrator), Err(expected), "{date} {reference}");
    }
    // Others have no letters to record.
    for capacity in [Capacity::Owner, Capacity::Coordinator] {
        let found = read(&letter("", ""), capacity).unwrap();
        assert_eq!((found.capacity, found.letter), (capacity, None));
    }
    assert!(Capacity::ALL.iter().all(|capacity| Capacity::from_key(capacity.key()) == Some(*capacity)));
}
