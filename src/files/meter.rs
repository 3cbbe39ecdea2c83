//! The measuring pass: runs a page's drawing orders against a device that draws nothing and counts what drawing would cost. It sees every
//! letter on its way, so it also takes down the text.
//!
//! A short document can draw a picture a billion times through forms within forms. hayro draws without asking; this pass
//! follows every order that it would follow, and gives up in time.

use super::Limits;
use super::budget::{Budget, give_up};
use super::pdf::check_stream;
use crate::domain::invalid::Invalid;
use hayro::hayro_interpret::font::{Glyph, GlyphRun};
use hayro::hayro_interpret::hayro_cmap::BfString;
use hayro::hayro_interpret::pattern::Pattern;
use hayro::hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache, InterpreterSettings, Paint,
    SoftMask, interpret_page,
};
use hayro::hayro_syntax::Filter;
use hayro::hayro_syntax::page::Page;
use hayro::kurbo::{Affine, BezPath, Rect};
use lopdf::{Dictionary, Object};

/// Drawing orders on one page: a dense map has a hundred thousand.
const PAGE_ORDERS: u64 = 1_000_000;

/// A layer that is mixed into the page costs as much as many lines.
const LAYER: u64 = 2_000;

/// Pictures drawn on one page, in times of the largest allowed picture.
const PAGE_PICTURES: u64 = 4;

/// Pictures drawn in one document, in times of the largest allowed picture.
const DOCUMENT_PICTURES: u64 = 24;

/// Letters of a page that are taken down: a printed page has some thousands.
const PAGE_LETTERS: usize = 50_000;

/// Masks and patterns within each other.
const MAX_DEPTH: u32 = 6;

/// Counts. One for a document.
pub(super) struct Meter<'b> {
    budget: &'b Budget,
    limits: &'b Limits,
    orders: u64,
    page_pixels: u64,
    document_pixels: u64,
    depth: u32,
    text: String,
}

impl<'b> Meter<'b> {
    pub(super) fn new(budget: &'b Budget, limits: &'b Limits) -> Self {
        Self { budget, limits, orders: 0, page_pixels: 0, document_pixels: 0, depth: 0, text: String::new() }
    }

    /// Follows all orders of a page and gives its text; unwinds when they are too many.
    ///
    /// # Errors
    /// `FileBroken` for a page with an impossible size.
    pub(super) fn measure<'a>(&mut self, page: &Page<'a>, settings: &InterpreterSettings) -> Result<String, Invalid> {
        let (width, height) = page.render_dimensions();
        if !width.is_finite() || !height.is_finite() || width < 1.0 || height < 1.0 || width.max(height) > 100_000.0 {
            return Err(Invalid::FileBroken);
        }
        (self.orders, self.page_pixels) = (0, 0);
        let cache = InterpreterCache::new();
        let area = Rect::new(0.0, 0.0, f64::from(width), f64::from(height));
        let mut context = Context::new(Affine::IDENTITY, area, &cache, page.xref(), settings.clone());
        interpret_page(page, &mut context, self);
        Ok(std::mem::take(&mut self.text))
    }

    fn take_down(&mut self, glyph: &Glyph<'_>) {
        if self.text.len() >= PAGE_LETTERS {
            return;
        }
        match glyph.as_unicode() {
            Some(BfString::Char(letter)) => self.text.push(letter),
            // One glyph rarely stands for more than two or three letters; whatever claims more is no text.
            Some(BfString::String(letters)) => self.text.extend(letters.chars().take(8)),
            None => {}
        }
    }

    fn spend(&mut self, orders: u64) {
        self.budget.breathe();
        self.orders = self.orders.saturating_add(orders);
        if self.orders > PAGE_ORDERS {
            give_up();
        }
    }

    fn spend_pixels(&mut self, pixels: u64) {
        self.page_pixels = self.page_pixels.saturating_add(pixels);
        self.document_pixels = self.document_pixels.saturating_add(pixels);
        let largest = self.limits.max_pixels;
        if self.page_pixels > largest.saturating_mul(PAGE_PICTURES) || self.document_pixels > largest.saturating_mul(DOCUMENT_PICTURES) {
            give_up();
        }
    }

    fn within(&mut self, inner: impl FnOnce(&mut Self)) {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            give_up();
        }
        inner(self);
        self.depth -= 1;
    }

    fn path(&mut self, path: &BezPath, mode: &DrawMode) {
        let elements = path.elements().len() as u64;
        // Dashes multiply a line.
        let dashed = match mode {
            DrawMode::Stroke(stroke) | DrawMode::FillAndStroke(_, stroke) if !stroke.dash_array.is_empty() => 16,
            _ => 1,
        };
        self.spend(1 + elements.saturating_mul(dashed) / 4);
    }

    fn paint<'a>(&mut self, paint: &Paint<'a>) {
        if let Paint::Pattern(pattern) = paint {
            match &**pattern {
                Pattern::Tiling(tiling) => {
                    self.spend(LAYER / 20);
                    self.within(|meter| {
                        tiling.interpret(meter, Affine::IDENTITY, false);
                    });
                }
                Pattern::Shading(_) => self.spend(LAYER / 4),
            }
        }
    }

    fn mask(&mut self, mask: Option<&SoftMask<'_>>) {
        if let Some(mask) = mask {
            self.spend(LAYER);
            // Shortens the lifetime of the mask's device to this call.
            fn follow<'a>(meter: &mut Meter<'_>, mask: &SoftMask<'a>) {
                mask.interpret(meter);
            }
            self.within(|meter| follow(meter, mask));
        }
    }
}

