//! Tables as Excel writes them, and files that want to do harm.

use super::*;
use crate::tables::{Cell, Format, Table};
use std::io::{Read as _, Write as _};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
    read_table(bytes).unwrap().rows
}

fn refused(bytes: &[u8]) -> Invalid {
    read_table(bytes).unwrap_err()
}

fn texts(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

/// An archive of these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(CompressionMethod::Deflated)).unwrap();
        zip.write_all(content).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook whose only sheet holds this XML.
fn workbook(sheet: &str) -> Vec<u8> {
    let types = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#;
    let root = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
    let book = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
    let rels = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
    let sheet = format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{sheet}</sheetData></worksheet>"#
    );
    archive(&[
        ("[Content_Types].xml", types.as_bytes()),
        ("_rels/.rels", root.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

#[test]
fn csv_is_read_as_a_polish_excel_writes_it_and_as_others_do() {
    let expected = texts(&[&["Imię", "Nazwisko"], &["Żaneta", "Gżegżółka; \"Ź\"\nKos"], &[""]]);
    for text in [
        "\u{feff}Imię;Nazwisko\r\nŻaneta;\"Gżegżółka; \"\"Ź\"\"\nKos\"\r\n",
        "Imię;Nazwisko\nŻaneta;\"Gżegżółka; \"\"Ź\"\"\nKos\"\n",
        "Imię,Nazwisko\nŻaneta,\"Gżegżółka; \"\"Ź\"\"\nKos\"\n",
        "Imię\tNazwisko\rŻaneta\t\"Gżegżółka; \"\"Ź\"\"\nKos\"\r",
    ] {
        assert_eq!(rows(text.as_bytes()), expected, "{text:?}");
    }
    assert_eq!(rows("sep=,\nA;B,C".as_bytes())[1], ["A;B", "C"]);
    assert_eq!(rows(b"# a, b, c\nA;B")[1], ["A", "B"], "a note does not say what the separator is");
    assert!(!read_table("Ż;a".as_bytes()).unwrap().is_windows);
}

#[test]
fn the_old_windows_code_page_is_told_apart_and_others_are_not_guessed() {
    let (windows, _, _) = WINDOWS_1250.encode("Imię;Nazwisko\r\nŻaneta;Źdźbło-Śliwa");
    let read = read_table(&windows).unwrap();
    assert!(read.is_windows);
    assert_eq!(read.rows[1], ["Żaneta", "Źdźbło-Śliwa"]);
    // ISO-8859-2: ś and ź stand where Windows has ¶ and Ľ.
    assert_eq!(refused(b"Imi\xea;Nazwisko\n\xb6liwa;\xbcd\xbcb\xb3o"), Invalid::SheetEncoding);
    assert_eq!(refused(b"\xff\xfeI\0m\0"), Invalid::SheetEncoding);
    assert_eq!(refused(b"I\0m\0"), Invalid::SheetType);
    assert_eq!(refused(b"Imi\x81"), Invalid::SheetEncoding);
}

#[test]
fn what_we_write_ourselves_is_read_again() {
    let headings = ["Imię".to_owned(), "Ważne do".to_owned()];
    for format in Format::ALL {
        let mut table = Table::begin(format, "Pracownicy", &headings).unwrap();
        table.row(vec![Cell::text("# wskazówka; druga"), Cell::Day(Date::constant(2027, 12, 31))]).unwrap();
        let mut bytes = Vec::new();
        table.finish().unwrap().read_to_end(&mut bytes).unwrap();
        assert_eq!(rows(&bytes)[..2], texts(&[&["Imię", "Ważne do"], &["# wskazówka; druga", "31.12.2027"]]), "{format:?}");
    }
}

#[test]
fn cells_of_a_workbook_are_what_a_person_would_have_typed_and_a_formula_is_its_value() {
    let sheet = r#"<row r="2"><c r="A2" t="inlineStr"><is><t>Żaneta</t></is></c><c r="B2"><v>413114692</v></c><c r="C2" t="b"><v>1</v></c>
        <c r="D2" t="str"><f>HYPERLINK("http://evil.example","x")</f><v>x</v></c><c r="E2" t="e"><v>#N/A</v></c><c r="F2"><v>1.5</v></c></row>"#;
    let rows = rows(&workbook(sheet));
    assert!(rows[0].is_empty(), "rows keep their numbers");
    assert_eq!(rows[1], ["Żaneta", "413114692", "true", "x", "=#N/A", "1.5"]);
}

#[test]
fn a_cell_far_away_makes_no_table_of_a_million_rows() {
    let cell = |place: &str| workbook(&format!(r#"<row><c r="{place}" t="inlineStr"><is><t>x</t></is></c></row>"#));
    assert_eq!(refused(&cell("A1048576")), Invalid::SheetTooManyRows);
    assert_eq!(refused(&cell("XFD1")), Invalid::SheetBroken);
    assert_eq!(rows(&cell("B2"))[1], ["", "x"]);
}

#[test]
fn a_bomb_is_refused_before_anything_reads_it() {
    let zeros = vec![b' '; 20 * 1024 * 1024];
    let bomb = archive(&[("xl/worksheets/sheet1.xml", &zeros)]);
    assert!(bomb.len() < MOST_BYTES, "{}", bomb.len());
    assert_eq!(refused(&bomb), Invalid::SheetBig);
    let many: Vec<String> = (0..=MOST_PARTS).map(|n| format!("{n}.xml")).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(refused(&archive(&many)), Invalid::SheetBig);
}

#[test]
fn what_is_no_table_is_refused_with_its_reason() {
    assert_eq!(refused(b""), Invalid::FileEmpty);
    assert_eq!(refused(&vec![b'a'; MOST_BYTES + 1]), Invalid::SheetBig);
    assert_eq!(refused(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), Invalid::SheetType);
    assert_eq!(refused(b"PK\x03\x04 and then nothing"), Invalid::SheetBroken);
    assert_eq!(refused(&archive(&[("word/document.xml", b"<a/>")])), Invalid::SheetType);
    assert_eq!(refused(b"a;\"b"), Invalid::SheetBroken);
    assert_eq!(refused("a\n".repeat(MOST_LINES + 2).as_bytes()), Invalid::SheetTooManyRows);
    assert_eq!(refused(";".repeat(MOST_COLUMNS + 1).as_bytes()), Invalid::SheetBroken);
    assert_eq!(refused(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), Invalid::SheetType);
    // XML that names what is not there, or never ends.
    for sheet in ["<row><c r=\"A1\" t=\"s\"><v>7</v></c></row>", "<row><c r=\"A1\"", "<row><c r=\"\u{0}\"><v>1</v></c></row>"] {
        let _ = read_table(&workbook(sheet));
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..2000)) {
        let _ = read_table(&bytes);
        let _ = read_table(&[ZIP, &bytes].concat());
    }
    #[test]
    fn no_sheet_makes_the_reader_panic(text in "[<>/=\"A-Za-z0-9 ]{0,300}") {
        let read = std::panic::catch_unwind(|| read_table(&workbook(&text)));
        proptest::prop_assert!(read.is_ok());
    }
}
