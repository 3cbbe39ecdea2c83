//! Issuers, certificates and electronic signatures, made for a test: PAdES by adding to a PDF as signing programs do, XAdES as text
//! that is its own canonical form. What may not live here: the portal's way of reading any of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cas_portal::domain::moment::Moment;
use lopdf::{Dictionary, Document, IncrementalDocument, Object, ObjectId, StringFormat, dictionary};
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, DnValue, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, SigningKey as _, date_time_ymd, string::PrintableString,
};
use sha2::{Digest as _, Sha256};
use std::time::Duration;

const GIVEN_NAME: &[u64] = &[2, 5, 4, 42];
const SURNAME: &[u64] = &[2, 5, 4, 4];
const SERIAL_NUMBER: &[u64] = &[2, 5, 4, 5];
/// The PESEL of nobody, which certificates of test persons carry as real ones do.
pub const PESEL: &str = "44051401359";

/// Sets from when until when a certificate is valid, in days from a moment.
pub fn valid(params: &mut CertificateParams, now: Moment, from: i64, until: i64) {
    let at = |days: i64| {
        let seconds = u64::try_from(now.plus_days(days).0 / 1000).expect("after 1970");
        date_time_ymd(1970, 1, 1) + Duration::from_secs(seconds)
    };
    (params.not_before, params.not_after) = (at(from), at(until));
}

/// An issuer of certificates.
pub struct Authority {
    params: CertificateParams,
    key: KeyPair,
    /// Its certificate.
    pub pem: String,
    der: Vec<u8>,
    above: Vec<Vec<u8>>,
}

impl Authority {
    /// One that nobody stands above, valid from a year before `now` for many years.
    pub fn new(name: &str, now: Moment) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let params = issuer(name, now);
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { params, key, pem: certificate.pem(), der: certificate.der().to_vec(), above: Vec::new() }
    }

    /// One below this; `longest` is how many may stand below it.
    pub fn below(&self, name: &str, now: Moment, longest: Option<u8>) -> Self {
        let limit = longest.map_or(BasicConstraints::Unconstrained, BasicConstraints::Constrained);
        self.below_with(name, now, |params| params.is_ca = IsCa::Ca(limit))
    }

    /// One below this, otherwise than usual.
    pub fn below_with(&self, name: &str, now: Moment, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let mut params = issuer(name, now);
        change(&mut params);
        let certificate = params.signed_by(&key, &Issuer::from_params(&self.params, &self.key)).expect("a certificate");
        let above = [vec![self.der.clone()], self.above.clone()].concat();
        Self { params, key, pem: certificate.pem(), der: certificate.der().to_vec(), above }
    }

    /// A person's certificate for two years around `now`.
    pub fn person(&self, first: &str, last: &str, now: Moment) -> Signer {
        let mut params = signer(now);
        for (oid, text) in [(GIVEN_NAME, first), (SURNAME, last)] {
            params.distinguished_name.push(DnType::CustomDnType(oid.to_vec()), text);
        }
        let number = PrintableString::try_from(format!("PNOPL-{PESEL}")).expect("a number");
        let number = DnValue::PrintableString(number);
        params.distinguished_name.push(DnType::CustomDnType(SERIAL_NUMBER.to_vec()), number);
        params.distinguished_name.push(DnType::CommonName, format!("{first} {last}"));
        self.issue(params)
    }

    /// The seal of the trusted signature.
    pub fn seal(&self, now: Moment) -> Signer {
        let mut params = signer(now);
        params.distinguished_name.push(DnType::OrganizationName, "Ministerstwo Cyfryzacji");
        params.distinguished_name.push(DnType::CommonName, "Minister do spraw informatyzacji - pieczęć podpisu zaufanego");
        self.issue(params)
    }

    /// A certificate of any kind.
    pub fn issue(&self, params: CertificateParams) -> Signer {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key");
        let certificate = params.signed_by(&key, &Issuer::from_params(&self.params, &self.key)).expect("a certificate");
        let above = [vec![self.der.clone()], self.above.clone()].concat();
        Signer { key, der: certificate.der().to_vec(), above }
    }
}

fn issuer(name: &str, now: Moment) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    valid(&mut params, now, -365, 3650);
    params
}

/// What the certificate of a signer says before it has a name.
pub fn signer(now: Moment) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::ContentCommitment];
    valid(&mut params, now, -365, 365);
    params
}

/// Who signs.
pub struct Signer {
    key: KeyPair,
    /// The certificate.
    pub der: Vec<u8>,
    above: Vec<Vec<u8>>,
}

/// A DER value.
pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = match content.len() {
        short @ 0..=0x7f => vec![short as u8],
        long @ 0x80..=0xff => vec![0x81, long as u8],
        long => vec![0x82, (long >> 8) as u8, long as u8],
    };
    [vec![tag], length, content].concat()
}

