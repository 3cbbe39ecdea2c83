//! Makes the document complete with lopdf: cut fonts, shapes, the QR code, compression, true facts about itself, and
//! nothing that differs between two prints of the same form. What may not live here: where anything stands.

use super::PrintError;
use super::faces::{CutFace, Face};
use super::font_objects::add_font;
use super::frame::{PAPER, QR_AT, QR_SIDE};
use super::qr::Symbol;
use super::sketch::{Shape, Sketch};
use super::typeset::{glyph_ids, place, points};
use crate::domain::application::printed_form::PrintedForm;
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream, StringFormat, dictionary, text_string};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Resource name of the QR code.
const QR: &str = "Qr";

/// Puts everything together that a finished document consists of.
pub(super) fn finish(
    form: &PrintedForm,
    typeset: &[u8],
    sheets: &[Sketch],
    cut: &[CutFace],
    symbol: &Symbol,
) -> Result<Vec<u8>, PrintError> {
    let texts = Document::load_mem(typeset)?;
    let digest = Sha256::digest(serde_json::to_vec(form).map_err(|e| PrintError::Form(e.to_string()))?);
    let mut document = Document::with_version("1.7");

    let mut fonts = Dictionary::new();
    for face in cut {
        let id = add_font(&mut document, face, &tag(&digest))?;
        fonts.set(resource(face.face), id);
    }
    let qr = document.add_object(compressed(qr_object(symbol))?);
    let resources = document.add_object(dictionary! { "Font" => fonts, "XObject" => dictionary! { QR => qr } });

    let pages_id = document.new_object_id();
    let mut kids = Vec::new();
    for (page, sheet) in texts.page_iter().zip(sheets) {
        let content = page_content(&texts.get_page_content(page), sheet)?;
        let content = document.add_object(compressed(Stream::new(Dictionary::new(), content))?);
        kids.push(Object::Reference(document.add_object(dictionary! {
            "Type" => "Page",
            "Parent" => pages_id,
            "MediaBox" => vec![0.into(), 0.into(), rounded(points(PAPER.0)), rounded(points(PAPER.1))],
            "Resources" => resources,
            "Contents" => content,
        })));
    }
    let count = i64::try_from(kids.len()).unwrap_or_default();
    document.set_object(pages_id, dictionary! { "Type" => "Pages", "Count" => count, "Kids" => kids });
    add_facts(&mut document, form, pages_id, &digest);

    let mut bytes = Vec::new();
    document.save_to(&mut bytes)?;
    Ok(bytes)
}

