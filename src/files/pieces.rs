//! Cuts a scan of several forms into one document for each. What may not live here: where to cut (`domain/post/matching.rs`).

use super::budget::Budget;
use super::{Limits, guarded, pdf};
use crate::domain::invalid::Invalid;
use lopdf::Document;

/// The pieces together, in times of what one file may have: what all pages share (a font, a background) is in each piece.
const MOST_TIMES: u64 = 3;

/// Cuts a PDF into runs of pages (first and last, from 1), which together are all of its pages, in order. Only for what [`super::examine`]
/// accepted, and never for what is signed: a signature covers the whole file. Takes CPU time: call it under `spawn_blocking`.
///
/// # Errors
/// `FileBroken` or `FileTooBig` where the document cannot be cut so; then it stays whole.
pub fn cut(bytes: &[u8], runs: &[(usize, usize)], limits: &Limits) -> Result<Vec<Vec<u8>>, Invalid> {
    let work = {
        let (bytes, runs, limits) = (bytes.to_vec(), runs.to_vec(), limits.clone());
        move |budget: &Budget| cut_within(&bytes, &runs, &limits, budget)
    };
    guarded("cut-file", limits, work).unwrap_or(Err(Invalid::FileBroken))
}

fn cut_within(bytes: &[u8], runs: &[(usize, usize)], limits: &Limits, budget: &Budget) -> Result<Vec<Vec<u8>>, Invalid> {
    let document = pdf::load(bytes)?;
    let pages = document.page_iter().take(limits.max_pages + 1).count();
    if runs.last().is_none_or(|(_, last)| *last != pages) {
        return Err(Invalid::FileBroken);
    }
    let (mut pieces, mut size) = (Vec::new(), 0_u64);
    for (first, last) in runs {
        budget.breathe();
        let piece = piece(&document, pages, *first, *last)?;
        size = size.saturating_add(piece.len() as u64);
        if size > limits.max_bytes.saturating_mul(MOST_TIMES) || piece.len() as u64 > limits.max_bytes {
            return Err(Invalid::FileTooBig);
        }
        pieces.push(piece);
    }
    Ok(pieces)
}

fn piece(whole: &Document, pages: usize, first: usize, last: usize) -> Result<Vec<u8>, Invalid> {
    let mut document = whole.clone();
    let others: Vec<u32> = (1..=pages).filter(|page| *page < first || *page > last).filter_map(|page| u32::try_from(page).ok()).collect();
    document.delete_pages(&others);
    document.prune_objects();
    // A page that stands twice in the tree would go with its double, and leave its place there.
    let left = document.page_iter().take(pages + 1).filter(|page| document.get_dictionary(*page).is_ok()).count();
    if left != last + 1 - first {
        return Err(Invalid::FileBroken);
    }
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).map_err(|_| Invalid::FileBroken)?;
    Ok(bytes)
}
