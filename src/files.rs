//! Signed forms as files: sniffing, limits, page images, QR codes, object store. What may not live here: rows, HTTP.
//!
//! Whatever comes in was made by a stranger. [`examine`] therefore never trusts a name, never renders a document that
//! its own measuring pass has not seen first, and works in a thread of its own that may be given up.

pub mod archive;
mod budget;
mod codes;
mod kind;
mod meter;
mod pdf;
mod picture;
mod pieces;
mod revisions;
mod signed;
mod store;
mod xades;

#[cfg(test)]
mod tests;

pub use pieces::cut;
pub use signed::check_signatures;
pub use store::{
    FileStore, JOURNAL, StoreError, form_folder, install_tls_provider, journal_key, object_key, page_key, post_folder, post_key,
    post_page_key,
};

use crate::domain::application::signed_form::{FormCode, MediaType};
use crate::domain::invalid::Invalid;
use crate::domain::post::matching::PageSigns;
use budget::Budget;
use kind::Kind;
use sha2::{Digest, Sha256};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// What one file may cost.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of the file.
    pub max_bytes: u64,
    /// Pages of a document: a form of 50 persons with every wish they may have takes some 80.
    pub max_pages: usize,
    /// Pixels of one image, in the file or inside a PDF: an A4 page at 600 dpi has 35 million.
    pub max_pixels: u64,
    /// Width of the page images in pixels.
    pub page_width: u32,
    /// How long the examination may take. After half of it codes are looked for in fewer ways, after all of it the file is refused.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 10 * 1024 * 1024, max_pages: 100, max_pixels: 50_000_000, page_width: 1240, time: Duration::from_secs(30) }
    }
}

/// One page as a picture for the screen: grey, PNG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageImage {
    /// The PNG file.
    pub png: Vec<u8>,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// What was found in an accepted file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Examined {
    /// By content.
    pub media_type: MediaType,
    /// In order; none for a signature that carries no document.
    pub pages: Vec<PageImage>,
    /// Codes of printed forms, each once, in the order found. Other QR codes are not ours and are left out.
    pub codes: Vec<FormCode>,
    /// What each page says of itself, in the order of the pages.
    pub signs: Vec<PageSigns>,
    /// A PDF with a signature dictionary, or an XAdES file: recognised. Whether it is good says [`check_signatures`].
    pub has_signature: bool,
    /// Whether anybody can have signed it at all: a picture, a PDF with a picture or with ink in it, an electronic signature.
    /// A printed form that came straight from the portal, or from a browser's „print to PDF”, has none of these.
    pub may_be_signed: bool,
    /// Of the bytes, 64 hex digits.
    pub sha256: String,
    /// Bytes.
    pub size: u64,
}

/// What the readers of the single types give back.
#[derive(Debug, Default)]
struct Content {
    pages: Vec<PageImage>,
    signs: Vec<PageSigns>,
    has_signature: bool,
    may_be_signed: bool,
}

impl Content {
    /// The codes of all pages, each once.
    fn codes(&self) -> Vec<FormCode> {
        let mut codes = Vec::new();
        for code in self.signs.iter().flat_map(|page| &page.codes) {
            if !codes.contains(code) {
                codes.push(code.clone());
            }
        }
        codes
    }
}

/// Examines one uploaded file. Takes CPU time and no other resource: call it under `spawn_blocking`.
///
/// # Errors
/// `FileEmpty`, `FileTooBig`, `FileTooManyPages`, `FileType`, `FileEncrypted`, `FileActive` or `FileBroken`; a file that takes too long to
/// open is broken too.
pub fn examine(bytes: &[u8], limits: &Limits) -> Result<Examined, Invalid> {
    if bytes.is_empty() {
        return Err(Invalid::FileEmpty);
    }
    let size = u64::try_from(bytes.len()).map_err(|_| Invalid::FileTooBig)?;
    if size > limits.max_bytes {
        return Err(Invalid::FileTooBig);
    }
    let kind = kind::of(bytes)?;
    let work = {
        let (bytes, limits) = (bytes.to_vec(), limits.clone());
        move |budget: &Budget| read(&bytes, kind, &limits, budget)
    };
    let content = guarded("examine-file", limits, work).unwrap_or(Err(Invalid::FileBroken))?;
    Ok(Examined {
        media_type: kind.media_type(),
        codes: content.codes(),
        pages: content.pages,
        signs: content.signs,
        has_signature: content.has_signature,
        may_be_signed: content.may_be_signed || content.has_signature || kind != Kind::Pdf,
        sha256: hex::encode(Sha256::digest(bytes)),
        size,
    })
}

/// Deep nesting in a document costs stack, so the reader gets more of it than a pool thread has.
const STACK: usize = 64 * 1024 * 1024;

/// After the time is over the readers are told to stop; this long they have to obey.
const GRACE: Duration = Duration::from_secs(3);

/// Runs what reads a file where neither a panic nor an endless loop of a library harms the caller; `None` when it came to that.
fn guarded<T: Send + 'static>(name: &'static str, limits: &Limits, work: impl FnOnce(&Budget) -> T + Send + 'static) -> Option<T> {
    let budget = Arc::new(Budget::default());
    let (sender, receiver) = mpsc::sync_channel(1);
    let work = {
        let budget = Arc::clone(&budget);
        move || {
            let result = catch_unwind(AssertUnwindSafe(|| work(&budget))).ok();
            // The caller may have given up; then nobody wants the result.
            let _ = sender.send(result);
        }
    };
    let thread = std::thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(work);
    if let Err(error) = thread {
        tracing::error!(%error, "no thread to read an uploaded file");
        return None;
    }
    let half = limits.time / 2;
    let finished = receiver
        .recv_timeout(half)
        .or_else(|_| {
            budget.hurry();
            receiver.recv_timeout(half)
        })
        .or_else(|_| {
            budget.stop();
            receiver.recv_timeout(GRACE)
        });
    finished.unwrap_or_else(|_| {
        tracing::warn!(name, "an uploaded file took too long to read and was given up");
        None
    })
}

fn read(bytes: &[u8], kind: Kind, limits: &Limits, budget: &Budget) -> Result<Content, Invalid> {
    match kind {
        Kind::Pdf => pdf::read(bytes, limits, budget),
        Kind::Jpeg | Kind::Png => picture::read(bytes, kind, limits, budget),
        Kind::Xml => xades::read(bytes, limits, budget),
    }
}
