//! What is read off a page, where a scan is cut, and what a clue means.

use super::matching::*;
use super::*;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::signed_form::FormCode;
use crate::domain::identifiers::ApplicationNumber;
use jiff::civil::date;

const FINGERPRINT: &str = "3fa901bc77de";

fn number(serial: u32) -> ApplicationNumber {
    ApplicationNumber::new(&office("26"), 2026, serial)
}

fn office(code: &str) -> VoivodeshipCode {
    VoivodeshipCode::trusted(code)
}

fn code(serial: u32, revision: i32) -> FormCode {
    FormCode { number: number(serial), revision, fingerprint: FINGERPRINT.to_owned() }
}

fn coded(serial: u32) -> PageSigns {
    PageSigns::read(vec![code(serial, 1)], "")
}

fn written(text: &str) -> PageSigns {
    PageSigns::read(Vec::new(), text)
}

fn runs(pages: &[PageSigns]) -> Vec<(usize, usize, Option<String>)> {
    split(pages).into_iter().map(|part| (part.first, part.last, part.clue.map(|clue| clue.number.to_string()))).collect()
}

fn is(first: usize, last: usize, serial: u32) -> (usize, usize, Option<String>) {
    (first, last, Some(number(serial).to_string()))
}

#[test]
fn number_and_fingerprint_are_read_wherever_the_blanks_stand() {
    for text in [
        "Numer wniosku W/26/2026/000007 Wersja 2 Odcisk treści 3fa9 01bc 77de",
        "W/26/20 26/0000 07\n23fa9\u{a0}01bc77de",
        "Numer wnioskuW/26/2026/0000072Odcisk3fa901bc77de",
    ] {
        let page = written(text);
        assert_eq!(page.numbers.iter().collect::<Vec<_>>(), [&number(7)], "{text}");
        assert!(page.fingerprints.contains(FINGERPRINT), "{text}");
    }
    let nothing = written("W/26/2026/00007 W/2A/2026/000007 w/26/2026/000007 3FA901BC77DE 3fa901bc77d");
    assert_eq!(nothing, PageSigns::default());
}

#[test]
fn a_page_full_of_numbers_or_digits_stays_small() {
    let many: String = (0..500).map(|serial| number(serial).to_string()).collect();
    let page = written(&format!("{many}{}", "0123456789ab".repeat(10_000)));
    assert!(page.numbers.len() <= 20 && page.fingerprints.len() <= 100);
}

#[test]
fn a_scan_is_cut_where_another_form_begins() {
    assert_eq!(runs(&[coded(1), coded(1), coded(2), coded(3), coded(3)]), [is(1, 2, 1), is(3, 3, 2), is(4, 5, 3)]);
    // A page whose code could not be read belongs to the one before it.
    assert_eq!(runs(&[coded(1), written(""), coded(2), written("załącznik")]), [is(1, 2, 1), is(3, 4, 2)]);
    // The same form once more, after another one: two pieces of the same.
    assert_eq!(runs(&[coded(1), coded(2), coded(1)]), [is(1, 1, 1), is(2, 2, 2), is(3, 3, 1)]);
    // Text says it as well as a code, and a code says it better.
    let by_text = written("W/26/2026/000001 3fa901bc77de");
    assert_eq!(runs(&[by_text.clone(), coded(2)]), [is(1, 1, 1), is(2, 2, 2)]);
    let both = PageSigns { codes: vec![code(2, 1)], ..by_text };
    assert_eq!(runs(&[both]), [is(1, 1, 2)]);
}

#[test]
fn what_is_about_one_application_is_never_cut() {
    assert_eq!(runs(&[written("pismo przewodnie"), coded(1), written(""), coded(1)]), [is(1, 4, 1)]);
    assert_eq!(runs(&[written(""), written("")]), [(1, 2, None)]);
    assert_eq!(runs(&[]), []);
}

#[test]
fn a_covering_letter_before_several_forms_is_nobodys() {
    let letter = written("W załączeniu W/26/2026/000001 i W/26/2026/000002");
    assert_eq!(runs(&[letter.clone(), coded(1), coded(2)]), [(1, 1, None), is(2, 2, 1), is(3, 3, 2)]);
    assert_eq!(runs(&[written("pismo"), coded(1), coded(2)]), [(1, 1, None), is(2, 2, 1), is(3, 3, 2)]);
    // With one form behind it, it is still nobody's: it names another application, too.
    assert_eq!(runs(&[letter, coded(1)]), [(1, 1, None), is(2, 2, 1)]);
    let two_on_a_page = PageSigns::read(vec![code(1, 1), code(2, 1)], "");
    assert_eq!(runs(&[two_on_a_page]), [(1, 1, None)]);
}

