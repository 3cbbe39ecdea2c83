//! Sets the texts of the sheets with genpdf. What may not live here: shapes, fonts and facts about the document;
//! `finish.rs` adds them.
//!
//! genpdf 0.2 embeds a font by asking it for each of the 1.1 million code points, once for each font of each document,
//! which alone would take longer than everything else here. So it gets stand-ins that it does not embed, and instead
//! of characters it prints the numbers of their glyphs, each as two signs of [`SIGNS`]; `finish.rs` turns the pairs
//! into glyph numbers and puts the real, cut fonts in the stand-ins' place.

use super::PrintError;
use super::faces::{CutFace, Face, Faces, PT};
use super::frame::PAPER;
use super::sketch::{Sketch, Text};
use genpdf::error::{Error, ErrorKind};
use genpdf::render::Area;
use genpdf::style::{Color, Style};
use genpdf::{Context, Document, Element, Position, RenderResult, Size};

/// The digits of a glyph number to the base of 64; in every encoding of a stand-in the same byte.
const SIGNS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-";

/// A document with the texts and nothing else.
pub(super) fn typeset(faces: &Faces, cut: &[CutFace], sheets: &[Sketch]) -> Result<Vec<u8>, PrintError> {
    let mut document = Document::new(faces.stand_ins());
    document.set_minimal_conformance();
    for sheet in sheets {
        document.push(SheetElement { lines: sheet.texts.iter().map(|text| Line::new(text, cut)).collect() });
    }
    let mut bytes = Vec::new();
    document.render(&mut bytes).map_err(|e| PrintError::Typeset(e.to_string()))?;
    Ok(bytes)
}

/// The glyph numbers behind a text that [`typeset`] has printed. printpdf writes two bytes for each sign, the upper
/// one zero.
pub(super) fn glyph_ids(printed: &[u8]) -> impl Iterator<Item = u16> + '_ {
    let digit = |sign: u8| SIGNS.iter().position(|s| *s == sign).unwrap_or_default() as u16;
    printed.chunks_exact(4).map(move |pair| (digit(pair[1]) << 6) | digit(pair[3]))
}

/// A line of text, its characters already replaced by signs.
struct Line {
    x: f64,
    baseline: f64,
    style: Style,
    signs: String,
}

impl Line {
    fn new(text: &Text, cut: &[CutFace]) -> Self {
        let style = Style::new().with_font_size(text.style.size).with_color(Color::Greyscale(text.style.grey));
        let style = if text.style.face == Face::Bold { style.bold() } else { style };
        let glyphs = cut.iter().find(|cut| cut.face == text.style.face).map(|cut| &cut.glyphs);
        let id = |c| glyphs.and_then(|g| g.get(&c)).map_or(0, |glyph| usize::from(glyph.id));
        // A cut of the compiled-in faces has far fewer than 64 × 64 glyphs.
        let signs = text.text.chars().map(id).flat_map(|id| [SIGNS[id >> 6 & 63], SIGNS[id & 63]]).map(char::from).collect();
        Self { x: text.x, baseline: text.baseline, style, signs }
    }
}

/// A sheet as genpdf sees it: one element that takes exactly one page.
struct SheetElement {
    lines: Vec<Line>,
}

impl Element for SheetElement {
    fn render(&mut self, context: &Context, area: Area<'_>, _: genpdf::style::Style) -> Result<RenderResult, Error> {
        for line in &self.lines {
            // genpdf places a text by the upper end of its font's height and does not count what hangs below.
            let height = f64::from(line.style.font(&context.font_cache).glyph_height(line.style.font_size()));
            let position = Position::new(line.x, line.baseline - height);
            if !area.print_str(&context.font_cache, position, line.style, &line.signs)? {
                return Err(Error::new("A line stands below the end of its page", ErrorKind::PageSizeExceeded));
            }
        }
        Ok(RenderResult { size: Size::new(area.size().width, area.size().height), has_more: false })
    }
}

/// A length in mm as PDF points.
pub(super) const fn points(mm: f64) -> f64 {
    mm / PT
}

/// Where PDF sees a point that is `(x, y)` mm away from the top left corner of the sheet.
pub(super) const fn place((x, y): (f64, f64)) -> (f64, f64) {
    (points(x), points(PAPER.1 - y))
}
