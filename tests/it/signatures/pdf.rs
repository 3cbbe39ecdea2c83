//! Signatures in PDF: what each covers, and the ways in which a file that was signed shows something else.

use super::{check, integrities, only, small_pdf, trust};
use crate::support::portal::START;
use crate::support::signing::{Authority, PESEL, PdfLook, Signer};
use cas_portal::domain::moment::Moment;
use cas_portal::domain::signature::{Chain, Extent, Integrity, Signature, SigningTime, TimeSource};
use lopdf::{Document, IncrementalDocument, Object, Stream, dictionary};

struct Office {
    root: Authority,
    head: Signer,
    other: Signer,
}

fn office() -> Office {
    let root = Authority::new("Korzeń", START);
    let (head, other) = (root.person("Maria", "Wójcik", START), root.person("Ewa", "Lis", START));
    Office { root, head, other }
}

/// The content of the page, another one.
fn other_content() -> Object {
    Object::Stream(Stream::new(dictionary! {}, b"0 300 m 300 0 l S".to_vec()))
}

/// The file with an object put in the place of another, by nobody.
fn changed(pdf: &[u8], id: (u32, u16), object: Object) -> Vec<u8> {
    let mut added = IncrementalDocument::create_from(pdf.to_vec(), Document::load_mem(pdf).expect("a PDF"));
    added.new_document.objects.insert(id, object);
    let mut file = Vec::new();
    added.save_to(&mut file).expect("a file");
    file
}

#[test]
fn one_signature_over_all_says_who_and_when_and_keeps_no_number() {
    let Office { root, head, .. } = office();
    let found = only(&head.sign_pdf(&small_pdf()), &trust(&root.pem));
    assert_eq!((found.integrity, found.extent, found.chain), (Integrity::Sound, Extent::Whole, Chain::Trusted));
    assert_eq!(found.signer.as_deref(), Some("Maria Wójcik"));
    // 22.11.2026, 7:00 in Warsaw, as the signature itself says.
    assert_eq!(found.time, Some(SigningTime { at: Moment(1_795_327_200_000), source: TimeSource::Signer }));
    assert!(found.is_bound && !found.is_seal);
    assert!(!serde_json::to_string(&found).expect("JSON").contains(PESEL));
    // An end of line that a mail program added is nothing.
    let with_end = [head.sign_pdf(&small_pdf()), b"\r\n".to_vec()].concat();
    assert_eq!(only(&with_end, &trust(&root.pem)).extent, Extent::Whole);
}

#[test]
fn content_changed_behind_the_last_signature_breaks_the_file() {
    let Office { root, head, .. } = office();
    let signed = head.sign_pdf(&small_pdf());
    for (id, object) in [
        ((4, 0), other_content()),
        (
            (3, 0),
            Object::Dictionary(
                dictionary! { "Type" => "Page", "Parent" => (2, 0), "MediaBox" => vec![0.into(), 0.into(), 90.into(), 90.into()], "Contents" => (4, 0) },
            ),
        ),
        ((1, 0), Object::Dictionary(dictionary! { "Type" => "Catalog", "Pages" => (2, 0), "Names" => dictionary! {} })),
    ] {
        assert_eq!(integrities(&check(&changed(&signed, id, object), &trust(&root.pem))), [Integrity::Broken], "{id:?}");
    }
    // An object that nothing leads to shows nothing: neither does the file become another one, nor is the whole of it signed.
    let harmless = changed(&signed, (99, 0), other_content());
    assert_eq!(only(&harmless, &trust(&root.pem)).extent, Extent::Followed);
}

#[test]
fn a_second_signature_may_follow_but_not_with_another_content() {
    let Office { root, head, other } = office();
    let first = head.sign_pdf(&small_pdf());
    let told = |file: &[u8]| {
        let found = check(file, &trust(&root.pem));
        assert_eq!(integrities(&found), [Integrity::Sound, Integrity::Sound]);
        (found[0].extent, found[1].extent, found[0].covers_content())
    };
    assert_eq!(told(&other.sign_pdf(&first)), (Extent::Followed, Extent::Whole, true));
    let visible = PdfLook { is_visible: true, ..PdfLook::default() };
    assert_eq!(told(&other.sign_pdf_with(&first, &visible)), (Extent::Stamped, Extent::Whole, true));
    // Somebody else signs what the head never saw: the head's signature is about an earlier state, and says so.
    let cheat = PdfLook { replaced: vec![((4, 0), other_content())], ..PdfLook::default() };
    assert_eq!(told(&other.sign_pdf_with(&first, &cheat)), (Extent::Earlier, Extent::Whole, false));
    let warned = check(&other.sign_pdf_with(&first, &cheat), &trust(&root.pem));
    let heads = ["Maria Wójcik".to_owned()];
    assert_eq!(warned.iter().map(|signature| signature.warnings(&heads)).collect::<Vec<_>>(), [vec!["earlier"], vec!["other_person"]]);
}

