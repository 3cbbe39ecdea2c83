//! PDF documents: is it encrypted, signed, too long; then page images and codes.
//!
//! Two libraries read each document, one after the other, and only the second draws. lopdf reads it whole under limits; what
//! it understood is checked stream by stream (a kilobyte can unpack to gigabytes) and written anew in the plainest form.
//! hayro, which has no limits of its own, gets only that: it cannot see anything that was not measured.

use super::budget::{Budget, give_up};
use super::meter::Meter;
use super::picture::{page_image, shrink};
use super::{Content, Limits, codes};
use crate::domain::invalid::Invalid;
use crate::domain::post::matching::PageSigns;
use crate::signatures::PdfSignature;
use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::page::Page;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use image::{GrayImage, Luma};
use lopdf::{Dictionary, Document, LoadOptions, Object, Stream, decode_text_string};
use std::cell::Cell;

/// Object streams hold dictionaries, a few hundred each: more is a bomb, since one byte of text may become a hundred in memory.
const MAX_OBJECT_STREAM: usize = 4 * 1024 * 1024;

/// All object streams of a document together.
const MAX_OBJECT_STREAMS: usize = 24 * 1024 * 1024;

/// Content, fonts, colour profiles: everything that is not a picture, unpacked, each.
const MAX_STREAM: usize = 24 * 1024 * 1024;

/// Everything that is not a picture, unpacked, together.
const MAX_STREAMS: usize = 96 * 1024 * 1024;

/// Pictures unpacked, together: thirty pages at 300 dpi in colour.
const MAX_PICTURES: usize = 1024 * 1024 * 1024;

/// Saved graphics states on top of each other in one stream; real documents stay under thirty.
const MAX_SAVED_STATES: usize = 1000;

/// Colour components of a pixel.
const MAX_COMPONENTS: usize = 8;

/// Signatures that are read: each is compared with those before it, and a form has a few.
const MOST_SIGNATURES: usize = 50;

/// Dictionaries within dictionaries, at most.
const DEEPEST: usize = 100;

/// Reads a document: refusals first, then pages and codes.
pub(super) fn read(bytes: &[u8], limits: &Limits, budget: &Budget) -> Result<Content, Invalid> {
    if names_encryption(bytes) {
        return Err(Invalid::FileEncrypted);
    }
    let mut document = load(bytes)?;
    budget.breathe();
    if document.is_encrypted() || document.was_encrypted() {
        return Err(Invalid::FileEncrypted);
    }
    if is_active(&document) {
        return Err(Invalid::FileActive);
    }
    let pages = document.page_iter().take(limits.max_pages + 1).count();
    if pages == 0 {
        return Err(Invalid::FileBroken);
    }
    if pages > limits.max_pages {
        return Err(Invalid::FileTooManyPages);
    }
    let mut content = Content { has_signature: is_signed(&document), may_be_signed: has_picture_or_ink(&document), ..Content::default() };
    check_streams(&mut document, limits, budget)?;
    let mut plain = Vec::with_capacity(bytes.len());
    document.save_to(&mut plain).map_err(|_| Invalid::FileBroken)?;
    drop(document);
    draw(plain, limits, budget, &mut content)?;
    Ok(content)
}

/// A trailer that names a key: it always stands in the clear. Names may be written with `#xx`.
fn names_encryption(bytes: &[u8]) -> bool {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut rest = bytes;
    while let Some(slash) = rest.iter().position(|byte| *byte == b'/') {
        rest = &rest[slash + 1..];
        let mut name = rest;
        let is_encrypt = b"Encrypt".iter().all(|wanted| {
            let (found, length) = match name {
                [b'#', high, low, ..] => match (hex(*high), hex(*low)) {
                    (Some(high), Some(low)) => (high * 16 + low, 3),
                    _ => return false,
                },
                [byte, ..] => (*byte, 1),
                [] => return false,
            };
            name = &name[length..];
            found == *wanted
        });
        // Only a reference or a dictionary makes it a key; `/EncryptMetadata` and prose do not.
        let value = name.trim_ascii_start();
        if is_encrypt && (value.starts_with(b"<<") || (value.len() < name.len() && value.first().is_some_and(u8::is_ascii_digit))) {
            return true;
        }
    }
    false
}

