//! Cuts a scan of several forms into one document for each. What may not live here: where to cut (`domain/post/matching.rs`).

use super::budget::Budget;
use super::{Limits, guarded, pdf};
use crate::domain::invalid::Invalid;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// The pieces together, in times of what one file may have: what all pages share (a font, a background) is in each piece.
const MOST_TIMES: u64 = 3;

/// What draws a page, and where it stands.
const OF_A_PAGE: [&[u8]; 9] = [b"Type", b"Parent", b"Resources", b"MediaBox", b"CropBox", b"Rotate", b"UserUnit", b"Contents", b"Group"];
/// What a node of the page tree has, and its pages inherit.
const OF_A_NODE: [&[u8]; 8] = [b"Type", b"Parent", b"Kids", b"Count", b"Resources", b"MediaBox", b"CropBox", b"Rotate"];
/// Notes and fields of one page.
const MOST_NOTES: usize = 2_000;
/// Bytes of the content of one page.
const MOST_CONTENT: usize = 24 * 1024 * 1024;
/// Nodes above a page.
const DEEPEST_TREE: usize = 64;

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
    keep_pages_only(&mut document).map_err(|_| Invalid::FileBroken)?;
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

/// Takes away all that a document says besides its pages, and all by which a page leads to others: fields, bookmarks, names, structure and
/// attachments speak of everybody whose forms were scanned together. What is drawn stays: the content of the pages, and what their notes
/// and fields look like.
fn keep_pages_only(document: &mut Document) -> lopdf::Result<()> {
    let tree = document.catalog()?.get(b"Pages")?.clone();
    let catalog = Dictionary::from_iter([("Type", Object::Name(b"Catalog".to_vec())), ("Pages", tree)]);
    let catalog = document.try_add_object(catalog)?;
    document.trailer.set("Root", catalog);
    document.trailer.remove(b"Info");
    let pages: Vec<ObjectId> = document.page_iter().collect();
    for page in &pages {
        let (notes, resources) = (notes_of(document, *page), own_resources(document, *page));
        let dictionary = document.get_object_mut(*page)?.as_dict_mut()?;
        keep(dictionary, &OF_A_PAGE);
        if let Some(resources) = resources {
            dictionary.set("Resources", resources);
        }
        if !notes.is_empty() {
            dictionary.set("Annots", notes);
        }
    }
    // What pages inherit may hold the pictures of all of them.
    let have_own = pages.iter().all(|page| document.get_dictionary(*page).is_ok_and(|page| page.has(b"Resources")));
    let nodes: Vec<ObjectId> = document.objects.iter().filter(|(_, object)| is_node(object)).map(|(id, _)| *id).collect();
    for node in nodes {
        let dictionary = document.get_object_mut(node)?.as_dict_mut()?;
        keep(dictionary, &OF_A_NODE);
        if have_own {
            dictionary.remove(b"Resources");
        }
    }
    Ok(())
}

fn is_node(object: &Object) -> bool {
    object.as_dict().is_ok_and(|dictionary| dictionary.has_type(b"Pages"))
}

fn keep(dictionary: &mut Dictionary, keys: &[&[u8]]) {
    let others: Vec<Vec<u8>> = dictionary.iter().map(|(key, _)| key.clone()).filter(|key| !keys.contains(&key.as_slice())).collect();
    for key in others {
        dictionary.remove(&key);
    }
}

/// What the notes and fields of a page look like, and nothing that they say or do.
fn notes_of(document: &Document, page: ObjectId) -> Vec<Object> {
    let drawn = |note: &Object| {
        let (_, note) = document.dereference(note).ok()?;
        let note = note.as_dict().ok()?;
        let look = note.get_deref(b"AP", document).and_then(Object::as_dict).ok()?.get(b"N").ok()?.clone();
        let mut kept = note.clone();
        keep(&mut kept, &[b"Type", b"Subtype", b"Rect", b"AS", b"F"]);
        kept.set("AP", Dictionary::from_iter([("N", look)]));
        Some(Object::Dictionary(kept))
    };
    let notes = document.get_dictionary(page).and_then(|page| page.get_deref(b"Annots", document)).and_then(Object::as_array);
    notes.map(|notes| notes.iter().take(MOST_NOTES).filter_map(drawn).collect()).unwrap_or_default()
}

/// The resources of a page, of the pictures only those that its content names. None where that cannot be known: then all of them stay.
fn own_resources(document: &Document, page: ObjectId) -> Option<Dictionary> {
    let content = content_of(document, page)?;
    let mut resources = inherited(document, page, b"Resources")?.clone();
    let mut pictures = match resources.get_deref(b"XObject", document) {
        Ok(pictures) => pictures.as_dict().ok()?.clone(),
        Err(_) => return Some(resources),
    };
    let names: Vec<Vec<u8>> = pictures.iter().map(|(name, _)| name.clone()).collect();
    for name in names {
        // A name that may be written in several ways stays.
        let is_plain = name.iter().all(u8::is_ascii_alphanumeric);
        if is_plain && !is_named(&content, &name) {
            pictures.remove(&name);
        }
    }
    resources.set("XObject", pictures);
    Some(resources)
}

fn is_named(content: &[u8], name: &[u8]) -> bool {
    let written = [b"/", name].concat();
    let mut places = content.windows(written.len()).enumerate().filter(|(_, window)| *window == written.as_slice());
    places.any(|(at, _)| content.get(at + written.len()).is_none_or(|next| !next.is_ascii_alphanumeric()))
}

fn content_of(document: &Document, page: ObjectId) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    for id in document.get_page_contents(page) {
        let stream = document.get_object(id).and_then(Object::as_stream).ok()?;
        let left = MOST_CONTENT.checked_sub(all.len())?;
        match stream.dict.has(b"Filter") {
            true => all.extend(stream.get_plain_content_with_limit(left).ok()?),
            false => all.extend(&stream.content),
        }
        all.push(b' ');
    }
    Some(all)
}

/// What stands at a page, or at a node above it.
fn inherited<'a>(document: &'a Document, page: ObjectId, key: &[u8]) -> Option<&'a Dictionary> {
    let mut at = document.get_dictionary(page).ok()?;
    for _ in 0..DEEPEST_TREE {
        if let Ok(found) = at.get_deref(key, document) {
            return found.as_dict().ok();
        }
        at = at.get_deref(b"Parent", document).and_then(Object::as_dict).ok()?;
    }
    None
}
