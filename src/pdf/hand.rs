//! A form signed with a pen on a tablet, for the demonstration and for tests: what comes back must look like what people send.
//! What may not live here: real signatures.

use super::PrintError;
use lopdf::content::Content;
use lopdf::{Document, Object, ObjectId, Stream, dictionary};

/// Where the pen goes, from the lower left corner of the signature, in points.
const STROKES: &str = "0 18 m 8 44 16 40 14 12 c 14 2 22 10 26 22 c 30 34 34 20 36 14 c 40 6 46 22 50 20 c 56 16 58 10 64 18 c \
                       70 26 76 14 82 16 c 92 20 98 12 116 20 c S 2 6 m 40 0 80 2 124 8 c S";
/// How wide and high [`STROKES`] are.
const PEN: (f32, f32) = (116.0, 44.0);
/// From the lower edge of a box up to the pen, above the line for place and date.
const RAISED: f32 = 52.0;
/// A box to sign in is at least so high, and at most so wide; the office's own box spans the page.
const BOX: (f32, f32) = (95.0, 280.0);

/// Draws a signature in each box to sign in and says so as a viewer with a pen does, by an ink annotation.
///
/// # Errors
/// When the bytes are no PDF, or hold no box to sign in.
pub fn hand_signed(pdf: &[u8]) -> Result<Vec<u8>, PrintError> {
    let mut document = Document::load_mem(pdf)?;
    let pages: Vec<_> = document.page_iter().collect();
    let mut is_signed = false;
    for page in pages {
        let places = places(&document, page)?;
        if !places.is_empty() {
            sign(&mut document, page, &places)?;
            is_signed = true;
        }
    }
    if !is_signed {
        return Err(PrintError::Typeset("there is no box to sign in".to_owned()));
    }
    let mut signed = Vec::new();
    document.save_to(&mut signed)?;
    Ok(signed)
}

/// Where the pen goes down: in the middle of each box to sign in of a page.
fn places(document: &Document, page: ObjectId) -> Result<Vec<(f32, f32)>, PrintError> {
    let content = Content::decode(&document.get_page_content(page))?;
    let mut found = Vec::new();
    for pair in content.operations.windows(2) {
        let [rectangle, painted] = pair else { continue };
        if rectangle.operator != "re" || painted.operator != "S" {
            continue;
        }
        let numbers: Vec<f32> = rectangle.operands.iter().filter_map(|o| o.as_float().ok()).collect();
        if let [x, y, width, height] = numbers[..] {
            // A rectangle may be drawn from its upper edge down.
            let low = y + height.min(0.0);
            if height.abs() >= BOX.0 && width <= BOX.1 {
                found.push((x + (width - PEN.0) / 2.0, low + RAISED));
            }
        }
    }
    Ok(found)
}

fn sign(document: &mut Document, page: ObjectId, places: &[(f32, f32)]) -> Result<(), PrintError> {
    let (mut drawing, mut inks) = (String::new(), Vec::new());
    for (x, y) in places {
        drawing.push_str(&format!("q 0.08 0.16 0.5 RG 1.4 w 1 J 1 0 0 1 {x} {y} cm {STROKES} Q\n"));
        let line = [x + 2.0, y + 18.0, x + PEN.0, y + 20.0].map(Object::Real).to_vec();
        inks.push(document.add_object(dictionary! {
            "Type" => "Annot",
            "Subtype" => "Ink",
            "Rect" => [*x, *y, x + PEN.0, y + PEN.1].map(Object::Real).to_vec(),
            "InkList" => vec![Object::Array(line)],
        }));
    }
    let content = document.add_object(Stream::new(dictionary! {}, drawing.into_bytes()));
    let dictionary = document.get_object_mut(page)?.as_dict_mut()?;
    let before = match dictionary.get(b"Contents") {
        Ok(Object::Array(several)) => several.clone(),
        Ok(one) => vec![one.clone()],
        Err(_) => Vec::new(),
    };
    dictionary.set("Contents", Object::Array(before.into_iter().chain([content.into()]).collect()));
    dictionary.set("Annots", Object::Array(inks.into_iter().map(Object::Reference).collect()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::{FormPrinter, samples};

    #[test]
    fn each_box_gets_its_signature_and_a_form_without_one_none() {
        let printer = FormPrinter::new().expect("fonts");
        for form in [samples::typical(), samples::fifty_persons()] {
            let signed = hand_signed(&printer.print(&form).expect("a form")).expect("signed");
            let document = Document::load_mem(&signed).expect("a PDF");
            let inks = |page| document.get_page_annotations(page).map_or(0, |found| found.len());
            let pages: Vec<usize> = document.page_iter().map(inks).filter(|count| *count > 0).collect();
            assert_eq!(pages, [2], "the two boxes stand on one page");
        }
        let without = samples::with_blocks(vec![samples::heading("Bez podpisów")]);
        assert!(hand_signed(&printer.print(&without).expect("a form")).is_err());
    }
}
