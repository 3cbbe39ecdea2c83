//! Signatures in XML: enveloping, enveloped, beside its file; and the ways to put another content where readers look.

use super::{check, only, small_pdf, trust};
use crate::support::portal::START;
use crate::support::signing::{Authority, BASE64, DS, EXCLUSIVE, PESEL, Signer, XADES, reference, trusted_profile};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cas_portal::domain::moment::Moment;
use cas_portal::domain::signature::{Chain, Extent, Format, Integrity, TimeSource};
use cas_portal::files::{Limits, check_signatures};
use cas_portal::signatures::Trust;

fn office() -> (Trust, Signer, Authority) {
    let root = Authority::new("Korzeń", START);
    let head = root.person("Maria", "Wójcik", START);
    (trust(&root.pem), head, root)
}

fn object(id: &str, content: &str) -> String {
    format!("<ds:Object xmlns:ds=\"{DS}\" Id=\"{id}\">{content}</ds:Object>")
}

/// A second document, which nobody signed.
fn evil() -> String {
    STANDARD.encode(String::from_utf8(small_pdf()).expect("text").replace("300 300", "200 300"))
}

#[test]
fn a_document_inside_a_signature_is_signed_whole() {
    let (trust, head, _) = office();
    let found = only(head.sign_in_xml(&small_pdf(), "").as_bytes(), &trust);
    assert_eq!(
        (found.format, found.integrity, found.extent, found.chain),
        (Format::Xades, Integrity::Sound, Extent::Whole, Chain::Trusted)
    );
    assert_eq!((found.signer.as_deref(), found.is_bound), (Some("Maria Wójcik"), true));
    let time = found.time.expect("a time");
    assert_eq!((time.at, time.source), (Moment(1_795_327_200_000), TimeSource::Signer));
    assert!(!serde_json::to_string(&found).expect("JSON").contains(PESEL));
}

#[test]
fn a_signed_pdf_inside_is_verified_too() {
    let (trust, head, root) = office();
    let inner = root.person("Ewa", "Lis", START).sign_pdf(&small_pdf());
    let found = check(head.sign_in_xml(&inner, "").as_bytes(), &trust);
    assert_eq!(found.iter().map(|one| one.signer.as_deref()).collect::<Vec<_>>(), [Some("Maria Wójcik"), Some("Ewa Lis")]);
    assert!(found.iter().all(|one| one.integrity == Integrity::Sound));
}

#[test]
fn a_signature_in_the_document_that_it_signs_covers_it_and_nothing_may_be_added() {
    let (trust, head, _) = office();
    let (before, after) = ("<Wniosek xmlns=\"urn:w\"><Tresc Id=\"t\">Zażółć</Tresc>", "</Wniosek>");
    let signed = head.sign_around_xml(before, after);
    assert_eq!(only(signed.as_bytes(), &trust).extent, Extent::Whole);
    for changed in [
        signed.replace("Zażółć", "Zażółc"),
        signed.replace("</Wniosek>", "<Tresc>jeszcze</Tresc></Wniosek>"),
        signed.replace("<Tresc Id", "<Tresc ID"),
        signed.replace("xmlns=\"urn:w\"", "xmlns=\"urn:v\""),
    ] {
        assert_eq!(only(changed.as_bytes(), &trust).integrity, Integrity::Broken);
    }
    // What is no content is no change.
    let commented = signed.replace("<Tresc", "<!-- uwaga --><Tresc");
    assert_eq!(only(commented.as_bytes(), &trust).integrity, Integrity::Sound);
}

#[test]
fn a_signature_beside_its_file_needs_that_file() {
    let (trust, head, _) = office();
    let (file, signature) = (small_pdf(), head.sign_beside(&small_pdf()));
    let with = |beside: &[Vec<u8>]| check_signatures(signature.as_bytes(), beside, &trust, &Limits::default()).remove(0);
    assert_eq!((with(&[b"inny".to_vec(), file.clone()]).integrity, with(&[file]).extent), (Integrity::Sound, Extent::Whole));
    assert_eq!(with(&[]).integrity, Integrity::OtherFile);
    assert_eq!(with(&[b"inny".to_vec()]).integrity, Integrity::OtherFile);
}

