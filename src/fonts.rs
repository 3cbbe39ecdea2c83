//! The faces that `build.rs` has cut from Noto Sans (SIL Open Font License 1.1), as bytes.
//! What may not live here: anything that reads or draws with them.

/// Noto Sans Regular with the Polish repertoire, WOFF2, for the pages.
pub const WEB_REGULAR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/web-regular.woff2"));

/// Noto Sans Bold with the Polish repertoire, WOFF2, for the pages.
pub const WEB_BOLD: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/web-bold.woff2"));

/// Noto Sans Regular with European, Vietnamese, Greek and Cyrillic letters, TrueType, for the printed form.
pub const FORM_REGULAR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/form-regular.ttf"));

/// Noto Sans Bold, as [`FORM_REGULAR`].
pub const FORM_BOLD: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/form-bold.ttf"));
