//! Whole documents: what a reader, a scanner and a comparison of files find in them.

use super::frame::{BODY, PAPER, QR_AT, QR_SIDE};
use super::samples::{fields, fifty_persons, heading, signatures, small, typical, with_blocks};
use super::sketch::Shape;
use super::*;
use crate::domain::application::printed_form::{Block, FieldRow, SignatureBox};
use crate::domain::application::signed_form::FormCode;
use crate::domain::moment::DAY_MS;
use lopdf::Document;
use proptest::prelude::*;

fn printer() -> FormPrinter {
    FormPrinter::new().unwrap()
}

fn pages_of(pdf: &[u8]) -> usize {
    Document::load_mem(pdf).unwrap().page_iter().count()
}

/// The text of one page without white space, for where lines break is no part of a text.
fn text_of(pdf: &[u8], page: usize) -> String {
    let text = Document::load_mem(pdf).unwrap().extract_text(&[u32::try_from(page).unwrap()]).unwrap();
    squeezed(&text)
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Every text stands on the body or at the foot, and none reaches into the QR code.
fn assert_in_place(printer: &FormPrinter, sheets: &[Sketch]) {
    for (page, sheet) in sheets.iter().enumerate() {
        for text in &sheet.texts {
            let right = text.x + printer.faces.width(text.style, &text.text);
            let at_foot = text.baseline > BODY.top + BODY.height;
            let edge = if at_foot { QR_AT.0 - 4.0 } else { BODY.left + BODY.width };
            let place = format!("page {}: {text:?} ends at {right:.1}", page + 1);
            assert!(text.x >= BODY.left && (right <= edge + 0.01 || text.text.chars().count() == 1), "{place}");
            assert!(text.baseline > BODY.top && text.baseline < PAPER.1 - 8.0, "{place}");
            assert!(!at_foot || text.baseline > QR_AT.1, "{place}");
        }
    }
}

#[test]
fn threads_may_share_a_printer() {
    fn shared<T: Send + Sync>() {}
    shared::<FormPrinter>();
}

#[test]
fn the_same_form_gives_the_same_bytes_and_another_form_gives_others() {
    let form = typical();
    let first = printer().print(&form).unwrap();
    assert!(first == printer().print(&form).unwrap());
    let mut other = form;
    other.submitted_at = other.submitted_at.plus_ms(DAY_MS);
    assert!(first != printer().print(&other).unwrap());
}

#[test]
fn the_usual_form_has_two_small_pages() {
    let pdf = printer().print(&typical()).unwrap();
    assert_eq!(pages_of(&pdf), 2);
    assert!(pdf.len() < 40_000, "{} bytes", pdf.len());
}

#[test]
fn the_document_says_the_truth_about_itself() {
    let form = typical();
    let document = Document::load_mem(&printer().print(&form).unwrap()).unwrap();
    let info = document.get_dictionary(document.trailer.get(b"Info").unwrap().as_reference().unwrap()).unwrap();
    let fact = |key: &[u8]| lopdf::decode_text_string(info.get(key).unwrap()).unwrap();
    assert_eq!(fact(b"Title"), "Wniosek o rejestrację jednostki i użytkownika W/26/2026/000123");
    assert_eq!(fact(b"Author"), form.office);
    assert_eq!(fact(b"CreationDate"), "D:20261122060500Z");
    assert_eq!(fact(b"ModDate"), "D:20261122060500Z");

    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"pl-PL");
    let preferences = catalog.get(b"ViewerPreferences").unwrap().as_dict().unwrap();
    assert!(preferences.get(b"DisplayDocTitle").unwrap().as_bool().unwrap());
    for absent in [&b"OutputIntents"[..], b"OCProperties", b"Metadata"] {
        assert!(!catalog.has(absent));
    }
}