#[test]
fn a_document_that_nobody_signed_is_found_wherever_it_is_put() {
    let (trust, head, _) = office();
    let signed = head.sign_in_xml(&small_pdf(), "");
    let added = object("inny", &evil());
    let unsigned =
        format!("<xades:UnsignedProperties xmlns:xades=\"{XADES}\">{added}</xades:UnsignedProperties></xades:QualifyingProperties>");
    let original = {
        let start = signed.find("<ds:Object").expect("an object");
        let end = signed.find("</ds:Object>").expect("its end") + "</ds:Object>".len();
        signed[start..end].to_owned()
    };
    for (how, wrapped) in [
        ("behind the signed one", signed.replace("<ds:Object><xades", &format!("{added}<ds:Object><xades"))),
        ("before it", signed.replacen("<ds:Object xmlns", &format!("{added}<ds:Object xmlns"), 1)),
        (
            "in its place, with the signed one moved",
            signed.replace(&original, &format!("{added}<ds:Object><m xmlns=\"urn:m\">{original}</m></ds:Object>")),
        ),
        ("among the unsigned properties", signed.replace("</xades:QualifyingProperties>", &unsigned)),
        ("around the whole", format!("<Koperta xmlns=\"urn:k\">{added}{signed}</Koperta>")),
        ("in the key's place", signed.replace("</ds:KeyInfo>", &format!("{added}</ds:KeyInfo>"))),
    ] {
        assert_ne!(wrapped, signed, "{how}");
        let found = check(wrapped.as_bytes(), &trust);
        assert!(!found.is_empty() && found.iter().all(|one| one.integrity == Integrity::Broken), "{how}: {found:?}");
    }
    // Two elements of one name: which is meant?
    let twice = signed.replace("<ds:Object><xades", &format!("{}<ds:Object><xades", object("form", &evil())));
    assert_eq!(only(twice.as_bytes(), &trust).integrity, Integrity::Broken);
    let other_case = signed.replace("<ds:Object><xades", "<ds:Object id=\"form\"></ds:Object><ds:Object><xades");
    assert_eq!(only(other_case.as_bytes(), &trust).integrity, Integrity::Broken);
}

#[test]
fn elements_among_the_letters_of_base64_do_not_hide_from_its_digest() {
    let (trust, head, _) = office();
    let packed = STANDARD.encode(small_pdf());
    let signed = head.signature(&reference("#form", &[BASE64], &small_pdf()), "", &object("form", &packed));
    assert_eq!(only(signed.as_bytes(), &trust).extent, Extent::Whole);
    // Line ends do not count, elements do.
    let (head_part, tail) = packed.split_at(40);
    assert_eq!(only(signed.replace(&packed, &format!("{head_part}\n{tail}")).as_bytes(), &trust).integrity, Integrity::Sound);
    assert_eq!(only(signed.replace(&packed, &format!("{head_part}<x/>{tail}")).as_bytes(), &trust).integrity, Integrity::Broken);
}

#[test]
fn what_a_signature_says_of_itself_counts_only_where_it_is_signed() {
    let (trust, head, _) = office();
    let signed = head.sign_in_xml(&small_pdf(), "");
    let later = signed.replace("2026-11-22T07:00:00", "2026-11-20T07:00:00");
    assert_eq!(only(later.as_bytes(), &trust).integrity, Integrity::Broken);
    // Properties of somebody else beside the own ones.
    let twice = signed.replace(
        "</xades:SignedProperties>",
        &format!("</xades:SignedProperties><xades:SignedProperties xmlns:xades=\"{XADES}\"></xades:SignedProperties>"),
    );
    assert_eq!(only(twice.as_bytes(), &trust).integrity, Integrity::Broken);
    // A signature over nothing but itself.
    let about_nothing = head.signature("", "", "");
    assert_eq!(only(about_nothing.as_bytes(), &trust).integrity, Integrity::Broken);
}

