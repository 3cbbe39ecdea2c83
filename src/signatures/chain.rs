//! From a signer's certificate to a trusted issuer: signatures, names, validity at one moment, and what each certificate is for.

use super::certificate::Certificate;
use super::roots::Roots;
use crate::domain::moment::Moment;
use crate::domain::signature::Chain;

/// Issuers above the signer's certificate, the trusted one included.
const LONGEST: usize = 5;
/// Signatures of certificates that are checked for one chain: a stranger may send many issuers of the same name.
const MOST_CHECKS: usize = 40;

/// What the certificate at the end is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To sign documents.
    Sign,
    /// To stamp the time.
    Stamp,
}

/// Looks for a way to a trusted issuer. Of several ways the best counts: what fails on each says the one that came furthest.
pub(super) fn judge(certificate: &Certificate, others: &[Certificate], roots: &Roots, at: Moment, purpose: Purpose) -> Chain {
    if roots.is_empty() {
        return Chain::NotAsked;
    }
    let is_fit = match purpose {
        Purpose::Sign => certificate.may_sign(),
        Purpose::Stamp => certificate.may_stamp(),
    };
    let is_trusted_itself = roots.iter().any(|root| root.bytes() == certificate.bytes());
    let mut search = Search { others, roots, at, checks: MOST_CHECKS };
    let found = if is_trusted_itself { Way::Trusted } else { search.from(certificate, 0) };
    let is_valid = certificate.is_valid_at(at);
    match found {
        Way::Nowhere => Chain::UnknownIssuer,
        Way::Unfit => Chain::Unfit,
        _ if !is_fit || !certificate.is_understood() => Chain::Unfit,
        Way::OutOfDate => Chain::OutOfDate,
        Way::Trusted if is_valid => Chain::Trusted,
        Way::Trusted => Chain::OutOfDate,
    }
}

/// How far a way led; the later the better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Nowhere,
    Unfit,
    OutOfDate,
    Trusted,
}

struct Search<'a> {
    others: &'a [Certificate],
    roots: &'a Roots,
    at: Moment,
    checks: usize,
}

impl Search<'_> {
    /// The best way up from a certificate that has `below` issuers under it.
    fn from(&mut self, certificate: &Certificate, below: usize) -> Way {
        if below >= LONGEST {
            return Way::Nowhere;
        }
        let mut best = Way::Nowhere;
        let (roots, others) = (self.roots, self.others);
        let candidates = roots.iter().map(|root| (root, true)).chain(others.iter().map(|other| (other, false)));
        for (issuer, is_root) in candidates {
            // A certificate that signed itself leads nowhere but to itself.
            if issuer.subject() != certificate.issuer() || issuer.bytes() == certificate.bytes() {
                continue;
            }
            let Some(left) = self.checks.checked_sub(1) else { return best };
            self.checks = left;
            if !certificate.is_signed_by(issuer) {
                continue;
            }
            let above = if is_root { Way::Trusted } else { self.from(issuer, below + 1) };
            let way = match above {
                Way::Nowhere => Way::Nowhere,
                _ if !issuer.may_issue(below) || !issuer.is_understood() => Way::Unfit,
                Way::Trusted if !issuer.is_valid_at(self.at) => Way::OutOfDate,
                above => above,
            };
            best = best.max(way);
            if best == Way::Trusted {
                break;
            }
        }
        best
    }
}
