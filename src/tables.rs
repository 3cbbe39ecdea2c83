//! Lists as files that a spreadsheet opens: CSV and XLSX, row by row through a temporary file, so that memory does not grow with the
//! list; and tables that people send, read within bounds ([`read`]). What may not live here: which rows, and words.

mod csv;
pub mod read;
#[cfg(test)]
mod tests;
mod xlsx;

use crate::domain::moment::Moment;
use jiff::civil::Date;
use std::fs::File;
use std::io::{BufWriter, Seek as _, SeekFrom};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a Polish Excel and for programs.
    Csv,
    /// A workbook.
    Xlsx,
}

impl Format {
    /// All.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];
    /// Name in the URL, in the audit trail and as the file's ending.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
    /// Reads a name from the URL.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.key() == key)
    }
    /// For the header of the answer.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

/// One value of a row. Texts are texts whatever is in them: nothing that somebody typed is ever a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words, codes and numbers with leading zeros; an empty one is an empty cell.
    Text(String),
    /// A number to count with.
    Number(i64),
    /// A day.
    Day(Date),
    /// A moment, shown to the minute in Warsaw.
    Minute(Moment),
}

impl Cell {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
    /// A text, or nothing.
    pub fn maybe(text: Option<impl Into<String>>) -> Self {
        Self::Text(text.map(Into::into).unwrap_or_default())
    }
    /// A day, or nothing.
    pub fn maybe_day(day: Option<Date>) -> Self {
        day.map_or_else(|| Self::Text(String::new()), Self::Day)
    }
    /// A moment, or nothing.
    pub fn maybe_minute(at: Option<Moment>) -> Self {
        at.map_or_else(|| Self::Text(String::new()), Self::Minute)
    }
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// No room, or no right to write.
    #[error("temporary file: {0}")]
    File(#[from] std::io::Error),
    /// The workbook cannot be put together.
    #[error("workbook: {0}")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

/// A list being written.
#[derive(Debug)]
pub struct Table(Writer);

#[derive(Debug)]
enum Writer {
    Csv(BufWriter<File>),
    Xlsx(Box<xlsx::Sheets>),
}

impl Table {
    /// Begins a file with its line of headings; `title` names the sheet.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn begin(format: Format, title: &str, headings: &[String]) -> Result<Self, TableError> {
        Ok(Self(match format {
            Format::Csv => {
                let mut file = BufWriter::new(tempfile::tempfile()?);
                csv::begin(&mut file)?;
                csv::row(&mut file, headings.iter().cloned().map(Cell::Text))?;
                Writer::Csv(file)
            }
            Format::Xlsx => Writer::Xlsx(Box::new(xlsx::Sheets::begin(title, headings)?)),
        }))
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn row(&mut self, cells: Vec<Cell>) -> Result<(), TableError> {
        match &mut self.0 {
            Writer::Csv(file) => Ok(csv::row(file, cells)?),
            Writer::Xlsx(sheets) => sheets.row(cells),
        }
    }

    /// The whole file, to be read from its beginning. It has no name: it goes with the last who holds it.
    ///
    /// # Errors
    /// [`TableError`].
    pub fn finish(self) -> Result<File, TableError> {
        let mut file = match self.0 {
            Writer::Csv(file) => file.into_inner().map_err(std::io::IntoInnerError::into_error)?,
            Writer::Xlsx(sheets) => sheets.finish()?,
        };
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    }
}
