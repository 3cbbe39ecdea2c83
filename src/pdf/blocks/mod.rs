//! Each block of a form as pieces that may stand on a page. One file for each kind of block that draws.
//! What may not live here: pages, PDF, words.

mod fields;
mod masthead;
mod office_part;
mod signatures;
mod table;
mod text;

use super::faces::Faces;
use super::lines::Style;
use super::sheets::Piece;
use crate::domain::application::printed_form::{Block, PrintedForm};

/// Lines that a row or an item may have before a page break may go through it.
const UNSPLIT_LINES: usize = 12;
/// Grey of the thin lines between rows.
const HAIR_GREY: u8 = 190;
/// Grey of the bands behind headings.
const BAND_GREY: u8 = 232;
/// Points of a thin and of a framing line.
const HAIR: f64 = 0.35;
/// See [`HAIR`].
const FRAME: f64 = 0.7;

const BODY: Style = Style::regular(10);
const LABEL: Style = Style::regular(9).muted();
const SMALL: Style = Style::regular(8).muted();

/// What every block needs: the faces and the width of the page's body.
#[derive(Clone, Copy)]
pub(super) struct Composer<'a> {
    /// Measures and breaks text.
    pub(super) faces: &'a Faces,
    /// In mm.
    pub(super) width: f64,
}

impl Composer<'_> {
    /// The whole form, from the office's name to the last block.
    pub(super) fn compose(self, form: &PrintedForm) -> Vec<Piece> {
        let mut pieces = self.masthead(form);
        let mut previous = None;
        for block in &form.blocks {
            let after_fields = matches!(previous.replace(block), Some(Block::Fields { .. }));
            match block {
                Block::Heading { text } => pieces.push(self.heading(text)),
                Block::Fields { rows } => pieces.extend(self.fields(rows, if after_fields { 3.0 } else { 0.0 })),
                Block::Table { headers, widths, rows } => pieces.extend(self.table(headers, widths, rows)),
                Block::Paragraph { text } => pieces.extend(self.paragraph(text, BODY, 2.0)),
                Block::SmallPrint { text } => pieces.extend(self.paragraph(text, SMALL, 1.0)),
                Block::Statements { title, items } => pieces.extend(self.statements(title, items)),
                Block::Signatures { boxes, electronic } => {
                    // A signature on a page without a word of what it is put under would prove little.
                    if let Some(last) = pieces.last_mut() {
                        last.keep_with_next = true;
                    }
                    pieces.extend(self.signatures(boxes, electronic));
                }
                Block::OfficePart { title, lines, choices, signature } => {
                    pieces.push(self.office_part(title, lines, choices, signature));
                }
            }
        }
        pieces
    }
}

/// Slices of at most [`UNSPLIT_LINES`] lines of columns side by side: one slice unless the row is very high.
fn slices(columns: &[Vec<String>]) -> Vec<Vec<&[String]>> {
    let count = columns.iter().map(Vec::len).max().unwrap_or_default();
    let slice = |first: usize| {
        let part = |column: &Vec<String>| first.min(column.len())..(first + UNSPLIT_LINES).min(column.len());
        columns.iter().map(|column| &column[part(column)]).collect()
    };
    (0..count.max(1)).step_by(UNSPLIT_LINES).map(slice).collect()
}

/// A single row at the foot or at the top of a page looks lost: the first two and the last two stay together.
fn keep_ends_together(rows: &mut [Piece]) {
    if let Some(last_but_one) = rows.len().checked_sub(2) {
        rows[0].keep_with_next = true;
        rows[last_but_one].keep_with_next = true;
    }
}