#[test]
fn methods_that_are_unknown_or_can_be_forged_are_told() {
    let (trust, head, _) = office();
    let packed = STANDARD.encode(small_pdf());
    let with = |transform: &str| {
        let canonical = object("form", &packed);
        only(head.signature(&reference("#form", &[transform], canonical.as_bytes()), "", &canonical).as_bytes(), &trust).integrity
    };
    assert_eq!(with(EXCLUSIVE), Integrity::Sound);
    for unknown in ["http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116", "urn:other"] {
        assert_eq!(with(unknown), Integrity::UnknownMethod, "{unknown}");
    }
    let signed = head.sign_in_xml(&small_pdf(), "");
    for (old, new, expected) in [
        ("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1", Integrity::Weak),
        ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "http://www.w3.org/2000/09/xmldsig#rsa-sha1", Integrity::Weak),
        (
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256",
            "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
            Integrity::UnknownMethod,
        ),
        ("http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", Integrity::Broken),
    ] {
        assert_eq!(only(signed.replace(old, new).as_bytes(), &trust).integrity, expected, "{new}");
    }
    let declared = format!("<!DOCTYPE a [<!ENTITY x 'y'>]>{signed}");
    assert_eq!(only(declared.as_bytes(), &trust).integrity, Integrity::Unreadable);
}

#[test]
fn leaving_signatures_out_by_the_usual_expressions_is_understood_and_no_other_one() {
    let (trust, head, _) = office();
    let (before, after) = ("<Wniosek xmlns=\"urn:w\"><Tresc>Zażółć</Tresc>", "</Wniosek>");
    let subtract = "http://www.w3.org/2002/06/xmldsig-filter2";
    let xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116";
    let filter2 = |expression: &str, what: &str| {
        format!(
            "<ds:Transform Algorithm=\"{subtract}\"><f:XPath xmlns:f=\"{subtract}\" Filter=\"{what}\">{expression}</f:XPath></ds:Transform>"
        )
    };
    let filter1 = |expression: &str| format!("<ds:Transform Algorithm=\"{xpath}\"><ds:XPath>{expression}</ds:XPath></ds:Transform>");
    for (filter, expected) in [
        (filter2("/descendant::ds:Signature", "subtract"), Integrity::Sound),
        (filter1("not(ancestor-or-self::ds:Signature)"), Integrity::Sound),
        (filter2("/descendant::ds:Signature", "intersect"), Integrity::UnknownMethod),
        (filter2("/descendant::f:Signature", "subtract"), Integrity::UnknownMethod),
        (filter2("/descendant::ds:Object", "subtract"), Integrity::UnknownMethod),
        (filter1("not(ancestor-or-self::Tresc)"), Integrity::UnknownMethod),
    ] {
        let plain = reference("", &[EXCLUSIVE], format!("{before}{after}").as_bytes());
        let filtered = plain.replace("<ds:Transforms>", &format!("<ds:Transforms>{filter}"));
        let file = format!("{before}{}{after}", head.signature(&filtered, "", ""));
        assert_eq!(only(file.as_bytes(), &trust).integrity, expected, "{filter}");
    }
}

#[test]
fn the_trusted_signature_is_known_by_its_seal_and_names_the_person() {
    let (trust, head, root) = office();
    let person = trusted_profile("Maria", "Wójcik");
    let found = only(root.seal(START).sign_in_xml(&small_pdf(), &person).as_bytes(), &trust);
    assert!(found.is_trusted_profile());
    assert_eq!(found.signer.as_deref(), Some("Maria Wójcik"));
    assert!(!serde_json::to_string(&found).expect("JSON").contains(PESEL));
    // The same words under a person's certificate make no trusted signature of somebody else.
    let own = only(head.sign_in_xml(&small_pdf(), &trusted_profile("Ewa", "Lis")).as_bytes(), &trust);
    assert_eq!((own.is_seal, own.signer.as_deref()), (false, Some("Maria Wójcik")));
    // A seal of nobody's looks like one and is none.
    let forged = only(Authority::new("Korzeń", START).seal(START).sign_in_xml(&small_pdf(), &person).as_bytes(), &trust);
    assert_eq!((forged.is_seal, forged.is_trusted_profile(), forged.chain), (true, false, Chain::UnknownIssuer));
}
