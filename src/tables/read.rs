//! Tables that people send: CSV as a Polish Excel writes it, and XLSX. Every cell comes out as a text. Whatever the file says of itself is
//! not believed: rows, columns and unpacked bytes are counted while they are read. What may not live here: what the columns mean.

#[cfg(test)]
mod tests;

use crate::domain::invalid::Invalid;
use crate::domain::moment::date_text;
use calamine::{DataRef, Reader as _, Xlsx};
use encoding_rs::WINDOWS_1250;
use jiff::civil::Date;
use std::io::{Cursor, Read as _};
use zip::ZipArchive;

/// Bytes of a file.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Bytes that a workbook may unpack to: a list of two hundred persons needs a hundredth of it.
const MOST_UNPACKED: u64 = 16 * 1024 * 1024;
/// Files inside a workbook.
const MOST_PARTS: usize = 200;
/// Rows, notes and blank ones among them.
const MOST_LINES: usize = 1000;
/// Columns.
const MOST_COLUMNS: usize = 60;
/// How a ZIP archive begins.
const ZIP: &[u8] = b"PK\x03\x04";
/// How an old workbook (.xls) begins, and one with a password.
const OLD: &[u8] = b"\xd0\xcf\x11\xe0";
/// What Windows-1250 text by a Polish hand holds besides ASCII. Other letters mean another code page, which must not be guessed.
const POLISH: &str = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻäöüßéáíčřšžýěúňÄÖÜÉÁÍČŘŠŽ„”’–—…§°\u{a0}";

/// A table with how it was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadTable {
    /// Row by row; rows may differ in length, blank ones are kept.
    pub rows: Vec<Vec<String>>,
    /// The bytes were no UTF-8 and were read as Windows-1250.
    pub is_windows: bool,
}

/// Reads a file, whatever it is called.
///
/// # Errors
/// `FileEmpty`, `SheetBig`, `SheetType` for anything but CSV and XLSX, `SheetEncoding` for text in a code page that cannot be told,
/// `SheetBroken`, `SheetTooManyRows`.
pub fn read_table(bytes: &[u8]) -> Result<ReadTable, Invalid> {
    match bytes {
        [] => Err(Invalid::FileEmpty),
        _ if bytes.len() > MOST_BYTES => Err(Invalid::SheetBig),
        _ if bytes.starts_with(OLD) => Err(Invalid::SheetType),
        _ if bytes.starts_with(ZIP) => Ok(ReadTable { rows: read_workbook(bytes)?, is_windows: false }),
        _ => read_text(bytes),
    }
}

fn read_text(bytes: &[u8]) -> Result<ReadTable, Invalid> {
    // UTF-16 says so by its first bytes; without them every other byte is a NUL.
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(Invalid::SheetEncoding);
    }
    if bytes.contains(&0) {
        return Err(Invalid::SheetType);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let (text, is_windows) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (read_windows(bytes)?, true),
    };
    Ok(ReadTable { rows: read_csv(&text)?, is_windows })
}

fn read_windows(bytes: &[u8]) -> Result<String, Invalid> {
    let text = WINDOWS_1250.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Invalid::SheetEncoding)?;
    let is_told = text.chars().all(|c| c.is_ascii() || POLISH.contains(c));
    if is_told { Ok(text.into_owned()) } else { Err(Invalid::SheetEncoding) }
}

/// The separator of the first line that holds one: `;` in Poland, `,` elsewhere, or a tab. Excel may say it in a line of its own.
fn separator_of(text: &str) -> (char, &str) {
    if let Some(rest) = text.strip_prefix("sep=") {
        let mut rest = rest.chars();
        if let Some(separator) = rest.next().filter(|c| [';', ',', '\t'].contains(c)) {
            return (separator, rest.as_str());
        }
    }
    let is_told = |line: &&str| line.contains([';', ',', '\t']) && !line.trim_start_matches('"').starts_with('#');
    let line = text.lines().find(is_told).unwrap_or_default();
    let count = |separator: char| line.chars().filter(|c| *c == separator).count();
    let most = [';', ',', '\t'].into_iter().rev().max_by_key(|separator| count(*separator)).unwrap_or(';');
    (most, text)
}

