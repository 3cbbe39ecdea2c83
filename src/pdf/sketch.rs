//! What is drawn, as data: texts and shapes in millimetres, from the top left corner of a piece or a sheet.
//! What may not live here: PDF, and the look of any one block.

use super::lines::Style;

/// A line of text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Text {
    /// Where it starts.
    pub(super) x: f64,
    /// Where its letters stand.
    pub(super) baseline: f64,
    /// How it looks.
    pub(super) style: Style,
    /// Only characters that the faces have.
    pub(super) text: String,
}

/// A rule, a band or a box; `grey` 0 is black, 255 is white.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shape {
    /// Straight line, `width` in points.
    Rule { from: (f64, f64), to: (f64, f64), width: f64, grey: u8 },
    /// Filled rectangle.
    Band { at: (f64, f64), size: (f64, f64), grey: u8 },
    /// Empty rectangle, `width` of its line in points.
    Box { at: (f64, f64), size: (f64, f64), width: f64, grey: u8 },
}

/// Texts and shapes together.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Sketch {
    /// Lines of text, in reading order.
    pub(super) texts: Vec<Text>,
    /// Drawn under the texts.
    pub(super) shapes: Vec<Shape>,
}

impl Sketch {
    /// Writes lines downwards from `top`; returns where the next would start.
    pub(super) fn write(&mut self, x: f64, top: f64, style: Style, lines: &[String]) -> f64 {
        let mut top = top;
        for line in lines {
            if !line.is_empty() {
                self.texts.push(Text { x, baseline: top + style.baseline(), style, text: line.clone() });
            }
            top += style.line_height();
        }
        top
    }
    /// Draws a line.
    pub(super) fn rule(&mut self, from: (f64, f64), to: (f64, f64), width: f64, grey: u8) {
        self.shapes.push(Shape::Rule { from, to, width, grey });
    }
    /// Fills a rectangle.
    pub(super) fn band(&mut self, at: (f64, f64), size: (f64, f64), grey: u8) {
        self.shapes.push(Shape::Band { at, size, grey });
    }
    /// Draws an empty rectangle.
    pub(super) fn frame(&mut self, at: (f64, f64), size: (f64, f64), width: f64, grey: u8) {
        self.shapes.push(Shape::Box { at, size, width, grey });
    }
    /// Adds another sketch, moved.
    pub(super) fn add(&mut self, other: &Self, dx: f64, dy: f64) {
        self.texts.extend(other.texts.iter().map(|t| Text { x: t.x + dx, baseline: t.baseline + dy, ..t.clone() }));
        let moved = |(x, y): (f64, f64)| (x + dx, y + dy);
        self.shapes.extend(other.shapes.iter().map(|shape| match *shape {
            Shape::Rule { from, to, width, grey } => Shape::Rule { from: moved(from), to: moved(to), width, grey },
            Shape::Band { at, size, grey } => Shape::Band { at: moved(at), size, grey },
            Shape::Box { at, size, width, grey } => Shape::Box { at: moved(at), size, width, grey },
        }));
    }
}
