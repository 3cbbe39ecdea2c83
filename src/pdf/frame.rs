//! What stands on every sheet: its size, its margins, and at its foot the number, the revision, the fingerprint,
//! „strona x z y” and the place of the QR code. What may not live here: the form's content.

use super::faces::Faces;
use super::lines::Style;
use super::sheets::Body;
use super::sketch::Sketch;
use crate::domain::application::printed_form::PrintedForm;

/// A4, in mm.
pub(super) const PAPER: (f64, f64) = (210.0, 297.0);

/// Where the content stands. Left and right leave room for a binder's holes and for old printers.
pub(super) const BODY: Body = Body { left: 20.0, top: 13.0, width: 170.0, height: 243.0 };

/// Side of the QR code without its quiet zone: modules of 0.8 mm, five pixels of a 150-dpi scan.
pub(super) const QR_SIDE: f64 = 26.0;
/// Top left corner of the QR code.
pub(super) const QR_AT: (f64, f64) = (BODY.left + BODY.width - QR_SIDE, 262.0);
/// Nothing may be printed nearer to the code: more than its quiet zone of four modules.
const QR_QUIET: f64 = 4.0;

const LABEL: Style = Style::regular(8).muted();
const VALUE: Style = Style::bold(10);
const PAGE: Style = Style::regular(9);

/// The foot of one sheet.
pub(super) fn foot(faces: &Faces, form: &PrintedForm, page: usize, pages: usize) -> Sketch {
    let words = &form.words;
    let mut sketch = Sketch::default();
    let rule = QR_AT.1 - QR_QUIET;
    sketch.rule((BODY.left, rule), (BODY.left + BODY.width, rule), 0.5, 90);

    let columns = [
        (0.0, &words.number, form.code.number.to_string()),
        (50.0, &words.revision, form.code.revision.to_string()),
        (72.0, &words.fingerprint, form.short_fingerprint.clone()),
    ];
    let room = QR_AT.0 - QR_QUIET - BODY.left;
    let ends = columns.iter().skip(1).map(|(left, ..)| left - 2.0).chain([room]);
    for ((left, label, value), end) in columns.iter().zip(ends) {
        let line = |style, text: &str| faces.at_most(1, style, text, end - left);
        let y = sketch.write(BODY.left + left, QR_AT.1, LABEL, &line(LABEL, label));
        sketch.write(BODY.left + left, y, VALUE, &line(VALUE, value));
    }
    let y = QR_AT.1 + LABEL.line_height() + VALUE.line_height() + 2.0;
    sketch.write(BODY.left, y, LABEL, &faces.at_most(2, LABEL, &form.title, room));
    let counted = words.page.replace("{pages}", &pages.to_string()).replace("{page}", &page.to_string());
    let y = QR_AT.1 + QR_SIDE - PAGE.line_height() + 1.0;
    sketch.write(BODY.left, y, PAGE, &faces.at_most(1, PAGE, &counted, room));
    sketch
}