/// RFC 4180 with whatever separator and ends of lines.
fn read_csv(text: &str) -> Result<Vec<Vec<String>>, Invalid> {
    let (separator, text) = separator_of(text);
    let mut rows = vec![vec![String::new()]];
    let mut letters = text.chars().peekable();
    let (mut is_quoted, mut is_fresh) = (false, true);
    while let Some(letter) = letters.next() {
        let row = rows.last_mut().ok_or(Invalid::SheetBroken)?;
        match letter {
            '"' if is_quoted && letters.peek() == Some(&'"') => {
                letters.next();
                push(row, '"');
            }
            '"' if is_quoted => is_quoted = false,
            '"' if is_fresh => is_quoted = true,
            _ if is_quoted => push(row, letter),
            '\r' if letters.peek() == Some(&'\n') => continue,
            '\n' | '\r' => {
                if rows.len() > MOST_LINES {
                    return Err(Invalid::SheetTooManyRows);
                }
                rows.push(vec![String::new()]);
                is_fresh = true;
                continue;
            }
            _ if letter == separator => {
                if row.len() >= MOST_COLUMNS {
                    return Err(Invalid::SheetBroken);
                }
                row.push(String::new());
                is_fresh = true;
                continue;
            }
            _ => push(row, letter),
        }
        is_fresh = false;
    }
    if is_quoted { Err(Invalid::SheetBroken) } else { Ok(rows) }
}

fn push(row: &mut [String], letter: char) {
    if let Some(cell) = row.last_mut() {
        cell.push(letter);
    }
}

/// Unpacks everything once and throws it away: what an archive says of its sizes may be a lie, and a bomb must not reach the reader.
fn check_archive(bytes: &[u8]) -> Result<(), Invalid> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Invalid::SheetBroken)?;
    if archive.len() > MOST_PARTS {
        return Err(Invalid::SheetBig);
    }
    let mut unpacked = 0;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|_| Invalid::SheetBroken)?;
        let mut rest = part.take(MOST_UNPACKED + 1 - unpacked);
        unpacked += std::io::copy(&mut rest, &mut std::io::sink()).map_err(|_| Invalid::SheetBroken)?;
        if unpacked > MOST_UNPACKED {
            return Err(Invalid::SheetBig);
        }
    }
    Ok(())
}

/// The first sheet. A formula counts as the value that stands in the file.
fn read_workbook(bytes: &[u8]) -> Result<Vec<Vec<String>>, Invalid> {
    check_archive(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Invalid::SheetType)?;
    let name = book.sheet_names().first().cloned().ok_or(Invalid::SheetEmpty)?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(|_| Invalid::SheetBroken)?;
    let mut rows: Vec<Vec<String>> = Vec::new();
    while let Some(cell) = cells.next_cell().map_err(|_| Invalid::SheetBroken)? {
        let text = cell_text(cell.get_value());
        let (row, column) = cell.get_position();
        // A cell says where it stands, and one far away must not make a table of a million rows.
        let (row, column) = (row as usize, column as usize);
        if text.trim().is_empty() {
            continue;
        }
        if row >= MOST_LINES {
            return Err(Invalid::SheetTooManyRows);
        }
        if column >= MOST_COLUMNS {
            return Err(Invalid::SheetBroken);
        }
        if rows.len() <= row {
            rows.resize(row + 1, Vec::new());
        }
        let cells = &mut rows[row];
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }
    Ok(rows)
}

/// As a person would have typed it: a phone number without „.0”, a day as DD.MM.RRRR.
fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(is_true) => is_true.to_string(),
        DataRef::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            let date = i16::try_from(year).ok().zip(i8::try_from(month).ok()).zip(i8::try_from(day).ok());
            let date = date.and_then(|((year, month), day)| Date::new(year, month, day).ok());
            date.map_or_else(|| at.as_f64().to_string(), date_text)
        }
        DataRef::DateTime(at) => at.as_f64().to_string(),
        // Not the text „#N/A”: a row that begins with # is a note.
        DataRef::Error(error) => format!("={error}"),
    }
}
