//! Signatures in PDF (PAdES, and what Adobe made before it): a CMS signature over all bytes of the file but its own place.
//!
//! What a reader shows is made of all bytes of a file, so only a signature over all of them says something about what is shown.
//! Three ways to cheat are well known: a range that leaves out more than the signature, a place that holds more than the
//! signature, and content that is put behind the signed bytes. The first two are refused here; for the third the caller, who
//! knows PDF objects, says what the later bytes change.

use super::{Fault, Sound, Trust, cms, seal, time_stamp};
use crate::domain::moment::Moment;
use crate::domain::signature::{Extent, Format, Integrity, Signature};
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// A signature dictionary, as the reader of PDF objects understood it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PdfSignature {
    /// `SubFilter`.
    pub sub_filter: String,
    /// `ByteRange`.
    pub byte_range: Vec<i64>,
    /// `Contents`, decoded.
    pub contents: Vec<u8>,
    /// `Reason`.
    pub reason: Option<String>,
    /// `M`.
    pub claimed: Option<String>,
}

impl PdfSignature {
    /// Where the signed bytes end, if the range is sane.
    ///
    /// # Errors
    /// Of what is no range of this file around nothing but the signature.
    fn covered(&self, file: &[u8]) -> Result<(usize, usize, usize), Fault> {
        let number = |i: usize| self.byte_range.get(i).and_then(|n| usize::try_from(*n).ok()).ok_or(Fault::Broken);
        let (start, first, second, length) = (number(0)?, number(1)?, number(2)?, number(3)?);
        let end = second.checked_add(length).ok_or(Fault::Broken)?;
        if self.byte_range.len() != 4 || start != 0 || first >= second || end > file.len() {
            return Err(Fault::Broken);
        }
        let gap = file.get(first..second).ok_or(Fault::Broken)?;
        let digits = gap.strip_prefix(b"<").and_then(|rest| rest.strip_suffix(b">")).ok_or(Fault::Broken)?;
        if hex::decode(digits).map_err(|_| Fault::Broken)? != self.contents {
            return Err(Fault::Broken);
        }
        // It is the value of the key and nothing else that happens to look like it.
        if !file[..first].trim_ascii_end().ends_with(b"/Contents") {
            return Err(Fault::Broken);
        }
        Ok((first, second, end))
    }

    /// Where the signed bytes end; `None` where its range is nothing of this file.
    pub fn end_in(&self, file: &[u8]) -> Option<usize> {
        self.covered(file).ok().map(|(_, _, end)| end)
    }

    /// Is it a time stamp of the whole document?
    pub fn is_time_stamp(&self) -> bool {
        self.sub_filter == "ETSI.RFC3161"
    }
}

/// Verifies one signature of a PDF. `later` tells what the bytes from a place on change; it is asked where there are some.
pub fn verify_pdf(file: &[u8], signature: &PdfSignature, trust: &Trust, later: impl FnOnce(usize) -> Extent) -> Signature {
    match check(file, signature) {
        Ok((sound, end)) => {
            let extent = if is_end(file, end) { Extent::Whole } else { later(end) };
            sound.judge(Format::Pades, extent, trust)
        }
        Err(fault) => Signature::unproven(Format::Pades, fault.integrity()),
    }
}

/// A stamp over the document: is it whole, and up to where? It signs nothing in anybody's name.
///
/// # Errors
/// Why it is not sound.
pub fn verify_document_stamp(file: &[u8], signature: &PdfSignature) -> Result<usize, Integrity> {
    let check = || {
        let (first, second, end) = signature.covered(file)?;
        time_stamp::check(&signature.contents, &[&file[..first], &file[second..end]])?;
        Ok(end)
    };
    check().map_err(Fault::integrity)
}

/// Nothing stands behind this place but an end of line.
fn is_end(file: &[u8], end: usize) -> bool {
    file.get(end..).is_some_and(|rest| rest.iter().all(u8::is_ascii_whitespace))
}

fn check(file: &[u8], signature: &PdfSignature) -> Result<(Sound, usize), Fault> {
    match signature.sub_filter.as_str() {
        "ETSI.CAdES.detached" | "adbe.pkcs7.detached" => {}
        "adbe.pkcs7.sha1" | "adbe.x509.rsa_sha1" => return Err(Fault::Weak),
        _ => return Err(Fault::UnknownMethod),
    }
    let (first, second, end) = signature.covered(file)?;
    let checked = cms::check(&signature.contents, cms::DATA, Some(&[&file[..first], &file[second..end]]))?;
    let claimed = checked.claimed.or_else(|| signature.claimed.as_deref().and_then(read_date));
    let value = checked.value;
    let sound = Sound {
        certificate: checked.certificate,
        others: checked.others,
        claimed,
        is_bound: checked.is_bound,
        stamps: checked.stamps.into_iter().map(|token| (token, value.clone())).collect(),
        person_of_seal: signature.reason.as_deref().and_then(seal::person_in_reason),
    };
    Ok((sound, end))
}

/// `D:20261122070500+01'00'`; without a zone UTC is meant.
fn read_date(text: &str) -> Option<Moment> {
    let text = text.strip_prefix("D:")?;
    let digits = text.get(..14).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number = |from: usize, to: usize| digits[from..to].parse::<i8>().ok();
    let year = digits[..4].parse().ok()?;
    let time = DateTime::new(year, number(4, 6)?, number(6, 8)?, number(8, 10)?, number(10, 12)?, number(12, 14)?, 0).ok()?;
    let zone: String = text.get(14..)?.chars().filter(|c| *c != '\'').collect();
    let offset = match zone.as_bytes().first() {
        None | Some(b'Z') => Offset::UTC,
        Some(sign @ (b'+' | b'-')) => {
            let hours: i32 = zone.get(1..3)?.parse().ok()?;
            let minutes: i32 = zone.get(3..5).and_then(|minutes| minutes.parse().ok()).unwrap_or(0);
            let seconds = (hours * 60 + minutes) * 60;
            Offset::from_seconds(if *sign == b'-' { -seconds } else { seconds }).ok()?
        }
        Some(_) => return None,
    };
    Some(Moment(time.to_zoned(TimeZone::fixed(offset)).ok()?.timestamp().as_millisecond()))
}