thread_local! {
    /// What may still be unpacked from object streams while lopdf loads: its filter is a plain function and keeps no state.
    static OBJECT_STREAMS_LEFT: Cell<usize> = const { Cell::new(0) };
}

/// Reads the objects of a document, whose object streams together unpack to no more than the limits.
pub(super) fn load(bytes: &[u8]) -> Result<Document, Invalid> {
    OBJECT_STREAMS_LEFT.set(MAX_OBJECT_STREAMS);
    let options = LoadOptions { max_decompressed_size: Some(MAX_OBJECT_STREAM), filter: Some(weigh_object), ..LoadOptions::default() };
    Document::load_mem_with_options(bytes, options).map_err(|_| Invalid::FileBroken)
}

/// Called for each object before its object stream is unpacked.
fn weigh_object(id: (u32, u16), object: &mut Object) -> Option<((u32, u16), Object)> {
    if let Object::Stream(stream) = object
        && stream.dict.has_type(b"ObjStm")
    {
        let size = stream.get_plain_content_with_limit(MAX_OBJECT_STREAM).map_or(MAX_OBJECT_STREAM, |content| content.len());
        match OBJECT_STREAMS_LEFT.get().checked_sub(size) {
            Some(left) => OBJECT_STREAMS_LEFT.set(left),
            None => give_up(),
        }
    }
    // What is given back counts only for what lies inside object streams, and no stream does: nothing large is copied.
    let kept = if matches!(object, Object::Stream(_)) { Object::Null } else { object.clone() };
    Some((id, kept))
}

/// Would it run a script or start a program in the reader of whoever opens it? No form and no scan needs that.
fn is_active(document: &Document) -> bool {
    fn acts(document: &Document, object: &Object, depth: usize) -> bool {
        let inner = |dictionary: &Dictionary| {
            // What it does may be named elsewhere, too.
            let what = dictionary.get_deref(b"S", document).and_then(Object::as_name);
            let runs = what.is_ok_and(|name| matches!(name, b"JavaScript" | b"Launch"));
            runs || dictionary.has(b"JS") || dictionary.iter().any(|(_, value)| acts(document, value, depth + 1))
        };
        match object {
            // What is nested deeper is nobody's form.
            _ if depth > DEEPEST => true,
            Object::Dictionary(dictionary) => inner(dictionary),
            Object::Stream(stream) => inner(&stream.dict),
            Object::Array(items) => items.iter().any(|item| acts(document, item, depth + 1)),
            _ => false,
        }
    }
    document.objects.values().any(|object| acts(document, object, 0))
}

/// Is there a signature dictionary that covers bytes of this file? A time stamp alone is no signature.
fn is_signed(document: &Document) -> bool {
    signatures_of(document).iter().any(|signature| !signature.is_time_stamp())
}

