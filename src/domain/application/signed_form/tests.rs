//! The code on the form, and what comparing it tells.

use super::*;
use proptest::prelude::*;

const FINGERPRINT: &str = "3fa901bc77de";

fn code(number: &str, revision: i32, fingerprint: &str) -> FormCode {
    FormCode { number: ApplicationNumber::parse(number).unwrap(), revision, fingerprint: fingerprint.to_owned() }
}

proptest! {
    #[test]
    fn a_code_reads_back_as_it_was_written(
        number in "W/[0-9]{2}/[0-9]{4}/[0-9]{6}",
        revision in 1..=i32::MAX,
        fingerprint in "[0-9a-f]{12}",
    ) {
        let code = code(&number, revision, &fingerprint);
        prop_assert_eq!(FormCode::parse(&code.to_text()), Some(code.clone()));
        prop_assert_eq!(FormCode::parse(&format!(" {}\n", code.to_text())), Some(code));
    }

    #[test]
    fn no_other_text_is_taken(text in ".{0,60}") {
        prop_assert_eq!(FormCode::parse(&text), None);
    }
}

#[test]
fn texts_that_look_alike_are_not_ours() {
    let good = "CAS1|W/26/2026/000123|2|3fa901bc77de";
    assert!(FormCode::parse(good).is_some());
    for (from, to) in [
        ("CAS1", "CAS2"),
        ("CAS1", "cas1"),
        ("W/", "w/"),
        ("W/26/2026/000123", "W-26-2026-000123"),
        ("000123", "00123"),
        ("|2|", "|0|"),
        ("|2|", "|-2|"),
        ("|2|", "|+2|"),
        ("|2|", "|02|"),
        ("|2|", "|2147483648|"),
        ("|2|", "|2|x|"),
        ("3fa901bc77de", "3FA901BC77DE"),
        ("3fa901bc77de", "3fa901bc77d"),
        ("3fa901bc77de", "3fa901bc77dg"),
        ("|2", "| 2"),
    ] {
        let other = good.replacen(from, to, 1);
        assert_eq!(FormCode::parse(&other), None, "{other}");
    }
}

#[test]
fn every_code_found_must_name_this_revision() {
    let number = ApplicationNumber::parse("W/26/2026/000123").unwrap();
    let fingerprint = Fingerprint::trusted(format!("{FINGERPRINT}{}", "0".repeat(52)));
    let compare = |codes: &[FormCode]| compare_codes(codes, &number, 2, &fingerprint);
    let right = code("W/26/2026/000123", 2, FINGERPRINT);
    let older = code("W/26/2026/000123", 1, FINGERPRINT);
    let newer = code("W/26/2026/000123", 3, FINGERPRINT);
    let altered = code("W/26/2026/000123", 2, "000000000000");
    let foreign = code("W/26/2026/000124", 2, FINGERPRINT);
    assert_eq!(compare(&[]), Ok(CodeMatch::Unreadable));
    assert_eq!(compare(std::slice::from_ref(&right)), Ok(CodeMatch::Matched));
    assert_eq!(compare(&[right.clone(), right.clone()]), Ok(CodeMatch::Matched));
    for wrong in [older, newer, altered] {
        assert_eq!(compare(std::slice::from_ref(&wrong)), Err(CodeMismatch::OlderRevision));
        assert_eq!(compare(&[right.clone(), wrong]), Err(CodeMismatch::OlderRevision), "one right page does not carry the others");
    }
    assert_eq!(compare(&[right, foreign]), Err(CodeMismatch::OtherApplication));
}

#[test]
fn stored_names_read_back() {
    for code_match in [CodeMatch::Matched, CodeMatch::Unreadable, CodeMatch::ConfirmedByEye] {
        assert_eq!(CodeMatch::from_key(code_match.key()), Some(code_match));
    }
    for media_type in [MediaType::Pdf, MediaType::Jpeg, MediaType::Png, MediaType::Xades] {
        assert_eq!(MediaType::from_key(media_type.key()), Some(media_type));
    }
    assert_eq!(MediaType::from_key("svg"), None);
}

#[test]
fn a_signature_that_nobody_could_check_is_looked_at() {
    let file = |has_signature, signatures| SignedFile {
        id: FileId(uuid::Uuid::nil()),
        media_type: MediaType::Pdf,
        size: 1,
        sha256: "0".repeat(64),
        object_key: "key".to_owned(),
        page_keys: Vec::new(),
        has_signature,
        signatures,
    };
    let form = |files| SignedForm {
        id: SignedFormId(uuid::Uuid::nil()),
        application: ApplicationId(uuid::Uuid::nil()),
        revision: 1,
        channel: ReturnChannel::Post,
        reference: None,
        received_on: jiff::civil::date(2026, 11, 22),
        recorded_by: AccountId(uuid::Uuid::nil()),
        recorded_at: Moment(0),
        code_match: CodeMatch::Matched,
        files,
    };
    assert!(!form(vec![file(false, None)]).signature_warns(&[]), "a scan has none");
    assert!(form(vec![file(false, None), file(true, None)]).signature_warns(&[]));
    assert!(!form(vec![file(true, Some(Vec::new()))]).signature_warns(&[]));
}
