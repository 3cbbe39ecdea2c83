//! One certificate: whose it is, who issued it, when it is valid, and whether another one's key signed it.

use super::Fault;
use super::algorithms::Scheme;
use super::der::{BIT_STRING, SEQUENCE, Walk};
use crate::domain::moment::Moment;
use crate::domain::signature::clean_name;
use x509_cert::der::{Decode as _, Tag, Tagged as _};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectKeyIdentifier};
use x509_cert::name::Name;
use x509_cert::spki::{ObjectIdentifier, SubjectPublicKeyInfoOwned};

const fn oid(text: &str) -> ObjectIdentifier {
    ObjectIdentifier::new_unwrap(text)
}

pub(super) const COMMON_NAME: ObjectIdentifier = oid("2.5.4.3");
const SURNAME: ObjectIdentifier = oid("2.5.4.4");
pub(super) const ORGANISATION: ObjectIdentifier = oid("2.5.4.10");
const GIVEN_NAME: ObjectIdentifier = oid("2.5.4.42");
const KEY_IDENTIFIER: ObjectIdentifier = oid("2.5.29.14");
const KEY_USAGE: ObjectIdentifier = oid("2.5.29.15");
const BASIC_CONSTRAINTS: ObjectIdentifier = oid("2.5.29.19");
const EXTENDED_KEY_USAGE: ObjectIdentifier = oid("2.5.29.37");
const CERTIFICATE_POLICIES: ObjectIdentifier = oid("2.5.29.32");

/// No certificate of a person is longer.
const MOST_BYTES: usize = 32 * 1024;
/// More extensions than any certificate has.
const MOST_EXTENSIONS: usize = 40;

/// A certificate with its bytes.
#[derive(Debug, Clone)]
pub(super) struct Certificate {
    bytes: Vec<u8>,
    parsed: x509_cert::Certificate,
}

