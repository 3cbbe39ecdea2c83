//! Signed files with bytes changed, cut or doubled at any place: never „sound” where signed bytes changed, never a panic, and never
//! another name.

use super::{check, small_pdf, trust};
use crate::support::portal::START;
use crate::support::signing::Authority;
use cas_portal::domain::signature::Signature;
use cas_portal::signatures::Trust;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::ops::Range;
use std::sync::LazyLock;

struct Signed {
    trust: Trust,
    pdf: Vec<u8>,
    /// The place of the signature in it.
    gap: Range<usize>,
    xml: String,
}

static SIGNED: LazyLock<Signed> = LazyLock::new(|| {
    let root = Authority::new("Korzeń", START);
    let head = root.person("Maria", "Wójcik", START);
    let pdf = head.sign_pdf(&small_pdf());
    let marker = b"/Contents<";
    let start = pdf.windows(marker.len()).rposition(|window| window == marker).expect("contents") + marker.len() - 1;
    let end = start + pdf[start..].iter().position(|byte| *byte == b'>').expect("its end") + 1;
    Signed { trust: trust(&root.pem), gap: start..end, pdf, xml: head.sign_in_xml(&small_pdf(), "") }
});

fn run(cases: u32, test: impl Fn(usize, u8) -> Result<(), TestCaseError>) {
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    runner.run(&(any::<prop::sample::Index>(), 1_u8..=255), |(at, change)| test(at.index(1_000_000), change)).expect("holds for all");
}

fn is_believed(found: &[Signature]) -> bool {
    found.iter().any(Signature::covers_content)
}

#[test]
fn no_signed_byte_of_a_pdf_can_change() {
    run(160, |at, change| {
        let Signed { trust, pdf, gap, .. } = &*SIGNED;
        // Places outside of the signature only, each as likely as any other.
        let place = at % (pdf.len() - gap.len());
        let place = if place < gap.start { place } else { place + gap.len() };
        let mut file = pdf.clone();
        file[place] ^= change;
        prop_assert!(!is_believed(&check(&file, trust)), "byte {place} ^ {change}");
        Ok(())
    });
}

#[test]
fn a_changed_signature_in_a_pdf_is_not_believed_or_says_the_same_name() {
    run(160, |at, change| {
        let Signed { trust, pdf, gap, .. } = &*SIGNED;
        let mut file = pdf.clone();
        file[gap.start + at % gap.len()] ^= change;
        for signature in check(&file, trust).iter().filter(|signature| signature.covers_content()) {
            prop_assert_eq!(signature.signer.as_deref(), Some("Maria Wójcik"));
        }
        Ok(())
    });
}

#[test]
fn no_signed_byte_of_xml_can_change() {
    run(160, |at, change| {
        let Signed { trust, xml, .. } = &*SIGNED;
        let parts = [
            ("<ds:SignedInfo", "</ds:SignedInfo>"),
            ("<ds:Object xmlns", "</ds:Object>"),
            ("<xades:SignedProperties", "</xades:SignedProperties>"),
        ];
        let (open, close) = parts[at % 3];
        let start = xml.find(open).expect("a part");
        let end = start + xml[start..].find(close).expect("its end");
        let place = start + (at / 3) % (end - start);
        let mut file = xml.clone().into_bytes();
        file[place] ^= change;
        // A declared prefix that nobody uses is no part of the canonical form.
        let before = &xml[start..=place];
        prop_assume!(before.rfind("xmlns:").is_none_or(|at| before[at..].contains('=')));
        // White space within a tag is one thing, however it is written.
        prop_assume!(!(file[place].is_ascii_whitespace() && xml.as_bytes()[place].is_ascii_whitespace()));
        prop_assert!(
            !is_believed(&check(&file, trust)),
            "byte {place} ^ {change}: {}",
            String::from_utf8_lossy(&file[place.saturating_sub(20)..place + 20])
        );
        Ok(())
    });
}

#[test]
fn files_cut_off_or_doubled_anywhere_are_not_believed() {
    let Signed { trust, pdf, xml, .. } = &*SIGNED;
    for file in [pdf.as_slice(), xml.as_bytes()] {
        for part in 1..24 {
            let cut = file.len() * part / 24;
            assert!(!is_believed(&check(&file[..cut], trust)), "{part}");
            assert!(!is_believed(&check(&file[cut..], trust)), "{part}");
            let doubled = [&file[..cut], &file[cut / 2..]].concat();
            assert!(!is_believed(&check(&doubled, trust)), "{part}");
        }
    }
}
