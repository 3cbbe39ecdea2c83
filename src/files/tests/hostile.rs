//! What strangers send on purpose: bombs, loops, nonsense. Nothing here may panic, hang or eat the memory.

use super::fixtures::*;
use crate::domain::invalid::Invalid;
use crate::files::{Limits, examine};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use proptest::prelude::*;
use std::sync::LazyLock;
use std::time::Duration;

fn limits() -> Limits {
    Limits { page_width: 200, time: Duration::from_secs(60), ..Limits::default() }
}

/// Zeros, squeezed by the best that the format can do, again and again.
fn squeezed(size: usize, times: usize) -> Vec<u8> {
    (0..times).fold(vec![0; size], |bytes, _| {
        let mut stream = Stream::new(Dictionary::new(), bytes);
        stream.compress().unwrap();
        stream.content
    })
}

fn refused(document: Document) {
    assert_eq!(examine(&saved(document), &limits()).unwrap_err(), Invalid::FileBroken);
}

#[test]
fn a_stream_that_unpacks_to_very_much_is_refused() {
    let bomb = squeezed(64 << 20, 1);
    assert!(bomb.len() < 100_000);
    let mut objects = document(vec![(Vec::new(), Dictionary::new())], Document::with_version("1.7"));
    objects.add_object(Stream::new(dictionary! { "Filter" => "FlateDecode" }, bomb));
    refused(objects);
}

#[test]
fn a_stream_packed_twice_is_measured_through_both_layers() {
    let bomb = squeezed(64 << 20, 2);
    assert!(bomb.len() < 10_000);
    for filters in [vec!["FlateDecode", "FlateDecode"], vec!["Fl", "Fl"], vec!["Crypt", "FlateDecode", "FlateDecode"]] {
        let filters: Vec<Object> = filters.into_iter().map(Object::from).collect();
        let mut objects = document(vec![(Vec::new(), Dictionary::new())], Document::with_version("1.7"));
        objects.add_object(Stream::new(dictionary! { "Filter" => filters }, bomb.clone()));
        refused(objects);
    }
}

#[test]
fn an_object_stream_that_unpacks_to_very_much_is_refused() {
    let mut objects = document(vec![(Vec::new(), Dictionary::new())], Document::with_version("1.7"));
    let bomb = dictionary! { "Type" => "ObjStm", "N" => 1, "First" => 4, "Filter" => "FlateDecode" };
    let id = objects.add_object(Stream::new(bomb, squeezed(64 << 20, 1)));
    // The writer leaves object streams out, so the type is put in behind its back.
    let Some(Object::Stream(stream)) = objects.objects.get_mut(&id) else { panic!() };
    stream.dict.set("Type", "Obj_tm");
    let bytes = saved(objects);
    let at = bytes.windows(6).position(|window| window == b"Obj_tm").unwrap();
    let mut bytes = bytes;
    bytes[at + 3] = b'S';
    assert_eq!(examine(&bytes, &limits()).unwrap_err(), Invalid::FileBroken);
}

#[test]
fn a_picture_inside_the_content_that_unpacks_to_very_much_is_refused() {
    let mut content = b"BI /W 4 /H 4 /BPC 8 /CS /G /F [/Fl /Fl] ID ".to_vec();
    content.extend(squeezed(64 << 20, 2));
    content.extend(b"\nEI\n");
    refused(document(vec![(content, Dictionary::new())], Document::with_version("1.7")));
}

#[test]
fn forms_within_forms_that_draw_a_billion_times_are_refused() {
    let mut objects = Document::with_version("1.7");
    let bounds = || vec![Object::from(0), 0.into(), 10.into(), 10.into()];
    let mut inner = objects.add_object(Stream::new(dictionary! { "Subtype" => "Form", "BBox" => bounds() }, b"0 0 1 1 re f".to_vec()));
    for _ in 0..9 {
        let form = dictionary! {
            "Subtype" => "Form", "BBox" => bounds(), "Resources" => dictionary! { "XObject" => dictionary! { "F" => inner } },
        };
        inner = objects.add_object(Stream::new(form, b"/F Do ".repeat(10)));
    }
    refused(document(vec![(b"/F Do".to_vec(), dictionary! { "XObject" => dictionary! { "F" => inner } })], objects));
}

#[test]
fn a_form_that_draws_itself_ends() {
    let mut objects = Document::with_version("1.7");
    let id = objects.new_object_id();
    let form = dictionary! {
        "Subtype" => "Form", "BBox" => vec![Object::from(0), 0.into(), 10.into(), 10.into()],
        "Resources" => dictionary! { "XObject" => dictionary! { "F" => id } },
    };
    objects.objects.insert(id, Object::Stream(Stream::new(form, b"/F Do /F Do".to_vec())));
    let bytes = saved(document(vec![(b"/F Do".to_vec(), dictionary! { "XObject" => dictionary! { "F" => id } })], objects));
    // A page on which nothing is to be seen, or a refusal: both are answers.
    assert!(examine(&bytes, &limits()).map_or_else(|reason| reason == Invalid::FileBroken, |found| found.pages.len() == 1));
}

#[test]
fn very_many_saved_states_are_refused() {
    refused(document(vec![(b"q ".repeat(1_000_000), Dictionary::new())], Document::with_version("1.7")));
}

