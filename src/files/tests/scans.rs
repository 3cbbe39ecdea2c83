//! A code is read from what offices really send: tilted, grey, noisy, squeezed, upside down.

use super::fixtures::*;
use crate::files::{Limits, examine};
use image::{GrayImage, imageops};

fn is_read(bytes: &[u8]) -> bool {
    examine(bytes, &Limits::default()).unwrap().codes == [code()]
}

fn form(dpi: u32) -> GrayImage {
    page(Some(&code().to_text()), dpi)
}

#[test]
fn a_tilted_scan_is_read() {
    for degrees in [-5.0, -2.0, 3.0, 5.0] {
        assert!(is_read(&jpeg(&scanned(&tilted(&form(150), degrees), 12), 60)), "{degrees} degrees");
    }
}

#[test]
fn a_noisy_grey_scan_at_each_usual_resolution_is_read() {
    for (dpi, noise) in [(100, 10), (120, 20), (150, 30), (200, 40)] {
        assert!(is_read(&png(&scanned(&form(dpi), noise))), "{dpi} dpi");
    }
}

#[test]
fn a_scan_squeezed_to_quality_forty_at_120_dpi_and_tilted_is_read() {
    assert!(is_read(&jpeg(&scanned(&tilted(&form(120), 2.0), 10), 40)));
}

#[test]
fn a_blurred_scan_is_read() {
    assert!(is_read(&jpeg(&imageops::blur(&form(150), 1.5), 70)));
}

#[test]
fn a_page_that_lay_upside_down_or_across_is_read() {
    let scan = scanned(&tilted(&form(120), 1.5), 10);
    assert!(is_read(&jpeg(&imageops::rotate180(&scan), 60)));
    assert!(is_read(&jpeg(&imageops::rotate90(&scan), 60)));
    assert!(is_read(&jpeg(&imageops::rotate270(&scan), 60)));
}

#[test]
fn a_page_in_shadow_is_read() {
    assert!(is_read(&jpeg(&shaded(&scanned(&form(150), 8)), 60)));
}

#[test]
fn a_scan_of_two_levels_is_read() {
    let mut scan = scanned(&tilted(&form(200), 2.0), 20);
    for pixel in scan.iter_mut() {
        *pixel = if *pixel < 140 { 0 } else { 255 };
    }
    assert!(is_read(&png(&scan)));
}

#[test]
fn a_pdf_of_scanned_pages_is_read() {
    let scan = |degrees| scanned(&tilted(&form(150), degrees), 12);
    assert!(is_read(&scanned_pdf(&[scan(2.0), imageops::rotate180(&scan(-3.0))], 50)));
}

#[test]
fn a_poor_scan_at_100_dpi_that_is_tilted_and_noisy_is_read() {
    for (degrees, noise, quality) in [(-4.0, 25, 60), (4.0, 25, 60), (1.0, 8, 40)] {
        assert!(is_read(&jpeg(&scanned(&tilted(&form(100), degrees), noise), quality)), "{degrees} degrees");
    }
}