/// The signatures of a document as their dictionaries say, time stamps of the whole document too. Each once, in any order.
pub(super) fn signatures_of(document: &Document) -> Vec<PdfSignature> {
    let read = |dictionary: &Dictionary| {
        let value = |key: &[u8]| dictionary.get_deref(key, document).ok();
        let text = |key: &[u8]| value(key).and_then(|text| decode_text_string(text).ok());
        let of_type = value(b"Type").is_none_or(|name| name.as_name().is_ok_and(|name| name == b"Sig" || name == b"DocTimeStamp"));
        let sub_filter = value(b"SubFilter").and_then(|name| name.as_name().ok()).unwrap_or_default();
        let formats: [&[u8]; 4] = [b"adbe.pkcs7.", b"adbe.x509.", b"ETSI.CAdES.", b"ETSI.RFC3161"];
        let format = formats.iter().any(|format| sub_filter.starts_with(format));
        let range = value(b"ByteRange").and_then(|range| range.as_array().ok()).filter(|range| range.len() >= 4)?;
        let contents = value(b"Contents").and_then(|text| text.as_str().ok()).filter(|text| text.iter().any(|byte| *byte != 0))?;
        let number = |object: &Object| document.dereference(object).ok().and_then(|(_, object)| object.as_i64().ok()).unwrap_or(-1);
        (of_type && format).then(|| PdfSignature {
            sub_filter: String::from_utf8_lossy(sub_filter).into_owned(),
            byte_range: range.iter().map(number).collect(),
            contents: contents.to_vec(),
            reason: text(b"Reason"),
            claimed: text(b"M"),
        })
    };
    let mut found = Vec::new();
    for object in document.objects.values() {
        let Object::Dictionary(dictionary) = object else { continue };
        // Usually an object of its own; some producers write it straight into the field.
        let inner = match dictionary.get(b"V") {
            Ok(Object::Dictionary(value)) => read(value),
            _ => None,
        };
        for signature in read(dictionary).into_iter().chain(inner) {
            if found.len() < MOST_SIGNATURES && !found.contains(&signature) {
                found.push(signature);
            }
        }
    }
    found
}

/// Is there a picture (a scan, a photographed signature) or something drawn on top (a pen on a tablet, a stamp)?
fn has_picture_or_ink(document: &Document) -> bool {
    let names = |dictionary: &Dictionary, wanted: &[&[u8]]| {
        dictionary.get_deref(b"Subtype", document).and_then(Object::as_name).is_ok_and(|name| wanted.contains(&name))
    };
    document.objects.values().any(|object| match object {
        Object::Stream(stream) => names(&stream.dict, &[b"Image"]),
        Object::Dictionary(dictionary) => names(dictionary, &[b"Ink", b"Stamp", b"FreeText"]),
        _ => false,
    })
}

/// Unpacks every stream once under limits and brings its dictionary into the form in which nothing is ambiguous.
fn check_streams(document: &mut Document, limits: &Limits, budget: &Budget) -> Result<(), Invalid> {
    let mut plain: Vec<(lopdf::ObjectId, Dictionary)> = Vec::new();
    let (mut others, mut pictures) = (0_usize, 0_usize);
    for (id, object) in &document.objects {
        budget.breathe();
        if !has_sane_colours(object, document) {
            return Err(Invalid::FileBroken);
        }
        let Object::Stream(stream) = object else { continue };
        if stream.dict.has_type(b"XRef") || stream.dict.has_type(b"ObjStm") {
            continue;
        }
        let dictionary = plain_dictionary(&stream.dict, document)?;
        let is_picture = dictionary.get(b"Subtype").and_then(Object::as_name).is_ok_and(|name| name == b"Image");
        let size = check_stream(&dictionary, &stream.content, limits)?;
        let (sum, most) = if is_picture { (&mut pictures, MAX_PICTURES) } else { (&mut others, MAX_STREAMS) };
        *sum = sum.saturating_add(size);
        if *sum > most {
            return Err(Invalid::FileBroken);
        }
        plain.push((*id, dictionary));
    }
    for (id, dictionary) in plain {
        if let Some(Object::Stream(stream)) = document.objects.get_mut(&id) {
            stream.dict = dictionary;
        }
    }
    document.trailer.remove(b"Encrypt");
    Ok(())
}

