//! The printed form as PDF (genpdf). What may not live here: words (they come composed in `PrintedForm`), storage, HTTP.

use crate::domain::application::printed_form::PrintedForm;

/// Prints forms.
#[derive(Debug)]
pub struct FormPrinter {}

/// Why a form was not printed.
#[derive(Debug, thiserror::Error)]
#[error("printing failed: {0}")]
pub struct PrintError(pub String);

impl FormPrinter {
    /// Loads the fonts.
    ///
    /// # Errors
    /// When a font is damaged.
    pub fn new() -> Result<Self, PrintError> {
        Ok(Self {})
    }
    /// Prints.
    ///
    /// # Errors
    /// When the document cannot be made.
    pub fn print(&self, _form: &PrintedForm) -> Result<Vec<u8>, PrintError> {
        Err(PrintError("not merged yet".into()))
    }
}
