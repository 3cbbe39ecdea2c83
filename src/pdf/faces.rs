//! The two faces of a form: how wide a character is, and cutting a face to the characters of one document.
//! What may not live here: where a text stands.

use super::PrintError;
use crate::fonts;
use font_subset::Font;
use genpdf::fonts::{FontCache, FontData, FontFamily};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Millimetres in a typographic point.
pub(super) const PT: f64 = 25.4 / 72.0;

/// Stands for a character that the faces do not have, so that nobody signs a text with a silent gap.
pub(super) const REPLACEMENT: char = '\u{fffd}';

/// Regular or bold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Face {
    /// Noto Sans Regular.
    Regular,
    /// Noto Sans Bold.
    Bold,
}

impl Face {
    /// Both, in the order of their resources.
    pub(super) const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// The name inside the PDF, behind the tag of a cut font.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Regular => "NotoSans-Regular",
            Self::Bold => "NotoSans-Bold",
        }
    }
    const fn program(self) -> &'static [u8] {
        match self {
            Self::Regular => fonts::FORM_REGULAR,
            Self::Bold => fonts::FORM_BOLD,
        }
    }
    /// What genpdf takes it for: see `typeset.rs`.
    const fn stand_in(self) -> printpdf::BuiltinFont {
        match self {
            Self::Regular => printpdf::BuiltinFont::Helvetica,
            Self::Bold => printpdf::BuiltinFont::HelveticaBold,
        }
    }
    /// The resource name that printpdf gives to the stand-in.
    pub(super) const fn stand_in_name(self) -> &'static str {
        match self {
            Self::Regular => "Helvetica",
            Self::Bold => "Helvetica-Bold",
        }
    }
}

/// One face, read once.
struct Loaded {
    font: Font<'static>,
    /// Advance in em.
    advances: HashMap<char, f64>,
    stand_in: FontData,
}

impl Loaded {
    fn new(face: Face) -> Result<Self, PrintError> {
        let font = Font::opentype(face.program()).map_err(PrintError::font)?;
        let data = FontData::new(face.program().to_vec(), None).map_err(PrintError::font)?;
        let cache = FontCache::new(family(&data, &data));
        let regular = cache.default_font_family().regular;
        // genpdf measures in whole points; many of them keep what it rounds small.
        let advance = |c| f64::from(regular.char_width(&cache, c, 250)) / (250.0 * PT);
        let advances = font.char_ranges().flatten().map(|c| (c, advance(c))).collect();
        let stand_in = FontData::new(face.program().to_vec(), Some(face.stand_in())).map_err(PrintError::font)?;
        Ok(Self { font, advances, stand_in })
    }
}

/// Both faces. Made once, used by every document.
pub(super) struct Faces {
    regular: Loaded,
    bold: Loaded,
}

impl Faces {
    /// Reads the faces that are compiled in.
    pub(super) fn new() -> Result<Self, PrintError> {
        Ok(Self { regular: Loaded::new(Face::Regular)?, bold: Loaded::new(Face::Bold)? })
    }
    const fn loaded(&self, face: Face) -> &Loaded {
        match face {
            Face::Regular => &self.regular,
            Face::Bold => &self.bold,
        }
    }
    /// Whether both faces have the character.
    pub(super) fn has(&self, c: char) -> bool {
        self.regular.advances.contains_key(&c) && self.bold.advances.contains_key(&c)
    }
    /// How wide a character is, in em.
    pub(super) fn advance(&self, face: Face, c: char) -> f64 {
        self.loaded(face).advances.get(&c).copied().unwrap_or_default()
    }
    /// What genpdf works with.
    pub(super) fn stand_ins(&self) -> FontFamily<FontData> {
        family(&self.regular.stand_in, &self.bold.stand_in)
    }
    /// Cuts a face to the characters of one document.
    pub(super) fn cut(&self, face: Face, chars: &BTreeSet<char>) -> Result<CutFace, PrintError> {
        // An empty cut is not defined; a space costs nothing.
        let chars: BTreeSet<char> = chars.iter().copied().chain([' ']).collect();
        let program = self.loaded(face).font.subset(&chars).map_err(PrintError::font)?.to_opentype();
        let data = FontData::new(program.clone(), None).map_err(PrintError::font)?;
        let cache = FontCache::new(family(&data, &data));
        let ids = cache.default_font_family().regular.glyph_ids(&cache, chars.iter().copied());
        let glyph = |(c, id)| (c, Glyph { id, advance: self.advance(face, c) });
        Ok(CutFace { face, program, glyphs: chars.iter().copied().zip(ids).map(glyph).collect() })
    }
}

/// genpdf wants four faces; the form has no slanted ones.
fn family(regular: &FontData, bold: &FontData) -> FontFamily<FontData> {
    FontFamily { regular: regular.clone(), bold: bold.clone(), italic: regular.clone(), bold_italic: bold.clone() }
}

/// A face cut to one document.
pub(super) struct CutFace {
    /// Which.
    pub(super) face: Face,
    /// TrueType bytes.
    pub(super) program: Vec<u8>,
    /// What it can show.
    pub(super) glyphs: BTreeMap<char, Glyph>,
}

/// One glyph of a cut face.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph {
    /// Its number in the cut face.
    pub(super) id: u16,
    /// How wide it is, in em.
    pub(super) advance: f64,
}
