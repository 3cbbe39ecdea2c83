//! Signatures that other programs made, with keys that were thrown away: PDF by pyHanko 0.38, XML by signxml 5.2 and by xmlsec1
//! (through python-xmlsec, which also agreed with those of signxml). The portal has to agree with all of them, and to see a change in each.

use super::{check, integrities, only, trust};
use cas_portal::domain::moment::Moment;
use cas_portal::domain::signature::{Chain, Extent, Format, Integrity, TimeSource};

const ROOTS: &str = include_str!("made_elsewhere/roots.pem");
const MARIA: &str = "Maria Anna Wójcik-Źdźbło";

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!("made_elsewhere/", $name)).as_slice()
    };
}

#[test]
fn rsa_with_a_time_stamp_is_sound_trusted_and_has_a_confirmed_time() {
    let found = only(file!("rsa_stamped.pdf"), &trust(ROOTS));
    assert_eq!(
        (found.format, found.integrity, found.extent, found.chain),
        (Format::Pades, Integrity::Sound, Extent::Whole, Chain::Trusted)
    );
    assert_eq!((found.signer.as_deref(), found.issuer.as_deref()), (Some(MARIA), Some("Testowe Centrum")));
    let time = found.time.expect("a time");
    // 21.11.2026, 9:30 UTC.
    assert_eq!((time.at, time.source), (Moment(1_795_253_400_000), TimeSource::Stamp));
    assert!(found.is_bound && !found.has_unconfirmed_stamp && !found.is_seal);
    assert!(!serde_json::to_string(&found).expect("JSON").contains("44051401359"));
}

#[test]
fn a_stamp_of_an_authority_that_nobody_trusts_confirms_nothing() {
    let elsewhere = crate::support::signing::Authority::new("Inny", crate::support::portal::START);
    let found = only(file!("rsa_stamped.pdf"), &trust(&elsewhere.pem));
    assert_eq!((found.integrity, found.chain), (Integrity::Sound, Chain::UnknownIssuer));
    assert!(found.has_unconfirmed_stamp && found.time.is_none_or(|time| time.source == TimeSource::Signer));
}

#[test]
fn pss_and_ecdsa_and_the_format_of_adobe_are_sound() {
    let pss = only(file!("rsa_pss_sha512.pdf"), &trust(ROOTS));
    assert_eq!((pss.integrity, pss.chain, pss.signer.as_deref()), (Integrity::Sound, Chain::Trusted, Some(MARIA)));
    let ecdsa = only(file!("ecdsa_adobe.pdf"), &trust(ROOTS));
    assert_eq!((ecdsa.integrity, ecdsa.chain, ecdsa.signer.as_deref()), (Integrity::Sound, Chain::Trusted, Some("Jan Żółć")));
}

#[test]
fn two_signers_both_stand_and_a_picture_of_the_second_is_told() {
    let found = check(file!("two_signers.pdf"), &trust(ROOTS));
    assert_eq!(integrities(&found), [Integrity::Sound, Integrity::Sound]);
    assert_eq!([found[0].extent, found[1].extent], [Extent::Followed, Extent::Whole]);
    assert_eq!([found[0].signer.as_deref(), found[1].signer.as_deref()], [Some("Jan Żółć"), Some(MARIA)]);
    let visible = check(file!("two_signers_visible.pdf"), &trust(ROOTS));
    assert_eq!([visible[0].extent, visible[1].extent], [Extent::Stamped, Extent::Whole]);
}

#[test]
fn a_stamp_over_the_whole_document_changes_nothing_of_what_was_signed() {
    let found = only(file!("document_stamp.pdf"), &trust(ROOTS));
    assert_eq!((found.integrity, found.extent, found.chain), (Integrity::Sound, Extent::Followed, Chain::Trusted));
}

#[test]
fn sha_1_is_weak() {
    assert_eq!(only(file!("sha1.pdf"), &trust(ROOTS)).integrity, Integrity::Weak);
}

#[test]
fn xml_signed_elsewhere_is_sound_in_each_canonical_form_and_each_method() {
    for (file, signer) in [
        (file!("enveloped_inclusive.xml"), MARIA),
        (file!("enveloped_second.xml"), MARIA),
        (file!("part_inclusive.xml"), MARIA),
        (file!("part_second.xml"), MARIA),
        (file!("part_exclusive.xml"), "Jan Żółć"),
    ] {
        let found = only(file, &trust(ROOTS));
        assert_eq!((found.format, found.integrity, found.extent), (Format::Xades, Integrity::Sound, Extent::Whole), "{found:?}");
        assert_eq!(found.signer.as_deref(), Some(signer));
        // signxml sends the issuers along; xmlsec1 was given the signer's certificate only.
        assert!(matches!((found.is_bound, found.chain), (true, Chain::Trusted) | (false, Chain::UnknownIssuer)), "{found:?}");
    }
}

#[test]
fn a_changed_letter_breaks_each_of_them() {
    for (file, old, new) in [
        (file!("enveloped_inclusive.xml"), "jaźń", "jaźn"),
        (file!("enveloped_inclusive.xml"), "gęślą", "geślą"),
        (file!("enveloped_second.xml"), "Zażółć", "Zażółc"),
        (file!("part_inclusive.xml"), "Zażółć", "Zazółć"),
        (file!("part_inclusive.xml"), "xml:lang=\"pl\"", "xml:lang=\"en\""),
        (file!("part_second.xml"), "n:w=\"1\"", "n:w=\"2\""),
        (file!("part_exclusive.xml"), "<n:b/>", "<n:c/>"),
    ] {
        let text = std::str::from_utf8(file).expect("text");
        let changed = text.replace(old, new);
        assert_ne!(changed, text, "{old}");
        assert_eq!(only(changed.as_bytes(), &trust(ROOTS)).integrity, Integrity::Broken, "{old}");
    }
}
