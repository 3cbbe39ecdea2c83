//! Electronic signatures, verified: bytes, trusted issuers and a moment in, findings out. Pure: no file, no network, no clock.
//!
//! What is established: that the content is the one that was signed, by whom according to the certificate, when according to whom,
//! and whether the certificate comes from an issuer that the portal was told to trust. Whether a certificate was revoked is not
//! asked, for that takes a network; the findings say so.
//!
//! All that comes in was made by a stranger. Whatever is not understood is „not verified”, never „sound”; what has a bound has a
//! small one. What may not live here: PDF objects (the room `files` knows those), rows, words.

mod algorithms;
mod certificate;
mod chain;
mod cms;
mod der;
mod pades;
mod roots;
mod seal;
mod time_stamp;
mod xades;
mod xml;

pub use pades::{PdfSignature, verify_document_stamp, verify_pdf};
pub use roots::{NoRoots, Roots};
pub use xades::verify_xml;

use crate::domain::moment::Moment;
use crate::domain::signature::{Chain, Extent, Format, Integrity, Signature, SigningTime, TimeSource};
use certificate::Certificate;

/// Why nothing can be said in favour of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// It does not belong to this content.
    Broken,
    /// It can be forged.
    Weak,
    /// Made by a method that nobody here knows.
    UnknownMethod,
    /// About a file that is not there.
    OtherFile,
    /// Not to be read.
    Unreadable,
}

impl Fault {
    const fn integrity(self) -> Integrity {
        match self {
            Self::Broken => Integrity::Broken,
            Self::Weak => Integrity::Weak,
            Self::UnknownMethod => Integrity::UnknownMethod,
            Self::OtherFile => Integrity::OtherFile,
            Self::Unreadable => Integrity::Unreadable,
        }
    }
}

/// Whom to trust, and when that is asked.
#[derive(Debug, Clone)]
pub struct Trust {
    /// The issuers.
    pub roots: Roots,
    /// The moment of the check.
    pub now: Moment,
}

/// A signature whose content and key are right, before anybody asks who issued the certificate.
#[derive(Debug)]
struct Sound {
    /// Whose key made it.
    certificate: Certificate,
    /// Other certificates that came with it.
    others: Vec<Certificate>,
    /// When, as the signer says.
    claimed: Option<Moment>,
    /// The signed data name the certificate.
    is_bound: bool,
    /// Time stamps over the signature, and what each must be about.
    stamps: Vec<(Vec<u8>, Vec<u8>)>,
    /// The person for whom the seal of the trusted signature was put.
    person_of_seal: Option<String>,
}

/// More time stamps than any signature needs.
const MOST_STAMPS: usize = 5;

impl Sound {
    /// Puts together what is told of it.
    fn judge(self, format: Format, extent: Extent, trust: &Trust) -> Signature {
        let stamped = self.stamps.iter().take(MOST_STAMPS).filter_map(|(token, about)| time_stamp::confirmed(token, about, trust)).min();
        let time = match (stamped, self.claimed) {
            (Some(at), _) => Some(SigningTime { at, source: TimeSource::Stamp }),
            (None, Some(at)) => Some(SigningTime { at, source: TimeSource::Signer }),
            (None, None) => None,
        };
        // What only the signer says proves no time, so without a stamp the certificate has to be valid now. One that says another time
        // than that of the certificate is not believed either.
        let moments = match (stamped, self.claimed) {
            (Some(at), _) => vec![at],
            (None, Some(at)) => vec![trust.now, at],
            (None, None) => vec![trust.now],
        };
        let chains = moments.into_iter().map(|at| chain::judge(&self.certificate, &self.others, &trust.roots, at, chain::Purpose::Sign));
        let chain = chains.reduce(|one, other| if one == Chain::Trusted { other } else { one }).unwrap_or(Chain::UnknownIssuer);
        let is_seal = seal::is_trusted_profile(&self.certificate);
        Signature {
            format,
            integrity: Integrity::Sound,
            extent,
            signer: if is_seal { self.person_of_seal } else { self.certificate.person() },
            issuer: self.certificate.issuer_name(),
            time,
            has_unconfirmed_stamp: stamped.is_none() && !self.stamps.is_empty(),
            is_bound: self.is_bound,
            chain,
            is_seal,
        }
    }
}