#[test]
fn only_cut_fonts_are_inside_and_all_of_them_are_embedded() {
    let document = Document::load_mem(&printer().print(&typical()).unwrap()).unwrap();
    let descriptors = document.objects.values().filter_map(|o| o.as_dict().ok()).filter(|d| d.has_type(b"FontDescriptor"));
    let names: Vec<String> = descriptors
        .map(|descriptor| {
            let program = document.get_object(descriptor.get(b"FontFile2").unwrap().as_reference().unwrap()).unwrap();
            let bytes = program.as_stream().unwrap().decompressed_content().unwrap();
            assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
            String::from_utf8(descriptor.get(b"FontName").unwrap().as_name().unwrap().to_vec()).unwrap()
        })
        .collect();
    assert_eq!(names.iter().map(|n| &n[6..]).collect::<Vec<_>>(), ["+NotoSans-Regular", "+NotoSans-Bold"]);
    let types: Vec<_> = document.objects.values().filter_map(|o| o.as_dict().ok()).filter_map(|d| d.get(b"Subtype").ok()).collect();
    assert!(types.iter().all(|t| t.as_name().unwrap() != b"Type1"));
}

#[test]
fn every_page_tells_number_revision_fingerprint_and_its_place() {
    for form in [small(), typical(), fifty_persons()] {
        let pdf = printer().print(&form).unwrap();
        let pages = pages_of(&pdf);
        for page in 1..=pages {
            let text = text_of(&pdf, page);
            let shown = [form.code.number.to_string(), format!("Wersja{}", form.code.revision), squeezed(&form.short_fingerprint)];
            for part in shown.iter().chain([&format!("strona{page}z{pages}")]) {
                assert!(text.contains(part.as_str()), "{part} on page {page}: {text}");
            }
        }
    }
}

#[test]
fn text_extraction_gives_every_letter_back() {
    let letters = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ„”–—…·•€§’éüöñšěčžôîâÉÜÖÑŠČŽßæøåĄőűğışțѓЇЩễ";
    let ascii: String = ('!'..='~').collect();
    let form = with_blocks(vec![heading(letters), fields(&[("Litery", letters), ("ASCII", &ascii)])]);
    let text = text_of(&printer().print(&form).unwrap(), 1);
    assert_eq!(text.matches(letters).count(), 2, "{text}");
    assert!(text.contains(&ascii), "{text}");
}

#[test]
fn a_character_without_a_glyph_is_replaced_visibly() {
    let form = with_blocks(vec![fields(&[("Nazwisko", "Li 漢😀 Wei")])]);
    assert!(text_of(&printer().print(&form).unwrap(), 1).contains("Li\u{fffd}\u{fffd}Wei"));
}

#[test]
fn fifty_persons_and_a_name_of_200_characters_stay_in_place_and_complete() {
    let (printer, form) = (printer(), fifty_persons());
    assert_in_place(&printer, &printer.sheets(&form));
    let pdf = printer.print(&form).unwrap();
    let text: String = (1..=pages_of(&pdf)).map(|page| text_of(&pdf, page)).collect();
    for block in &form.blocks {
        match block {
            Block::Fields { rows } => rows.iter().for_each(|row| assert!(text.contains(&squeezed(&row.value)), "{}", row.value)),
            // The lines of a row's cells are set column by column, so a cell reads in one piece.
            Block::Table { rows, .. } => rows.iter().flatten().for_each(|cell| assert!(text.contains(&squeezed(cell)), "{cell}")),
            _ => {}
        }
    }
}

#[test]
fn words_of_200_letters_are_broken_and_not_cut_off() {
    let word = "ż".repeat(200);
    let table =
        |cell: &str| Block::Table { headers: vec!["A".into(), cell.into()], widths: vec![1, 9], rows: vec![vec![cell.into(), "b".into()]] };
    let statements = Block::Statements { title: word.clone(), items: vec![word.clone()] };
    let form = with_blocks(vec![heading(&word), fields(&[(&word, &word)]), table(&word), statements, signatures()]);
    let printer = printer();
    assert_in_place(&printer, &printer.sheets(&form));
    let pdf = printer.print(&form).unwrap();
    let text: String = (1..=pages_of(&pdf)).map(|page| text_of(&pdf, page)).collect();
    assert!(text.matches('ż').count() > 6 * 200);
}

#[test]
fn a_tables_header_stands_above_its_rows_on_every_page() {
    let form = fifty_persons();
    let sheets = printer().sheets(&form);
    assert!(sheets.len() > 5);
    for sheet in &sheets {
        let shows = |what: &str| sheet.texts.iter().any(|t| t.text.contains(what));
        assert_eq!(shows("login_"), shows("Lp."), "persons");
        assert_eq!(shows("31.12.2027"), shows("Ważne do"), "grants");
    }
}

