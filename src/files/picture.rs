//! Photographs and scans (JPEG, PNG), and the page images that the portal shows of any document.

use super::budget::Budget;
use super::kind::Kind;
use super::{Content, Limits, PageImage, codes};
use crate::domain::invalid::Invalid;
use crate::domain::post::matching::PageSigns;
use image::codecs::jpeg::JpegDecoder;
use image::codecs::png::{CompressionType, FilterType, PngDecoder, PngEncoder};
use image::{DynamicImage, ExtendedColorType, GrayImage, ImageDecoder, ImageEncoder, imageops};
use std::io::Cursor;

/// A side longer than this is no page.
const LONGEST_SIDE: u32 = 30_000;

/// Decodes, turns upright, makes the page image and reads the codes.
pub(super) fn read(bytes: &[u8], kind: Kind, limits: &Limits, budget: &Budget) -> Result<Content, Invalid> {
    let cursor = Cursor::new(bytes);
    let grey = match kind {
        Kind::Jpeg => decode(JpegDecoder::new(cursor).map_err(|_| Invalid::FileBroken)?, limits)?,
        _ => decode(PngDecoder::with_limits(cursor, decoder_limits(limits)).map_err(|_| Invalid::FileBroken)?, limits)?,
    };
    budget.breathe();
    // Twice the width that is shown is enough to look for codes in; more costs time and does not help.
    let side = limits.page_width.saturating_mul(2);
    let grey = shrink(grey, side, side);
    let mut content = Content { pages: vec![page_image(&grey, limits.page_width)?], ..Content::default() };
    content.signs.push(PageSigns::read(codes::read(&grey, budget), ""));
    Ok(content)
}

fn decoder_limits(limits: &Limits) -> image::Limits {
    let mut decoder = image::Limits::default();
    decoder.max_image_width = Some(LONGEST_SIDE);
    decoder.max_image_height = Some(LONGEST_SIDE);
    // Eight bytes is the most that a pixel of a PNG takes.
    decoder.max_alloc = Some(limits.max_pixels.saturating_mul(8));
    decoder
}

fn decode(mut decoder: impl ImageDecoder, limits: &Limits) -> Result<GrayImage, Invalid> {
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 || u64::from(width) * u64::from(height) > limits.max_pixels {
        return Err(Invalid::FileBroken);
    }
    decoder.set_limits(decoder_limits(limits)).map_err(|_| Invalid::FileBroken)?;
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let picture = DynamicImage::from_decoder(decoder).map_err(|_| Invalid::FileBroken)?;
    let mut grey = DynamicImage::ImageLuma8(to_grey(picture));
    grey.apply_orientation(orientation);
    Ok(grey.into_luma8())
}

/// Grey on white: a transparent background would come out black otherwise.
fn to_grey(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let picture = picture.into_luma_alpha8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let [grey, alpha] = picture.get_pixel(x, y).0.map(u32::from);
        image::Luma([u8::try_from((grey * alpha + 255 * (255 - alpha)) / 255).unwrap_or(u8::MAX)])
    })
}

/// Makes a picture small enough, keeping its shape; never larger.
pub(super) fn shrink(picture: GrayImage, max_width: u32, max_height: u32) -> GrayImage {
    let (width, height) = picture.dimensions();
    let factor = (f64::from(max_width) / f64::from(width)).min(f64::from(max_height) / f64::from(height));
    if factor >= 1.0 {
        return picture;
    }
    let side = |length: u32| ((f64::from(length) * factor).round() as u32).max(1);
    imageops::thumbnail(&picture, side(width), side(height))
}

/// The PNG that the portal shows: at most `width` wide and in sixteen greys, which keeps a noisy scan small.
pub(super) fn page_image(grey: &GrayImage, width: u32) -> Result<PageImage, Invalid> {
    let mut page = shrink(grey.clone(), width, width.saturating_mul(2));
    for pixel in page.iter_mut() {
        *pixel = ((u16::from(*pixel) + 8) / 17 * 17).min(255) as u8;
    }
    let (width, height) = page.dimensions();
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Default, FilterType::Adaptive)
        .write_image(page.as_raw(), width, height, ExtendedColorType::L8)
        .map_err(|_| Invalid::FileBroken)?;
    Ok(PageImage { png, width, height })
}
