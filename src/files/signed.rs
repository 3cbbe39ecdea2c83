//! The electronic signatures of a file, found and verified: here the PDF objects are known, in the room `signatures` the rest.

use super::budget::Budget;
use super::kind::{self, Kind};
use super::{Limits, guarded, pdf, revisions, xades};
use crate::domain::signature::{Extent, Format, Integrity, Signature};
use crate::signatures::{Trust, verify_document_stamp, verify_pdf, verify_xml};

/// More signatures than a form needs; each is verified over the whole file.
const MOST_SIGNATURES: usize = 10;

/// Verifies every electronic signature of a file that [`super::examine`] accepted. `beside` are the files that came with it: a
/// signature in a file of its own may be about one of them. Takes CPU time and no other resource: call it under `spawn_blocking`.
///
/// One finding for each signature, in the order in which they cover the file; none for a file without one. What takes too long or
/// cannot be read is a finding, too.
pub fn check_signatures(bytes: &[u8], beside: &[Vec<u8>], trust: &Trust, limits: &Limits) -> Vec<Signature> {
    let Ok(kind) = kind::of(bytes) else { return Vec::new() };
    let format = match kind {
        Kind::Pdf => Format::Pades,
        Kind::Xml => Format::Xades,
        Kind::Jpeg | Kind::Png => return Vec::new(),
    };
    let (bytes, beside, trust) = (bytes.to_vec(), beside.to_vec(), trust.clone());
    let work = move |budget: &Budget| match format {
        Format::Pades => in_pdf(&bytes, &trust, budget),
        Format::Xades => in_xml(&bytes, &beside, &trust, budget),
    };
    guarded("verify-signatures", limits, work).unwrap_or_else(|| vec![Signature::unproven(format, Integrity::Unreadable)])
}

fn in_xml(bytes: &[u8], beside: &[Vec<u8>], trust: &Trust, budget: &Budget) -> Vec<Signature> {
    let beside: Vec<&[u8]> = beside.iter().map(Vec::as_slice).collect();
    let mut found = verify_xml(bytes, &beside, trust);
    budget.breathe();
    // A document inside may be signed by itself, too.
    for document in xades::signed_documents(bytes, budget).unwrap_or_default() {
        if matches!(kind::of(&document), Ok(Kind::Pdf)) {
            found.extend(in_pdf(&document, trust, budget));
        }
    }
    found
}

fn in_pdf(bytes: &[u8], trust: &Trust, budget: &Budget) -> Vec<Signature> {
    let unreadable = || vec![Signature::unproven(Format::Pades, Integrity::Unreadable)];
    let Ok(document) = pdf::load(bytes) else { return unreadable() };
    let mut dictionaries = pdf::signatures_of(&document);
    if dictionaries.len() > MOST_SIGNATURES {
        return unreadable();
    }
    dictionaries.sort_by_key(|dictionary| dictionary.end_in(bytes));
    let mut found = Vec::new();
    let mut last = None;
    for dictionary in &dictionaries {
        budget.breathe();
        if dictionary.is_time_stamp() {
            // It signs nothing; but one that is broken shows that the file was changed.
            if let Err(integrity @ Integrity::Broken) = verify_document_stamp(bytes, dictionary) {
                found.push(Signature::unproven(Format::Pades, integrity));
            }
            continue;
        }
        last = Some(found.len());
        found.push(verify_pdf(bytes, dictionary, trust, |end| revisions::extent(&document, bytes, end)));
    }
    // Content that was changed behind the last signature is signed by nobody: the file is not what anybody signed.
    if let Some(last) = last.and_then(|last| found.get_mut(last))
        && last.integrity == Integrity::Sound
        && matches!(last.extent, Extent::Earlier | Extent::Stamped)
    {
        *last = Signature::unproven(Format::Pades, Integrity::Broken);
    }
    found
}