#[test]
fn signature_boxes_and_the_office_part_are_never_split_nor_alone() {
    let printer = printer();
    for filler in 0..60 {
        let mut form = typical();
        let rows: Vec<(String, String)> = (0..filler).map(|i| (format!("Pole {i}"), "wartość".into())).collect();
        let rows: Vec<(&str, &str)> = rows.iter().map(|(l, v)| (l.as_str(), v.as_str())).collect();
        form.blocks.insert(2, fields(&rows));
        let sheets = printer.sheets(&form);
        assert_in_place(&printer, &sheets);
        let page_with = |what: &str| sheets.iter().position(|s| s.texts.iter().any(|t| t.text.starts_with(what))).unwrap();
        let page = page_with("Podpis użytkownika");
        for part in ["Podpis i pieczątka", "Miejscowość i data", "Zamiast podpisu", "Niezwłocznie zgłoszę"] {
            assert_eq!(page_with(part), page, "{part} with {filler} rows");
        }
        assert_eq!(page_with("Wypełnia urząd"), page_with("Data, podpis i pieczątka administratora"), "{filler} rows");
        // A heading is never the last on its page.
        for (title, next) in
            [("Użytkownik", "Imię i nazwisko"), ("Wnioskowane uprawnienia", "Podobszar"), ("Oświadczenia i podpisy", "Oświadczam, że")]
        {
            assert_eq!(page_with(title), page_with(next), "{title} with {filler} rows");
        }
        let boxes: Vec<f64> =
            sheets[page].shapes.iter().filter_map(|s| if let Shape::Box { size, .. } = s { Some(size.1) } else { None }).collect();
        assert!(boxes.iter().filter(|height| **height >= 35.0).count() >= 2);
        for shape in sheets.iter().flat_map(|s| &s.shapes) {
            if let Shape::Box { at, size, .. } = shape {
                assert!(at.1 >= BODY.top && at.1 + size.1 <= BODY.top + BODY.height + 0.01, "{shape:?}");
            }
        }
    }
}

#[test]
fn many_sign_in_rows_of_three_at_most_and_each_box_takes_a_stamp() {
    let printer = printer();
    for (count, in_a_row) in [(1, 1), (2, 2), (3, 3), (4, 2), (5, 3), (7, 3)] {
        let name = |n| SignatureBox {
            caption: "Podpis i pieczątka osoby zarządzającej".into(),
            name: format!("Osoba {n}"),
            place_and_date: "Miejscowość i data".into(),
        };
        let form = with_blocks(vec![Block::Signatures { boxes: (0..count).map(name).collect(), electronic: "albo".into() }]);
        let sheets = printer.sheets(&form);
        assert_in_place(&printer, &sheets);
        let of = |shape: &Shape| if let Shape::Box { at, size, .. } = shape { Some((*at, *size)) } else { None };
        let boxes: Vec<_> = sheets.iter().flat_map(|s| &s.shapes).filter_map(of).filter(|(_, size)| size.1 >= 35.0).collect();
        assert_eq!(boxes.len(), count, "{count} boxes");
        assert!(boxes.iter().all(|(_, size)| size.0 >= 50.0), "{count}: {boxes:?}");
        let first_row = boxes.iter().filter(|(at, _)| (at.1 - boxes[0].0.1).abs() < 0.01).count();
        assert_eq!(first_row, in_a_row, "of {count}");
    }
}

#[test]
fn a_value_longer_than_a_page_flows_over_pages_and_keeps_every_word() {
    let long: String = (0..4_000).map(|i| format!("słowo{i} ")).collect();
    let cell = Block::Table { headers: vec!["A".into(), "B".into()], widths: vec![], rows: vec![vec![long.clone(), "b".into()]] };
    for block in [Block::Paragraph { text: long.clone() }, Block::SmallPrint { text: long.clone() }, cell, fields(&[("Opis", &long)])] {
        let form = with_blocks(vec![block]);
        let printer = printer();
        let sheets = printer.sheets(&form);
        assert!(sheets.len() > 2);
        assert_in_place(&printer, &sheets);
        let words: String = sheets.iter().flat_map(|s| &s.texts).map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        assert_eq!(words.matches("słowo").count(), 4_000);
    }
}

