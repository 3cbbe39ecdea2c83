//! XLSX: one sheet after another, each written row by row into a temporary file of its own.

use super::{Cell, TableError};
use crate::domain::moment::{Moment, warsaw};
use jiff::civil::{Date, DateTime};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};
use std::fs::File;
use std::io::{BufWriter, Write as _};

/// Rows of one sheet, the headings among them.
const MOST_ROWS: u32 = 1_048_576;
/// Characters of one cell.
const LONGEST_TEXT: usize = 32_767;
/// Characters of a sheet's name, less those of its number.
const LONGEST_NAME: usize = 26;
/// Wide enough for most of what stands in a column.
const WIDTH: f64 = 22.0;

/// A workbook being written.
pub(super) struct Sheets {
    workbook: Workbook,
    name: String,
    headings: Vec<String>,
    /// Sheets begun.
    number: usize,
    /// The row to be written next.
    next: u32,
    most_rows: u32,
    bold: Format,
    day: Format,
    minute: Format,
}

impl std::fmt::Debug for Sheets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sheets").field("number", &self.number).field("next", &self.next).finish_non_exhaustive()
    }
}

impl Sheets {
    pub(super) fn begin(title: &str, headings: &[String]) -> Result<Self, TableError> {
        Self::with_rows(title, headings, MOST_ROWS)
    }

    /// As [`Sheets::begin`], with a new sheet after so many rows.
    pub(super) fn with_rows(title: &str, headings: &[String], most_rows: u32) -> Result<Self, TableError> {
        // What a sheet's name may not hold.
        let name: String = title.chars().filter(|c| !r"[]:*?/\'".contains(*c)).take(LONGEST_NAME).collect();
        let mut workbook = Workbook::new();
        // The day on which it was written stands in the name of the file and in the audit trail; a person's name nowhere.
        workbook.set_properties(&DocProperties::new().set_title(title));
        let mut sheets = Self {
            workbook,
            name,
            headings: headings.to_vec(),
            number: 0,
            next: 0,
            most_rows,
            bold: Format::new().set_bold().set_align(FormatAlign::Top),
            day: Format::new().set_num_format("dd.mm.yyyy"),
            minute: Format::new().set_num_format("dd.mm.yyyy hh:mm"),
        };
        sheets.begin_sheet()?;
        Ok(sheets)
    }

    fn begin_sheet(&mut self) -> Result<(), TableError> {
        self.number += 1;
        let name = if self.number == 1 { self.name.clone() } else { format!("{} {}", self.name, self.number) };
        let sheet = self.workbook.add_worksheet_with_constant_memory()?;
        sheet.set_name(name)?;
        sheet.set_freeze_panes(1, 0)?;
        for (column, heading) in (0_u16..).zip(&self.headings) {
            sheet.set_column_width(column, WIDTH)?;
            sheet.write_string_with_format(0, column, heading, &self.bold)?;
        }
        self.next = 1;
        Ok(())
    }

    pub(super) fn row(&mut self, cells: Vec<Cell>) -> Result<(), TableError> {
        if self.next >= self.most_rows {
            self.begin_sheet()?;
        }
        let row = self.next;
        self.next += 1;
        let sheet = self.workbook.worksheet_from_index(self.number - 1)?;
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                // Written as a string: a spreadsheet shows it as it is and computes nothing.
                Cell::Text(text) => write_text(sheet, row, column, text)?,
                Cell::Number(number) => write_number(sheet, row, column, number)?,
                Cell::Day(day) => write_at(sheet, row, column, day.at(0, 0, 0, 0), &self.day)?,
                Cell::Minute(at) => write_at(sheet, row, column, in_warsaw(at), &self.minute)?,
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<File, TableError> {
        let mut file = BufWriter::new(tempfile::tempfile()?);
        self.workbook.save_to_writer(&mut file)?;
        file.flush()?;
        Ok(file.into_inner().map_err(std::io::IntoInnerError::into_error)?)
    }
}

fn in_warsaw(at: Moment) -> DateTime {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH).to_zoned(warsaw()).datetime()
}

fn write_text(sheet: &mut Worksheet, row: u32, column: u16, text: String) -> Result<(), XlsxError> {
    let is_long = text.len() > LONGEST_TEXT && text.chars().count() > LONGEST_TEXT;
    let text = if is_long { text.chars().take(LONGEST_TEXT - 1).chain(['…']).collect() } else { text };
    sheet.write_string(row, column, text).map(|_| ())
}

/// Numbers of a sheet are exact to 15 digits; longer ones stay texts.
fn write_number(sheet: &mut Worksheet, row: u32, column: u16, number: i64) -> Result<(), XlsxError> {
    match i32::try_from(number) {
        Ok(number) => sheet.write_number(row, column, number).map(|_| ()),
        Err(_) => sheet.write_string(row, column, number.to_string()).map(|_| ()),
    }
}

fn write_at(sheet: &mut Worksheet, row: u32, column: u16, at: DateTime, format: &Format) -> Result<(), XlsxError> {
    match excel(at) {
        Ok(value) => sheet.write_datetime_with_format(row, column, &value, format).map(|_| ()),
        // Excel's calendar begins in 1900.
        Err(_) => sheet.write_string(row, column, Date::from(at).to_string()).map(|_| ()),
    }
}

fn excel(at: DateTime) -> Result<ExcelDateTime, XlsxError> {
    let part = |number: i8| u8::try_from(number).unwrap_or(0);
    let year = u16::try_from(at.year()).unwrap_or(0);
    ExcelDateTime::from_ymd(year, part(at.month()), part(at.day()))?.and_hms(
        u16::from(part(at.hour())),
        part(at.minute()),
        part(at.second()),
    )
}
