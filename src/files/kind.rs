//! What a file is, told by its content. Names and claimed types never get this far.

use crate::domain::application::signed_form::MediaType;
use crate::domain::invalid::Invalid;

/// The types that may be signed forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pdf,
    Jpeg,
    Png,
    Xml,
}

impl Kind {
    /// As stored. An XML file is accepted only when it turns out to be XAdES.
    pub(super) fn media_type(self) -> MediaType {
        match self {
            Self::Pdf => MediaType::Pdf,
            Self::Jpeg => MediaType::Jpeg,
            Self::Png => MediaType::Png,
            Self::Xml => MediaType::Xades,
        }
    }
}

const PNG_HEAD: &[u8] = b"\x89PNG\r\n\x1a\n";
const JPEG_HEAD: &[u8] = b"\xff\xd8\xff";
const PDF_HEAD: &[u8] = b"%PDF-";
const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Where a PDF reader looks for the header, so that a file with one there may be opened as PDF whatever else it is.
const PDF_HEAD_WINDOW: usize = 1024;

/// Tells the type and refuses what is two things at once or is cut off.
///
/// # Errors
/// `FileType` for any other type and for a polyglot, `FileBroken` for a file without its end.
pub(super) fn of(bytes: &[u8]) -> Result<Kind, Invalid> {
    let kind = if bytes.starts_with(PNG_HEAD) {
        Kind::Png
    } else if bytes.starts_with(JPEG_HEAD) {
        Kind::Jpeg
    } else {
        let text = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes).trim_ascii_start();
        if text.starts_with(PDF_HEAD) {
            Kind::Pdf
        } else if text.first() == Some(&b'<') {
            Kind::Xml
        } else {
            return Err(Invalid::FileType);
        }
    };
    match kind {
        Kind::Pdf => pdf_ends(bytes)?,
        Kind::Png => {
            no_pdf_head(bytes)?;
            png_ends(bytes)?;
        }
        Kind::Jpeg => {
            no_pdf_head(bytes)?;
            jpeg_ends(bytes)?;
        }
        Kind::Xml => {}
    }
    Ok(kind)
}

fn no_pdf_head(bytes: &[u8]) -> Result<(), Invalid> {
    let window = &bytes[..bytes.len().min(PDF_HEAD_WINDOW)];
    if position(window, PDF_HEAD).is_some() { Err(Invalid::FileType) } else { Ok(()) }
}

/// A PDF ends with `%%EOF`; what follows it is something else, for example an archive hung on behind.
fn pdf_ends(bytes: &[u8]) -> Result<(), Invalid> {
    const END: &[u8] = b"%%EOF";
    let last = bytes.windows(END.len()).rposition(|window| window == END).ok_or(Invalid::FileBroken)?;
    let rest = &bytes[last + END.len()..];
    if rest.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        Ok(())
    } else if is_other_type(rest) {
        Err(Invalid::FileType)
    } else {
        Err(Invalid::FileBroken)
    }
}

/// Walks the chunks: the file ends right behind `IEND`.
fn png_ends(bytes: &[u8]) -> Result<(), Invalid> {
    let mut at = PNG_HEAD.len();
    loop {
        let head = bytes.get(at..at + 8).ok_or(Invalid::FileBroken)?;
        let length = usize::try_from(u32::from_be_bytes([head[0], head[1], head[2], head[3]])).map_err(|_| Invalid::FileBroken)?;
        let next = length.checked_add(12).and_then(|step| at.checked_add(step)).ok_or(Invalid::FileBroken)?;
        if next > bytes.len() {
            return Err(Invalid::FileBroken);
        }
        if &head[4..8] == b"IEND" {
            return if next == bytes.len() { Ok(()) } else { Err(Invalid::FileType) };
        }
        at = next;
    }
}

/// Walks the segments to the end-of-image mark. Cameras put previews and films behind it; another document may not stand there.
fn jpeg_ends(bytes: &[u8]) -> Result<(), Invalid> {
    let mut at = 2;
    loop {
        // Between segments any number of fill bytes may stand.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (Some(0xff), Some(&mark)) = (bytes.get(at), bytes.get(at + 1)) else { return Err(Invalid::FileBroken) };
        at += 2;
        match mark {
            0xd9 => break,
            0x01 | 0xd0..=0xd8 => {}
            _ => {
                let length = bytes.get(at..at + 2).ok_or(Invalid::FileBroken)?;
                let length = usize::from(u16::from_be_bytes([length[0], length[1]]));
                at += length.max(2);
                if mark == 0xda {
                    at = entropy_end(bytes, at)?;
                }
            }
        }
    }
    if is_other_type(bytes.get(at..).unwrap_or_default()) { Err(Invalid::FileType) } else { Ok(()) }
}

/// The next mark behind the packed picture data: `ff 00` is a stuffed byte, `ff d0`–`ff d7` restart inside it.
fn entropy_end(bytes: &[u8], mut at: usize) -> Result<usize, Invalid> {
    loop {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(0xff), Some(0x00 | 0xd0..=0xd7)) => at += 2,
            (Some(0xff), Some(0xff)) => at += 1,
            (Some(0xff), Some(_)) => return Ok(at),
            (Some(_), Some(_)) => at += 1,
            _ => return Err(Invalid::FileBroken),
        }
    }
}

/// Does a part of a file hold the beginning of some other type: archives, programs, pages, documents?
fn is_other_type(rest: &[u8]) -> bool {
    const SIGNS: [&[u8]; 8] =
        [b"PK\x03\x04", b"PK\x05\x06", PDF_HEAD, b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"<script", b"<html", b"<?php"];
    if infer::get(rest).is_some_and(|found| !found.mime_type().starts_with("image/") && !found.mime_type().starts_with("video/")) {
        return true;
    }
    SIGNS.iter().any(|sign| rest.windows(sign.len()).any(|window| window.eq_ignore_ascii_case(sign)))
}

fn position(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