/// The page's counterpart of the PDF, with the portal's words around it left out.
fn html_of(form: &PrintedForm) -> String {
    let mut tera = tera::Tera::default();
    tera.autoescape_on([".html.tera"]);
    tera.register_filter("day", |ms: i64, _: tera::Kwargs, _: &tera::State| crate::domain::moment::Moment(ms).to_date_text());
    let component = include_str!("../../templates/components/printed_form.html.tera");
    let page = "{{ <printed_form form={form} qr_svg={qr_svg} /> }}";
    tera.add_raw_templates([("printed_form.html.tera", component), ("page.html.tera", page)]).unwrap();
    let mut context = tera::Context::new();
    context.insert("form", form);
    context.insert("qr_svg", &qr_svg(&form.code));
    tera.render("page.html.tera", &context).unwrap()
}

#[test]
fn page_and_pdf_say_the_same() {
    for form in [small(), typical(), fifty_persons()] {
        let html = squeezed(&html_of(&form).replace("&#x27;", "'").replace("&quot;", "\"").replace("&#x2F;", "/"));
        let pdf = printer().print(&form).unwrap();
        let pdf: String = (1..=pages_of(&pdf)).map(|page| text_of(&pdf, page)).collect();
        for text in texts_of(&form) {
            assert!(html.contains(&squeezed(&text)), "the page lacks {text}");
            assert!(pdf.contains(&squeezed(&text)), "the PDF lacks {text}");
        }
        assert!(html.contains("<svgclass=\"qr\"") && !html.contains("style="));
    }
}

#[test]
fn what_a_person_typed_is_escaped_on_the_page() {
    let html = html_of(&with_blocks(vec![fields(&[("Nazwa", "<script>alert('1')</script>")])]));
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
}

/// Every text of a form but the fixed words of the page count.
fn texts_of(form: &PrintedForm) -> Vec<String> {
    let words = &form.words;
    let mut texts = vec![form.office.clone(), form.title.clone(), form.kind.clone(), form.code.number.to_string()];
    texts.extend([&words.number, &words.revision, &words.fingerprint, &words.submitted, &words.kind].map(Clone::clone));
    texts.extend([form.submitted_at.to_date_text(), form.short_fingerprint.clone()]);
    for block in form.blocks.clone() {
        match block {
            Block::Heading { text } | Block::Paragraph { text } | Block::SmallPrint { text } => texts.push(text),
            Block::Fields { rows } => texts.extend(rows.into_iter().flat_map(|row| [row.label, row.value])),
            Block::Table { headers, rows, .. } => texts.extend(headers.into_iter().chain(rows.into_iter().flatten())),
            Block::Statements { title, items } => texts.extend([title].into_iter().chain(items)),
            Block::Signatures { boxes, electronic } => {
                texts.extend(boxes.into_iter().flat_map(|b| [b.caption, b.name, b.place_and_date]).chain([electronic]));
            }
            Block::OfficePart { title, lines, choices, signature } => {
                texts.extend([title, signature].into_iter().chain(lines).chain(choices));
            }
        }
    }
    texts
}

/// A page as a scanner sees it: grey values, 150 dpi.
struct Scan {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Scan {
    fn of(pdf: &[u8], page: usize) -> Self {
        use hayro::hayro_interpret::InterpreterSettings;
        use hayro::hayro_syntax::Pdf;
        use hayro::{PixmapSettings, RenderCache, RenderSettings, render, vello_cpu::color::palette::css::WHITE};
        let pdf = Pdf::new(pdf.to_vec()).unwrap();
        let scale = 150.0 / 72.0;
        let pixmap = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let (settings, cache) = (InterpreterSettings::default(), RenderCache::new());
        let image = render(&pdf.pages()[page - 1], &cache, &settings, &RenderSettings::default(), &pixmap);
        let pixels = image.data().iter().map(|p| p.g).collect();
        Self { width: image.width().into(), height: image.height().into(), pixels }
    }

