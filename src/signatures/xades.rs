//! Signatures in XML (XML Signature with XAdES): every reference is resolved and compared, the signed information verified, and
//! then it is asked whether what was signed is all that the file holds.
//!
//! The well-known way to cheat is to leave the signed element somewhere in the file and to put another one where readers look. So a
//! reference names its element by an identifier that stands in the file once, and a signature counts as one over the content only
//! if no content of the file lies outside of what it covers. Only transformations whose effect is known are followed: canonical
//! forms, Base64, and leaving signatures out; no XPath but the two expressions that say just that, and no XSLT.

mod covered;
mod reference;

use super::algorithms::{Hash, Scheme};
use super::certificate::Certificate;
use super::xml::{Document, Method, NodeId, canonical};
use super::{Fault, Sound, Trust};
use crate::domain::moment::{Moment, warsaw};
use crate::domain::signature::{Extent, Format, Integrity, Signature, clean_name};
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use covered::Covered;
use jiff::Timestamp;
use jiff::civil::DateTime;

const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// The versions of XAdES that are in use, and what extends 1.3.2.
const XADES: [&str; 4] = [
    "http://uri.etsi.org/01903/v1.3.2#",
    "http://uri.etsi.org/01903/v1.4.1#",
    "http://uri.etsi.org/01903/v1.2.2#",
    "http://uri.etsi.org/01903/v1.1.1#",
];
/// Of the trusted profile's data about a person; the address goes on with a version.
const TRUSTED_PROFILE: &str = "http://crd.gov.pl/xml/schematy/";

/// More signatures than a file of ours needs.
const MOST_SIGNATURES: usize = 10;
/// More than any signature has.
const MOST_REFERENCES: usize = 30;
const MOST_CERTIFICATES: usize = 20;
/// Bytes that are brought into canonical form for one file, together.
const MOST_WORK: usize = 80 * 1024 * 1024;

/// Verifies each signature of an XML file. `beside` are files that came with it: a signature may be about one of them.
pub fn verify_xml(bytes: &[u8], beside: &[&[u8]], trust: &Trust) -> Vec<Signature> {
    let unproven = |fault: Fault| Signature::unproven(Format::Xades, fault.integrity());
    let document = match Document::parse(bytes) {
        Ok(document) => document,
        Err(fault) => return vec![unproven(fault)],
    };
    let places: Vec<NodeId> = document.elements().filter(|(_, element)| element.is(DS, "Signature")).map(|(id, _)| id).collect();
    if places.is_empty() || places.len() > MOST_SIGNATURES {
        return vec![unproven(Fault::Unreadable)];
    }
    let mut case = Case { document: &document, beside, work: MOST_WORK };
    let checked: Vec<Result<(Sound, Extent), Fault>> = places.iter().map(|place| case.check(*place)).collect();
    // Content that no signature covers was put there by somebody else.
    let is_open = checked.iter().any(Result::is_ok) && !checked.iter().any(|one| matches!(one, Ok((_, Extent::Whole))));
    let tell = |checked: Result<(Sound, Extent), Fault>| match checked {
        Ok(_) if is_open => Signature::unproven(Format::Xades, Integrity::Broken),
        Ok((sound, extent)) => sound.judge(Format::Xades, extent, trust),
        Err(fault) => unproven(fault),
    };
    checked.into_iter().map(tell).collect()
}

/// One file that is being checked.
struct Case<'a> {
    document: &'a Document,
    beside: &'a [&'a [u8]],
    /// Bytes that may still be brought into canonical form.
    work: usize,
}

/// Properties that the signer signed.
#[derive(Default)]
struct Properties {
    claimed: Option<Moment>,
    /// Hash and digest of the certificate.
    named: Option<(Hash, Vec<u8>)>,
    person: Option<String>,
}