impl Certificate {
    /// Reads one certificate and nothing behind it.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > MOST_BYTES {
            return Err(Fault::Unreadable);
        }
        let parsed = x509_cert::Certificate::from_der(bytes).map_err(|_| Fault::Unreadable)?;
        Ok(Self { bytes: bytes.to_vec(), parsed })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn subject(&self) -> &Name {
        self.parsed.tbs_certificate().subject()
    }

    pub(super) fn issuer(&self) -> &Name {
        self.parsed.tbs_certificate().issuer()
    }

    pub(super) fn serial(&self) -> &[u8] {
        self.parsed.tbs_certificate().serial_number().as_bytes()
    }

    pub(super) fn key(&self) -> &SubjectPublicKeyInfoOwned {
        self.parsed.tbs_certificate().subject_public_key_info()
    }

    /// The texts of an attribute of the subject.
    pub(super) fn said(&self, attribute: ObjectIdentifier) -> Vec<String> {
        texts(self.subject(), attribute)
    }

    /// Whose certificate it is: given and last names, else the common name. Never a number.
    pub(super) fn person(&self) -> Option<String> {
        let (given, last) = (self.said(GIVEN_NAME).join(" "), self.said(SURNAME).join(" "));
        match (clean_name(&given), clean_name(&last)) {
            (Some(given), Some(last)) => Some(format!("{given} {last}")),
            _ => self.said(COMMON_NAME).iter().chain(&self.said(ORGANISATION)).find_map(|text| clean_name(text)),
        }
    }

    /// Who issued it, as it says itself.
    pub(super) fn issuer_name(&self) -> Option<String> {
        [COMMON_NAME, ORGANISATION].into_iter().flat_map(|attribute| texts(self.issuer(), attribute)).find_map(|text| clean_name(&text))
    }

    pub(super) fn is_valid_at(&self, at: Moment) -> bool {
        let validity = self.parsed.tbs_certificate().validity();
        let ms = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_millis()).unwrap_or(i64::MAX);
        // The last second counts whole.
        (ms(validity.not_before)..ms(validity.not_after).saturating_add(1000)).contains(&at.0)
    }

    /// Whether the key of that certificate signed this one.
    pub(super) fn is_signed_by(&self, issuer: &Self) -> bool {
        let signed = || {
            let mut walk = Walk::new(&self.bytes).inside(SEQUENCE)?;
            let signed = walk.take(SEQUENCE)?.whole;
            let scheme = Scheme::of_algorithm(&mut walk, None)?;
            let signature = walk.take(BIT_STRING)?.content;
            let signature = signature.strip_prefix(&[0]).ok_or(Fault::Unreadable)?;
            scheme.verify(issuer.key(), signed, signature)
        };
        signed().is_ok()
    }

    fn extensions(&self) -> &[Extension] {
        self.parsed.tbs_certificate().extensions().map_or(&[], Vec::as_slice)
    }

    /// Says nothing critical that nobody here understands, and nothing twice.
    pub(super) fn is_understood(&self) -> bool {
        const KNOWN: [ObjectIdentifier; 4] = [KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, CERTIFICATE_POLICIES];
        let extensions = self.extensions();
        extensions.len() <= MOST_EXTENSIONS
            && extensions.iter().all(|extension| !extension.critical || KNOWN.contains(&extension.extn_id))
            && extensions.iter().enumerate().all(|(i, one)| extensions[..i].iter().all(|other| other.extn_id != one.extn_id))
    }

    /// An extension: `Ok(None)` when it is not there, `Err` when it cannot be read.
    fn extension<T: for<'a> x509_cert::der::Decode<'a>>(&self, id: ObjectIdentifier) -> Result<Option<T>, Fault> {
        let found = self.extensions().iter().find(|extension| extension.extn_id == id);
        found.map(|extension| T::from_der(extension.extn_value.as_bytes()).map_err(|_| Fault::Unreadable)).transpose()
    }

    /// What its issuer calls its key.
    pub(super) fn key_identifier(&self) -> Option<Vec<u8>> {
        let id = self.extension::<SubjectKeyIdentifier>(KEY_IDENTIFIER).ok().flatten()?;
        Some(id.0.as_bytes().to_vec())
    }

    /// May its key sign documents? A certificate that does not say what it is for may.
    pub(super) fn may_sign(&self) -> bool {
        match self.extension::<KeyUsage>(KEY_USAGE) {
            Ok(Some(usage)) => usage.digital_signature() || usage.non_repudiation(),
            Ok(None) => true,
            Err(_) => false,
        }
    }

    /// May its key make time stamps (RFC 3161: for nothing else)?
    pub(super) fn may_stamp(&self) -> bool {
        const TIME_STAMPING: ObjectIdentifier = oid("1.3.6.1.5.5.7.3.8");
        matches!(self.extension::<ExtendedKeyUsage>(EXTENDED_KEY_USAGE), Ok(Some(usage)) if usage.0 == [TIME_STAMPING]) && self.may_sign()
    }

    /// May its key issue certificates with `below` other issuers between it and the last one?
    pub(super) fn may_issue(&self, below: usize) -> bool {
        let is_issuer = match self.extension::<BasicConstraints>(BASIC_CONSTRAINTS) {
            Ok(Some(constraints)) => constraints.ca && constraints.path_len_constraint.is_none_or(|length| below <= usize::from(length)),
            Ok(None) | Err(_) => false,
        };
        let may_sign = match self.extension::<KeyUsage>(KEY_USAGE) {
            Ok(Some(usage)) => usage.key_cert_sign(),
            Ok(None) => true,
            Err(_) => false,
        };
        is_issuer && may_sign
    }
}

fn texts(name: &Name, attribute: ObjectIdentifier) -> Vec<String> {
    let text = |value: &x509_cert::der::Any| match value.tag() {
        Tag::Utf8String | Tag::PrintableString | Tag::Ia5String => String::from_utf8(value.value().to_vec()).ok(),
        Tag::TeletexString => Some(value.value().iter().map(|byte| char::from(*byte)).collect()),
        Tag::BmpString => {
            let units: Vec<u16> = value.value().chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
            String::from_utf16(&units).ok()
        }
        _ => None,
    };
    name.iter().filter(|said| said.oid == attribute).filter_map(|said| text(&said.value)).collect()
}
