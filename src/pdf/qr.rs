//! The QR code of a form: for the PDF as a drawing, for a page as SVG.
//! What may not live here: what the code says (`FormCode` knows) and reading codes back.

use super::PrintError;
use crate::domain::application::signed_form::FormCode;
use qrcode::types::Color;
use qrcode::{EcLevel, QrCode};
use std::fmt::Write as _;

/// Light modules around the symbol, as ISO/IEC 18004 asks.
const QUIET: usize = 4;

/// A symbol as horizontal runs of dark modules.
pub(super) struct Symbol {
    /// Modules on a side, without the quiet zone.
    pub(super) side: usize,
    /// Column, row and length of each run, from the top left.
    pub(super) runs: Vec<(usize, usize, usize)>,
}

impl Symbol {
    /// Encodes a form's code with a quarter of redundancy (level Q): a stamp or a crease may cover a part.
    pub(super) fn new(code: &FormCode) -> Result<Self, PrintError> {
        let symbol = QrCode::with_error_correction_level(code.to_text(), EcLevel::Q).map_err(|_| PrintError::Code)?;
        let side = symbol.width();
        let mut runs: Vec<(usize, usize, usize)> = Vec::new();
        for (index, module) in symbol.to_colors().into_iter().enumerate() {
            let (x, y) = (index % side, index / side);
            match (module, runs.last_mut()) {
                (Color::Light, _) => {}
                (Color::Dark, Some((start, row, length))) if *row == y && *start + *length == x => *length += 1,
                (Color::Dark, _) => runs.push((x, y, 1)),
            }
        }
        Ok(Self { side, runs })
    }
}

/// The code as an inline SVG, black on white in every colour scheme, hidden from screen readers because the page
/// says the same in words. Empty for a number so long that no symbol holds it; a checked number never is.
pub fn qr_svg(code: &FormCode) -> String {
    let Ok(symbol) = Symbol::new(code) else { return String::new() };
    let side = symbol.side + 2 * QUIET;
    let mut path = String::new();
    for (x, y, length) in symbol.runs {
        // Writing to a string cannot fail.
        let _ = write!(path, "M{} {}h{length}v1h-{length}z", x + QUIET, y + QUIET);
    }
    format!(
        "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" \
         aria-hidden=\"true\" focusable=\"false\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::identifiers::ApplicationNumber;

    fn code(number: &str) -> FormCode {
        FormCode { number: ApplicationNumber::trusted(number), revision: 2, fingerprint: "3fa901bc77de".into() }
    }

    #[test]
    fn the_svg_reads_back_as_the_code() {
        let code = code("W/26/2026/000123");
        let svg = qr_svg(&code);
        let symbol = Symbol::new(&code).unwrap();
        const SCALE: usize = 4;
        let side = (symbol.side + 2 * QUIET) * SCALE;
        let mut dark = vec![false; side * side];
        let path = svg.rsplit_once("<path d=\"").unwrap().1.split('"').next().unwrap();
        for run in path.split('z').filter(|r| !r.is_empty()) {
            let numbers: Vec<usize> = run.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            for y in numbers[1] * SCALE..(numbers[1] + 1) * SCALE {
                dark[y * side + numbers[0] * SCALE..y * side + (numbers[0] + numbers[2]) * SCALE].fill(true);
            }
        }
        let mut image = rqrr::PreparedImage::prepare_from_bitmap(side, side, |x, y| dark[y * side + x]);
        let grids = image.detect_grids();
        assert_eq!(FormCode::parse(&grids[0].decode().unwrap().1), Some(code));
        assert!(!svg.contains("style=") && svg.contains("aria-hidden"));
    }

    #[test]
    fn a_number_beyond_any_symbol_is_an_error_and_no_panic() {
        let code = code(&"9".repeat(9_000));
        assert!(matches!(Symbol::new(&code), Err(PrintError::Code)));
        assert_eq!(qr_svg(&code), "");
    }
}
