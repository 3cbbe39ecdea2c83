//! A form signed with a pen on a tablet, for the demonstration and for tests: what comes back must look like what people send.
//! What may not live here: real signatures.

use super::PrintError;
use lopdf::{Document, Object, Stream, dictionary};

/// Where the pen goes, from the lower left corner of the signature, in points.
const STROKES: &str = "0 18 m 8 44 16 40 14 12 c 14 2 22 10 26 22 c 30 34 34 20 36 14 c 40 6 46 22 50 20 c 56 16 58 10 64 18 c \
                       70 26 76 14 82 16 c 92 20 98 12 116 20 c S 2 6 m 40 0 80 2 124 8 c S";
/// Places of the two signatures on the last page: of the applicant and of the unit's head.
const PLACES: [(f32, f32); 2] = [(86.0, 150.0), (342.0, 150.0)];

/// Draws two signatures on the last page and says so as a viewer with a pen does, by an ink annotation.
///
/// # Errors
/// When the bytes are no PDF.
pub fn hand_signed(pdf: &[u8]) -> Result<Vec<u8>, PrintError> {
    let mut document = Document::load_mem(pdf)?;
    let page = document.page_iter().last().ok_or(lopdf::Error::PageNumberNotFound(0))?;
    let mut drawing = String::new();
    for (x, y) in PLACES {
        drawing.push_str(&format!("q 0.08 0.16 0.5 RG 1.4 w 1 J 1 0 0 1 {x} {y} cm {STROKES} Q\n"));
    }
    let content = document.add_object(Stream::new(dictionary! {}, drawing.into_bytes()));
    let ink = document.add_object(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Ink",
        "Rect" => [342, 150, 470, 200].map(Object::Integer).to_vec(),
        "InkList" => vec![Object::Array([342, 168, 458, 170].map(Object::Integer).to_vec())],
    });
    let dictionary = document.get_object_mut(page)?.as_dict_mut()?;
    let before = match dictionary.get(b"Contents") {
        Ok(Object::Array(several)) => several.clone(),
        Ok(one) => vec![one.clone()],
        Err(_) => Vec::new(),
    };
    dictionary.set("Contents", Object::Array(before.into_iter().chain([content.into()]).collect()));
    dictionary.set("Annots", Object::Array(vec![ink.into()]));
    let mut signed = Vec::new();
    document.save_to(&mut signed)?;
    Ok(signed)
}