const OID_DATA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
const OID_SIGNED_DATA: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const OID_CONTENT_TYPE: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const OID_MESSAGE_DIGEST: &[u8] = &[0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
const OID_SIGNING_CERTIFICATE: &[u8] = &[0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 2, 47];
const OID_SHA256: &[u8] = &[0x06, 9, 0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 1];
const OID_ECDSA_SHA256: &[u8] = &[0x06, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];

impl Signer {
    /// Signed data of CMS over a content that lies elsewhere. `named` is the certificate that the signed attributes name.
    pub fn cms(&self, content: &[u8], named: Option<&[u8]>) -> Vec<u8> {
        let sha256 = tlv(0x30, &[OID_SHA256]);
        let attribute = |oid: &[u8], value: &[u8]| tlv(0x30, &[oid, &tlv(0x31, &[value])]);
        let mut attributes =
            vec![attribute(OID_CONTENT_TYPE, OID_DATA), attribute(OID_MESSAGE_DIGEST, &tlv(0x04, &[&Sha256::digest(content)]))];
        if let Some(named) = named {
            let entry = tlv(0x30, &[&tlv(0x04, &[&Sha256::digest(named)])]);
            attributes.push(attribute(OID_SIGNING_CERTIFICATE, &tlv(0x30, &[&tlv(0x30, &[&entry])])));
        }
        attributes.sort();
        let attributes = attributes.concat();
        let signature = self.key.sign(&tlv(0x31, &[&attributes])).expect("a signature");
        let (issuer, serial) = issuer_and_serial(&self.der);
        let info = tlv(
            0x30,
            &[
                &tlv(0x02, &[&[1]]),
                &tlv(0x30, &[&issuer, &serial]),
                &sha256,
                &tlv(0xa0, &[&attributes]),
                &tlv(0x30, &[OID_ECDSA_SHA256]),
                &tlv(0x04, &[&signature]),
            ],
        );
        let certificates = [vec![self.der.clone()], self.above.clone()].concat().concat();
        let data = tlv(
            0x30,
            &[&tlv(0x02, &[&[1]]), &tlv(0x31, &[&sha256]), &tlv(0x30, &[OID_DATA]), &tlv(0xa0, &[&certificates]), &tlv(0x31, &[&info])],
        );
        tlv(0x30, &[OID_SIGNED_DATA, &tlv(0xa0, &[&data])])
    }

    /// The PDF with a signature added behind it.
    pub fn sign_pdf(&self, pdf: &[u8]) -> Vec<u8> {
        self.sign_pdf_with(pdf, &PdfLook::default())
    }

    /// As [`Signer::sign_pdf`], with what else the signature says and shows.
    pub fn sign_pdf_with(&self, pdf: &[u8], look: &PdfLook) -> Vec<u8> {
        const ROOM: usize = 6000;
        let prepared = prepare(pdf, look, ROOM);
        let marker = [b"<".to_vec(), vec![b'0'; 64]].concat();
        let start = prepared.windows(marker.len()).rposition(|window| window == marker).expect("room");
        let end = start + 2 + 2 * ROOM + look.wider;
        let mut file = prepared;
        // Numbers as wide as those that they replace, so that nothing moves.
        let range = format!("[0 {start:09} {end:09} {:09}]", file.len() - end);
        let wanted = b"[0 999999999 999999999 999999999]";
        let at = file.windows(wanted.len()).rposition(|window| window == wanted).expect("a range");
        file[at..at + wanted.len()].copy_from_slice(range.as_bytes());
        let covered = [&file[..start], &file[end..]].concat();
        let cms = hex::encode(self.cms(&covered, Some(&self.der)));
        file[start + 1..start + 1 + cms.len()].copy_from_slice(cms.as_bytes());
        file
    }

    /// An enveloping signature that carries a document.
    pub fn sign_in_xml(&self, document: &[u8], properties: &str) -> String {
        let object = format!(
            "<ds:Object xmlns:ds=\"{DS}\" Encoding=\"http://www.w3.org/2000/09/xmldsig#base64\" Id=\"form\" MimeType=\"application/pdf\">{}</ds:Object>",
            STANDARD.encode(document)
        );
        let reference = reference("#form", &[EXCLUSIVE], object.as_bytes());
        self.signature(&reference, properties, &object)
    }

    /// A signature over an element of XML, in it. `before` and `after` are the canonical form around the signature.
    pub fn sign_around_xml(&self, before: &str, after: &str) -> String {
        let reference = reference("", &[ENVELOPED, EXCLUSIVE], format!("{before}{after}").as_bytes());
        format!("{before}{}{after}", self.signature(&reference, "", ""))
    }

    /// A signature over another file.
    pub fn sign_beside(&self, file: &[u8]) -> String {
        self.signature(&reference("formularz.pdf", &[], file), "", "")
    }

    /// A signature of these references, with its properties. All that is signed is written in its canonical form.
    pub fn signature(&self, references: &str, properties: &str, objects: &str) -> String {
        let signed_properties = format!(
            "<xades:SignedProperties xmlns:xades=\"{XADES}\" Id=\"properties\"><xades:SignedSignatureProperties>\
             <xades:SigningTime>2026-11-22T07:00:00+01:00</xades:SigningTime><xades:SigningCertificateV2><xades:Cert><xades:CertDigest>\
             <ds:DigestMethod xmlns:ds=\"{DS}\" Algorithm=\"{SHA256}\"></ds:DigestMethod><ds:DigestValue xmlns:ds=\"{DS}\">{}</ds:DigestValue>\
             </xades:CertDigest></xades:Cert></xades:SigningCertificateV2>{properties}</xades:SignedSignatureProperties></xades:SignedProperties>",
            STANDARD.encode(Sha256::digest(&self.der))
        );
        let about_itself = reference("#properties", &[EXCLUSIVE], signed_properties.as_bytes());
        let info = format!(
            "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod Algorithm=\"{EXCLUSIVE}\"></ds:CanonicalizationMethod>\
             <ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256\"></ds:SignatureMethod>{references}{about_itself}</ds:SignedInfo>"
        );
        let value = STANDARD.encode(plain(&self.key.sign(info.as_bytes()).expect("a signature")));
        let certificates: String = std::iter::once(&self.der)
            .chain(&self.above)
            .map(|der| format!("<ds:X509Certificate>{}</ds:X509Certificate>", STANDARD.encode(der)))
            .collect();
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\" Id=\"signature\">{info}<ds:SignatureValue>{value}</ds:SignatureValue>\
             <ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo>{objects}<ds:Object>\
             <xades:QualifyingProperties xmlns:xades=\"{XADES}\" Target=\"#signature\">{signed_properties}</xades:QualifyingProperties></ds:Object></ds:Signature>"
        )
    }
}

pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
pub const XADES: &str = "http://uri.etsi.org/01903/v1.3.2#";
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub const BASE64: &str = "http://www.w3.org/2000/09/xmldsig#base64";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// A reference with the digest of these bytes. No transformation leaves the list out.
pub fn reference(uri: &str, transforms: &[&str], bytes: &[u8]) -> String {
    let steps: String = transforms.iter().map(|name| format!("<ds:Transform Algorithm=\"{name}\"></ds:Transform>")).collect();
    let list = if steps.is_empty() { String::new() } else { format!("<ds:Transforms>{steps}</ds:Transforms>") };
    let digest = STANDARD.encode(Sha256::digest(bytes));
    format!(
        "<ds:Reference URI=\"{uri}\">{list}<ds:DigestMethod Algorithm=\"{SHA256}\"></ds:DigestMethod><ds:DigestValue>{digest}</ds:DigestValue></ds:Reference>"
    )
}

/// The signed properties of a trusted signature, as canonical text.
pub fn trusted_profile(first: &str, last: &str) -> String {
    let (zp, person) = ("http://crd.gov.pl/xml/schematy/ppzp/", "http://crd.gov.pl/xml/schematy/osoba/2009/03/06/");
    format!(
        "<xades:SignerRole><xades:ClaimedRoles><xades:ClaimedRole><ppZP:PodpisZP xmlns:ppZP=\"{zp}\"><ppZP:DaneZP><ppZP:DaneZPOsobyFizycznej>\
         <os:Nazwisko xmlns:os=\"{person}\" rodzajCzlonu=\"pierwszy\">{last}</os:Nazwisko><os:Imie xmlns:os=\"{person}\">{first}</os:Imie>\
         <os:PESEL xmlns:os=\"{person}\">{PESEL}</os:PESEL></ppZP:DaneZPOsobyFizycznej></ppZP:DaneZP></ppZP:PodpisZP></xades:ClaimedRole></xades:ClaimedRoles></xades:SignerRole>"
    )
}

/// What a signature in a PDF says and shows.
#[derive(Debug, Clone)]
pub struct PdfLook {
    /// `SubFilter`.
    pub format: &'static str,
    /// `Reason`.
    pub reason: Option<String>,
    /// A picture on the first page.
    pub is_visible: bool,
    /// So many bytes behind the place of the signature are not signed: what a cheat does.
    pub wider: usize,
    /// Objects that are put in the place of others by the way: what a cheat does.
    pub replaced: Vec<(ObjectId, Object)>,
}

