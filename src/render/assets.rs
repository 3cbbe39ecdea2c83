//! Static files with the hash of their content in the URL, so that browsers may keep them for ever.

use bytes::Bytes;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Hex digits of the hash in a URL.
const HASH_DIGITS: usize = 12;

/// A static file to send.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Content.
    pub bytes: Bytes,
    /// For the `Content-Type` header.
    pub content_type: &'static str,
    /// The URL named the hash of this content: it will never change.
    pub immutable: bool,
}

struct Stored {
    bytes: Bytes,
    hash: String,
}

/// All static files, by plain name.
pub struct Assets {
    files: BTreeMap<String, Stored>,
}

impl Assets {
    /// Takes the files; style sheets come last, because they name other files: in them `url("/static/<name>")` gets its hash.
    /// `fonts.css` is put before `app.css` when the fonts that it names are there, and left out otherwise.
    pub(super) fn new(mut files: Vec<(String, Vec<u8>)>) -> Self {
        let has_fonts = files.iter().any(|(name, _)| name.ends_with(".woff2"));
        if let Some(at) = files.iter().position(|(name, _)| name == "fonts.css") {
            let (_, mut faces) = files.swap_remove(at);
            if let Some((_, css)) = files.iter_mut().find(|(name, _)| has_fonts && name == "app.css") {
                faces.append(css);
                *css = faces;
            }
        }
        files.sort_by_key(|(name, _)| (name.ends_with(".css"), name.clone()));
        let mut assets = Self { files: BTreeMap::new() };
        for (name, bytes) in files {
            let bytes = if name.ends_with(".css") { assets.with_hashed_urls(bytes) } else { bytes };
            let mut hash = hex::encode(Sha256::digest(&bytes));
            hash.truncate(HASH_DIGITS);
            assets.files.insert(name, Stored { bytes: Bytes::from(bytes), hash });
        }
        assets
    }

    fn with_hashed_urls(&self, css: Vec<u8>) -> Vec<u8> {
        match String::from_utf8(css) {
            Ok(text) => self
                .files
                .keys()
                .fold(text, |text, name| {
                    text.replace(&format!("\"/static/{name}\""), &format!("\"{}\"", self.url(name).unwrap_or_default()))
                })
                .into_bytes(),
            Err(error) => error.into_bytes(),
        }
    }

    /// `/static/app.3fa901bc77de.css`.
    pub fn url(&self, name: &str) -> Option<String> {
        let hash = &self.files.get(name)?.hash;
        let (stem, ending) = name.rsplit_once('.')?;
        Some(format!("/static/{stem}.{hash}.{ending}"))
    }

    /// A file by hashed or plain name. Another hash gets today's content, not to be kept: while one replica
    /// is already new and another still old, no page stands without its style sheet.
    pub fn get(&self, path: &str) -> Option<Asset> {
        let (name, hash) = split(path);
        let (name, stored) = self.files.get_key_value(&name).or_else(|| self.files.get_key_value(path))?;
        Some(Asset { bytes: stored.bytes.clone(), content_type: content_type(name), immutable: hash == Some(stored.hash.as_str()) })
    }
}

/// `app.3fa901bc77de.css` → `app.css` and the hash.
fn split(path: &str) -> (String, Option<&str>) {
    let mut parts: Vec<&str> = path.split('.').collect();
    let hash = parts.len().checked_sub(2).filter(|i| *i > 0).and_then(|i| parts.get(i).copied().map(|p| (i, p)));
    match hash {
        Some((i, part)) if part.len() == HASH_DIGITS && part.bytes().all(|b| b.is_ascii_hexdigit()) => {
            parts.remove(i);
            (parts.join("."), Some(part))
        }
        _ => (path.to_owned(), None),
    }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
