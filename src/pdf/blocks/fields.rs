//! Label and value, row by row.

use super::{BODY, Composer, HAIR, HAIR_GREY, LABEL, keep_ends_together, slices};
use crate::domain::application::printed_form::FieldRow;
use crate::pdf::sheets::Piece;
use crate::pdf::sketch::Sketch;

/// Where values start, in mm.
const VALUE_AT: f64 = 52.0;
const PADDING: f64 = 0.75;

impl Composer<'_> {
    pub(super) fn fields(self, rows: &[FieldRow], space_before: f64) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = rows.iter().flat_map(|row| self.field(row)).collect();
        // Sets one group of rows apart from another; under a heading there is no gap, for it has its own.
        if let Some(first) = pieces.first_mut() {
            first.space_before = space_before;
        }
        keep_ends_together(&mut pieces);
        pieces
    }

    fn field(self, row: &FieldRow) -> Vec<Piece> {
        let label = self.faces.lines(LABEL, &row.label, VALUE_AT - 4.0);
        let value = self.faces.lines(BODY, &row.value, self.width - VALUE_AT);
        let columns = [label, value];
        let parts = slices(&columns);
        let last = parts.len() - 1;
        let piece = |(index, part): (usize, Vec<&[String]>)| {
            let mut sketch = Sketch::default();
            // The label's first line stands on the baseline of the value's.
            let label = sketch.write(2.0, PADDING + BODY.baseline() - LABEL.baseline(), LABEL, part[0]);
            let value = sketch.write(VALUE_AT, PADDING, BODY, part[1]);
            let height = label.max(value) + PADDING;
            if index == last {
                sketch.rule((0.0, height), (self.width, height), HAIR, HAIR_GREY);
            }
            Piece { height, sketch, ..Piece::default() }
        };
        parts.into_iter().enumerate().map(piece).collect()
    }
}
