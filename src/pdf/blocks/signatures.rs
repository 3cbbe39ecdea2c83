//! Boxes to sign and stamp in, side by side, never split.

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

impl Composer<'_> {
    pub(super) fn signatures(self, boxes: &[SignatureBox], electronic: &str) -> Vec<Piece> {
        let mut sketch = Sketch::default();
        let count = boxes.len().max(1) as f64;
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
        if !electronic.is_empty() {
            height = sketch.write(0.0, height + 1.5, SMALL, &self.faces.at_most(6, SMALL, electronic, self.width));
        }
        vec![Piece { height, space_before: 4.0, sketch, ..Piece::default() }]
    }
}
