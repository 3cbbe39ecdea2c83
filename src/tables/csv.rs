//! CSV for a Polish Excel: UTF-8 with a byte order mark, `;`, lines that end with CR LF (RFC 4180 but for the separator).

use super::Cell;
use crate::domain::moment::date_text;
use std::io::{self, Write};

/// Without it Excel takes UTF-8 for the old Windows code page.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// Excel makes numbers of more digits inexact.
const MOST_DIGITS: usize = 11;

pub(super) fn begin(out: &mut impl Write) -> io::Result<()> {
    out.write_all(BYTE_ORDER_MARK)
}

pub(super) fn row(out: &mut impl Write, cells: impl IntoIterator<Item = Cell>) -> io::Result<()> {
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            out.write_all(b";")?;
        }
        out.write_all(field(cell).as_bytes())?;
    }
    out.write_all(b"\r\n")
}

fn field(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => quoted(harmless(text)),
        Cell::Number(number) => number.to_string(),
        Cell::Day(day) => date_text(day),
        Cell::Minute(at) => format!("{} {}", at.to_date_text(), at.to_time_text()),
    }
}

/// What a spreadsheet would take for a formula is made a text by an apostrophe (OWASP, „CSV injection”), and what it would take for a
/// number and lose digits of – a REGON with leading zeros, a long one – by a tab, which is not seen.
fn harmless(text: String) -> String {
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if is_number && (text.starts_with('0') && text.len() > 1 || text.len() > MOST_DIGITS) {
        return format!("\t{text}");
    }
    // Full-width signs, too: some spreadsheets read them as their narrow ones. White space before a sign does not help.
    let first = text.trim_start().chars().next();
    let is_formula = first.is_some_and(|c| "=+-@＝＋－＠|".contains(c)) || text.starts_with(['\t', '\r', '\n']);
    if is_formula { format!("'{text}") } else { text }
}

fn quoted(text: String) -> String {
    if text.contains([';', '"', '\r', '\n', '\t', ',']) || text.starts_with(' ') || text.ends_with(' ') {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}
