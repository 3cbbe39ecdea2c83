//! What an office scans or gets: documents and pictures whose pages carry the codes of forms. What may not live here: what is found in them.

use cas_portal::domain::application::Application;
use cas_portal::domain::application::signed_form::FormCode;
use image::{GrayImage, ImageFormat, Luma};
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, Stream, dictionary};
use qrcode::{EcLevel, QrCode};
use std::io::Cursor;

/// The code that the current form of an application carries.
pub fn code_of(application: &Application) -> FormCode {
    FormCode {
        number: application.number.clone(),
        revision: application.revision,
        fingerprint: application.fingerprint.compact().to_owned(),
    }
}

/// The modules of a code, true for dark, and how many there are in a row.
fn modules(code: &FormCode) -> (usize, Vec<bool>) {
    let code = QrCode::with_error_correction_level(code.to_text(), EcLevel::Q).expect("a code");
    (code.width(), code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect())
}

/// A page with a code, with words, or with neither.
#[derive(Debug, Clone)]
pub enum Leaf {
    /// A page of this form.
    Code(FormCode),
    /// A page with a text layer.
    Words(String),
    /// Nothing that could be read.
    Blank,
}

fn drawn(leaf: &Leaf) -> Vec<u8> {
    match leaf {
        Leaf::Blank => Vec::new(),
        Leaf::Words(words) => format!("BT /F 12 Tf 50 700 Td ({words}) Tj ET").into_bytes(),
        Leaf::Code(code) => {
            let (count, dark) = modules(code);
            let side = 26.0 / 25.4 * 72.0 / count as f64;
            let mut operations = vec![Operation::new("g", vec![0.into()])];
            for index in (0..dark.len()).filter(|index| dark[*index]) {
                let (column, row) = ((index % count) as f64, (index / count) as f64);
                let numbers = [460.0 + column * side, 780.0 - row * side, side, side].map(|number| Object::Real(number as f32));
                operations.push(Operation::new("re", numbers.to_vec()));
            }
            operations.push(Operation::new("f", vec![]));
            Content { operations }.encode().expect("a page")
        }
    }
}

/// A PDF of these pages.
pub fn scan(leaves: &[Leaf]) -> Vec<u8> {
    let mut document = Document::with_version("1.7");
    let font = document.add_object(dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica" });
    let tree = document.new_object_id();
    let kids: Vec<Object> = leaves
        .iter()
        .map(|leaf| {
            let content = document.add_object(Stream::new(Dictionary::new(), drawn(leaf)));
            let page = dictionary! {
                "Type" => "Page", "Parent" => tree, "Contents" => content,
                "Resources" => dictionary! { "Font" => dictionary! { "F" => font } },
                "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()],
            };
            document.add_object(page).into()
        })
        .collect();
    let count = i64::try_from(kids.len()).expect("few pages");
    document.objects.insert(tree, Object::Dictionary(dictionary! { "Type" => "Pages", "Kids" => kids, "Count" => count }));
    let catalog = document.add_object(dictionary! { "Type" => "Catalog", "Pages" => tree });
    document.trailer.set("Root", catalog);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("a document");
    bytes
}

/// A PDF of one page of each of these applications' forms.
pub fn scan_of(applications: &[&Application]) -> Vec<u8> {
    scan(&applications.iter().map(|application| Leaf::Code(code_of(application))).collect::<Vec<_>>())
}

/// A photograph of a page with this code, or of one without; a faint bar at a height of its own makes each another file. What is so
/// faint is not searched for codes, which would take its time on a busy machine.
pub fn picture(code: Option<&FormCode>, height: u8) -> Vec<u8> {
    let mut page = GrayImage::from_pixel(620, 877, Luma([255]));
    for (x, y) in (40..200).flat_map(|x| (0..2).map(move |y| (x, 300 + 2 * u32::from(height) + y))) {
        page.put_pixel(x, y, Luma([240]));
    }
    if let Some(code) = code {
        let (count, dark) = modules(code);
        for (x, y) in (0..200_u32).flat_map(|x| (0..200_u32).map(move |y| (x, y))) {
            let (column, row) = (x as usize * count / 200, y as usize * count / 200);
            if dark[row * count + column] {
                page.put_pixel(380 + x, 40 + y, Luma([0]));
            }
        }
    }
    let mut bytes = Cursor::new(Vec::new());
    page.write_to(&mut bytes, ImageFormat::Png).expect("a picture");
    bytes.into_inner()
}
