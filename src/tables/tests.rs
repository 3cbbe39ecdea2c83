//! What Excel would see, and what no spreadsheet may ever see.

use super::*;
use calamine::{Data, Reader as _, Xlsx};
use jiff::civil::date;
use std::io::Read as _;

fn headings() -> Vec<String> {
    ["Osoba", "REGON", "Ważne do", "Nadane", "Dni"].map(str::to_owned).into()
}

fn rows() -> Vec<Vec<Cell>> {
    vec![
        vec![
            Cell::text("Żółć-Gęś; „Zofia” \"Ź\""),
            Cell::text("000288975"),
            Cell::Day(date(2027, 12, 31)),
            Cell::Minute(Moment(1_795_327_500_000)),
            Cell::Number(-3),
        ],
        vec![Cell::text("=1+1"), Cell::text("12345678512347"), Cell::text(""), Cell::maybe_minute(None), Cell::maybe(None::<String>)],
    ]
}

fn written(format: Format, rows: Vec<Vec<Cell>>) -> Vec<u8> {
    let mut table = Table::begin(format, "Uprawnienia", &headings()).unwrap();
    for row in rows {
        table.row(row).unwrap();
    }
    let mut bytes = Vec::new();
    table.finish().unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

fn lines(rows: Vec<Vec<Cell>>) -> Vec<String> {
    let bytes = written(Format::Csv, rows);
    let text = String::from_utf8(bytes).unwrap();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark").strip_suffix("\r\n").expect("the last line ends, too");
    text.split("\r\n").skip(1).map(str::to_owned).collect()
}

#[test]
fn csv_has_its_mark_semicolons_and_lines_and_keeps_leading_zeros() {
    let bytes = written(Format::Csv, rows());
    assert!(bytes.starts_with(b"\xef\xbb\xbfOsoba;REGON;Wa\xc5\xbcne do;Nadane;Dni\r\n"));
    let lines = lines(rows());
    assert_eq!(lines[0], "\"Żółć-Gęś; „Zofia” \"\"Ź\"\"\";\"\t000288975\";31.12.2027;22.11.2026 07:05;-3");
    assert_eq!(lines[1], "'=1+1;\"\t12345678512347\";;;");
}

#[test]
fn nothing_that_was_typed_is_a_formula_in_csv() {
    for (typed, written) in [
        ("=HYPERLINK(\"http://x\")", "\"'=HYPERLINK(\"\"http://x\"\")\""),
        ("+48600100200", "'+48600100200"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("  =1+1", "'  =1+1"),
        ("\t=1+1", "\"'\t=1+1\""),
        ("\r=1+1", "\"'\r=1+1\""),
        ("|calc", "'|calc"),
        ("a;=1+1", "\"a;=1+1\""),
        ("Nowak-Lis", "Nowak-Lis"),
        ("W/26/2026/000123", "W/26/2026/000123"),
        ("0", "0"),
        ("26", "26"),
        ("05", "\"\t05\""),
        ("–", "–"),
    ] {
        let bytes = lines(vec![vec![Cell::text(typed)]]).join("\r\n");
        assert_eq!(bytes, written, "{typed:?}");
    }
}

#[test]
fn a_workbook_holds_texts_days_and_numbers_and_no_formula() {
    let mut book = Xlsx::new(std::io::Cursor::new(written(Format::Xlsx, rows()))).unwrap();
    assert_eq!(book.sheet_names(), ["Uprawnienia"]);
    let sheet = book.worksheet_range("Uprawnienia").unwrap();
    let cell = |row, column| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(cell(0, 2), Data::String("Ważne do".to_owned()));
    assert_eq!(cell(1, 0), Data::String("Żółć-Gęś; „Zofia” \"Ź\"".to_owned()));
    assert_eq!(cell(1, 1), Data::String("000288975".to_owned()));
    assert_eq!(cell(1, 4), Data::Float(-3.0));
    assert_eq!(cell(2, 0), Data::String("=1+1".to_owned()));
    assert_eq!(cell(2, 2), Data::Empty);
    let number = |cell: Data| match cell {
        Data::DateTime(at) => at.as_f64(),
        other => panic!("no date: {other:?}"),
    };
    // Days since 30.12.1899.
    assert!((number(cell(1, 2)) - 46_752.0).abs() < 1e-9);
    assert!((number(cell(1, 3)) - (46_348.0 + (7.0 * 60.0 + 5.0) / 1440.0)).abs() < 1e-6);
    assert!(book.worksheet_formula("Uprawnienia").unwrap().is_empty());
}

#[test]
fn a_list_longer_than_a_sheet_goes_on_in_the_next_one_and_nothing_is_lost() {
    let mut sheets = xlsx::Sheets::with_rows("Lista: 2026/11 [wszystkie] jednostki w kraju", &headings(), 4).unwrap();
    for number in 0..7 {
        sheets.row(vec![Cell::Number(number), Cell::text("x".repeat(40_000))]).unwrap();
    }
    let mut bytes = Vec::new();
    let mut file = sheets.finish().unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    file.read_to_end(&mut bytes).unwrap();
    let mut book = Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let names = book.sheet_names();
    assert_eq!(names, ["Lista 202611 wszystkie jed", "Lista 202611 wszystkie jed 2", "Lista 202611 wszystkie jed 3"]);
    let mut found = Vec::new();
    for name in names {
        let sheet = book.worksheet_range(&name).unwrap();
        assert_eq!(sheet.get_value((0, 0)), Some(&Data::String("Osoba".to_owned())));
        found.extend(sheet.rows().skip(1).map(|row| row[0].clone()));
    }
    assert_eq!(found, (0..7).map(|n| Data::Float(f64::from(n))).collect::<Vec<_>>());
}