impl<'a> Device<'a> for Meter<'_> {
    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.path(path, mode);
        self.mask(props.soft_mask.as_ref());
        self.paint(&props.paint);
    }

    fn push_clip_path(&mut self, clip: &ClipPath) {
        self.spend(1 + clip.path.elements().len() as u64 / 4);
    }

    fn push_transparency_group(&mut self, opacity: f32, mask: Option<SoftMask<'a>>, blend_mode: BlendMode) {
        let is_plain = opacity >= 1.0 && mask.is_none() && matches!(blend_mode, BlendMode::Normal);
        self.spend(if is_plain { 1 } else { LAYER });
        self.mask(mask.as_ref());
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        let _ = mode;
        self.mask(props.soft_mask.as_ref());
        self.paint(&props.paint);
        for positioned in run.glyphs() {
            self.spend(1);
            let glyph: &Glyph<'a> = positioned;
            self.take_down(glyph);
            if let Glyph::Type3(glyph) = glyph {
                self.within(|meter| glyph.interpret(meter, Affine::IDENTITY, Affine::IDENTITY, &props.paint));
            }
        }
    }

    fn draw_image(&mut self, image: Image<'a, '_>, props: ImageDrawProps<'a>) {
        self.spend(8);
        self.mask(props.soft_mask.as_ref());
        let pixels = u64::from(image.width()).saturating_mul(u64::from(image.height()));
        self.spend_pixels(pixels);
        let stream = match &image {
            Image::Stencil(stencil) => {
                let stream = stencil.stream();
                (stream.obj_id().obj_number, stream.filters(), stream.raw_data())
            }
            Image::Raster(raster) => {
                let stream = raster.stream();
                (stream.obj_id().obj_number, stream.filters(), stream.raw_data())
            }
        };
        // A picture of its own was unpacked under limits before; one inside a content stream has no number.
        if let (0, filters, data) = stream {
            let mut dictionary = Dictionary::new();
            dictionary.set("Width", Object::Integer(i64::from(image.width())));
            dictionary.set("Height", Object::Integer(i64::from(image.height())));
            dictionary.set("Filter", Object::Array(filters.iter().map(|filter| Object::Name(name(*filter).to_vec())).collect()));
            if check_stream(&dictionary, &data, self.limits).is_err() {
                give_up();
            }
        }
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}
}

/// The full name of a filter.
fn name(filter: Filter) -> &'static [u8] {
    match filter {
        Filter::AsciiHexDecode => b"ASCIIHexDecode",
        Filter::Ascii85Decode => b"ASCII85Decode",
        Filter::LzwDecode => b"LZWDecode",
        Filter::FlateDecode => b"FlateDecode",
        Filter::RunLengthDecode => b"RunLengthDecode",
        Filter::CcittFaxDecode => b"CCITTFaxDecode",
        Filter::Jbig2Decode => b"JBIG2Decode",
        Filter::DctDecode => b"DCTDecode",
        Filter::JpxDecode => b"JPXDecode",
        Filter::Crypt => b"Crypt",
    }
}
