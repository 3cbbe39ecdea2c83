//! Signatures in XML (XAdES), as the trusted signature and the qualified ones make them. Here they are recognised and their documents
//! taken out; whether a signature is good, and about these very documents, is verified by the room `signatures`.
//!
//! An enveloping signature often carries the signed PDF inside, in Base64: that document is examined like any other.
//! Document types are refused, so there are no entities to expand and nothing to load from elsewhere.

use super::budget::Budget;
use super::kind::{self, Kind};
use super::{Content, Limits, pdf, picture};
use crate::domain::invalid::Invalid;
use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::{Namespace, ResolveResult};

const XMLDSIG: &[u8] = b"http://www.w3.org/2000/09/xmldsig#";

/// The versions of XAdES that are in use, and what extends 1.3.2.
const XADES: [&[u8]; 4] = [
    b"http://uri.etsi.org/01903/v1.3.2#",
    b"http://uri.etsi.org/01903/v1.4.1#",
    b"http://uri.etsi.org/01903/v1.2.2#",
    b"http://uri.etsi.org/01903/v1.1.1#",
];

/// Deeper than any real signature.
const MAX_DEPTH: usize = 200;

/// More elements than any real signature has.
const MAX_ELEMENTS: usize = 200_000;

/// Shorter Base64 is no document.
const SHORTEST_DOCUMENT: usize = 64;

/// Reads the signature and the documents inside.
pub(super) fn read(bytes: &[u8], limits: &Limits, budget: &Budget) -> Result<Content, Invalid> {
    let documents = signed_documents(bytes, budget)?;
    let mut content = Content { has_signature: true, ..Content::default() };
    for document in documents {
        // Something else may be signed too (a covering letter in another format): there is nothing to show of it.
        let inner = match kind::of(&document) {
            Ok(Kind::Pdf) => pdf::read(&document, limits, budget)?,
            Ok(kind @ (Kind::Jpeg | Kind::Png)) => picture::read(&document, kind, limits, budget)?,
            Ok(Kind::Xml) | Err(Invalid::FileType) => continue,
            Err(reason) => return Err(reason),
        };
        content.pages.extend(inner.pages);
        if content.pages.len() > limits.max_pages {
            return Err(Invalid::FileTooManyPages);
        }
        content.signs.extend(inner.signs);
    }
    Ok(content)
}

/// One open element, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Signature,
    Object,
    QualifyingProperties,
    Other,
}

/// Checks that the file is a signature and gives the documents that it carries.
pub(super) fn signed_documents(bytes: &[u8], budget: &Budget) -> Result<Vec<Vec<u8>>, Invalid> {
    let text = std::str::from_utf8(bytes).map_err(|_| Invalid::FileType)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = NsReader::from_str(text);
    let config = reader.config_mut();
    config.check_end_names = true;
    config.allow_unmatched_ends = false;

    let mut open: Vec<Element> = Vec::new();
    let mut elements = 0_usize;
    let mut is_signed = false;
    let mut is_closed = false;
    let mut documents = Vec::new();
    // The text directly inside the Object that is open now.
    let mut inside = String::new();
    loop {
        budget.breathe();
        let (namespace, event) = reader.read_resolved_event().map_err(|_| Invalid::FileBroken)?;
        match event {
            Event::Start(start) => {
                let element = element(&namespace, &start)?;
                if open.is_empty() && is_closed {
                    return Err(Invalid::FileBroken);
                }
                refuse_page(open.is_empty(), &start)?;
                is_signed |= is_signed_properties(&namespace, &start) && is_within_signature(&open);
                inside.clear();
                open.push(element);
                elements += 1;
                if open.len() > MAX_DEPTH || elements > MAX_ELEMENTS {
                    return Err(Invalid::FileBroken);
                }
            }
            Event::Empty(start) => {
                element(&namespace, &start)?;
                refuse_page(open.is_empty(), &start)?;
                is_signed |= is_signed_properties(&namespace, &start) && is_within_signature(&open);
                is_closed |= open.is_empty();
                elements += 1;
                if elements > MAX_ELEMENTS {
                    return Err(Invalid::FileBroken);
                }
            }
            Event::End(_) => {
                if open.pop() == Some(Element::Object) {
                    documents.extend(document(&inside));
                }
                inside.clear();
                is_closed |= open.is_empty();
            }
            Event::Text(text) if open.last() == Some(&Element::Object) => {
                inside.push_str(&text.decode().map_err(|_| Invalid::FileBroken)?);
            }
            Event::CData(text) if open.last() == Some(&Element::Object) => {
                inside.push_str(&text.decode().map_err(|_| Invalid::FileBroken)?);
            }
            Event::Text(text) if open.is_empty() && !text.trim_ascii().is_empty() => return Err(Invalid::FileBroken),
            Event::GeneralRef(reference) => {
                // Without a document type only the five built-in names and numbered characters exist.
                let is_built_in = matches!(&*reference, b"amp" | b"lt" | b"gt" | b"quot" | b"apos");
                if !is_built_in && !reference.is_char_ref() {
                    return Err(Invalid::FileType);
                }
                if &*reference == b"#13" || &*reference == b"#xD" || &*reference == b"#xd" {
                    continue;
                }
                inside.push('\u{fffd}');
            }
            Event::DocType(_) => return Err(Invalid::FileType),
            Event::Eof => break,
            _ => {}
        }
    }
    if !open.is_empty() || !is_closed {
        return Err(Invalid::FileBroken);
    }
    if is_signed { Ok(documents) } else { Err(Invalid::FileType) }
}

/// A page or a drawing is refused by its root, before anything else about it is looked at.
fn refuse_page(is_root: bool, start: &BytesStart<'_>) -> Result<(), Invalid> {
    let name = start.local_name();
    let is_page = [&b"html"[..], b"svg", b"script"].iter().any(|page| name.as_ref().eq_ignore_ascii_case(page));
    if is_root && is_page { Err(Invalid::FileType) } else { Ok(()) }
}

fn element(namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<Element, Invalid> {
    for attribute in start.attributes() {
        attribute.map_err(|_| Invalid::FileBroken)?;
    }
    let name = start.local_name();
    Ok(match (namespace, name.as_ref()) {
        (ResolveResult::Unknown(_), _) => return Err(Invalid::FileBroken),
        (ResolveResult::Bound(Namespace(space)), b"Signature") if *space == XMLDSIG => Element::Signature,
        (ResolveResult::Bound(Namespace(space)), b"Object") if *space == XMLDSIG => Element::Object,
        (ResolveResult::Bound(Namespace(space)), b"QualifyingProperties") if XADES.contains(space) => Element::QualifyingProperties,
        _ => Element::Other,
    })
}

fn is_signed_properties(namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> bool {
    matches!(namespace, ResolveResult::Bound(Namespace(space)) if XADES.contains(space))
        && start.local_name().as_ref() == b"SignedProperties"
}

/// Inside `Signature/Object/QualifyingProperties`, wherever in the file the signature stands.
fn is_within_signature(open: &[Element]) -> bool {
    open.ends_with(&[Element::Signature, Element::Object, Element::QualifyingProperties])
}

/// The document that an Object holds in Base64, if it does.
fn document(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if packed.len() < SHORTEST_DOCUMENT {
        return None;
    }
    GeneralPurpose::new(&base64::alphabet::STANDARD, lenient).decode(packed).ok()
}