#[test]
fn a_range_that_leaves_out_more_than_the_signature_is_broken_though_its_digest_is_right() {
    let Office { root, head, .. } = office();
    for wider in [1, 9, 40] {
        let file = head.sign_pdf_with(&small_pdf(), &PdfLook { wider, ..PdfLook::default() });
        assert_eq!(only(&file, &trust(&root.pem)).integrity, Integrity::Broken, "{wider}");
    }
}

#[test]
fn something_behind_the_signature_in_its_place_is_broken() {
    let Office { root, head, .. } = office();
    let mut file = head.sign_pdf(&small_pdf());
    let last = file.windows(3).rposition(|window| window == b"00>").expect("room");
    file[last] = b'1';
    assert_eq!(only(&file, &trust(&root.pem)).integrity, Integrity::Broken);
}

#[test]
fn a_signature_that_names_another_certificate_is_broken_and_one_that_names_none_says_so() {
    let Office { root, head, other } = office();
    let info = |named: Option<&[u8]>| {
        let prepared = head.sign_pdf(&small_pdf());
        let marker = b"/Contents<";
        let start = prepared.windows(marker.len()).rposition(|window| window == marker).expect("contents") + marker.len() - 1;
        let end = start + prepared[start..].iter().position(|byte| *byte == b'>').expect("its end") + 1;
        let cms = hex::encode(head.cms(&[&prepared[..start], &prepared[end..]].concat(), named));
        let mut file = prepared;
        file[start + 1..end - 1].fill(b'0');
        file[start + 1..start + 1 + cms.len()].copy_from_slice(cms.as_bytes());
        only(&file, &trust(&root.pem))
    };
    assert_eq!(info(Some(&other.der)).integrity, Integrity::Broken);
    let unnamed = info(None);
    assert_eq!((unnamed.integrity, unnamed.is_bound), (Integrity::Sound, false));
    assert!(unnamed.unchecked().contains(&"bound"));
    assert!(info(Some(&head.der)).is_bound);
}

#[test]
fn old_and_unknown_formats_are_told_apart() {
    let Office { root, head, .. } = office();
    for (format, expected) in [
        ("adbe.pkcs7.detached", Integrity::Sound),
        ("adbe.pkcs7.sha1", Integrity::Weak),
        ("adbe.x509.rsa_sha1", Integrity::Weak),
        ("ETSI.CAdES.attached", Integrity::UnknownMethod),
    ] {
        let file = head.sign_pdf_with(&small_pdf(), &PdfLook { format, ..PdfLook::default() });
        assert_eq!(only(&file, &trust(&root.pem)).integrity, expected, "{format}");
    }
    // The content of one file under the signature of another.
    let mine = head.sign_pdf(&small_pdf());
    let theirs = String::from_utf8_lossy(&mine).contains("300 300");
    assert!(theirs, "the content is in the clear");
    let at = mine.windows(7).position(|window| window == b"300 300").expect("content");
    let mut moved = mine;
    moved[at] = b'2';
    assert_eq!(only(&moved, &trust(&root.pem)).integrity, Integrity::Broken);
}

#[test]
fn the_seal_of_the_trusted_signature_speaks_for_the_person_in_its_reason_only_with_a_trusted_issuer() {
    let Office { root, head, .. } = office();
    let reason =
        format!("Opatrzono pieczęcią ministra właściwego do spraw informatyzacji w imieniu: MARIA WÓJCIK, PESEL: {PESEL}, PZ ID: mwojcik7");
    let look = PdfLook { reason: Some(reason), ..PdfLook::default() };
    let sealed = root.seal(START).sign_pdf_with(&small_pdf(), &look);
    let found = only(&sealed, &trust(&root.pem));
    assert!(found.is_trusted_profile());
    assert_eq!(found.signer.as_deref(), Some("MARIA WÓJCIK"));
    assert!(found.warnings(&["Maria Wójcik".to_owned()]).is_empty());
    assert!(!serde_json::to_string(&found).expect("JSON").contains(PESEL));
    // Whoever calls a certificate of his own so is not believed.
    let own = Authority::new("Korzeń", START).seal(START).sign_pdf_with(&small_pdf(), &look);
    let forged = only(&own, &trust(&root.pem));
    assert!(forged.is_seal && !forged.is_trusted_profile());
    assert_eq!(forged.warnings(&["Maria Wójcik".to_owned()]), ["unknown_issuer", "seal"]);
    // And in a person's own signature a reason speaks for nobody.
    let person: Signature =
        only(&head.sign_pdf_with(&small_pdf(), &PdfLook { reason: Some("w imieniu: Ewa Lis".to_owned()), ..look }), &trust(&root.pem));
    assert_eq!((person.signer.as_deref(), person.is_seal), (Some("Maria Wójcik"), false));
}
