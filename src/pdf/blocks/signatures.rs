//! Boxes to sign and stamp in, side by side, three in a row at most, never split.

use super::{BODY, Composer, FRAME, HAIR, LABEL, SMALL};
use crate::domain::application::printed_form::SignatureBox;
use crate::pdf::lines::Style;
use crate::pdf::sheets::Piece;
use crate::pdf::sketch::Sketch;

const CAPTION: Style = Style::bold(9);
const GAP: f64 = 5.0;
const PADDING: f64 = 2.2;
/// Free room for signature and stamp.
const FREE: f64 = 25.0;
/// Room to write place and date in.
const WRITING: f64 = 7.5;
/// A box is at most this wide, so that a single one does not fill the page.
const WIDEST: f64 = 95.0;
/// More of them leave no room for a stamp.
const MOST_IN_A_ROW: usize = 3;

impl Composer<'_> {
    pub(super) fn signatures(self, boxes: &[SignatureBox], electronic: &str) -> Vec<Piece> {
        let rows = boxes.len().div_ceil(MOST_IN_A_ROW).max(1);
        let widest_row = boxes.len().div_ceil(rows).max(1);
        let mut pieces: Vec<Piece> = boxes.chunks(widest_row).map(|row| self.signature_row(row, widest_row)).collect();
        for piece in pieces.iter_mut().rev().skip(1) {
            piece.keep_with_next = true;
        }
        if !electronic.is_empty() {
            let mut last = pieces.pop().unwrap_or_default();
            last.height = last.sketch.write(0.0, last.height + 1.5, SMALL, &self.faces.at_most(6, SMALL, electronic, self.width));
            pieces.push(last);
        }
        pieces
    }

    /// Boxes as wide as in a row of so many.
    fn signature_row(self, boxes: &[SignatureBox], of: usize) -> Piece {
        let mut sketch = Sketch::default();
        let count = of as f64;
        let width = ((self.width - GAP * (count - 1.0)) / count).min(WIDEST);
        let inner = width - 2.0 * PADDING;

        let mut names_end: f64 = 0.0;
        for (index, signature) in boxes.iter().enumerate() {
            let x = index as f64 * (width + GAP) + PADDING;
            let y = sketch.write(x, PADDING, CAPTION, &self.faces.at_most(4, CAPTION, &signature.caption, inner));
            names_end = names_end.max(sketch.write(x, y, BODY, &self.faces.at_most(8, BODY, &signature.name, inner)));
        }
        let rule = names_end + FREE + WRITING;
        let mut height: f64 = 0.0;
        for (index, signature) in boxes.iter().enumerate() {
            let x = index as f64 * (width + GAP) + PADDING;
            sketch.rule((x, rule), (x + inner, rule), HAIR, 90);
            let lines = self.faces.at_most(3, LABEL, &signature.place_and_date, inner);
            height = height.max(sketch.write(x, rule + 0.6, LABEL, &lines) + 1.4);
        }
        for index in 0..boxes.len() {
            sketch.frame((index as f64 * (width + GAP), 0.0), (width, height), FRAME, 60);
        }
        Piece { height, space_before: 4.0, sketch, ..Piece::default() }
    }
}
