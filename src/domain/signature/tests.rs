//! What findings are worth, in every combination that matters.

use super::*;

fn sound() -> Signature {
    Signature {
        format: Format::Pades,
        integrity: Integrity::Sound,
        extent: Extent::Whole,
        signer: Some("Maria Anna Wójcik-Źdźbło".to_owned()),
        issuer: Some("Centrum".to_owned()),
        time: Some(SigningTime { at: Moment(1), source: TimeSource::Signer }),
        has_unconfirmed_stamp: false,
        is_bound: true,
        chain: Chain::Trusted,
        is_seal: false,
    }
}

fn heads(name: &str) -> Vec<String> {
    vec!["Ewa Lis".to_owned(), name.to_owned()]
}

#[test]
fn a_sound_signature_of_the_head_by_a_trusted_issuer_warns_of_nothing_and_still_says_what_nobody_checked() {
    let signature = sound();
    assert_eq!(signature.checked(), ["integrity", "whole", "bound", "chain"]);
    assert_eq!(signature.unchecked(), ["time", "revocation"]);
    assert!(signature.warnings(&heads("MARIA WÓJCIK-ŹDŹBŁO")).is_empty());
    assert_eq!(judge(&[signature]), Ok(()));
}

#[test]
fn nothing_counts_as_checked_of_a_signature_that_is_not_sound() {
    for integrity in [Integrity::Broken, Integrity::Weak, Integrity::UnknownMethod, Integrity::OtherFile, Integrity::Unreadable] {
        // Even where the rest would be there.
        let signature = Signature { integrity, is_seal: true, ..sound() };
        assert!(signature.checked().is_empty() && !signature.covers_content() && !signature.is_trusted_profile());
        assert_eq!(signature.unchecked(), ["everything"]);
        assert_eq!(signature.warnings(&heads("Maria Wójcik")), [integrity.key()]);
        let refused = judge(&[sound(), signature]).err();
        let expected = match integrity {
            Integrity::Broken => Some(Refusal::Broken),
            Integrity::Weak => Some(Refusal::Weak),
            _ => None,
        };
        assert_eq!(refused, expected, "{integrity:?}");
    }
}

#[test]
fn only_what_covers_everything_says_so_and_each_gap_warns() {
    for (extent, checked, warning) in [
        (Extent::Whole, Some("whole"), None),
        (Extent::Followed, Some("followed"), None),
        (Extent::Stamped, Some("followed"), Some("stamped")),
        (Extent::Earlier, None, Some("earlier")),
        (Extent::Part, None, Some("part")),
    ] {
        let signature = Signature { extent, ..sound() };
        assert_eq!(signature.checked().iter().find(|key| ["whole", "followed"].contains(*key)).copied(), checked);
        assert_eq!(signature.warnings(&heads("Maria Wójcik")).first().copied(), warning);
        assert_eq!(signature.covers_content(), checked.is_some());
    }
}

#[test]
fn a_seal_is_a_trusted_signature_only_with_a_trusted_issuer() {
    for (chain, warnings) in [
        (Chain::Trusted, vec![]),
        (Chain::NotAsked, vec!["seal"]),
        (Chain::UnknownIssuer, vec!["unknown_issuer", "seal"]),
        (Chain::OutOfDate, vec!["out_of_date", "seal"]),
        (Chain::Unfit, vec!["unfit", "seal"]),
    ] {
        let signature = Signature { chain, is_seal: true, ..sound() };
        assert_eq!(signature.is_trusted_profile(), chain == Chain::Trusted);
        assert_eq!(signature.checked().contains(&"seal"), chain == Chain::Trusted);
        assert_eq!(signature.warnings(&heads("Maria Wójcik")), warnings);
        assert_eq!(signature.unchecked().contains(&"issuer"), chain == Chain::NotAsked);
    }
}

#[test]
fn the_time_is_confirmed_only_by_a_stamp_that_was() {
    let stamped = SigningTime { at: Moment(1), source: TimeSource::Stamp };
    let claimed = SigningTime { at: Moment(1), source: TimeSource::Signer };
    for (time, has_unconfirmed_stamp, unchecked) in [
        (Some(stamped), false, None),
        (Some(claimed), true, Some("stamp")),
        (Some(claimed), false, Some("time")),
        (None, false, Some("no_time")),
    ] {
        let signature = Signature { time, has_unconfirmed_stamp, ..sound() };
        assert_eq!(signature.unchecked().iter().find(|key| **key != "revocation").copied(), unchecked);
        assert_eq!(signature.checked().contains(&"stamp"), unchecked.is_none());
    }
}

#[test]
fn another_person_and_nobody_warn() {
    assert_eq!(sound().warnings(&heads("Maria Wolska")), ["other_person"]);
    assert_eq!(sound().warnings(&[]), ["other_person"]);
    assert_eq!(Signature { signer: None, ..sound() }.warnings(&heads("Maria Wolska")), ["nameless"]);
}

#[test]
fn names_are_compared_by_their_words() {
    for (one, other, same) in [
        ("MARIA WÓJCIK", "Maria Wójcik", true),
        ("Wójcik Maria", "Maria Wojcik", true),
        ("Maria Anna Wójcik", "Maria Wójcik", true),
        ("Maria Wójcik - Lis", "Maria Wójcik-Lis", true),
        ("Maria Wójcik", "Maria Wójcik-Lis", true),
        ("Łucja Żółć", "LUCJA ZOLC", true),
        ("Maria Wójcik", "Marta Wójcik", false),
        ("Maria", "Maria Wójcik", false),
        ("Maria Lis", "Maria Wójcik", false),
        ("", "", false),
        ("Maria Maria", "Maria", false),
    ] {
        assert_eq!(is_same_person(one, other), same, "{one} / {other}");
        assert_eq!(is_same_person(other, one), same, "{other} / {one}");
    }
}

#[test]
fn no_number_of_a_person_survives_in_a_name() {
    for (text, name) in [
        ("Maria Wójcik", Some("Maria Wójcik")),
        ("Maria Wójcik PESEL: 44051401359", Some("Maria Wójcik")),
        ("Maria Wójcik, PNOPL-44051401359", Some("Maria Wójcik")),
        ("44051401359", None),
        ("Maria\u{202e}\nWójcik\u{0}", Some("Maria Wójcik")),
        ("Centrum (CUZ)", Some("Centrum (CUZ)")),
        ("٤٤٠٥ Maria", Some("Maria")),
        (" , ", None),
    ] {
        assert_eq!(clean_name(text).as_deref(), name, "{text}");
    }
    assert!(clean_name(&"ą".repeat(5000)).is_some_and(|name| name.chars().count() == LONGEST_NAME));
}

#[test]
fn findings_are_stored_and_read_as_they_were() {
    let stored = serde_json::to_value(sound()).unwrap();
    assert_eq!(stored["integrity"], "sound");
    assert_eq!(serde_json::from_value::<Signature>(stored).unwrap(), sound());
}
