//! What pages say of themselves, in text and in codes, and a scan cut at its codes.

use super::fixtures::*;
use crate::domain::application::signed_form::FormCode;
use crate::domain::invalid::Invalid;
use crate::domain::post::matching::split;
use crate::files::{Limits, cut, examine};
use image::{GrayImage, Luma};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use std::time::Duration;

fn code_of(serial: u32) -> FormCode {
    FormCode::parse(&format!("CAS1|W/26/2026/{serial:06}|1|3fa901bc77de")).unwrap()
}

/// Several pages on a busy machine.
fn patient() -> Limits {
    Limits { time: Duration::from_secs(600), ..Limits::default() }
}

fn scan_of(serial: u32) -> GrayImage {
    scanned(&page(Some(&code_of(serial).to_text()), 120), 8)
}

#[test]
fn a_scan_of_several_forms_becomes_a_document_for_each() {
    let scan = scanned_pdf(&[scan_of(1), GrayImage::from_pixel(992, 1403, Luma([250])), scan_of(2)], 60);
    let found = examine(&scan, &patient()).unwrap();
    let parts = split(&found.signs);
    let runs: Vec<(usize, usize)> = parts.iter().map(|part| (part.first, part.last)).collect();
    assert_eq!(runs, [(1, 2), (3, 3)]);
    let pieces = cut(&scan, &runs, &patient()).unwrap();
    for (piece, (part, serial)) in pieces.iter().zip(parts.iter().zip([1, 2])) {
        let inside = examine(piece, &patient()).unwrap();
        assert_eq!((inside.codes, inside.pages.len()), (vec![code_of(serial)], part.last + 1 - part.first));
        // The pictures of the other form are not in it.
        assert!(piece.len() < scan.len());
        assert!(found.pages[part.first - 1..part.last] == inside.pages[..], "the pages look as before");
    }
}

#[test]
fn a_document_that_cannot_be_cut_cleanly_is_left_whole() {
    let scan = scanned_pdf(&[scan_of(1), scan_of(2)], 60);
    // Not all of its pages.
    assert_eq!(cut(&scan, &[(1, 1)], &Limits::default()), Err(Invalid::FileBroken));
    assert_eq!(cut(b"%PDF-1.4 nothing %%EOF", &[(1, 1)], &Limits::default()), Err(Invalid::FileBroken));

    // The same page twice in the tree: cut apart, one of them would be gone.
    let mut objects = Document::with_version("1.7");
    let content = objects.add_object(Stream::new(Dictionary::new(), Vec::new()));
    let tree = objects.new_object_id();
    let page = objects.add_object(dictionary! {
        "Type" => "Page", "Parent" => tree, "Contents" => content, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
    });
    let kids: Vec<Object> = vec![page.into(), page.into()];
    objects.objects.insert(tree, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 2 }));
    let catalog = objects.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    objects.trailer.set("Root", catalog);
    assert!(cut(&saved(objects), &[(1, 1), (2, 2)], &Limits::default()).is_err());

    // What every page shares is in every piece: many small pages over one large picture are not multiplied.
    let small = Limits { max_bytes: scan.len() as u64 / 4, ..Limits::default() };
    assert_eq!(cut(&scan, &[(1, 1), (2, 2)], &small), Err(Invalid::FileTooBig));
}

#[test]
fn the_text_of_a_page_is_read() {
    let mut objects = Document::with_version("1.7");
    let font = objects.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let resources = dictionary! { "Font" => dictionary! { "F" => font } };
    let text = b"BT /F 12 Tf 50 700 Td (Numer W/26/2026/000123) Tj 0 -20 Td [(3fa9) -250 (01bc 77) 20 (de)] TJ ET".to_vec();
    let bytes = saved(document(vec![(text, resources), (Vec::new(), Dictionary::new())], objects));
    let found = examine(&bytes, &Limits::default()).unwrap();
    let [written, empty] = &found.signs[..] else { panic!("two pages") };
    assert_eq!(written.numbers.iter().map(|number| number.as_str()).collect::<Vec<_>>(), ["W/26/2026/000123"]);
    assert!(written.fingerprints.contains("3fa901bc77de"));
    assert!(empty.numbers.is_empty() && empty.fingerprints.is_empty() && empty.codes.is_empty());
}

