//! What was found of an electronic signature, and what that is worth: what was checked, what was not, what looks wrong.
//! What may not live here: how a signature is verified (that is the room `signatures`), and words (those are labels).

#[cfg(test)]
mod tests;

use super::collation::fold;
use super::moment::Moment;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Longer is nobody's name.
const LONGEST_NAME: usize = 160;

/// How a signature is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// In a PDF.
    Pades,
    /// In XML.
    Xades,
}

impl Format {
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pades => "pades",
            Self::Xades => "xades",
        }
    }
}

/// Whether the signed content is the content that lies there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Integrity {
    /// Nothing has changed since it was signed, and the key of the named certificate signed it.
    Sound,
    /// Something has changed, or the signature does not belong to this content.
    Broken,
    /// Made with methods that can be forged (SHA-1, MD5, a short key): it proves nothing.
    Weak,
    /// With a method that the portal does not know.
    UnknownMethod,
    /// It is about a file that was not sent along.
    OtherFile,
    /// The portal cannot read it.
    Unreadable,
}

impl Integrity {
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Broken => "broken",
            Self::Weak => "weak",
            Self::UnknownMethod => "unknown_method",
            Self::OtherFile => "other_file",
            Self::Unreadable => "unreadable",
        }
    }
}

/// How much of what is shown a sound signature is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Extent {
    /// All of it.
    Whole,
    /// All of it; later nothing was added but other signatures and data that help to check them.
    Followed,
    /// As before, but one of the later signatures has a picture of its own on a page, which could hide something.
    Stamped,
    /// An earlier state of the file: later its content was changed.
    Earlier,
    /// A part of the content.
    Part,
}

/// What is known of who issued the certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chain {
    /// A trusted issuer, at a time at which all certificates were valid.
    Trusted,
    /// The portal has no list of trusted issuers.
    NotAsked,
    /// Nobody on that list.
    UnknownIssuer,
    /// A certificate was not valid yet or no more.
    OutOfDate,
    /// A certificate is not meant for this, or breaks a rule of its issuer.
    Unfit,
}

/// Where the time of a signature comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// A time stamp of a trusted authority.
    Stamp,
    /// The signer's own computer.
    Signer,
}

/// When it was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningTime {
    /// When.
    pub at: Moment,
    /// Who says so.
    pub source: TimeSource,
}

/// One electronic signature. Numbers that identify a person are never kept: neither PESEL nor the number of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// How it is written.
    pub format: Format,
    /// Whether the content is the signed one.
    pub integrity: Integrity,
    /// How much of it; counts only for a sound signature.
    pub extent: Extent,
    /// Who signed, as the certificate says, or the minister's seal for the owner of a trusted profile. Known of sound signatures only.
    pub signer: Option<String>,
    /// Who issued the certificate, as it says itself.
    pub issuer: Option<String>,
    /// When.
    pub time: Option<SigningTime>,
    /// There is a time stamp, and it could not be confirmed.
    pub has_unconfirmed_stamp: bool,
    /// The signed data name the certificate, so no other can be put in its place.
    pub is_bound: bool,
    /// What is known of the issuer.
    pub chain: Chain,
    /// The certificate is that of the seal of the trusted signature („podpis zaufany”). It is one only with a trusted chain.
    pub is_seal: bool,
}

/// Why a file with such a signature is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// One of its signatures is broken.
    Broken,
    /// One of them can be forged.
    Weak,
}

impl Signature {
    /// One of which nothing is known but why.
    pub fn unproven(format: Format, integrity: Integrity) -> Self {
        Self {
            format,
            integrity,
            extent: Extent::Part,
            signer: None,
            issuer: None,
            time: None,
            has_unconfirmed_stamp: false,
            is_bound: false,
            chain: Chain::NotAsked,
            is_seal: false,
        }
    }

    /// Whether it is about all that is shown.
    pub fn covers_content(&self) -> bool {
        self.integrity == Integrity::Sound && matches!(self.extent, Extent::Whole | Extent::Followed | Extent::Stamped)
    }

    /// The trusted signature („podpis zaufany”), confirmed by its seal.
    pub fn is_trusted_profile(&self) -> bool {
        self.is_seal && self.integrity == Integrity::Sound && self.chain == Chain::Trusted
    }