/// Colour spaces with very many components would make small pictures large.
fn has_sane_colours(object: &Object, document: &Document) -> bool {
    let sane = |array: &Vec<Object>| {
        let is_many = matches!(array.first(), Some(Object::Name(name)) if name == b"DeviceN");
        !is_many
            || array
                .get(1)
                .and_then(|names| document.dereference(names).ok())
                .and_then(|(_, names)| names.as_array().ok())
                .is_none_or(|names| names.len() <= MAX_COMPONENTS)
    };
    match object {
        Object::Array(array) => sane(array),
        Object::Dictionary(dictionary) => dictionary.iter().all(|(_, value)| value.as_array().map_or(true, sane)),
        Object::Stream(stream) => stream.dict.iter().all(|(_, value)| value.as_array().map_or(true, sane)),
        _ => true,
    }
}

/// Filters by their full names and without references, parameters as plain numbers; no file outside of the document.
fn plain_dictionary(dictionary: &Dictionary, document: &Document) -> Result<Dictionary, Invalid> {
    let follow = |object: &Object| document.dereference(object).map(|(_, object)| object.clone()).unwrap_or(Object::Null);
    let list = |key: &[u8]| match dictionary.get(key).map(follow) {
        Ok(Object::Array(items)) => items.iter().map(follow).collect(),
        Ok(Object::Null) | Err(_) => Vec::new(),
        Ok(item) => vec![item],
    };
    let filters = list(b"Filter");
    let parameters = list(b"DecodeParms");
    let mut plain = dictionary.clone();
    for key in [&b"F"[..], b"FFilter", b"FDecodeParms", b"DP", b"Filter", b"DecodeParms", b"DL"] {
        plain.remove(key);
    }
    for key in [&b"Width"[..], b"Height", b"W", b"H", b"BitsPerComponent", b"BPC", b"Subtype"] {
        if let Ok(value) = dictionary.get(key) {
            plain.set(key, follow(value));
        }
    }
    if filters.is_empty() {
        return Ok(plain);
    }
    let plain_parameters: Vec<Object> = (0..filters.len())
        .map(|index| {
            let Some(Object::Dictionary(given)) = parameters.get(index) else { return Ok(Object::Dictionary(Dictionary::new())) };
            let mut kept = Dictionary::new();
            for (key, value) in given.iter() {
                let value = if key == b"JBIG2Globals" { value.clone() } else { follow(value) };
                if let Object::Integer(number) = value
                    && !(-1..=100_000).contains(&number)
                {
                    return Err(Invalid::FileBroken);
                }
                kept.set(key.clone(), value);
            }
            Ok(Object::Dictionary(kept))
        })
        .collect::<Result<_, _>>()?;
    plain.set("Filter", Object::Array(filters));
    plain.set("DecodeParms", Object::Array(plain_parameters));
    Ok(plain)
}

