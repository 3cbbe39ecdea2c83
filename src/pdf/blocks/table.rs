//! Tables: the header stands above the rows of every page, rows do not split where they fit.

use super::{Composer, HAIR, HAIR_GREY, keep_ends_together, slices};
use crate::pdf::lines::Style;
use crate::pdf::sheets::Piece;
use crate::pdf::sketch::Sketch;
use std::rc::Rc;

const CELL: Style = Style { leading: 1.25, ..Style::regular(9) };
const HEAD: Style = Style { leading: 1.2, ..Style::bold(9) };
/// Lighter than the band of a heading, which often stands right above.
const HEAD_GREY: u8 = 245;
const PADDING: f64 = 1.1;
const SIDE_PADDING: f64 = 1.5;
/// Lines of a header; it must leave room for rows on every page.
const HEAD_LINES: usize = 8;

/// Left edge and width of a column, in mm.
type Column = (f64, f64);

impl Composer<'_> {
    pub(super) fn table(self, headers: &[String], widths: &[u32], rows: &[Vec<String>]) -> Vec<Piece> {
        let count = rows.iter().map(Vec::len).chain([headers.len()]).max().unwrap_or_default();
        let columns = self.columns(count, widths);
        let header = (!headers.is_empty()).then(|| Rc::new(self.header(&columns, headers)));
        let mut pieces = Vec::new();
        if let Some(header) = &header {
            pieces.push(Piece { space_before: 1.5, ..Piece::clone(header) });
        }
        let first = pieces.len();
        for row in rows {
            pieces.extend(self.row(&columns, row).into_iter().map(|piece| Piece { repeats: header.clone(), ..piece }));
        }
        keep_ends_together(&mut pieces[first..]);
        pieces
    }

    fn columns(self, count: usize, widths: &[u32]) -> Vec<Column> {
        // A width that is missing or zero counts as one.
        let weights: Vec<f64> = (0..count).map(|i| f64::from(widths.get(i).copied().unwrap_or(1).max(1))).collect();
        let total: f64 = weights.iter().sum();
        let mut left = 0.0;
        let column = |weight: &f64| {
            let width = self.width * weight / total;
            left += width;
            (left - width, width)
        };
        weights.iter().map(column).collect()
    }

    fn header(self, columns: &[Column], headers: &[String]) -> Piece {
        let mut sketch = Sketch::default();
        let mut height: f64 = 0.0;
        for ((left, width), text) in columns.iter().zip(headers) {
            let lines = self.faces.at_most(HEAD_LINES, HEAD, text, width - 2.0 * SIDE_PADDING);
            height = height.max(sketch.write(left + SIDE_PADDING, PADDING, HEAD, &lines) + PADDING);
        }
        sketch.band((0.0, 0.0), (self.width, height), HEAD_GREY);
        sketch.rule((0.0, 0.0), (self.width, 0.0), 0.7, 90);
        sketch.rule((0.0, height), (self.width, height), 0.7, 90);
        Piece { height, sketch, keep_with_next: true, ..Piece::default() }
    }

    fn row(self, columns: &[Column], cells: &[String]) -> Vec<Piece> {
        let lines = |((_, width), text): (&Column, &String)| self.faces.lines(CELL, text, width - 2.0 * SIDE_PADDING);
        let cells: Vec<Vec<String>> = columns.iter().zip(cells).map(lines).collect();
        let parts = slices(&cells);
        let last = parts.len() - 1;
        let piece = |(index, part): (usize, Vec<&[String]>)| {
            let mut sketch = Sketch::default();
            let mut height = CELL.line_height() + 2.0 * PADDING;
            for ((left, _), lines) in columns.iter().zip(part) {
                height = height.max(sketch.write(left + SIDE_PADDING, PADDING, CELL, lines) + PADDING);
            }
            if index == last {
                sketch.rule((0.0, height), (self.width, height), HAIR, HAIR_GREY);
            }
            Piece { height, sketch, ..Piece::default() }
        };
        parts.into_iter().enumerate().map(piece).collect()
    }
}
