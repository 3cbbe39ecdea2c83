//! Every reason for refusing a file.

use super::fixtures::*;
use crate::domain::invalid::Invalid;
use crate::files::{Limits, examine};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};

fn reason(bytes: &[u8]) -> Invalid {
    examine(bytes, &Limits::default()).unwrap_err()
}

#[test]
fn an_empty_file_is_refused() {
    assert_eq!(reason(b""), Invalid::FileEmpty);
}

#[test]
fn a_file_over_ten_megabytes_is_refused_and_one_of_ten_is_not_too_big() {
    let mut bytes = vec![b' '; 10 * 1024 * 1024];
    assert_ne!(reason(&bytes), Invalid::FileTooBig);
    bytes.push(b' ');
    assert_eq!(reason(&bytes), Invalid::FileTooBig);
}

#[test]
fn other_types_are_refused() {
    let others: [&[u8]; 12] = [
        b"MZ\x90\0\x03\0\0\0",
        b"\x7fELF\x02\x01\x01",
        b"PK\x03\x04\x14\0\0\0",
        b"GIF89a\x01\0\x01\0\0\0;",
        b"II\x2a\0\x08\0\0\0",
        b"<!DOCTYPE html><html><body>%PDF-1.7</body></html>",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>",
        b"<?xml version=\"1.0\"?><invoice/>",
        b"plain text",
        b"   ",
        b"\0\0\0\0",
    ];
    for bytes in others {
        assert_eq!(reason(bytes), Invalid::FileType, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_file_that_is_two_things_is_refused() {
    let archive = b"PK\x03\x04\x14\0\0\0\0\0 an archive PK\x05\x06\0\0\0\0\0\0\0\0";
    let page = page(None, 50);
    for mut bytes in [printed_pdf(1), png(&page), jpeg(&page, 80)] {
        bytes.extend(archive);
        assert_eq!(reason(&bytes), Invalid::FileType);
    }
    // A picture whose comment makes it a PDF for readers that search the first kilobyte.
    let plain = jpeg(&page, 80);
    let mut both = plain[..2].to_vec();
    both.extend(b"\xff\xfe\0\x0b%PDF-1.7\n");
    both.extend(&plain[2..]);
    assert_eq!(reason(&both), Invalid::FileType);
}

#[test]
fn a_file_that_only_begins_like_its_type_is_broken() {
    for bytes in
        [&b"%PDF-1.7\n"[..], b"%PDF-1.7\nnothing\n%%EOF", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0\x10JFIF\0", b"\xff\xd8\xff\xd9"]
    {
        assert_eq!(reason(bytes), Invalid::FileBroken, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_file_that_is_cut_off_is_broken() {
    let page = page(None, 50);
    for bytes in [printed_pdf(1), png(&page), jpeg(&page, 80), xades(None).into_bytes()] {
        assert_eq!(reason(&bytes[..bytes.len() * 2 / 3]), Invalid::FileBroken, "{:?}", String::from_utf8_lossy(&bytes[..8]));
    }
}

#[test]
fn an_encrypted_pdf_is_refused_as_encrypted_with_and_without_a_password_to_open() {
    for user_password in ["", "hasło"] {
        let mut document = document(vec![(b"0 0 10 10 re f".to_vec(), Dictionary::new())], Document::with_version("1.5"));
        let identity = Object::string_literal("0123456789abcdef");
        document.trailer.set("ID", Object::Array(vec![identity.clone(), identity]));
        let version = lopdf::EncryptionVersion::V2 {
            document: &document,
            owner_password: "owner",
            user_password,
            key_length: 128,
            permissions: lopdf::Permissions::all(),
        };
        let state = lopdf::EncryptionState::try_from(version).unwrap();
        document.encrypt(&state).unwrap();
        assert_eq!(reason(&saved(document)), Invalid::FileEncrypted);
    }
}

#[test]
fn an_encryption_key_cannot_be_hidden_by_spelling_its_name_otherwise() {
    let text = String::from_utf8_lossy(&printed_pdf(1)).into_owned();
    let hidden = text.replacen("/Root", "/#45ncr#79pt 9 0 R/Root", 1);
    assert_ne!(text, hidden);
    assert_eq!(reason(hidden.as_bytes()), Invalid::FileEncrypted);
}

#[test]
fn a_hundred_pages_are_accepted_and_one_more_is_too_many() {
    let blank = |count: usize| saved(document(vec![(Vec::new(), Dictionary::new()); count], Document::with_version("1.7")));
    // Small pages images, so that the test is quick.
    let limits = Limits { page_width: 100, max_pages: 3, ..Limits::default() };
    assert_eq!(examine(&blank(3), &limits).unwrap().pages.len(), 3);
    assert_eq!(examine(&blank(4), &limits).unwrap_err(), Invalid::FileTooManyPages);
    assert_eq!(Limits::default().max_pages, 100);
    assert_eq!(reason(&blank(101)), Invalid::FileTooManyPages);
    assert_eq!(reason(xades(Some(&blank(101))).as_bytes()), Invalid::FileTooManyPages);
}

#[test]
fn a_pdf_without_pages_is_broken() {
    assert_eq!(reason(&saved(document(Vec::new(), Document::with_version("1.7")))), Invalid::FileBroken);
}

#[test]
fn a_pdf_that_acts_when_it_is_opened_is_refused_wherever_the_action_hides() {
    let name = |text: &str| Object::Name(text.as_bytes().to_vec());
    let script = dictionary! { "S" => name("JavaScript"), "JS" => Object::string_literal("app.alert(1)") };
    let launch = dictionary! { "S" => name("Launch"), "F" => Object::string_literal("calc.exe") };
    for action in [script, launch] {
        let plain = || document(vec![(b"0 0 10 10 re f".to_vec(), Dictionary::new())], Document::with_version("1.7"));
        let mut at_opening = plain();
        let id = at_opening.add_object(Object::Dictionary(action.clone()));
        at_opening.catalog_mut().unwrap().set("OpenAction", Object::Reference(id));
        assert_eq!(reason(&saved(at_opening)), Invalid::FileActive);
        // What it does is named in an object of its own.
        let mut indirect = plain();
        let what = indirect.add_object(action.get(b"S").unwrap().clone());
        let mut detour = action.clone();
        detour.set("S", what);
        indirect.catalog_mut().unwrap().set("OpenAction", Object::Dictionary(detour));
        assert_eq!(reason(&saved(indirect)), Invalid::FileActive);
        let mut nested = plain();
        let inside = dictionary! { "WC" => Object::Dictionary(action) };
        nested.catalog_mut().unwrap().set("AA", Object::Array(vec![Object::Dictionary(inside)]));
        assert_eq!(reason(&saved(nested)), Invalid::FileActive);
        assert!(examine(&saved(plain()), &Limits::default()).is_ok());
    }
}

#[test]
fn an_encrypted_pdf_inside_a_signature_is_refused_too() {
    let text = String::from_utf8_lossy(&printed_pdf(1)).replacen("/Root", "/Encrypt 9 0 R/Root", 1);
    assert_eq!(reason(xades(Some(text.as_bytes())).as_bytes()), Invalid::FileEncrypted);
}

#[test]
fn xml_with_a_document_type_or_entities_is_refused() {
    let signature = xades(None);
    let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>"#;
    assert_eq!(reason(signature.replacen("?>", &format!("?>{bomb}"), 1).as_bytes()), Invalid::FileType);
    let outside = r#"<!DOCTYPE x SYSTEM "file:///etc/passwd">"#;
    assert_eq!(reason(signature.replacen("?>", &format!("?>{outside}"), 1).as_bytes()), Invalid::FileType);
    assert_eq!(reason(signature.replace("AAAA", "&unknown;").as_bytes()), Invalid::FileType);
}

#[test]
fn xml_that_only_mentions_a_signature_is_refused() {
    let plain_signature = r#"<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/></Signature>"#;
    assert_eq!(reason(plain_signature.as_bytes()), Invalid::FileType);
    let wrong_space = xades(None).replace("http://uri.etsi.org/01903/v1.3.2#", "urn:other");
    assert_eq!(reason(wrong_space.as_bytes()), Invalid::FileType);
    let outside = r#"<x xmlns="http://uri.etsi.org/01903/v1.3.2#"><QualifyingProperties><SignedProperties/></QualifyingProperties></x>"#;
    assert_eq!(reason(outside.as_bytes()), Invalid::FileType);
    let page = format!("<html>{}</html>", xades(None).split_once('\n').unwrap().1);
    assert_eq!(reason(page.as_bytes()), Invalid::FileType);
}

#[test]
fn a_picture_of_impossible_size_is_broken_before_it_is_unpacked() {
    let limits = Limits { max_pixels: 10_000, ..Limits::default() };
    for bytes in [png(&page(None, 50)), jpeg(&page(None, 50), 60)] {
        assert_eq!(examine(&bytes, &limits).unwrap_err(), Invalid::FileBroken);
    }
    // Claims 60,000 × 60,000 pixels; the head's own checksum is right.
    let mut head = b"IHDR".to_vec();
    head.extend([0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60, 8, 0, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    bytes.extend(&head);
    bytes.extend(crc32(&head).to_be_bytes());
    bytes.extend(b"\0\0\0\0IEND\xae\x42\x60\x82");
    assert_eq!(reason(&bytes), Invalid::FileBroken);
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}

#[test]
fn a_picture_in_a_pdf_that_is_larger_than_a_page_is_broken() {
    let mut objects = Document::with_version("1.7");
    let picture = objects.add_object(Stream::new(
        dictionary! { "Subtype" => "Image", "Width" => 60_000, "Height" => 60_000, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8 },
        vec![0; 10],
    ));
    let resources = dictionary! { "XObject" => dictionary! { "P" => picture } };
    assert_eq!(reason(&saved(document(vec![(b"/P Do".to_vec(), resources)], objects))), Invalid::FileBroken);
}