#[test]
fn a_piece_says_nothing_of_the_persons_on_other_pages() {
    let mut whole = Document::with_version("1.7");
    let (tree, root) = (whole.new_object_id(), whole.new_object_id());
    let (mut kids, mut fields, mut titles, mut parts) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // One dictionary of pictures for all pages, as some scanners write it.
    let mut pictures = Dictionary::new();
    for n in 0..2 {
        let picture = Stream::new(dictionary! { "Type" => "XObject", "Subtype" => "Image" }, format!("PICTURE{n}").into_bytes());
        let name = format!("Im{n}");
        pictures.set(name.as_str(), whole.add_object(picture));
        let content = whole.add_object(Stream::new(Dictionary::new(), format!("q /{name} Do Q").into_bytes()));
        let page = whole.new_object_id();
        let look = whole.add_object(Stream::new(dictionary! { "Type" => "XObject", "Subtype" => "Form" }, format!("LOOK{n}").into_bytes()));
        let field = whole.add_object(dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "T" => Object::string_literal(format!("NAME{n}")),
            "V" => Object::string_literal(format!("VALUE{n}")), "P" => page, "AP" => dictionary! { "N" => look },
            "Rect" => vec![0.into(), 0.into(), 10.into(), 10.into()],
        });
        let part = whole
            .add_object(dictionary! { "Type" => "StructElem", "ActualText" => Object::string_literal(format!("TEXT{n}")), "Pg" => page });
        let thread = whole.add_object(dictionary! { "K" => Object::string_literal(format!("THREAD{n}")), "R" => root });
        whole.objects.insert(
            page,
            Object::Dictionary(dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content, "Annots" => vec![field.into()], "B" => thread,
                "PieceInfo" => dictionary! { "X" => root }, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            }),
        );
        kids.push(page.into());
        fields.push(field.into());
        parts.push(part.into());
        titles.push(whole.add_object(dictionary! { "Title" => Object::string_literal(format!("TITLE{n}")), "Dest" => page }));
    }
    let resources = whole.add_object(dictionary! { "XObject" => pictures });
    let tree_of = dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => 2, "Resources" => resources };
    whole.objects.insert(tree, Object::Dictionary(tree_of));
    let structure = whole.add_object(dictionary! { "Type" => "StructTreeRoot", "K" => parts });
    let outlines = whole.add_object(dictionary! { "First" => titles[0], "Last" => titles[1] });
    let info = whole.add_object(dictionary! { "Title" => Object::string_literal("WHOLE") });
    whole.objects.insert(
        root,
        Object::Dictionary(dictionary! {
            "Type" => "Catalog", "Pages" => tree, "StructTreeRoot" => structure, "Outlines" => outlines,
            "AcroForm" => dictionary! { "Fields" => fields },
        }),
    );
    whole.trailer.set("Root", root);
    whole.trailer.set("Info", info);
    let pieces = cut(&saved(whole), &[(1, 1), (2, 2)], &Limits::default()).unwrap();
    for (own, piece) in pieces.iter().enumerate() {
        let has = |words: &str| piece.windows(words.len()).any(|window| window == words.as_bytes());
        let other = 1 - own;
        assert!(has(&format!("PICTURE{own}")) && has(&format!("LOOK{own}")), "what is drawn stays");
        for said in ["PICTURE", "LOOK"].map(|word| format!("{word}{other}")) {
            assert!(!has(&said), "{said} is in piece {own}");
        }
        for said in ["NAME", "VALUE", "TEXT", "TITLE", "THREAD"].iter().flat_map(|word| [format!("{word}0"), format!("{word}1")]) {
            assert!(!has(&said), "{said} is in piece {own}");
        }
        assert!(!has("WHOLE"));
        assert_eq!(Document::load_mem(piece).unwrap().page_iter().count(), 1);
    }
}
