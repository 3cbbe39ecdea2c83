//! Signed forms: the evidence that comes back, and what its QR code says.

#[cfg(test)]
mod tests;

use super::revision::Fingerprint;
use crate::domain::id::{AccountId, ApplicationId, FileId, SignedFormId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::signature::Signature;
use crate::domain::voivodeship::ReturnChannel;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What the QR code of a printed form carries: `CAS1|W/26/2026/000123|2|3fa901bc77de`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormCode {
    /// Application number.
    pub number: ApplicationNumber,
    /// Revision, from 1.
    pub revision: i32,
    /// First 12 hex digits of the fingerprint.
    pub fingerprint: String,
}

impl FormCode {
    /// The text to encode.
    pub fn to_text(&self) -> String {
        format!("CAS1|{}|{}|{}", self.number, self.revision, self.fingerprint)
    }
    /// Reads the text back; anything else is not one of our codes.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.trim().split('|').collect();
        let ["CAS1", number, revision, fingerprint] = parts[..] else { return None };
        let number = ApplicationNumber::parse(number)?;
        let revision = revision.parse().ok().filter(|r| *r >= 1)?;
        let hex = fingerprint.len() == 12 && fingerprint.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let code = hex.then(|| Self { number, revision, fingerprint: fingerprint.to_owned() })?;
        // We print it in one way only: `+2`, `02` or a lower-case number come from elsewhere.
        (code.to_text() == text.trim()).then_some(code)
    }
}

/// What comparing the codes in the files with the application gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeMatch {
    /// Every code found names this application, this revision, this fingerprint.
    Matched,
    /// No code could be read: the administrator compares by eye.
    Unreadable,
    /// The administrator has compared by eye and confirmed.
    ConfirmedByEye,
}

impl CodeMatch {
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Unreadable => "unreadable",
            Self::ConfirmedByEye => "confirmed_by_eye",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Matched, Self::Unreadable, Self::ConfirmedByEye].into_iter().find(|m| m.key() == key)
    }
}

/// Why a signed form is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeMismatch {
    /// It is the form of another application.
    OtherApplication,
    /// It is an older revision, or its content is another.
    OlderRevision,
}

/// Compares the codes read from the files of one signed form.
///
/// # Errors
/// [`CodeMismatch`] as soon as one code names something else.
pub fn compare_codes(
    codes: &[FormCode],
    number: &ApplicationNumber,
    revision: i32,
    fingerprint: &Fingerprint,
) -> Result<CodeMatch, CodeMismatch> {
    for code in codes {
        if code.number != *number {
            return Err(CodeMismatch::OtherApplication);
        }
        if code.revision != revision || code.fingerprint != fingerprint.compact() {
            return Err(CodeMismatch::OlderRevision);
        }
    }
    Ok(if codes.is_empty() { CodeMatch::Unreadable } else { CodeMatch::Matched })
}

/// Type of a file, told by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    /// PDF.
    Pdf,
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
    /// XAdES signature (XML).
    Xades,
    /// An e-mail as it came. It lies in the post and is never a signed form.
    Message,
}

impl MediaType {
    /// Stored name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Xades => "xades",
            Self::Message => "message",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Pdf, Self::Jpeg, Self::Png, Self::Xades, Self::Message].into_iter().find(|m| m.key() == key)
    }
    /// What HTTP calls it; always served as an attachment.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Xades => "application/xml",
            Self::Message => "message/rfc822",
        }
    }
    /// The ending of the name that we give.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Xades => "xml",
            Self::Message => "eml",
        }
    }
}

/// One stored file of a signed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedFile {
    /// Row.
    pub id: FileId,
    /// By content.
    pub media_type: MediaType,
    /// Bytes.
    pub size: i64,
    /// Of the bytes, 64 hex digits.
    pub sha256: String,
    /// Where the object store keeps it.
    pub object_key: String,
    /// Page images (PNG) made from it, in order. Pages of one form that look the same share an image.
    pub page_keys: Vec<String>,
    /// A PDF with a signature dictionary, or an XAdES file.
    pub has_signature: bool,
    /// What was found of each electronic signature; `None` where nobody looked: there is none, or it came before anybody could.
    pub signatures: Option<Vec<Signature>>,
}

impl SignedFile {
    /// It is signed, and nobody has checked how.
    pub fn is_unchecked(&self) -> bool {
        self.signature_state() == Some("not_checked")
    }
    /// What everybody is told of its electronic signatures, by a label key; `None` where it has none.
    pub fn signature_state(&self) -> Option<&'static str> {
        match &self.signatures {
            _ if !self.has_signature => None,
            None => Some("not_checked"),
            Some(found) if !found.is_empty() && found.iter().all(Signature::covers_content) => Some("sound"),
            Some(_) => Some("unproven"),
        }
    }
}

/// One received signed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedForm {
    /// Row.
    pub id: SignedFormId,
    /// Whose.
    pub application: ApplicationId,
    /// Of which revision.
    pub revision: i32,
    /// How it came.
    pub channel: ReturnChannel,
    /// ePUAP or e-Doręczenia number, case sign …
    pub reference: Option<String>,
    /// The day it came (Warsaw).
    pub received_on: Date,
    /// Who uploaded or recorded it.
    pub recorded_by: AccountId,
    /// When.
    pub recorded_at: Moment,
    /// What its codes say.
    pub code_match: CodeMatch,
    /// Files, in order; none when only the arrival on paper was recorded.
    pub files: Vec<SignedFile>,
}

impl SignedForm {
    /// What the office should look at in the electronic signatures, each once; `heads` are the names of those who have to sign.
    pub fn signature_warnings(&self, heads: &[String]) -> Vec<&'static str> {
        let mut keys: Vec<&'static str> = Vec::new();
        for key in self.files.iter().flat_map(|file| file.signatures.iter().flatten()).flat_map(|found| found.warnings(heads)) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
        keys
    }

    /// Something about its signatures is to be looked at: a warning, or nobody could check them.
    pub fn signature_warns(&self, heads: &[String]) -> bool {
        !self.signature_warnings(heads).is_empty() || self.files.iter().any(SignedFile::is_unchecked)
    }

    /// How it stands among the forms of an application, the newest first.
    pub fn standing(&self, all: &[Self], revision: i32) -> Force {
        match all.iter().find(|form| form.revision == revision) {
            _ if self.revision != revision => Force::Older,
            Some(newest) if newest.id == self.id => Force::InForce,
            _ => Force::Replaced,
        }
    }

    /// How many pages it lacks of the `printed` ones; a page that came several times counts once. Where no page can be seen –
    /// on paper, or in a signature that stands in a file of its own – nothing is known to lack.
    pub fn shortage(&self, printed: usize) -> Option<Shortage> {
        let seen: BTreeSet<&str> = self.files.iter().flat_map(|file| &file.page_keys).map(String::as_str).collect();
        (1..printed).contains(&seen.len()).then_some(Shortage { printed, sent: seen.len() })
    }
}

/// How a signed form stands among those of its application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Force {
    /// The newest of the current revision: the one that counts.
    InForce,
    /// Of the current revision, and a newer one came.
    Replaced,
    /// Of an older revision.
    Older,
}

impl Force {
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::InForce => "in_force",
            Self::Replaced => "replaced",
            Self::Older => "older",
        }
    }
}

/// A signed form with fewer pages than the printed one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Shortage {
    /// Pages of the printed form.
    pub printed: usize,
    /// Different pages that came.
    pub sent: usize,
}