    /// As fed in askew, out of focus and with dirt on the glass.
    fn bad(&self) -> Self {
        let (sin, cos) = 3.0_f64.to_radians().sin_cos();
        let at = |x: f64, y: f64| {
            let (x, y) = (x.round(), y.round());
            let inside = x >= 0.0 && y >= 0.0 && x < self.width as f64 && y < self.height as f64;
            if inside { u32::from(self.pixels[y as usize * self.width + x as usize]) } else { 255 }
        };
        let mut noise = 1_u32;
        let pixel = |index: usize| {
            let (x, y) = ((index % self.width) as f64 - self.width as f64 / 2.0, (index / self.width) as f64 - self.height as f64 / 2.0);
            let (x, y) = (x * cos - y * sin + self.width as f64 / 2.0, x * sin + y * cos + self.height as f64 / 2.0);
            let around = (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (f64::from(dx), f64::from(dy))));
            let blurred = around.map(|(dx, dy)| at(x + dx, y + dy)).sum::<u32>() / 9;
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let grey = 40 + blurred * 170 / 255 + (noise >> 24) % 40;
            if noise >> 16 & 511 == 0 { 0 } else { u8::try_from(grey).unwrap() }
        };
        Self { pixels: (0..self.pixels.len()).map(pixel).collect(), ..*self }
    }

    fn codes(&self) -> Vec<FormCode> {
        let pixel = |x, y| self.pixels[y * self.width + x];
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(self.width, self.height, pixel);
        image.detect_grids().iter().filter_map(|grid| FormCode::parse(&grid.decode().ok()?.1)).collect()
    }
}

#[test]
fn the_code_of_the_first_and_the_last_page_is_read_back_from_a_scan() {
    const { assert!(QR_SIDE >= 25.0) };
    for form in [small(), fifty_persons()] {
        let pdf = printer().print(&form).unwrap();
        for page in [1, pages_of(&pdf)] {
            let scan = Scan::of(&pdf, page);
            assert_eq!(scan.codes(), std::slice::from_ref(&form.code), "page {page}");
            assert_eq!(scan.bad().codes(), std::slice::from_ref(&form.code), "page {page}, badly scanned");
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[ąćęłńóśźżA-Za-z „”-]{0,80}",
        2 => any::<String>(),
        1 => "\\PC{0,400}",
        1 => "[a-zż]{200,400}",
    ]
}

fn block() -> impl Strategy<Value = Block> {
    let texts = |most| prop::collection::vec(text(), 0..most);
    let signature = (text(), text(), text()).prop_map(|(caption, name, place_and_date)| SignatureBox { caption, name, place_and_date });
    prop_oneof![
        text().prop_map(|text| Block::Heading { text }),
        prop::collection::vec((text(), text()), 0..6)
            .prop_map(|rows| Block::Fields { rows: rows.into_iter().map(|(label, value)| FieldRow { label, value }).collect() }),
        (texts(6), prop::collection::vec(0_u32..100, 0..6), prop::collection::vec(texts(7), 0..6))
            .prop_map(|(headers, widths, rows)| Block::Table { headers, widths, rows }),
        text().prop_map(|text| Block::Paragraph { text }),
        text().prop_map(|text| Block::SmallPrint { text }),
        (text(), texts(5)).prop_map(|(title, items)| Block::Statements { title, items }),
        (prop::collection::vec(signature, 0..8), text()).prop_map(|(boxes, electronic)| Block::Signatures { boxes, electronic }),
        (text(), texts(15), texts(15), text()).prop_map(|(title, lines, choices, signature)| Block::OfficePart {
            title,
            lines,
            choices,
            signature
        }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_form_prints_in_place_with_the_right_number_of_pages(
        blocks in prop::collection::vec(block(), 0..8),
        (office, title, kind, word) in (text(), text(), text(), text()),
    ) {
        let printer = printer();
        let mut form = PrintedForm { office, title, kind, ..with_blocks(blocks) };
        form.words.number = word.clone();
        form.words.fingerprint = word;
        let sheets = printer.sheets(&form);
        assert_in_place(&printer, &sheets);
        let pdf = printer.print(&form).unwrap();
        prop_assert_eq!(pages_of(&pdf), sheets.len());
        let last = format!("strona{0}z{0}", sheets.len());
        prop_assert!(text_of(&pdf, sheets.len()).contains(&last));
    }
}
