//! The printed form as PDF: composed Polish words in, bytes out.
//! What may not live here: words (they come composed in `PrintedForm`), storage, HTTP.
//!
//! The way of a form: `blocks` makes pieces of it, `sheets` puts them on pages, `frame` adds the foot of each page,
//! `typeset` sets the texts with genpdf, `finish` completes the document with lopdf.

mod blocks;
mod faces;
mod finish;
mod font_objects;
mod frame;
mod hand;
mod lines;
mod qr;
pub mod samples;
mod sheets;
mod sketch;
mod typeset;

#[cfg(test)]
mod tests;

pub use hand::hand_signed;
pub use qr::qr_svg;

use crate::domain::application::printed_form::PrintedForm;
use faces::{Face, Faces};
use sketch::Sketch;
use std::collections::BTreeSet;

/// Why a form could not be printed. None of these is the applicant's fault.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// A compiled-in font cannot be read or cut.
    #[error("the form's font cannot be used: {0}")]
    Font(String),
    /// The form's code does not fit a QR code.
    #[error("the form's code does not fit a QR code")]
    Code,
    /// The form cannot be written down as JSON, from which the document's id is made.
    #[error("the form has no canonical text: {0}")]
    Form(String),
    /// genpdf refused.
    #[error("the form cannot be set: {0}")]
    Typeset(String),
    /// lopdf refused.
    #[error("the form's document cannot be completed: {0}")]
    Finish(#[from] lopdf::Error),
    /// The document cannot be written.
    #[error("the form's document cannot be written: {0}")]
    Write(#[from] std::io::Error),
}

/// How many pages a form has that was printed here.
///
/// # Errors
/// When the bytes are no PDF.
pub fn count_pages(pdf: &[u8]) -> Result<usize, PrintError> {
    Ok(lopdf::Document::load_mem(pdf)?.page_iter().count())
}

impl PrintError {
    fn font(error: impl std::fmt::Display) -> Self {
        Self::Font(error.to_string())
    }
}

/// Prints forms. Make it once: it reads the fonts. It may be used by several threads at a time.
pub struct FormPrinter {
    faces: Faces,
}

impl std::fmt::Debug for FormPrinter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FormPrinter").finish_non_exhaustive()
    }
}

impl FormPrinter {
    /// Reads the fonts.
    ///
    /// # Errors
    /// [`PrintError::Font`] when the compiled-in fonts are broken.
    pub fn new() -> Result<Self, PrintError> {
        Ok(Self { faces: Faces::new()? })
    }

    /// The form as a PDF. The same form gives the same bytes, always and on every machine.
    ///
    /// Pure computation of some milliseconds; on an async thread, do it elsewhere.
    ///
    /// # Errors
    /// [`PrintError`]: the code is too long for a QR code, or a library refuses.
    pub fn print(&self, form: &PrintedForm) -> Result<Vec<u8>, PrintError> {
        let symbol = qr::Symbol::new(&form.code)?;
        let sheets = self.sheets(form);
        let mut cut = Vec::new();
        for face in Face::ALL {
            let texts = sheets.iter().flat_map(|sheet| &sheet.texts).filter(|text| text.style.face == face);
            let chars: BTreeSet<char> = texts.flat_map(|text| text.text.chars()).collect();
            cut.push(self.faces.cut(face, &chars)?);
        }
        let texts = typeset::typeset(&self.faces, &cut, &sheets)?;
        finish::finish(form, &texts, &sheets, &cut, &symbol)
    }

    /// Everything on every page, as data.
    fn sheets(&self, form: &PrintedForm) -> Vec<Sketch> {
        let composer = blocks::Composer { faces: &self.faces, width: frame::BODY.width };
        let mut sheets = sheets::fill(frame::BODY, &composer.compose(form));
        let pages = sheets.len();
        for (index, sheet) in sheets.iter_mut().enumerate() {
            sheet.add(&frame::foot(&self.faces, form, index + 1, pages), 0.0, 0.0);
        }
        sheets
    }
}
