//! Canonical forms, compared with those that libxml2 gives for the same document, and what is no document of ours.

use super::{Document, Method, canonical};
use crate::signatures::Fault;

const TRICKY: &str = include_str!("../../../tests/it/signatures/made_elsewhere/tricky.xml");
/// By libxml2, through Python's lxml.
const FORMS: &str = include_str!("../../../tests/it/signatures/made_elsewhere/tricky.json");

fn form(document: &Document, part: Option<&str>, method: &Method) -> String {
    let apex = part.map(|id| document.elements().find(|(_, element)| element.attribute("Id") == Some(id)).unwrap().0);
    String::from_utf8(canonical(document, apex, &|_| false, method, 1_000_000).unwrap()).unwrap()
}

#[test]
fn every_form_of_a_document_is_that_of_libxml2() {
    let forms: serde_json::Value = serde_json::from_str(FORMS).unwrap();
    let document = Document::parse(TRICKY.as_bytes()).unwrap();
    for (is_exclusive, name) in [(false, "inclusive"), (true, "exclusive")] {
        for with_comments in [false, true] {
            let method = Method { is_exclusive, with_comments, ..Method::default() };
            assert_eq!(form(&document, None, &method), forms[format!("whole_{name}_{}", u8::from(with_comments))].as_str().unwrap());
        }
    }
    let exclusive = Method { is_exclusive: true, ..Method::default() };
    assert_eq!(form(&document, Some("t"), &exclusive), forms["part_exclusive_"].as_str().unwrap());
    let kept = Method { inclusive: vec!["z".to_owned(), "a".to_owned()], ..exclusive };
    assert_eq!(form(&document, Some("t"), &kept), forms["part_exclusive_z,a"].as_str().unwrap());
    // libxml2 was given a copy of the part, which has nothing to inherit; the rest is the same.
    let inclusive = form(&document, Some("t"), &Method::default());
    assert_eq!(inclusive.replace(" xml:lang=\"pl\" xml:space=\"preserve\"", ""), forms["part_inclusive_"].as_str().unwrap());
    assert!(inclusive.contains("Id=\"t\" xml:lang=\"pl\" xml:space=\"preserve\">"), "{inclusive}");
}

#[test]
fn what_is_left_out_leaves_nothing() {
    let document = Document::parse(b"<a>1<b x='y'>2<c/></b>3</a>").unwrap();
    let b = document.elements().find(|(_, element)| element.name.local == "b").unwrap().0;
    let bytes = canonical(&document, None, &|id| id == b, &Method::default(), 1000).unwrap();
    assert_eq!(bytes, b"<a>13</a>");
}

#[test]
fn ends_of_lines_and_references_are_one_thing_each() {
    let document = Document::parse(b"<a b='1\r\n2\t3&#13;'>x\r\ny\rz&#xD;&lt;</a>").unwrap();
    assert_eq!(form(&document, None, &Method::default()), "<a b=\"1 2 3&#xD;\">x\ny\nz&#xD;&lt;</a>");
}

#[test]
fn what_is_not_well_formed_or_not_ours_is_not_read() {
    let deep = format!("{}{}", "<a>".repeat(300), "</a>".repeat(300));
    let many: String = (0..150).map(|i| format!(" a{i}='1'")).collect();
    for text in [
        "",
        "text",
        "<a>",
        "<a></b>",
        "<a/><b/>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        "<!DOCTYPE a><a/>",
        "<a>&b;</a>",
        "<a b='&c;'/>",
        "<a b='1' b='2'/>",
        "<a xmlns:x='u' xmlns:y='u' x:b='1' y:b='2'/>",
        "<x:a/>",
        "<a x:b='1'/>",
        "<a xmlns:x=''/>",
        "<a xmlns:xml='urn:other'/>",
        "<a:b:c xmlns:a='u'/>",
        "<a b='<'/>",
        "<a>&#0;</a>",
        "<a>&#xFFFE;</a>",
        "<a>&#+65;</a>",
        "<a/>text",
        "<?xml version='1.0' encoding='ISO-8859-2'?><a/>",
        &deep,
        &format!("<a{many}/>"),
    ] {
        assert_eq!(Document::parse(text.as_bytes()).map(|_| ()).unwrap_err(), Fault::Unreadable, "{text}");
    }
    assert_eq!(Document::parse(b"<a>\xff</a>").map(|_| ()).unwrap_err(), Fault::Unreadable);
    let long = format!("<a>{}</a>", "<b/>".repeat(5000));
    let document = Document::parse(long.as_bytes()).unwrap();
    assert_eq!(canonical(&document, None, &|_| false, &Method::default(), 100).unwrap_err(), Fault::Unreadable);
}