/// Title, author, dates and language. The same form gives the same facts, so it gives the same bytes.
fn add_facts(document: &mut Document, form: &PrintedForm, pages: ObjectId, digest: &[u8]) {
    let seconds: String = form.submitted_at.to_iso().chars().filter(char::is_ascii_digit).take(14).collect();
    let date = Object::string_literal(format!("D:{seconds}Z"));
    let info = document.add_object(dictionary! {
        "Title" => text_string(&format!("{} {}", form.title, form.code.number)),
        "Author" => text_string(&form.office),
        "Subject" => text_string(&form.kind),
        "Keywords" => text_string(&form.code.to_text()),
        "Creator" => "cas-portal",
        "Producer" => "genpdf, lopdf",
        "CreationDate" => date.clone(),
        "ModDate" => date,
    });
    let catalog = document.add_object(dictionary! {
        "Type" => "Catalog",
        "Pages" => pages,
        "Lang" => Object::string_literal("pl-PL"),
        // Printed smaller, the code would be harder to read back.
        "ViewerPreferences" => dictionary! { "DisplayDocTitle" => true, "PrintScaling" => "None" },
    });
    let id = Object::String(digest[..16].to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("Root", catalog);
    document.trailer.set("Info", info);
    document.trailer.set("ID", vec![id.clone(), id]);
}

/// Shapes first, then genpdf's texts over them, then the code.
fn page_content(texts: &[u8], sheet: &Sketch) -> Result<Vec<u8>, PrintError> {
    let mut content = shapes(&sheet.shapes).into_bytes();
    content.extend(
        Content { operations: Content::decode(texts)?.operations.into_iter().filter_map(text_operation).collect::<Vec<_>>() }.encode()?,
    );
    let (left, bottom) = place((QR_AT.0, QR_AT.1 + QR_SIDE));
    let side = points(QR_SIDE);
    content.extend(format!("\nq {side:.3} 0 0 {side:.3} {left:.3} {bottom:.3} cm /{QR} Do Q").into_bytes());
    Ok(content)
}

/// One of genpdf's operations as the finished document has it; `None` for layers and leading, which it does without.
fn text_operation(operation: Operation) -> Option<Operation> {
    let Operation { operator, operands } = operation;
    match operator.as_str() {
        "BDC" | "EMC" | "TL" | "q" | "Q" => None,
        "Tf" => {
            let stand_in = operands.first().and_then(|name| name.as_name().ok()).unwrap_or_default();
            let bold = stand_in == Face::Bold.stand_in_name().as_bytes();
            let name = resource(if bold { Face::Bold } else { Face::Regular });
            Some(Operation::new("Tf", [name.into()].into_iter().chain(operands.into_iter().skip(1).map(short)).collect()))
        }
        "TJ" => {
            let parts = operands.first().and_then(|list| list.as_array().ok()).into_iter().flatten();
            let signs: Vec<u8> = parts.filter_map(|part| part.as_str().ok()).flatten().copied().collect();
            let glyphs = glyph_ids(&signs).flat_map(u16::to_be_bytes).collect();
            Some(Operation::new("Tj", vec![Object::String(glyphs, StringFormat::Hexadecimal)]))
        }
        _ => Some(Operation::new(&operator, operands.into_iter().map(short).collect())),
    }
}

/// A number with no more digits than a printer can show.
fn short(operand: Object) -> Object {
    match operand {
        Object::Real(number) => rounded(f64::from(number)),
        other => other,
    }
}

fn rounded(number: f64) -> Object {
    Object::Real(((number * 100.0).round() / 100.0) as f32)
}

const fn resource(face: Face) -> &'static str {
    match face {
        Face::Regular => "F1",
        Face::Bold => "F2",
    }
}

/// Shapes as content operators.
fn shapes(shapes: &[Shape]) -> String {
    let mut out = String::from("0 g 0 G\n");
    let grey = |value: u8| f64::from(value) / 255.0;
    for shape in shapes {
        // Writing to a string cannot fail.
        let _ = match shape {
            Shape::Rule { from, to, width, grey: g } => {
                let ((x1, y1), (x2, y2)) = (place(*from), place(*to));
                writeln!(out, "{:.2} G {width:.2} w {x1:.2} {y1:.2} m {x2:.2} {y2:.2} l S", grey(*g))
            }
            Shape::Band { at, size, grey: g } => {
                let (x, y) = place((at.0, at.1 + size.1));
                writeln!(out, "{:.2} g {x:.2} {y:.2} {:.2} {:.2} re f", grey(*g), points(size.0), points(size.1))
            }
            Shape::Box { at, size, width, grey: g } => {
                let (x, y) = place((at.0, at.1 + size.1));
                writeln!(out, "{:.2} G {width:.2} w {x:.2} {y:.2} {:.2} {:.2} re S", grey(*g), points(size.0), points(size.1))
            }
        };
    }
    out.push_str("0 g 0 G\n");
    out
}

/// The code as one path, so that no hairline shows between its modules; a unit square, drawn on every page.
fn qr_object(symbol: &Symbol) -> Stream {
    let mut path = String::new();
    for (x, y, length) in &symbol.runs {
        // PDF counts rows from below. Writing to a string cannot fail.
        let _ = writeln!(path, "{x} {} {length} 1 re", symbol.side - 1 - y);
    }
    path.push('f');
    let side = i64::try_from(symbol.side).unwrap_or(1);
    let unit = 1.0 / symbol.side as f32;
    let matrix = [unit, 0.0, 0.0, unit, 0.0, 0.0].map(Object::Real).to_vec();
    let dictionary = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "BBox" => vec![0.into(), 0.into(), side.into(), side.into()],
        "Matrix" => matrix,
        "Resources" => Dictionary::new(),
    };
    Stream::new(dictionary, path.into_bytes())
}

/// A stream, compressed.
pub(super) fn compressed(mut stream: Stream) -> Result<Stream, PrintError> {
    stream.compress()?;
    Ok(stream)
}

/// Six capital letters that mark a cut font, from the document's digest.
fn tag(digest: &[u8]) -> String {
    digest.iter().take(6).map(|byte| char::from(b'A' + byte % 26)).collect()
}
