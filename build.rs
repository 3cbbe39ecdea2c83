//! Cuts Noto Sans before the library is compiled: TrueType faces for the printed form, WOFF2 faces for the pages.
//! Reads nothing but the fonts in a build dependency, so a build needs no network. What is not decided here: who
//! uses the faces (`src/fonts.rs` names them).

use font_subset::Font;
use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

/// What a printed form can show: every Latin name of Europe and Vietnam, Greek and Cyrillic, since a form must spell
/// a foreign name right; a document then carries only the glyphs that it shows.
const FORM: &[(u32, u32)] = &[
    (0x20, 0x7e),     // ASCII
    (0xa1, 0xac),     // Latin-1 signs, without the no-break space
    (0xae, 0xff),     // Latin-1 letters, without the soft hyphen
    (0x100, 0x24f),   // Latin Extended-A and -B
    (0x2b0, 0x2ff),   // modifier letters
    (0x300, 0x36f),   // combining marks
    (0x370, 0x3ff),   // Greek
    (0x400, 0x52f),   // Cyrillic
    (0x1e00, 0x1eff), // Latin Extended Additional
    (0x2010, 0x2027), // dashes, quotation marks, dots
    (0x2030, 0x205e), // per mille, primes, angle quotes
    (0x20a0, 0x20bf), // currencies
    (0x2116, 0x2116), // №
    (0x2122, 0x2122), // ™
    (0x2212, 0x2212), // minus
    (0xfffd, 0xfffd), // stands for a character that is not here
];

/// What the pages need at once; any other character comes from the reader's own fonts.
const WEB: &[(u32, u32)] = &[
    (0x20, 0x7e),     // ASCII
    (0xa0, 0x17f),    // Latin-1 and Latin Extended-A, with the Polish letters
    (0x2010, 0x2026), // dashes, quotation marks, dots
    (0x20ac, 0x20ac), // €
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    // New template files are embedded only when the library is built again.
    println!("cargo::rerun-if-changed=templates");
    let out = env::var("OUT_DIR")?;
    for (name, bytes) in [("regular", notosans::REGULAR_TTF), ("bold", notosans::BOLD_TTF)] {
        let font = Font::opentype(bytes)?;
        fs::write(Path::new(&out).join(format!("form-{name}.ttf")), font.subset(&known(&font, FORM))?.to_opentype())?;
        fs::write(Path::new(&out).join(format!("web-{name}.woff2")), font.subset(&known(&font, WEB))?.to_woff2())?;
    }
    Ok(())
}

/// Those of the wanted characters that the font has.
fn known(font: &Font<'_>, ranges: &[(u32, u32)]) -> BTreeSet<char> {
    let wanted = ranges.iter().flat_map(|(first, last)| *first..=*last).filter_map(char::from_u32);
    wanted.filter(|c| font.contains_char(*c)).collect()
}