#[test]
fn a_signed_file_with_several_forms_names_none() {
    assert_eq!(whole(&[coded(1), coded(2)]), None);
    assert_eq!(whole(&[coded(1), written("")]).map(|clue| clue.number), Some(number(1)));
    assert_eq!(whole(&[]), None);
}

#[test]
fn a_picture_without_a_code_follows_the_picture_before_it() {
    let clue = |serial| split(&[coded(serial)]).remove(0).clue;
    let mut files = [(true, clue(1)), (true, None), (true, clue(2)), (true, None), (false, None), (true, None)];
    follow_pictures(&mut files);
    let named: Vec<_> = files.iter().map(|(_, clue)| clue.as_ref().map(|clue| (clue.number.clone(), clue.follows))).collect();
    let named_by = |serial, follows| Some((number(serial), follows));
    assert_eq!(named, [named_by(1, false), named_by(1, true), named_by(2, false), named_by(2, true), None, None]);
}

#[test]
fn a_clue_is_judged_by_how_the_application_stands_now() {
    let (fingerprint, older) = (Fingerprint::trusted(format!("{FINGERPRINT}ffff")), Fingerprint::trusted("0123456789abcdef"));
    let now = Candidate {
        voivodeship: office("26"),
        revision: 2,
        fingerprint: &fingerprint,
        older: vec![older],
        submitted_on: date(2026, 11, 20),
        takes_form: true,
    };
    let clue = |pages: &[PageSigns]| split(pages).remove(0).clue.expect("a clue");
    let day = date(2026, 11, 20);
    let (here, says) = (office("26"), |clue: &Clue, found: &Candidate<'_>| judge(clue, &office("26"), day, Some(found)));
    let current = clue(&[PageSigns::read(vec![code(1, 2)], "")]);
    assert_eq!(says(&current, &now), Verdict::Sure(FoundBy::Code));
    assert_eq!(says(&clue(&[written("W/26/2026/000001 3fa9 01bc 77de")]), &now), Verdict::Sure(FoundBy::Text));
    assert_eq!(says(&clue(&[written("W/26/2026/000001")]), &now), Verdict::NumberOnly);
    assert_eq!(says(&clue(&[written("W/26/2026/000001 0123 4567 89ab")]), &now), Verdict::Older);
    assert_eq!(says(&clue(&[coded(1)]), &now), Verdict::Older);
    // One page of the older revision among those of the current one.
    assert_eq!(says(&clue(&[PageSigns::read(vec![code(1, 2)], ""), coded(1)]), &now), Verdict::Older);
    let followed = Clue { follows: true, ..current.clone() };
    assert_eq!(says(&followed, &now), Verdict::Sure(FoundBy::Follows));
    // A picture behind a page of an older form is a page of an older form.
    assert_eq!(says(&Clue { follows: true, ..clue(&[coded(1)]) }, &now), Verdict::Older);

    let decided = Candidate { takes_form: false, ..now.clone() };
    assert_eq!(says(&current, &decided), Verdict::NotTaken);
    assert_eq!(says(&clue(&[coded(1)]), &decided), Verdict::Older, "what is old stays old");
    assert_eq!(judge(&current, &here, date(2026, 11, 19), Some(&now)), Verdict::TooEarly);
    let moved = Candidate { voivodeship: office("24"), ..now.clone() };
    assert_eq!(says(&current, &moved), Verdict::OtherOffice(office("24")));
    // Whether the application of another office is there is not told.
    assert_eq!(judge(&current, &office("14"), day, None), Verdict::OtherOffice(office("26")));
    assert_eq!(judge(&current, &here, day, None), Verdict::Unknown);
}

#[test]
fn stored_names_are_read_back() {
    for state in PostState::ALL {
        assert_eq!(PostState::from_key(state.key()), Some(state));
    }
    for view in PostView::ALL {
        assert_eq!(PostView::from_key(view.key()), Some(view));
    }
    for reason in PostReason::SENDING_BACK.into_iter().chain(PostReason::DISCARDING) {
        assert_eq!(PostReason::from_key(reason.key()), Some(reason));
    }
    let waiting: Vec<_> = PostState::ALL.into_iter().filter(|state| state.is_waiting()).collect();
    assert_eq!(waiting, [PostState::Proposed, PostState::Unassigned]);
}
