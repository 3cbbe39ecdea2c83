//! The top of the first page: number and date, the office, the title, the kind.

use super::{BODY, Composer, LABEL};
use crate::domain::application::printed_form::PrintedForm;
use crate::pdf::lines::Style;
use crate::pdf::sheets::Piece;
use crate::pdf::sketch::Sketch;

const NUMBER: Style = Style::bold(12);
const OFFICE: Style = Style::bold(12);
const TITLE: Style = Style { leading: 1.2, ..Style::bold(18) };
/// Where the addressee starts, as a part of the width: on the right, as in a letter.
const OFFICE_AT: f64 = 0.52;

impl Composer<'_> {
    pub(super) fn masthead(self, form: &PrintedForm) -> Vec<Piece> {
        let words = &form.words;
        let (left, right) = (self.width * OFFICE_AT - 8.0, self.width * (1.0 - OFFICE_AT));
        let mut sketch = Sketch::default();
        let mut y = 0.0;
        let pairs = [(&words.number, form.code.number.to_string(), NUMBER), (&words.submitted, form.submitted_at.to_date_text(), BODY)];
        for (label, value, style) in pairs {
            y = sketch.write(0.0, y, LABEL, &self.faces.at_most(1, LABEL, label, left));
            y = sketch.write(0.0, y, style, &self.faces.at_most(2, style, &value, left)) + 1.2;
        }
        let office = self.faces.at_most(6, OFFICE, &form.office, right);
        let end = sketch.write(self.width * OFFICE_AT, LABEL.line_height(), OFFICE, &office);

        // Room for the stamp of the office that receives the form.
        let top = y.max(end) + 7.0;
        let y = sketch.write(0.0, top, TITLE, &self.faces.at_most(4, TITLE, &form.title, self.width)) + 1.5;
        let kind = format!("{}: {}", words.kind, form.kind);
        let y = sketch.write(0.0, y, BODY, &self.faces.at_most(4, BODY, &kind, self.width)) + 3.0;
        sketch.rule((0.0, y), (self.width, y), 1.4, 0);
        vec![Piece { height: y + 1.0, sketch, ..Piece::default() }]
    }
}
