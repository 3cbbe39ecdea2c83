//! What is accepted, and what is told about it.

use super::fixtures::*;
use crate::domain::application::signed_form::MediaType;
use crate::files::{Limits, examine};
use lopdf::dictionary;
use sha2::{Digest, Sha256};

#[test]
fn a_printed_pdf_gives_its_pages_and_its_code_once() {
    let bytes = printed_pdf(2);
    let found = examine(&bytes, &Limits::default()).unwrap();
    assert_eq!(found.media_type, MediaType::Pdf);
    assert_eq!(found.pages.len(), 2);
    assert_eq!(found.codes, [code()]);
    assert!(!found.has_signature);
    assert_eq!(found.size, bytes.len() as u64);
    assert_eq!(found.sha256, hex::encode(Sha256::digest(&bytes)));
}

#[test]
fn a_page_image_is_a_png_of_the_promised_width() {
    let found = examine(&printed_pdf(1), &Limits::default()).unwrap();
    let page = &found.pages[0];
    let decoded = image::load_from_memory_with_format(&page.png, image::ImageFormat::Png).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (page.width, page.height));
    assert!((1200..=1240).contains(&page.width), "{}", page.width);
    assert!(page.png.len() < 60_000, "{}", page.png.len());
}

#[test]
fn a_png_and_a_jpeg_are_one_page_each() {
    let page = page(Some(&code().to_text()), 100);
    for (bytes, media_type) in [(png(&page), MediaType::Png), (jpeg(&page, 80), MediaType::Jpeg)] {
        let found = examine(&bytes, &Limits::default()).unwrap();
        assert_eq!((found.media_type, found.pages.len(), found.has_signature), (media_type, 1, false));
        assert_eq!(found.codes, [code()]);
    }
}

#[test]
fn a_page_without_a_code_has_no_codes() {
    let found = examine(&png(&page(None, 75)), &Limits::default()).unwrap();
    assert!(found.codes.is_empty());
}

#[test]
fn a_code_that_is_not_ours_does_not_count() {
    let found = examine(&png(&page(Some("https://example.org/menu"), 75)), &Limits::default()).unwrap();
    assert!(found.codes.is_empty());
}

#[test]
fn a_transparent_picture_is_seen_on_white() {
    let grey = page(Some(&code().to_text()), 100);
    let clear = image::GrayAlphaImage::from_fn(grey.width(), grey.height(), |x, y| image::LumaA([0, 255 - grey.get_pixel(x, y).0[0]]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    clear.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    assert_eq!(examine(&bytes.into_inner(), &Limits::default()).unwrap().codes, [code()]);
}

#[test]
fn a_photograph_is_turned_as_its_camera_says() {
    let page = page(Some(&code().to_text()), 100);
    let plain = jpeg(&page, 80);
    // An Exif segment with nothing but orientation 6: turn clockwise to see it upright.
    let exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let mut turned = plain[..2].to_vec();
    turned.extend([0xff, 0xe1, 0, exif.len() as u8 + 2]);
    turned.extend(exif);
    turned.extend(&plain[2..]);
    let found = examine(&turned, &Limits::default()).unwrap();
    assert!(found.pages[0].width > found.pages[0].height);
}

#[test]
fn a_signed_pdf_is_recognised_in_each_usual_format() {
    for format in ["adbe.pkcs7.detached", "adbe.pkcs7.sha1", "ETSI.CAdES.detached"] {
        let found = examine(&signed_pdf(format, vec![0x30, 0x82, 0x01]), &Limits::default()).unwrap();
        assert!(found.has_signature, "{format}");
        assert_eq!(found.codes, [code()]);
    }
}

#[test]
fn a_time_stamp_and_an_empty_signature_field_are_no_signature() {
    assert!(!examine(&signed_pdf("ETSI.RFC3161", vec![0x30, 0x82]), &Limits::default()).unwrap().has_signature);
    assert!(!examine(&signed_pdf("ETSI.CAdES.detached", vec![0; 32]), &Limits::default()).unwrap().has_signature);
}

#[test]
fn a_xades_signature_is_recognised_without_a_document() {
    let found = examine(xades(None).as_bytes(), &Limits::default()).unwrap();
    assert_eq!(found.media_type, MediaType::Xades);
    assert!(found.has_signature && found.pages.is_empty() && found.codes.is_empty());
}

#[test]
fn the_pdf_inside_a_xades_signature_is_examined() {
    let found = examine(xades(Some(&printed_pdf(2))).as_bytes(), &Limits::default()).unwrap();
    assert_eq!((found.media_type, found.pages.len(), found.has_signature), (MediaType::Xades, 2, true));
    assert_eq!(found.codes, [code()]);
}

#[test]
fn a_xades_signature_may_stand_inside_another_document() {
    let signature = xades(None);
    let signature = signature.split_once('\n').unwrap().1;
    let enveloped = format!("<Document xmlns=\"urn:form\"><Content>ą</Content>{signature}</Document>");
    assert!(examine(enveloped.as_bytes(), &Limits::default()).unwrap().has_signature);
}

#[test]
fn a_pdf_with_object_streams_is_read() {
    let mut bytes = Vec::new();
    document(vec![(drawn_code(&code().to_text()), lopdf::Dictionary::new())], lopdf::Document::with_version("1.7"))
        .save_modern(&mut bytes)
        .unwrap();
    assert_eq!(examine(&bytes, &Limits::default()).unwrap().codes, [code()]);
}

#[test]
fn a_code_stored_as_a_picture_of_one_pixel_a_module_is_read() {
    let (count, dark) = modules(&code().to_text());
    let stride = count.div_ceil(8);
    let mut bits = vec![0xff_u8; stride * count];
    for (at, _) in dark.iter().enumerate().filter(|(_, dark)| **dark) {
        let (row, column) = (at / count, at % count);
        bits[row * stride + column / 8] &= !(0x80 >> (column % 8));
    }
    let mut objects = lopdf::Document::with_version("1.7");
    let side = i64::try_from(count).unwrap();
    let mut picture = lopdf::Stream::new(
        dictionary! {
            "Type" => "XObject", "Subtype" => "Image", "ColorSpace" => "DeviceGray", "BitsPerComponent" => 1,
            "Width" => side, "Height" => side,
        },
        bits,
    );
    picture.compress().unwrap();
    let picture = objects.add_object(picture);
    let resources = dictionary! { "XObject" => dictionary! { "Qr" => picture } };
    let bytes = saved(document(vec![(b"q 73.7 0 0 73.7 470 740 cm /Qr Do Q".to_vec(), resources)], objects));
    assert_eq!(examine(&bytes, &Limits::default()).unwrap().codes, [code()]);
}