#[test]
fn one_picture_drawn_very_often_is_refused() {
    let mut objects = Document::with_version("1.7");
    let picture = objects.add_object(Stream::new(
        dictionary! { "Subtype" => "Image", "Width" => 5000, "Height" => 5000, "ColorSpace" => "DeviceGray", "BitsPerComponent" => 8, "Filter" => "FlateDecode" },
        squeezed(25_000_000, 1),
    ));
    let resources = dictionary! { "XObject" => dictionary! { "P" => picture } };
    refused(document(vec![(b"/P Do ".repeat(1000), resources)], objects));
}

#[test]
fn a_page_of_odd_shape_is_drawn_small_or_refused() {
    for media_box in
        [[0, 0, 1, 90_000], [0, 0, 90_000, 1], [0, 0, 0, 0], [0, 0, 2_000_000_000, 2_000_000_000], [-5, -5, -1, -1], [9, 9, 0, 0]]
    {
        let mut odd = document(vec![(b"0 0 10 10 re f".to_vec(), Dictionary::new())], Document::with_version("1.7"));
        for object in odd.objects.values_mut() {
            if let Object::Dictionary(page) = object
                && page.has_type(b"Page")
            {
                page.set("MediaBox", media_box.map(Object::from).to_vec());
            }
        }
        match examine(&saved(odd), &limits()) {
            Ok(found) => assert!(found.pages[0].width <= 200 && found.pages[0].height <= 400, "{media_box:?}"),
            Err(reason) => assert_eq!(reason, Invalid::FileBroken, "{media_box:?}"),
        }
    }
}

#[test]
fn a_page_tree_that_contains_itself_is_broken() {
    let mut looped = document(vec![(Vec::new(), Dictionary::new())], Document::with_version("1.7"));
    let tree = looped.catalog().unwrap().get(b"Pages").unwrap().as_reference().unwrap();
    looped.get_dictionary_mut(tree).unwrap().set("Kids", vec![Object::Reference(tree), Object::Reference(tree)]);
    refused(looped);
}

#[test]
fn deep_nesting_is_refused() {
    let deep = format!("<a>{}{}</a>", "<b>".repeat(100_000), "</b>".repeat(100_000));
    assert_eq!(examine(deep.as_bytes(), &limits()).unwrap_err(), Invalid::FileBroken);
    let mut bytes = printed_pdf(1);
    let nested = format!("\n99 0 obj\n{}{}\nendobj\n", "[".repeat(200_000), "]".repeat(200_000));
    bytes.splice(9..9, nested.into_bytes());
    // Whether the rest can still be read is up to the reader; it must only come back.
    let _ = examine(&bytes, &limits());
}

#[test]
fn a_file_that_takes_longer_than_allowed_is_given_up_as_broken() {
    let short = Limits { time: Duration::ZERO, ..Limits::default() };
    let result = examine(&scanned_pdf(&vec![scanned(&page(None, 100), 60); 12], 60), &short);
    assert_eq!(result.unwrap_err(), Invalid::FileBroken);
}

static PDF: LazyLock<Vec<u8>> = LazyLock::new(|| signed_pdf("ETSI.CAdES.detached", vec![1, 2, 3]));
static PNG: LazyLock<Vec<u8>> = LazyLock::new(|| png(&page(None, 15)));
static JPEG: LazyLock<Vec<u8>> = LazyLock::new(|| jpeg(&page(None, 15), 60));
static XML: LazyLock<Vec<u8>> = LazyLock::new(|| xades(Some(&PNG)).into_bytes());

/// Whatever comes back, it is an answer and not a crash.
fn answers(bytes: &[u8]) {
    let _ = examine(bytes, &limits());
}

fn mutated(base: &'static LazyLock<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let edit = (any::<prop::sample::Index>(), any::<u8>(), 0_u8..4);
    prop::collection::vec(edit, 1..12).prop_map(move |edits| {
        let mut bytes = (**base).clone();
        for (index, value, kind) in edits {
            let at = index.index(bytes.len().max(1)).min(bytes.len().saturating_sub(1));
            match kind {
                0 => bytes[at] = value,
                1 => bytes.insert(at, value),
                2 if bytes.len() > 1 => {
                    bytes.remove(at);
                }
                // A digit is often a length, a count or a reference.
                _ => {
                    if let Some(digit) = bytes[at..].iter().position(u8::is_ascii_digit) {
                        bytes[at + digit] = b'0' + value % 10;
                    }
                }
            }
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_crash(bytes in prop::collection::vec(any::<u8>(), 0..2000), head in 0_usize..5) {
        let mut file = [&b""[..], b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"<?xml version=\"1.0\"?>"][head].to_vec();
        file.extend(bytes);
        answers(&file);
        file.extend(b"\n%%EOF\n");
        answers(&file);
    }

    #[test]
    fn a_damaged_picture_never_crashes(png in mutated(&PNG), jpeg in mutated(&JPEG)) {
        answers(&png);
        answers(&jpeg);
    }

    #[test]
    fn a_damaged_signature_never_crashes(bytes in mutated(&XML)) {
        answers(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_pdf_never_crashes(bytes in mutated(&PDF)) {
        answers(&bytes);
    }
}