/// Unpacks one stream under limits. Used again for the pictures that stand inside a content stream.
///
/// # Errors
/// `FileBroken` for more than a page may need, and for filters whose cost nobody here can tell.
pub(super) fn check_stream(dictionary: &Dictionary, content: &[u8], limits: &Limits) -> Result<usize, Invalid> {
    let number = |key: &[u8]| dictionary.get(key).ok().and_then(|value| value.as_float().ok()).map_or(0_u64, |value| value.max(0.0) as u64);
    let width = number(b"Width").max(number(b"W"));
    let height = number(b"Height").max(number(b"H"));
    let pixels = width.saturating_mul(height);
    if pixels > limits.max_pixels || number(b"BitsPerComponent").max(number(b"BPC")) > 16 {
        return Err(Invalid::FileBroken);
    }
    let filters = match dictionary.get(b"Filter") {
        Ok(Object::Array(filters)) => filters.as_slice(),
        _ => &[],
    };
    let mut packed: Vec<Object> = Vec::new();
    let mut picture_filter: Option<&[u8]> = None;
    for filter in filters {
        let name = filter.as_name().map_err(|_| Invalid::FileBroken)?;
        if picture_filter.is_some() {
            return Err(Invalid::FileBroken);
        }
        match name {
            b"FlateDecode" | b"LZWDecode" | b"ASCII85Decode" | b"ASCIIHexDecode" | b"RunLengthDecode" => packed.push(filter.clone()),
            b"DCTDecode" | b"JPXDecode" | b"JBIG2Decode" | b"CCITTFaxDecode" => picture_filter = Some(name),
            _ => return Err(Invalid::FileBroken),
        }
    }
    let is_picture = pixels > 0;
    // Sixteen bits in four components is the most that a pixel has; most have far less.
    let most =
        if is_picture { usize::try_from(pixels.saturating_mul(8)).unwrap_or(usize::MAX).saturating_add(MAX_STREAM) } else { MAX_STREAM };
    let mut rest = Dictionary::new();
    let count = packed.len();
    rest.set("Filter", Object::Array(packed));
    if let Ok(Object::Array(parameters)) = dictionary.get(b"DecodeParms") {
        rest.set("DecodeParms", Object::Array(parameters.iter().take(count).cloned().collect()));
    }
    let unpacked = if count == 0 {
        content.to_vec()
    } else {
        // What cannot be unpacked to its end is drawn as far as it goes, by both libraries.
        match Stream::new(rest, content.to_vec()).get_plain_content_with_limit(most) {
            Ok(unpacked) => unpacked,
            Err(_) => return Err(Invalid::FileBroken),
        }
    };
    let last = match dictionary.get(b"DecodeParms") {
        Ok(Object::Array(parameters)) => parameters.get(count),
        _ => None,
    };
    match picture_filter {
        Some(_) if !is_picture => return Err(Invalid::FileBroken),
        Some(b"CCITTFaxDecode") => {
            let columns = last
                .and_then(|parameters| parameters.as_dict().ok())
                .and_then(|parameters| parameters.get(b"Columns").ok())
                .and_then(|columns| columns.as_i64().ok())
                .and_then(|columns| u64::try_from(columns).ok())
                .unwrap_or(1728);
            if columns.saturating_mul(height) > limits.max_pixels {
                return Err(Invalid::FileBroken);
            }
        }
        Some(b"JPXDecode") if jpeg2000_pixels(&unpacked).is_none_or(|pixels| pixels > limits.max_pixels) => {
            return Err(Invalid::FileBroken);
        }
        Some(b"JBIG2Decode") if !jbig2_is_small(&unpacked, limits.max_pixels) => return Err(Invalid::FileBroken),
        None if !is_picture && saved_states(&unpacked) > MAX_SAVED_STATES => return Err(Invalid::FileBroken),
        _ => {}
    }
    Ok(unpacked.len())
}

/// Width times height times components out of the size segment of a JPEG 2000 code stream.
fn jpeg2000_pixels(bytes: &[u8]) -> Option<u64> {
    let at = bytes.windows(4).position(|window| window == b"\xff\x4f\xff\x51")?;
    let field = |offset: usize| {
        let bytes = bytes.get(at + offset..at + offset + 4)?;
        Some(u64::from(u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])))
    };
    let (width, height) = (field(8)?, field(12)?);
    let components = u64::from(u16::from_be_bytes([*bytes.get(at + 40)?, *bytes.get(at + 41)?]));
    // Wide samples in many components cost as much as many pixels.
    width.checked_mul(height)?.checked_mul(components.div_ceil(4).max(1))
}

