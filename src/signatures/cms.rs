//! Signed data of CMS (RFC 5652) with one signer and signed attributes, as PAdES and time stamps are made.

use super::Fault;
use super::algorithms::{Hash, Scheme};
use super::certificate::Certificate;
use super::der::{self, GENERALIZED_TIME, INTEGER, OCTET_STRING, OID, SEQUENCE, SET, UTC_TIME, Walk, context};
use crate::domain::moment::Moment;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use x509_cert::der::Encode as _;

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.7.1
pub(super) const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
/// 1.2.840.113549.1.9.16.1.4
pub(super) const TIME_STAMP: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01, 0x04];
/// 1.2.840.113549.1.9.3, .4, .5
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x05];
/// 1.2.840.113549.1.9.16.2.47 and .14
const SIGNING_CERTIFICATE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f];
const TIME_STAMP_TOKEN: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x0e];

/// More certificates than come with any signature.
const MOST_CERTIFICATES: usize = 20;
/// More attributes than any signer has.
const MOST_ATTRIBUTES: usize = 40;

/// What a sound one says.
#[derive(Debug)]
pub(super) struct Checked {
    pub(super) certificate: Certificate,
    pub(super) others: Vec<Certificate>,
    pub(super) claimed: Option<Moment>,
    pub(super) is_bound: bool,
    /// Tokens over `value`.
    pub(super) stamps: Vec<Vec<u8>>,
    /// The signature itself.
    pub(super) value: Vec<u8>,
    /// What lies inside, where the content does not lie beside it.
    pub(super) content: Vec<u8>,
}

/// Checks one `ContentInfo`, with zero bytes behind it at most. `beside` is the content where it lies outside.
///
/// # Errors
/// Why it is not sound.
pub(super) fn check(bytes: &[u8], content_type: &[u8], beside: Option<&[&[u8]]>) -> Result<Checked, Fault> {
    let mut walk = Walk::new(bytes);
    let mut info = walk.inside(SEQUENCE)?;
    if walk.rest().iter().any(|byte| *byte != 0) {
        // Room is left for the signature and filled with zeros; whatever else stands there nobody signed.
        return Err(Fault::Broken);
    }
    if info.take(OID)?.content != SIGNED_DATA {
        return Err(Fault::Unreadable);
    }
    let mut wrapped = info.inside(context(0))?;
    info.end()?;
    let mut data = wrapped.inside(SEQUENCE)?;
    wrapped.end()?;
    data.take(INTEGER)?;
    data.take(SET)?;
    let mut encapsulated = data.inside(SEQUENCE)?;
    if encapsulated.take(OID)?.content != content_type {
        return Err(Fault::Unreadable);
    }
    let inside = match encapsulated.take_if(context(0))? {
        Some(value) => Some(Walk::new(value.content).take(OCTET_STRING)?.content),
        None => None,
    };
    let certificates = read_certificates(data.take_if(context(0))?.map_or(&[][..], |value| value.content))?;
    data.take_if(context(1))?;
    let mut signers = data.inside(SET)?;
    data.end()?;
    let signer = signers.inside(SEQUENCE)?;
    // One signature has one signer; a second one could be anybody.
    signers.end()?;
    let parts: Vec<&[u8]> = match (inside, beside) {
        (Some(inside), None) => vec![inside],
        (None, Some(beside)) => beside.to_vec(),
        _ => return Err(Fault::Unreadable),
    };
    let mut checked = check_signer(signer, content_type, &parts, certificates)?;
    checked.content = inside.unwrap_or_default().to_vec();
    Ok(checked)
}

fn read_certificates(bytes: &[u8]) -> Result<Vec<Certificate>, Fault> {
    let mut walk = Walk::new(bytes);
    let mut found = Vec::new();
    while !walk.is_done() {
        let value = walk.any()?;
        if found.len() == MOST_CERTIFICATES {
            return Err(Fault::Unreadable);
        }
        // Attribute certificates and older kinds may lie among them. One that cannot be read is as if it were not there.
        if value.tag == SEQUENCE
            && let Ok(certificate) = Certificate::read(value.whole)
        {
            found.push(certificate);
        }
    }
    Ok(found)
}

