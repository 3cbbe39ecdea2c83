//! From a certificate to a trusted issuer: every way in which it fails.

use super::{only, small_pdf, trust};
use crate::support::portal::START;
use crate::support::signing::{Authority, Signer, signer, valid};
use cas_portal::domain::signature::{Chain, Integrity};
use cas_portal::signatures::{NoRoots, Roots, Trust};
use rcgen::{BasicConstraints, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, KeyUsagePurpose};

fn chain_of(signer: &Signer, pem: &str) -> Chain {
    let found = only(&signer.sign_pdf(&small_pdf()), &trust(pem));
    // Whoever issued the certificate, the content is the signed one.
    assert_eq!(found.integrity, Integrity::Sound);
    found.chain
}

#[test]
fn a_signer_is_trusted_through_any_number_of_allowed_issuers_and_through_no_other() {
    let root = Authority::new("Korzeń", START);
    let middle = root.below("Pośrednik", START, Some(0));
    assert_eq!(chain_of(&root.person("Jan", "Kos", START), &root.pem), Chain::Trusted);
    assert_eq!(chain_of(&middle.person("Jan", "Kos", START), &root.pem), Chain::Trusted);
    // A list of trusted issuers may name the one in the middle only, as national lists do.
    assert_eq!(chain_of(&middle.person("Jan", "Kos", START), &middle.pem), Chain::Trusted);
    // Another one of the same name has another key.
    assert_eq!(chain_of(&middle.person("Jan", "Kos", START), &Authority::new("Korzeń", START).pem), Chain::UnknownIssuer);
    let both = format!("{}{}", Authority::new("Korzeń", START).pem, root.pem);
    assert_eq!(chain_of(&middle.person("Jan", "Kos", START), &both), Chain::Trusted);
}

#[test]
fn nobody_named_is_nobody_asked() {
    let file = Authority::new("Korzeń", START).person("Jan", "Kos", START).sign_pdf(&small_pdf());
    let found = only(&file, &Trust { roots: Roots::default(), now: START });
    assert_eq!((found.integrity, found.chain), (Integrity::Sound, Chain::NotAsked));
    assert_eq!(Roots::from_pem("brak").err(), Some(NoRoots::Empty));
}

#[test]
fn a_longer_path_than_allowed_is_unfit() {
    let root = Authority::new("Korzeń", START);
    let deep = root.below("Pierwszy", START, Some(0)).below("Drugi", START, None);
    assert_eq!(chain_of(&deep.person("Jan", "Kos", START), &root.pem), Chain::Unfit);
}

#[test]
fn what_is_not_valid_now_is_out_of_date() {
    let root = Authority::new("Korzeń", START);
    for (from, until) in [(-10, -1), (1, 10)] {
        let mut params = signer(START);
        valid(&mut params, START, from, until);
        params.distinguished_name.push(DnType::CommonName, "Jan Kos");
        assert_eq!(chain_of(&root.issue(params), &root.pem), Chain::OutOfDate, "{from}");
    }
    // The claimed time of signing is 22.11.2026: a certificate that began after it did not exist then.
    let later = START.plus_days(5);
    let file = {
        let mut params = signer(START);
        valid(&mut params, START, 2, 10);
        params.distinguished_name.push(DnType::CommonName, "Jan Kos");
        root.issue(params).sign_pdf(&small_pdf())
    };
    let found = only(&file, &Trust { roots: Roots::from_pem(&root.pem).expect("a root"), now: later });
    assert_eq!(found.chain, Chain::OutOfDate);
}

#[test]
fn a_certificate_for_something_else_is_unfit() {
    let root = Authority::new("Korzeń", START);
    let mut encipher = signer(START);
    encipher.key_usages = vec![KeyUsagePurpose::KeyEncipherment];
    let mut unknown = signer(START);
    let mut extension = CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 99999, 1], vec![5, 0]);
    extension.set_criticality(true);
    unknown.custom_extensions = vec![extension];
    let mut usual = signer(START);
    usual.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    usual.extended_key_usages = vec![ExtendedKeyUsagePurpose::EmailProtection];
    for (mut params, expected) in [(encipher, Chain::Unfit), (unknown, Chain::Unfit), (usual, Chain::Trusted)] {
        params.distinguished_name.push(DnType::CommonName, "Jan Kos");
        assert_eq!(chain_of(&root.issue(params), &root.pem), expected);
    }
}

#[test]
fn an_issuer_that_may_not_issue_is_unfit() {
    let root = Authority::new("Korzeń", START);
    let no_issuer = root.below_with("Nie wystawca", START, |params| params.is_ca = IsCa::ExplicitNoCa);
    let no_signing = root.below_with("Nie podpisuje", START, |params| {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::CrlSign];
    });
    let expired = root.below_with("Stary", START, |params| valid(params, START, -300, -1));
    for (authority, expected) in [(no_issuer, Chain::Unfit), (no_signing, Chain::Unfit), (expired, Chain::OutOfDate)] {
        assert_eq!(chain_of(&authority.person("Jan", "Kos", START), &root.pem), expected);
    }
}
