//! Headings, running text, small print, statements.

use super::{BAND_GREY, BODY, Composer, UNSPLIT_LINES};
use crate::pdf::lines::Style;
use crate::pdf::sheets::Piece;
use crate::pdf::sketch::Sketch;

const HEADING: Style = Style::bold(11);
const HEADING_PADDING: f64 = 0.9;
const STATEMENT_TITLE: Style = Style::bold(10);
/// Room for the number of a statement.
const INDENT: f64 = 7.0;

impl Composer<'_> {
    pub(super) fn heading(self, text: &str) -> Piece {
        let lines = self.faces.at_most(4, HEADING, text, self.width - 4.0);
        let mut sketch = Sketch::default();
        let height = sketch.write(2.0, HEADING_PADDING, HEADING, &lines) + HEADING_PADDING;
        sketch.band((0.0, 0.0), (self.width, height), BAND_GREY);
        Piece { height: height + 0.8, space_before: 4.0, sketch, keep_with_next: true, repeats: None }
    }

    pub(super) fn paragraph(self, text: &str, style: Style, space_before: f64) -> Vec<Piece> {
        let lines = self.faces.lines(style, text, self.width);
        let mut pieces = flowing(style, &lines, 0.0, None);
        if let Some(first) = pieces.first_mut() {
            first.space_before = space_before;
        }
        pieces
    }

    pub(super) fn statements(self, title: &str, items: &[String]) -> Vec<Piece> {
        let mut sketch = Sketch::default();
        let lines = self.faces.at_most(4, STATEMENT_TITLE, title, self.width);
        let height = sketch.write(0.0, 0.0, STATEMENT_TITLE, &lines) + 0.5;
        let mut pieces = vec![Piece { height, space_before: 3.0, sketch, keep_with_next: true, repeats: None }];
        for (index, item) in items.iter().enumerate() {
            let lines = self.faces.lines(BODY, item, self.width - INDENT);
            let mut flow = flowing(BODY, &lines, INDENT, Some(format!("{}.", index + 1)));
            if let Some(first) = flow.first_mut() {
                first.space_before = 0.8;
            }
            pieces.extend(flow);
        }
        pieces
    }
}

/// Lines that a page break may part: never when they are few, else not after the first nor before the last line.
fn flowing(style: Style, lines: &[String], x: f64, number: Option<String>) -> Vec<Piece> {
    let mut number = number;
    let mut piece = |lines: &[String]| {
        let mut sketch = Sketch::default();
        if let Some(number) = number.take() {
            sketch.write(1.0, 0.0, style, &[number]);
        }
        let height = sketch.write(x, 0.0, style, lines);
        Piece { height, sketch, ..Piece::default() }
    };
    if lines.len() <= UNSPLIT_LINES {
        return vec![piece(lines)];
    }
    let last = lines.len() - 1;
    let parted = |(index, line)| Piece { keep_with_next: index == 0 || index == last - 1, ..piece(std::slice::from_ref(line)) };
    lines.iter().enumerate().map(parted).collect()
}