    /// What was checked and found to be so. Keys under `signature.checked`.
    pub fn checked(&self) -> Vec<&'static str> {
        if self.integrity != Integrity::Sound {
            return Vec::new();
        }
        let mut keys = vec!["integrity"];
        match self.extent {
            Extent::Whole => keys.push("whole"),
            Extent::Followed | Extent::Stamped => keys.push("followed"),
            Extent::Earlier | Extent::Part => {}
        }
        if self.is_bound {
            keys.push("bound");
        }
        if self.chain == Chain::Trusted {
            keys.push("chain");
            if self.is_seal {
                keys.push("seal");
            }
        }
        if self.time.is_some_and(|time| time.source == TimeSource::Stamp) {
            keys.push("stamp");
        }
        keys
    }

    /// What nobody checked. Keys under `signature.unchecked`. Without a network there is always something.
    pub fn unchecked(&self) -> Vec<&'static str> {
        if self.integrity != Integrity::Sound {
            return vec!["everything"];
        }
        let mut keys = Vec::new();
        if self.chain == Chain::NotAsked {
            keys.push("issuer");
        }
        if !self.is_bound {
            keys.push("bound");
        }
        match self.time {
            Some(SigningTime { source: TimeSource::Stamp, .. }) => {}
            Some(_) if self.has_unconfirmed_stamp => keys.push("stamp"),
            Some(_) => keys.push("time"),
            None => keys.push("no_time"),
        }
        keys.push("revocation");
        keys
    }

    /// What the office should look at. Keys under `signature.warnings`. `heads` are the names of those who have to sign.
    pub fn warnings(&self, heads: &[String]) -> Vec<&'static str> {
        match self.integrity {
            Integrity::Sound => {}
            other => return vec![other.key()],
        }
        let mut keys = Vec::new();
        match self.extent {
            Extent::Whole | Extent::Followed => {}
            Extent::Stamped => keys.push("stamped"),
            Extent::Earlier => keys.push("earlier"),
            Extent::Part => keys.push("part"),
        }
        match self.chain {
            Chain::Trusted | Chain::NotAsked => {}
            Chain::UnknownIssuer => keys.push("unknown_issuer"),
            Chain::OutOfDate => keys.push("out_of_date"),
            Chain::Unfit => keys.push("unfit"),
        }
        if self.is_seal && self.chain != Chain::Trusted {
            keys.push("seal");
        }
        match &self.signer {
            None => keys.push("nameless"),
            Some(signer) if !heads.iter().any(|head| is_same_person(signer, head)) => keys.push("other_person"),
            Some(_) => {}
        }
        keys
    }
}

/// Whether a file with these signatures is taken at all. What could not be checked is no reason to refuse it.
///
/// # Errors
/// The worst that was found.
pub fn judge(found: &[Signature]) -> Result<(), Refusal> {
    let has = |integrity| found.iter().any(|signature| signature.integrity == integrity);
    if has(Integrity::Broken) {
        Err(Refusal::Broken)
    } else if has(Integrity::Weak) {
        Err(Refusal::Weak)
    } else {
        Ok(())
    }
}

/// A name as it may be kept and shown: of text that a stranger wrote, on one line, and without any number, for certificates and
/// reasons of signing put PESEL and numbers of documents beside names.
pub fn clean_name(text: &str) -> Option<String> {
    let is_hidden =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    let visible: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    let words = visible.split_whitespace().filter(|word| !word.chars().any(|c| c.is_numeric()));
    let words = words.filter(|word| !matches!(fold(word).trim_matches(|c: char| !c.is_alphanumeric()), "pesel" | "pnopl"));
    let name: String = words.collect::<Vec<_>>().join(" ").chars().take(LONGEST_NAME).collect();
    let name = name.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | ')' | '"' | '”' | '„')).to_owned();
    name.chars().any(char::is_alphabetic).then_some(name)
}

/// Whether two names are one person's: each word of the shorter one stands in the other, at least two of them. A second first name
/// or an earlier last name that only one of them says is no difference.
pub fn is_same_person(one: &str, other: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> {
        fold(name).split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    let (one, other) = (words(one), words(other));
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    short.len() >= 2 && short.is_subset(long)
}