impl Default for PdfLook {
    fn default() -> Self {
        Self { format: "ETSI.CAdES.detached", reason: None, is_visible: false, wider: 0, replaced: Vec::new() }
    }
}

/// The PDF with a signature field and an empty place for the signature added behind it.
fn prepare(pdf: &[u8], look: &PdfLook, room: usize) -> Vec<u8> {
    let before = Document::load_mem(pdf).expect("a PDF");
    let root = before.trailer.get(b"Root").and_then(Object::as_reference).expect("a catalogue");
    let page = before.page_iter().next().expect("a page");
    let fields = list_of(&before, root, b"AcroForm");
    let marks = before.get_object(page).and_then(Object::as_dict).ok().and_then(|page| list_in(&before, page, b"Annots"));
    let mut added = IncrementalDocument::create_from(pdf.to_vec(), before);
    for id in [root, page] {
        added.opt_clone_object_to_new_document(id).expect("a copy");
    }
    let mut signature = dictionary! {
        "Type" => "Sig", "Filter" => "Adobe.PPKLite", "SubFilter" => look.format,
        "ByteRange" => Object::Array([0, 999_999_999, 999_999_999, 999_999_999].map(Object::Integer).to_vec()),
        "M" => Object::string_literal("D:20261122070000+01'00'"),
        "Contents" => Object::String(vec![0; room], StringFormat::Hexadecimal),
    };
    if let Some(reason) = &look.reason {
        let text: Vec<u8> = [vec![0xfe, 0xff], reason.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat();
        signature.set("Reason", Object::String(text, StringFormat::Literal));
    }
    let document = &mut added.new_document;
    let signature = document.add_object(signature);
    let corner = if look.is_visible { 300 } else { 0 };
    let mut field = dictionary! {
        "Type" => "Annot", "Subtype" => "Widget", "FT" => "Sig", "T" => Object::string_literal("Podpis"), "V" => signature, "P" => page,
        "Rect" => Object::Array([0, 0, corner, corner].map(Object::Integer).to_vec()), "F" => 132,
    };
    if look.is_visible {
        let picture = lopdf::Stream::new(
            dictionary! { "Type" => "XObject", "Subtype" => "Form", "BBox" => vec![0.into(), 0.into(), 9.into(), 9.into()] },
            b"0 0 9 9 re f".to_vec(),
        );
        let picture = document.add_object(picture);
        field.set("AP", dictionary! { "N" => picture });
    }
    let field = document.add_object(field);
    let with = |list: Option<Vec<Object>>| Object::Array([list.unwrap_or_default(), vec![field.into()]].concat());
    let form = dictionary! { "Fields" => with(fields), "SigFlags" => 3 };
    document.get_object_mut(root).and_then(Object::as_dict_mut).expect("a catalogue").set("AcroForm", form);
    document.get_object_mut(page).and_then(Object::as_dict_mut).expect("a page").set("Annots", with(marks));
    for (id, object) in &look.replaced {
        document.objects.insert(*id, object.clone());
    }
    let mut file = Vec::new();
    added.save_to(&mut file).expect("a file");
    file
}

fn list_in(document: &Document, dictionary: &Dictionary, key: &[u8]) -> Option<Vec<Object>> {
    dictionary.get_deref(key, document).and_then(Object::as_array).ok().cloned()
}

fn list_of(document: &Document, root: ObjectId, key: &[u8]) -> Option<Vec<Object>> {
    let form = document.get_object(root).and_then(Object::as_dict).ok()?.get_deref(key, document).and_then(Object::as_dict).ok()?;
    list_in(document, form, b"Fields")
}

/// A value's head and its bytes: (whole, content, rest).
fn split(bytes: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (head, length) = match bytes[1] {
        short @ 0..=0x7f => (2, usize::from(short)),
        0x81 => (3, usize::from(bytes[2])),
        _ => (4, usize::from(bytes[2]) << 8 | usize::from(bytes[3])),
    };
    (&bytes[..head + length], &bytes[head..head + length], &bytes[head + length..])
}

fn issuer_and_serial(certificate: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let tbs = split(split(certificate).1).1;
    let (_, _, rest) = split(tbs);
    let (serial, _, rest) = split(rest);
    let (_, _, rest) = split(rest);
    (split(rest).0.to_vec(), serial.to_vec())
}

/// The two numbers of an ECDSA signature side by side.
fn plain(der: &[u8]) -> Vec<u8> {
    let (_, first, rest) = split(split(der).1);
    let second = split(rest).1;
    let wide = |number: &[u8]| {
        let digits: Vec<u8> = number.iter().copied().skip_while(|digit| *digit == 0).collect();
        [vec![0; 32 - digits.len()], digits].concat()
    };
    [wide(first), wide(second)].concat()
}
