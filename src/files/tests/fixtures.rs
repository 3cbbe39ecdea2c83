//! Forms, scans, documents and signatures made in the test itself.

use crate::domain::application::signed_form::FormCode;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, ImageEncoder, ImageFormat, Luma, imageops};
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use qrcode::{EcLevel, QrCode};
use std::io::Cursor;

pub(super) fn code() -> FormCode {
    FormCode::parse("CAS1|W/26/2026/000123|2|3fa901bc77de").unwrap()
}

/// The modules of the code as our form prints it (level Q), true for dark, without quiet zone.
pub(super) fn modules(text: &str) -> (usize, Vec<bool>) {
    let code = QrCode::with_error_correction_level(text, EcLevel::Q).unwrap();
    (code.width(), code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect())
}

/// An A4 page at so many dots per inch: lines that look like text, and the code, 26 mm wide, at the top right.
pub(super) fn page(text: Option<&str>, dpi: u32) -> GrayImage {
    let mm = |length: f64| (length * f64::from(dpi) / 25.4).round() as u32;
    let mut page = GrayImage::from_pixel(mm(210.0), mm(297.0), Luma([255]));
    let mut seed = 7_u32;
    let mut line = mm(55.0);
    while line + mm(20.0) < page.height() {
        let mut x = mm(20.0);
        while x + mm(25.0) < page.width() {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let word = mm(2.0) + (seed >> 16) % mm(14.0).max(1);
            for (dx, dy) in (0..word).flat_map(|dx| (0..mm(2.2)).map(move |dy| (dx, dy))) {
                if (dx * 7 + dy * 3 + (seed >> 8)) % 5 < 2 {
                    page.put_pixel(x + dx, line + dy, Luma([20]));
                }
            }
            x += word + mm(1.5).max(1);
        }
        line += mm(6.0);
    }
    if let Some(text) = text {
        let (count, dark) = modules(text);
        let (left, top, side) = (mm(162.0), mm(15.0), mm(26.0));
        for (x, y) in (0..side).flat_map(|x| (0..side).map(move |y| (x, y))) {
            let (column, row) = (x as usize * count / side as usize, y as usize * count / side as usize);
            if dark[row * count + column] {
                page.put_pixel(left + x, top + y, Luma([0]));
            }
        }
    }
    page
}

/// Turned by so many degrees about the middle, the corners filled with scanner grey.
pub(super) fn tilted(page: &GrayImage, degrees: f64) -> GrayImage {
    let (width, height) = page.dimensions();
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (middle_x, middle_y) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
    GrayImage::from_fn(width, height, |x, y| {
        let (dx, dy) = (f64::from(x) - middle_x, f64::from(y) - middle_y);
        let (from_x, from_y) = (middle_x + dx * cos + dy * sin, middle_y - dx * sin + dy * cos);
        let (left, top) = (from_x.floor(), from_y.floor());
        if left < 0.0 || top < 0.0 || left + 1.0 >= f64::from(width) || top + 1.0 >= f64::from(height) {
            return Luma([225]);
        }
        let (part_x, part_y) = (from_x - left, from_y - top);
        let at = |x: f64, y: f64| f64::from(page.get_pixel(x as u32, y as u32).0[0]);
        let upper = at(left, top) * (1.0 - part_x) + at(left + 1.0, top) * part_x;
        let lower = at(left, top + 1.0) * (1.0 - part_x) + at(left + 1.0, top + 1.0) * part_x;
        Luma([(upper * (1.0 - part_y) + lower * part_y) as u8])
    })
}

/// Grey paper, weak toner, noise: what an office scanner makes of a page.
pub(super) fn scanned(page: &GrayImage, noise: i32) -> GrayImage {
    let mut seed = 99_u32;
    let mut scan = imageops::blur(page, 0.6);
    for pixel in scan.pixels_mut() {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let shake = (seed >> 16) as i32 % (2 * noise + 1) - noise;
        let value = i32::from(pixel.0[0]) * 150 / 255 + 65;
        *pixel = Luma([(value + shake).clamp(0, 255) as u8]);
    }
    scan
}

/// One side of the page lies in the shadow of the binding.
pub(super) fn shaded(page: &GrayImage) -> GrayImage {
    let width = page.width();
    let mut page = page.clone();
    for (x, _, pixel) in page.enumerate_pixels_mut() {
        let light = 100 - 55 * x / width;
        *pixel = Luma([(u32::from(pixel.0[0]) * light / 100) as u8]);
    }
    page
}

pub(super) fn png(page: &GrayImage) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    page.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

