//! Reads the QR codes of printed forms from a grey page, also from poor scans.

use super::budget::Budget;
use super::picture::shrink;
use crate::domain::application::signed_form::FormCode;
use image::{GenericImage, GenericImageView, GrayImage, Luma, imageops};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Pixels along a side under which no code can be read: 21 modules, and a third of the page must still hold them.
const SMALLEST: u32 = 64;

/// Codes of ours on one page, each once. Other QR codes (a stamp, a poster) are passed over.
///
/// The page is looked at in one way after another until one finds a code: a clean page costs one look, a page without any
/// costs all of them, unless time is short.
pub(super) fn read(page: &GrayImage, budget: &Budget) -> Vec<FormCode> {
    let ways: [fn(&GrayImage) -> Option<GrayImage>; 10] = [
        |page| Some(page.clone()),
        |page| Some(soften(page)),
        |page| Some(shrink(page.clone(), page.width() / 2, page.height() / 2)),
        |page| Some(flatten(page)),
        enlarge,
        |page| Some(shrink(flatten(&soften(page)), page.width() * 2 / 3, page.height() * 2 / 3)),
        |page| enlarge(&soften(page)),
        |page| enlarge(&soften(page)).map(|page| flatten(&page)),
        |page| enlarge(&flatten(page)),
        |page| Some(shrink(soften(page), page.width() / 3, page.height() / 3)),
    ];
    if page.width() < SMALLEST || page.height() < SMALLEST || is_blank(page) {
        return Vec::new();
    }
    for (index, way) in ways.into_iter().enumerate() {
        if index > 0 && budget.is_hurried() {
            break;
        }
        let found = catch_unwind(AssertUnwindSafe(|| way(page).map(|picture| look(picture, budget)))).ok().flatten().unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Nothing on the page is dark enough to be told from its paper.
fn is_blank(page: &GrayImage) -> bool {
    let (darkest, lightest) = page.iter().fold((u8::MAX, u8::MIN), |(low, high), value| (low.min(*value), high.max(*value)));
    lightest.saturating_sub(darkest) < 24
}

/// One look at one picture.
fn look(picture: GrayImage, budget: &Budget) -> Vec<FormCode> {
    let mut found = Vec::new();
    let mut prepared = rqrr::PreparedImage::prepare(Watched { picture, budget });
    for grid in prepared.detect_grids() {
        budget.breathe();
        let Ok((_, text)) = grid.decode() else { continue };
        if let Some(code) = FormCode::parse(&text)
            && !found.contains(&code)
        {
            found.push(code);
        }
    }
    found
}

/// Light noise and JPEG blocks away: each pixel becomes the middle of itself and its neighbours, the nearer the heavier.
fn soften(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    let (columns, pixels) = (width as usize, page.as_raw().as_slice());
    let mut rows: Vec<u16> = Vec::with_capacity(pixels.len());
    for row in pixels.chunks_exact(columns) {
        let mut before = u16::from(row[0]);
        for (index, pixel) in row.iter().enumerate() {
            let pixel = u16::from(*pixel);
            let after = row.get(index + 1).map_or(pixel, |after| u16::from(*after));
            rows.push(before + 2 * pixel + after);
            before = pixel;
        }
    }
    let last = rows.len() - columns;
    let soft = (0..rows.len()).map(|at| {
        let above = rows[if at < columns { at } else { at - columns }];
        let below = rows[if at >= last { at } else { at + columns }];
        ((above + 2 * rows[at] + below + 8) / 16) as u8
    });
    let soft = soft.collect();
    GrayImage::from_raw(width, height, soft).unwrap_or_default()
}

/// Twice as large, for scans at 100–150 dpi; not for pages that are large already.
fn enlarge(page: &GrayImage) -> Option<GrayImage> {
    let (width, height) = page.dimensions();
    if width.max(height) > 2400 {
        return None;
    }
    let columns = width as usize;
    let mut large = Vec::with_capacity(page.len() * 4);
    let mut middle = Vec::with_capacity(columns);
    let rows: Vec<&[u8]> = page.as_raw().chunks_exact(columns).collect();
    let widen = |row: &[u8], large: &mut Vec<u8>| {
        for (index, pixel) in row.iter().enumerate() {
            let after = row.get(index + 1).unwrap_or(pixel);
            large.extend([*pixel, pixel.midpoint(*after)]);
        }
    };
    for (index, row) in rows.iter().enumerate() {
        widen(row, &mut large);
        let below = rows.get(index + 1).unwrap_or(row);
        middle.clear();
        middle.extend(row.iter().zip(below.iter()).map(|(above, below)| above.midpoint(*below)));
        widen(&middle, &mut large);
    }
    GrayImage::from_raw(width * 2, height * 2, large)
}

/// Black and white by the brightness around: shadows and grey paper vanish.
fn flatten(page: &GrayImage) -> GrayImage {
    let (width, height) = page.dimensions();
    // The light of the surroundings: a small picture of the page, softened.
    let around = imageops::fast_blur(&imageops::thumbnail(page, (width / 8).max(1), (height / 8).max(1)), 4.0);
    let (columns, rows) = around.dimensions();
    GrayImage::from_fn(width, height, |x, y| {
        let light = around.get_pixel((x / 8).min(columns - 1), (y / 8).min(rows - 1)).0[0];
        let value = page.get_pixel(x, y).0[0];
        Luma([if u16::from(value) * 100 < u16::from(light) * 88 { 0 } else { 255 }])
    })
}

/// A picture that stops the reader when the time is over: a page full of false corner marks would keep it busy for hours.
struct Watched<'b> {
    picture: GrayImage,
    budget: &'b Budget,
}

impl Clone for Watched<'_> {
    fn clone(&self) -> Self {
        self.budget.breathe();
        Self { picture: self.picture.clone(), budget: self.budget }
    }
}

impl GenericImageView for Watched<'_> {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        self.picture.dimensions()
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        *self.picture.get_pixel(x, y)
    }
}

impl GenericImage for Watched<'_> {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.picture.get_pixel_mut(x, y)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        if x == 0 {
            self.budget.breathe();
        }
        self.picture.put_pixel(x, y, pixel);
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.picture.put_pixel(x, y, pixel);
    }
}