/// Walks the segments of an embedded JBIG2 stream: no region and no page may be larger than a page.
fn jbig2_is_small(bytes: &[u8], max_pixels: u64) -> bool {
    let word = |at: usize| bytes.get(at..at + 4).map(|four| u32::from_be_bytes([four[0], four[1], four[2], four[3]]));
    let mut at = 0_usize;
    let mut sum = 0_u64;
    while at + 11 <= bytes.len() {
        let (Some(number), Some(flags), Some(count)) = (word(at), bytes.get(at + 4), bytes.get(at + 5)) else { return true };
        let mut head = at + 6;
        let mut referred = usize::from(count >> 5);
        if referred == 7 {
            let Some(long) = word(at + 5) else { return true };
            referred = (long & 0x1fff_ffff) as usize;
            head = at + 9 + referred.div_ceil(8);
        }
        let width_of_reference = match number {
            0..=256 => 1,
            257..=65_536 => 2,
            _ => 4,
        };
        let Some(references) = referred.checked_mul(width_of_reference) else { return false };
        head = head.saturating_add(references).saturating_add(if flags & 0x40 == 0 { 1 } else { 4 });
        let Some(length) = word(head) else { return true };
        let data = head + 4;
        if matches!(flags & 0x3f, 4 | 6 | 7 | 20 | 22 | 23 | 36 | 38 | 39 | 40 | 42 | 43 | 48)
            && let (Some(width), Some(height)) = (word(data), word(data + 4))
        {
            // A page of unknown height grows with its stripes, which are regions.
            let height = if height == u32::MAX { 1 } else { height };
            sum = sum.saturating_add(u64::from(width) * u64::from(height));
        }
        if sum > max_pixels.saturating_mul(4) {
            return false;
        }
        if length == u32::MAX {
            return true;
        }
        at = data.saturating_add(length as usize);
    }
    true
}

/// How many graphics states a content stream saves without restoring them.
fn saved_states(content: &[u8]) -> usize {
    let (mut open, mut most) = (0_usize, 0_usize);
    for word in content.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'[' | b']' | b'<' | b'>' | b'(' | b')' | b'/' | 0)) {
        match word {
            b"q" => open += 1,
            b"Q" => open = open.saturating_sub(1),
            _ => {}
        }
        most = most.max(open);
    }
    most
}

fn draw(plain: Vec<u8>, limits: &Limits, budget: &Budget, content: &mut Content) -> Result<(), Invalid> {
    let pdf = Pdf::new(plain).map_err(|_| Invalid::FileBroken)?;
    let pages = pdf.pages();
    if pages.is_empty() {
        return Err(Invalid::FileBroken);
    }
    if pages.len() > limits.max_pages {
        return Err(Invalid::FileTooManyPages);
    }
    let settings = InterpreterSettings::default();
    let cache = RenderCache::new();
    let mut meter = Meter::new(budget, limits);
    for page in pages.iter() {
        let text = meter.measure(page, &settings)?;
        let grey = render_page(page, &cache, &settings, limits);
        budget.breathe();
        content.signs.push(PageSigns::read(codes::read(&grey, budget), &text));
        content.pages.push(page_image(&grey, limits.page_width)?);
    }
    Ok(())
}

/// Draws a page a third larger than it is shown, 200 dpi for A4: codes are looked for in that.
fn render_page<'a>(page: &'a Page<'a>, cache: &RenderCache<'a>, settings: &InterpreterSettings, limits: &Limits) -> GrayImage {
    let across = limits.page_width.clamp(16, 8000) * 4 / 3;
    let down = across * 2;
    let (width, height) = page.render_dimensions();
    let scale = (across as f32 / width).min(down as f32 / height);
    // A strip a thousand times as long as wide must still be a pixel wide.
    let (x_scale, y_scale) = (scale.max(1.01 / width), scale.max(1.01 / height));
    let pixmap = render(page, cache, settings, &RenderSettings::default(), &PixmapSettings { x_scale, y_scale, bg_color: WHITE });
    let mut grey = GrayImage::new(u32::from(pixmap.width()), u32::from(pixmap.height()));
    for (pixel, colour) in grey.pixels_mut().zip(pixmap.data()) {
        // On white, so nothing is transparent; weights as in ITU-R BT.601.
        let value = (u32::from(colour.r) * 299 + u32::from(colour.g) * 587 + u32::from(colour.b) * 114) / 1000;
        *pixel = Luma([value.min(255) as u8]);
    }
    shrink(grey, across, down)
}
