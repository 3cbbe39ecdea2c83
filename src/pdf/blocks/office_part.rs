//! The part that the office fills in by hand: a frame with lines, ticks and a place to sign; never split.

use super::{BAND_GREY, Composer, FRAME, HAIR, LABEL};
use crate::pdf::lines::Style;
use crate::pdf::sheets::Piece;
use crate::pdf::sketch::Sketch;

const TITLE: Style = Style::bold(10);
const CHOICE: Style = Style::regular(10);
const PADDING: f64 = 3.0;
/// Height of a line to write in.
const LINE: f64 = 7.2;
/// Where the writing starts.
const WRITING_AT: f64 = 45.0;
/// Side of a tick box.
const TICK: f64 = 4.0;
/// Free room for signature and stamp.
const FREE: f64 = 13.0;
/// More lines or choices than these would not fit a page any more.
const MOST: usize = 12;

impl Composer<'_> {
    pub(super) fn office_part(self, title: &str, lines: &[String], choices: &[String], signature: &str) -> Piece {
        let mut sketch = Sketch::default();
        let band = sketch.write(PADDING, 1.0, TITLE, &self.faces.at_most(2, TITLE, title, self.width - 2.0 * PADDING)) + 1.0;
        sketch.band((0.0, 0.0), (self.width, band), BAND_GREY);
        let mut y = self.ticks(&mut sketch, band + 2.0, choices);
        for label in lines.iter().take(MOST) {
            y += LINE;
            let label = self.faces.at_most(2, LABEL, label, WRITING_AT - PADDING - 2.0);
            let top = y - label.len() as f64 * LABEL.line_height();
            sketch.write(PADDING, top, LABEL, &label);
            sketch.rule((WRITING_AT, y), (self.width - PADDING, y), HAIR, 90);
        }
        y += FREE;
        let left = self.width * 0.55;
        sketch.rule((left, y), (self.width - PADDING, y), HAIR, 90);
        let caption = self.faces.at_most(2, LABEL, signature, self.width - PADDING - left);
        let height = sketch.write(left, y + 0.6, LABEL, &caption) + 2.0;
        sketch.frame((0.0, 0.0), (self.width, height), FRAME, 60);
        Piece { height, space_before: 4.0, sketch, ..Piece::default() }
    }

    /// Choices with a box before each, as many in a row as fit. Boxes are drawn: the faces have no such glyph.
    fn ticks(self, sketch: &mut Sketch, top: f64, choices: &[String]) -> f64 {
        const ROW: f64 = 7.0;
        let (mut x, mut y) = (PADDING, top);
        let room = self.width - 2.0 * PADDING;
        for choice in choices.iter().take(MOST) {
            let lines = self.faces.at_most(1, CHOICE, choice, room - TICK - 2.0);
            let wide = TICK + 2.0 + lines.iter().map(|l| self.faces.width(CHOICE, l)).fold(0.0, f64::max);
            if x > PADDING && x + wide > self.width - PADDING {
                (x, y) = (PADDING, y + ROW);
            }
            sketch.frame((x, y + (CHOICE.line_height() - TICK) / 2.0), (TICK, TICK), FRAME, 0);
            sketch.write(x + TICK + 2.0, y, CHOICE, &lines);
            x += wide + 10.0;
        }
        if choices.is_empty() { top } else { y + ROW - 2.0 }
    }
}
