//! A cut face as PDF objects: a composite font whose codes are glyph numbers, with a way back to the text.
//! What may not live here: which characters a document has.

use super::PrintError;
use super::faces::{CutFace, Face};
use super::finish::compressed;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, dictionary};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Adds the font and returns what the resources refer to.
pub(super) fn add_font(document: &mut Document, cut: &CutFace, tag: &str) -> Result<ObjectId, PrintError> {
    let name = || Object::Name(format!("{tag}+{}", cut.face.name()).into_bytes());
    let length = i64::try_from(cut.program.len()).unwrap_or_default();
    let program = document.add_object(compressed(Stream::new(dictionary! { "Length1" => length }, cut.program.clone()))?);
    let stem = if cut.face == Face::Bold { 140 } else { 80 };
    // Noto Sans, in thousandths of an em.
    let descriptor = document.add_object(dictionary! {
        "Type" => "FontDescriptor",
        "FontName" => name(),
        "Flags" => 4,
        "FontBBox" => vec![(-556).into(), (-273).into(), 1321.into(), 1048.into()],
        "ItalicAngle" => 0,
        "Ascent" => 1069,
        "Descent" => -293,
        "CapHeight" => 714,
        "StemV" => stem,
        "FontFile2" => program,
    });
    let descendant = document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "CIDFontType2",
        "BaseFont" => name(),
        "CIDSystemInfo" => dictionary! {
            "Registry" => Object::string_literal("Adobe"),
            "Ordering" => Object::string_literal("Identity"),
            "Supplement" => 0,
        },
        "FontDescriptor" => descriptor,
        "DW" => 600,
        "W" => widths(cut),
        "CIDToGIDMap" => "Identity",
    });
    let to_unicode = document.add_object(compressed(Stream::new(Dictionary::new(), to_unicode(cut).into_bytes()))?);
    Ok(document.add_object(dictionary! {
        "Type" => "Font",
        "Subtype" => "Type0",
        "BaseFont" => name(),
        "Encoding" => "Identity-H",
        "DescendantFonts" => vec![Object::Reference(descendant)],
        "ToUnicode" => to_unicode,
    }))
}

/// `[first [width …] …]`: runs of glyph numbers, widths in thousandths of an em.
fn widths(cut: &CutFace) -> Vec<Object> {
    let by_id: BTreeMap<u16, i64> = cut.glyphs.values().map(|g| (g.id, (g.advance * 1000.0).round() as i64)).collect();
    let mut runs: Vec<(u16, Vec<Object>)> = Vec::new();
    for (id, width) in by_id {
        match runs.last_mut() {
            Some((first, run)) if usize::from(id - *first) == run.len() => run.push(width.into()),
            _ => runs.push((id, vec![width.into()])),
        }
    }
    runs.into_iter().flat_map(|(first, run)| [i64::from(first).into(), Object::Array(run)]).collect()
}

/// From glyph numbers back to characters, for searching, copying and reading aloud.
fn to_unicode(cut: &CutFace) -> String {
    let mut map = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n\
         /CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n\
         /CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let by_id: BTreeMap<u16, char> = cut.glyphs.iter().map(|(c, glyph)| (glyph.id, *c)).collect();
    let pairs: Vec<(u16, char)> = by_id.into_iter().collect();
    // A section may hold a hundred entries.
    for section in pairs.chunks(100) {
        // Writing to a string cannot fail.
        let _ = writeln!(map, "{} beginbfchar", section.len());
        for (id, c) in section {
            let _ = write!(map, "<{id:04X}> <");
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(map, "{unit:04X}");
            }
            map.push_str(">\n");
        }
        map.push_str("endbfchar\n");
    }
    map.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    map
}