fn check_signer(mut signer: Walk<'_>, content_type: &[u8], parts: &[&[u8]], mut certificates: Vec<Certificate>) -> Result<Checked, Fault> {
    signer.take(INTEGER)?;
    let id = signer.any()?;
    let hash = Hash::of_oid(der::algorithm(&mut signer)?.0)?;
    let signed = signer.take_if(context(0))?.ok_or(Fault::UnknownMethod)?;
    let scheme = Scheme::of_algorithm(&mut signer, Some(hash))?;
    let value = signer.take(OCTET_STRING)?.content.to_vec();
    let unsigned = signer.take_if(context(1))?;
    signer.end()?;

    let mut attributes = Attributes::read(signed.content)?;
    if attributes.one(CONTENT_TYPE)?.ok_or(Fault::Unreadable)?.take(OID)?.content != content_type {
        return Err(Fault::Broken);
    }
    let digest = attributes.one(MESSAGE_DIGEST)?.ok_or(Fault::Unreadable)?.take(OCTET_STRING)?.content;
    if digest != hash.digest(parts) {
        return Err(Fault::Broken);
    }
    let index = certificates.iter().position(|certificate| is_named(certificate, id)).ok_or(Fault::Unreadable)?;
    let certificate = certificates.swap_remove(index);
    // Signed are the attributes as a SET of their own, not as the tagged field that they are here.
    let mut message = signed.whole.to_vec();
    message[0] = SET;
    scheme.verify(certificate.key(), &message, &value)?;

    let is_bound = match attributes.one(SIGNING_CERTIFICATE)? {
        Some(named) => {
            if !names(named, &certificate)? {
                return Err(Fault::Broken);
            }
            true
        }
        None => false,
    };
    let claimed = match attributes.one(SIGNING_TIME)? {
        Some(mut time) => time.any().ok().and_then(|time| read_time(time.tag, time.content)),
        None => None,
    };
    let mut stamps = Vec::new();
    if let Some(unsigned) = unsigned {
        for mut token in Attributes::read(unsigned.content)?.all(TIME_STAMP_TOKEN) {
            while !token.is_done() {
                stamps.push(token.any()?.whole.to_vec());
            }
        }
    }
    Ok(Checked { certificate, others: certificates, claimed, is_bound, stamps, value, content: Vec::new() })
}

/// Whether a `SignerIdentifier` means this certificate.
fn is_named(certificate: &Certificate, id: der::Value<'_>) -> bool {
    if id.tag == SEQUENCE {
        let mut walk = Walk::new(id.content);
        let (Ok(issuer), Ok(serial)) = (walk.take(SEQUENCE), walk.take(INTEGER)) else { return false };
        certificate.issuer().to_der().is_ok_and(|name| name == issuer.whole) && certificate.serial() == serial.content
    } else {
        // `[0]`, primitive: the identifier of the key.
        id.tag == 0x80 && certificate.key_identifier().is_some_and(|key| key == id.content)
    }
}

/// Whether the first entry of a `SigningCertificateV2` is this certificate.
fn names(mut value: Walk<'_>, certificate: &Certificate) -> Result<bool, Fault> {
    let mut entry = value.inside(SEQUENCE)?.inside(SEQUENCE)?.inside(SEQUENCE)?;
    let hash = match entry.take_if(SEQUENCE)? {
        Some(algorithm) => Hash::of_oid(Walk::new(algorithm.content).take(OID)?.content)?,
        None => Hash::Sha256,
    };
    Ok(entry.take(OCTET_STRING)?.content == hash.digest(&[certificate.bytes()]))
}

/// Attributes by the content of their OID.
struct Attributes<'a>(Vec<(&'a [u8], Walk<'a>)>);

impl<'a> Attributes<'a> {
    fn read(bytes: &'a [u8]) -> Result<Self, Fault> {
        let mut walk = Walk::new(bytes);
        let mut found = Vec::new();
        while !walk.is_done() {
            let mut attribute = walk.inside(SEQUENCE)?;
            let name = attribute.take(OID)?.content;
            let values = attribute.inside(SET)?;
            attribute.end()?;
            if found.len() == MOST_ATTRIBUTES {
                return Err(Fault::Unreadable);
            }
            found.push((name, values));
        }
        Ok(Self(found))
    }

    fn all(&self, name: &[u8]) -> Vec<Walk<'a>> {
        self.0.iter().filter(|(found, _)| *found == name).map(|(_, values)| *values).collect()
    }

    /// The only value of an attribute that may stand there once.
    fn one(&mut self, name: &[u8]) -> Result<Option<Walk<'a>>, Fault> {
        match self.all(name)[..] {
            [] => Ok(None),
            [values] => {
                let mut rest = values;
                rest.any()?;
                rest.end()?;
                Ok(Some(values))
            }
            _ => Err(Fault::Unreadable),
        }
    }
}

/// UTCTime or GeneralizedTime in UTC; parts of a second are dropped.
pub(super) fn read_time(tag: u8, content: &[u8]) -> Option<Moment> {
    let text = std::str::from_utf8(content).ok()?.strip_suffix('Z')?;
    let text = text.split(['.', ',']).next()?;
    let century = match tag {
        UTC_TIME if text.len() == 12 => {
            if text.get(..2)?.parse::<u8>().ok()? < 50 {
                "20"
            } else {
                "19"
            }
        }
        GENERALIZED_TIME if text.len() == 14 => "",
        _ => return None,
    };
    let text = format!("{century}{text}");
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i8>().ok());
    let year = text.get(..4)?.parse().ok()?;
    let time = DateTime::new(year, number(4, 6)?, number(6, 8)?, number(8, 10)?, number(10, 12)?, number(12, 14)?, 0).ok()?;
    Some(Moment(time.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond()))
}
