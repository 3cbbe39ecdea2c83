//! One electronic signature on the review page: what was checked, what was not, what to look at.

use crate::domain::signature::{Signature, TimeSource};
use serde::Serialize;

/// One electronic signature.
#[derive(Debug, Clone, Serialize)]
pub struct SignatureLine {
    /// Label key under `signature.formats`.
    pub format: &'static str,
    /// Label key under `signature.integrities`.
    pub integrity: &'static str,
    /// Who signed; known of sound ones.
    pub signer: Option<String>,
    /// The trusted signature, confirmed.
    pub is_trusted_profile: bool,
    /// Who issued the certificate, as it says.
    pub issuer: Option<String>,
    /// When (ms).
    pub at: Option<i64>,
    /// An authority confirms the time.
    pub is_stamped: bool,
    /// Label keys under `signature.checked`.
    pub checked: Vec<&'static str>,
    /// Label keys under `signature.unchecked`.
    pub unchecked: Vec<&'static str>,
    /// Label keys under `signature.warnings`.
    pub warnings: Vec<&'static str>,
    /// The signer is one of those who have to sign.
    pub is_head: bool,
}

impl SignatureLine {
    /// Of what was found; `heads` are the names of those who have to sign.
    pub fn of(found: &Signature, heads: &[String]) -> Self {
        let warnings = found.warnings(heads);
        Self {
            format: found.format.key(),
            integrity: found.integrity.key(),
            signer: found.signer.clone(),
            is_trusted_profile: found.is_trusted_profile(),
            issuer: found.issuer.clone(),
            at: found.time.map(|time| time.at.0),
            is_stamped: found.time.is_some_and(|time| time.source == TimeSource::Stamp),
            checked: found.checked(),
            unchecked: found.unchecked(),
            is_head: found.signer.is_some() && !warnings.contains(&"other_person"),
            warnings,
        }
    }
}