pub(super) fn jpeg(page: &GrayImage, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .write_image(page.as_raw(), page.width(), page.height(), image::ExtendedColorType::L8)
        .unwrap();
    bytes
}

/// Puts pages together: each a content stream with its resources.
pub(super) fn document(pages: Vec<(Vec<u8>, Dictionary)>, mut objects: Document) -> Document {
    let tree = objects.new_object_id();
    let kids: Vec<Object> = pages
        .into_iter()
        .map(|(content, resources)| {
            let content = objects.add_object(Stream::new(Dictionary::new(), content));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Resources" => resources,
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            };
            objects.add_object(page).into()
        })
        .collect();
    let count = i64::try_from(kids.len()).unwrap();
    objects.objects.insert(tree, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }));
    let catalog = objects.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    objects.trailer.set("Root", catalog);
    objects
}

pub(super) fn saved(mut document: Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).unwrap();
    bytes
}

/// The drawing orders of a page with a code of rectangles, as our printed form has it.
pub(super) fn drawn_code(text: &str) -> Vec<u8> {
    let (count, dark) = modules(text);
    let side = 26.0 / 25.4 * 72.0 / count as f64;
    let mut operations = vec![Operation::new("g", vec![0.into()])];
    for (index, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
        let (column, row) = ((index % count) as f64, (index / count) as f64);
        let numbers = [460.0 + column * side, 780.0 - row * side, side, side].map(|number| Object::Real(number as f32));
        operations.push(Operation::new("re", numbers.to_vec()));
    }
    operations.push(Operation::new("f", vec![]));
    Content { operations }.encode().unwrap()
}

/// A digital PDF of so many pages, each with the code drawn.
pub(super) fn printed_pdf(pages: usize) -> Vec<u8> {
    let page = drawn_code(&code().to_text());
    saved(document(vec![(page, Dictionary::new()); pages], Document::with_version("1.7")))
}

/// A PDF of scanned pages, each a JPEG, as office scanners make it.
pub(super) fn scanned_pdf(scans: &[GrayImage], quality: u8) -> Vec<u8> {
    let mut objects = Document::with_version("1.4");
    let pages = scans
        .iter()
        .map(|scan| {
            let picture = dictionary! {
                "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8,
                "Width" => i64::from(scan.width()), "Height" => i64::from(scan.height()), "Filter" => "DCTDecode",
            };
            let picture = objects.add_object(Stream::new(picture, jpeg(scan, quality)));
            (b"q 595 0 0 842 0 0 cm /Scan Do Q".to_vec(), dictionary! { "XObject" => dictionary! { "Scan" => picture } })
        })
        .collect();
    saved(document(pages, objects))
}

/// A PDF with a signature dictionary of the given format.
pub(super) fn signed_pdf(format: &str, contents: Vec<u8>) -> Vec<u8> {
    let mut objects = Document::with_version("1.7");
    let signature = objects.add_object(dictionary! {
        "Type" => "Sig", "Filter" => "Adobe.PPKLite", "SubFilter" => Object::Name(format.as_bytes().to_vec()),
        "ByteRange" => vec![0.into(), 100.into(), 300.into(), 400.into()],
        "Contents" => Object::String(contents, lopdf::StringFormat::Hexadecimal),
    });
    objects.add_object(dictionary! { "FT" => "Sig", "V" => signature });
    saved(document(vec![(drawn_code(&code().to_text()), Dictionary::new())], objects))
}

/// A XAdES signature around a document, as the trusted signature makes it.
pub(super) fn xades(document: Option<&[u8]>) -> String {
    let object = document.map_or(String::new(), |bytes| {
        // Base64 comes in lines.
        let packed = BASE64_STANDARD.encode(bytes).into_bytes();
        let lines: Vec<_> = packed.chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        format!(r#"<ds:Object Encoding="http://www.w3.org/2000/09/xmldsig#base64" Id="doc">{}</ds:Object>"#, lines.join("&#13;\n"))
    });
    format!(
        r##"<?xml version="1.0" encoding="UTF-8"?>
<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#" Id="s"><ds:SignedInfo/><ds:SignatureValue>AAAA</ds:SignatureValue>{object}<ds:Object><xades:QualifyingProperties xmlns:xades="http://uri.etsi.org/01903/v1.3.2#" Target="#s"><xades:SignedProperties Id="p"><xades:SignedSignatureProperties><xades:SigningTime>2026-11-03T10:00:00Z</xades:SigningTime></xades:SignedSignatureProperties></xades:SignedProperties></xades:QualifyingProperties></ds:Object></ds:Signature>"##
    )
}
