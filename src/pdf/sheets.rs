//! Pieces on sheets: what goes on which page. Pure, so the number of pages is known before anything is drawn.
//! What may not live here: what a piece looks like.

use super::sketch::Sketch;
use std::rc::Rc;

/// Something that a page break never splits.
#[derive(Debug, Clone, Default)]
pub(super) struct Piece {
    /// In mm.
    pub(super) height: f64,
    /// Room above, in mm; falls away at the top of a page.
    pub(super) space_before: f64,
    /// Its look.
    pub(super) sketch: Sketch,
    /// Stands on the page where the next piece begins, as a heading does.
    pub(super) keep_with_next: bool,
    /// Shown again above this piece when it is the first on a page, as a table's header is.
    pub(super) repeats: Option<Rc<Piece>>,
}

/// Where pieces may stand on a sheet, in mm from its top left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body {
    /// Left edge.
    pub(super) left: f64,
    /// Upper edge.
    pub(super) top: f64,
    /// Width.
    pub(super) width: f64,
    /// Height.
    pub(super) height: f64,
}

/// A sheet that fills up.
struct Sheet {
    sketch: Sketch,
    used: f64,
}

impl Sheet {
    const fn new() -> Self {
        Self { sketch: Sketch { texts: Vec::new(), shapes: Vec::new() }, used: 0.0 }
    }
    fn put(&mut self, body: Body, piece: &Piece) {
        if self.used > 0.0 {
            self.used += piece.space_before;
        }
        self.sketch.add(&piece.sketch, body.left, body.top + self.used);
        self.used += piece.height;
    }
    /// How many of the pieces fit, from the first on.
    fn fitting(&self, body: Body, pieces: &[Piece]) -> usize {
        let mut used = self.used;
        let fits = |piece: &&Piece| {
            used += piece.height + if used > 0.0 { piece.space_before } else { 0.0 };
            used <= body.height + 0.001
        };
        pieces.iter().take_while(fits).count()
    }
}

/// Puts pieces on sheets; at least one sheet.
///
/// Pieces that are kept together move together; only a chain higher than a page is parted, where it must be.
pub(super) fn fill(body: Body, pieces: &[Piece]) -> Vec<Sketch> {
    let (mut full, mut sheet, mut rest) = (Vec::new(), Sheet::new(), pieces);
    while !rest.is_empty() {
        let chain = rest.iter().position(|p| !p.keep_with_next).map_or(rest.len(), |last| last + 1);
        let mut count = sheet.fitting(body, &rest[..chain]);
        if count < chain && sheet.used > 0.0 {
            full.push(std::mem::replace(&mut sheet, Sheet::new()).sketch);
            if let Some(header) = &rest[0].repeats {
                sheet.put(body, header);
            }
            count = sheet.fitting(body, &rest[..chain]);
        }
        // A piece is never higher than a page, but if it were, it would stand there, cut off, and not stop the work.
        let (now, later) = rest.split_at(count.max(1));
        for piece in now {
            sheet.put(body, piece);
        }
        rest = later;
    }
    full.push(sheet.sketch);
    full
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::lines::Style;

    const BODY: Body = Body { left: 0.0, top: 0.0, width: 100.0, height: 100.0 };

    fn piece(name: &str, height: f64) -> Piece {
        let mut piece = Piece { height, ..Piece::default() };
        piece.sketch.write(0.0, 0.0, Style::regular(10), &[name.to_owned()]);
        piece
    }
    fn kept(name: &str, height: f64) -> Piece {
        Piece { keep_with_next: true, ..piece(name, height) }
    }
    fn names(pieces: &[Piece]) -> Vec<String> {
        let page = |sketch: &Sketch| sketch.texts.iter().map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        fill(BODY, pieces).iter().map(page).collect()
    }

    #[test]
    fn a_piece_that_does_not_fit_moves_to_the_next_page_whole() {
        assert_eq!(names(&[piece("a", 60.0), piece("b", 60.0), piece("c", 40.0)]), ["a", "b c"]);
        assert_eq!(names(&[]), [""]);
    }

    #[test]
    fn a_heading_goes_with_what_follows() {
        assert_eq!(names(&[piece("a", 85.0), kept("h", 10.0), piece("b", 10.0)]), ["a", "h b"]);
        assert_eq!(names(&[piece("a", 80.0), kept("h", 10.0), piece("b", 10.0)]), ["a h b"]);
    }

    #[test]
    fn a_header_is_repeated_after_a_page_break_and_takes_its_room() {
        let header = Rc::new(piece("head", 20.0));
        let row = |name| Piece { repeats: Some(Rc::clone(&header)), ..piece(name, 40.0) };
        let first = Piece { keep_with_next: true, ..piece("head", 20.0) };
        assert_eq!(names(&[first, row("1"), row("2"), row("3"), row("4"), row("5")]), ["head 1 2", "head 3 4", "head 5"]);
    }

    #[test]
    fn space_before_falls_away_at_the_top_of_a_page() {
        let spaced = |name| Piece { space_before: 50.0, ..piece(name, 60.0) };
        let pages = fill(BODY, &[spaced("a"), spaced("b")]);
        assert_eq!(pages.len(), 2);
        assert_eq!(pages[0].texts[0].baseline, pages[1].texts[0].baseline);
    }

    #[test]
    fn a_chain_higher_than_a_page_is_parted_and_ends() {
        assert_eq!(names(&[piece("x", 1.0), kept("a", 60.0), kept("b", 60.0), piece("c", 60.0)]), ["x", "a", "b", "c"]);
        assert_eq!(names(&[piece("a", 500.0), piece("b", 10.0)]), ["a", "b"]);
    }
}