impl Case<'_> {
    fn check(&mut self, signature: NodeId) -> Result<(Sound, Extent), Fault> {
        let document = self.document;
        let only = |outer, name| document.one(outer, DS, name).ok_or(Fault::Unreadable);
        let info = only(signature, "SignedInfo")?;
        let value_at = only(signature, "SignatureValue")?;
        let value = decode(&document.text(value_at))?;
        let method = reference::method(document, only(info, "CanonicalizationMethod")?)?;
        let scheme = Scheme::of_uri(algorithm(document, only(info, "SignatureMethod")?)?)?;
        let references: Vec<NodeId> = document.named(info, DS, "Reference").map(|(id, _)| id).collect();
        if references.is_empty() || references.len() > MOST_REFERENCES {
            return Err(Fault::Unreadable);
        }

        let properties_at = self.properties(signature)?;
        let mut covered = Covered::new(document);
        let mut is_about_content = false;
        for reference in references {
            match self.reference(reference, signature)? {
                reference::Target::Beside => is_about_content = true,
                reference::Target::Inside { apex, left_out } => {
                    is_about_content |= apex.is_none() || apex != properties_at;
                    covered.add(apex, &left_out);
                }
            }
        }
        let (certificate, others, is_bound, properties) = self.signer(signature, properties_at)?;
        let message = self.canonical(info, &method)?;
        scheme.verify(certificate.key(), &message, &value)?;
        // What the signature says about itself is believed only where it is signed.
        if properties_at.is_some_and(|at| !covered.has(at)) || !is_about_content {
            return Err(Fault::Broken);
        }
        let extent = if covered.is_all() { Extent::Whole } else { Extent::Part };
        let stamps = self.stamps(signature, value_at)?;
        let sound = Sound { certificate, others, claimed: properties.claimed, is_bound, stamps, person_of_seal: properties.person };
        Ok((sound, extent))
    }

    fn canonical(&mut self, apex: NodeId, method: &Method) -> Result<Vec<u8>, Fault> {
        let bytes = canonical(self.document, Some(apex), &|_| false, method, self.work)?;
        self.work = self.work.saturating_sub(bytes.len());
        Ok(bytes)
    }

    /// The signed properties of a signature; at most one element.
    fn properties(&self, signature: NodeId) -> Result<Option<NodeId>, Fault> {
        let document = self.document;
        let mut found = Vec::new();
        for (object, _) in document.named(signature, DS, "Object") {
            for space in XADES {
                for (qualifying, _) in document.named(object, space, "QualifyingProperties") {
                    found.extend(document.named(qualifying, space, "SignedProperties").map(|(id, _)| id));
                }
            }
        }
        match found[..] {
            [] => Ok(None),
            [only] => Ok(Some(only)),
            _ => Err(Fault::Broken),
        }
    }

    /// The certificate whose key is to be tried, the others, whether the signed properties name it, and what else they say.
    fn signer(&self, signature: NodeId, at: Option<NodeId>) -> Result<(Certificate, Vec<Certificate>, bool, Properties), Fault> {
        let mut certificates = self.certificates(signature)?;
        let properties = at.map_or_else(|| Ok(Properties::default()), |at| self.read_properties(at))?;
        let index = match &properties.named {
            Some((hash, digest)) => {
                let is_named = |certificate: &Certificate| hash.digest(&[certificate.bytes()]) == *digest;
                // The named one is not there: another one was put in its place.
                certificates.iter().position(is_named).ok_or(if certificates.is_empty() { Fault::Unreadable } else { Fault::Broken })?
            }
            None if certificates.is_empty() => return Err(Fault::Unreadable),
            None => 0,
        };
        let is_bound = properties.named.is_some();
        Ok((certificates.remove(index), certificates, is_bound, properties))
    }

    fn certificates(&self, signature: NodeId) -> Result<Vec<Certificate>, Fault> {
        let document = self.document;
        let within = |id: NodeId| document.is_within(id, signature);
        let is_certificate = |local: &str, namespace: &str| {
            (local == "X509Certificate" && namespace == DS) || (local == "EncapsulatedX509Certificate" && XADES.contains(&namespace))
        };
        let mut found = Vec::new();
        for (id, element) in document.elements() {
            if is_certificate(&element.name.local, &element.name.namespace) && within(id) {
                if found.len() == MOST_CERTIFICATES {
                    return Err(Fault::Unreadable);
                }
                // One that cannot be read is as if it were not there.
                found.extend(decode(&document.text(id)).and_then(|bytes| Certificate::read(&bytes)));
            }
        }
        Ok(found)
    }

    fn read_properties(&self, at: NodeId) -> Result<Properties, Fault> {
        let document = self.document;
        let Some(space) = document.element(at).map(|element| element.name.namespace.as_str()) else { return Err(Fault::Unreadable) };
        let Some(about) = document.one(at, space, "SignedSignatureProperties") else { return Ok(Properties::default()) };
        let claimed = document.one(about, space, "SigningTime").and_then(|time| read_time(document.text(time).trim()));
        let mut named = None;
        let list = ["SigningCertificateV2", "SigningCertificate"].into_iter().find_map(|name| document.one(about, space, name));
        if let Some((certificate, _)) = list.and_then(|list| document.named(list, space, "Cert").next()) {
            let digest = document.one(certificate, space, "CertDigest").ok_or(Fault::Unreadable)?;
            let hash = document.one(digest, DS, "DigestMethod").ok_or(Fault::Unreadable)?;
            let value = document.one(digest, DS, "DigestValue").ok_or(Fault::Unreadable)?;
            named = match Hash::of_uri(algorithm(document, hash)?) {
                Ok(hash) => Some((hash, decode(&document.text(value))?)),
                // A name by SHA-1 binds nothing, but the signature stands without it.
                Err(Fault::Weak) => None,
                Err(other) => return Err(other),
            };
        }
        Ok(Properties { claimed, named, person: self.person(at) })
    }

    /// The owner of the trusted profile, in a role that the signed properties claim.
    fn person(&self, properties: NodeId) -> Option<String> {
        let document = self.document;
        let text = |local: &str| {
            let is_it = |name: &super::xml::Element| name.name.local == local && name.name.namespace.starts_with(TRUSTED_PROFILE);
            let is_inside = |id: NodeId| {
                let parent = document.element(id).and_then(|element| element.parent).and_then(|parent| document.element(parent));
                parent
                    .is_some_and(|parent| parent.name.local == "DaneZPOsobyFizycznej" && parent.name.namespace.starts_with(TRUSTED_PROFILE))
            };
            let found = document.elements().filter(|(id, element)| is_it(element) && is_inside(*id) && document.is_within(*id, properties));
            clean_name(&found.map(|(id, _)| document.text(id)).collect::<Vec<_>>().join(" "))
        };
        Some(format!("{} {}", text("Imie")?, text("Nazwisko")?))
    }

    /// Time stamps over the signature's value, and what each is about.
    fn stamps(&mut self, signature: NodeId, value: NodeId) -> Result<Vec<Stamped>, Fault> {
        let document = self.document;
        let of_signature =
            |element: &super::xml::Element| XADES.contains(&element.name.namespace.as_str()) && element.name.local == "SignatureTimeStamp";
        let places: Vec<NodeId> = document
            .elements()
            .filter(|(id, element)| of_signature(element) && document.is_within(*id, signature))
            .map(|(id, _)| id)
            .collect();
        let mut stamps = Vec::new();
        for place in places.into_iter().take(super::MOST_STAMPS) {
            let method = match document.one(place, DS, "CanonicalizationMethod").map(|at| reference::method(document, at)) {
                Some(Ok(method)) => method,
                Some(Err(_)) => continue,
                None => Method::default(),
            };
            let about = self.canonical(value, &method)?;
            let tokens = document.children(place).filter(|(_, element)| element.name.local == "EncapsulatedTimeStamp");
            stamps.extend(tokens.filter_map(|(id, _)| Some((decode(&document.text(id)).ok()?, about.clone()))));
        }
        Ok(stamps)
    }
}

/// A time stamp, and the bytes that it is about.
type Stamped = (Vec<u8>, Vec<u8>);

/// The name of an algorithm.
fn algorithm(document: &Document, at: NodeId) -> Result<&str, Fault> {
    document.element(at).and_then(|element| element.attribute("Algorithm")).ok_or(Fault::Unreadable)
}

/// Base64 with white space in it.
fn decode(text: &str) -> Result<Vec<u8>, Fault> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    GeneralPurpose::new(&base64::alphabet::STANDARD, lenient).decode(packed).map_err(|_| Fault::Unreadable)
}

/// `2026-11-22T07:05:00+01:00`; without a zone that of Warsaw is meant.
fn read_time(text: &str) -> Option<Moment> {
    let at = text.parse::<Timestamp>().ok();
    let at = at.or_else(|| Some(text.parse::<DateTime>().ok()?.to_zoned(warsaw()).ok()?.timestamp()))?;
    Some(Moment(at.as_millisecond()))
}
