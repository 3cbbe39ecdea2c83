//! Letters as their reader sees them: for the demonstration's mailbox and for tests. What may not live here: sending.

use super::flow::unflow;
use crate::domain::moment::Moment;
use mail_parser::{Address, MessageParser, MimeHeaders};
use serde::Serialize;
use std::path::Path;

/// One letter, read back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceivedLetter {
    /// Without angle brackets.
    pub message_id: String,
    /// Address of the sender.
    pub from: String,
    /// Name of the sender, or empty.
    pub from_name: String,
    /// Address of the recipient.
    pub to: String,
    /// Name of the recipient, or empty.
    pub to_name: String,
    /// Subject.
    pub subject: String,
    /// The `Date`.
    pub sent_at: Moment,
    /// Plain text with its paragraphs joined again.
    pub body: String,
    /// Every link in the text, in order, once.
    pub links: Vec<String>,
}

impl ReceivedLetter {
    /// Reads a raw message; `None` if it is none.
    pub fn parse(raw: &[u8]) -> Option<Self> {
        let message = MessageParser::default().parse(raw)?;
        let (from, from_name) = first_address(message.from());
        let (to, to_name) = first_address(message.to());
        let text = message.body_text(0).unwrap_or_default();
        let is_flowed = message.content_type().and_then(|t| t.attribute("format")).is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
        let body = if is_flowed { unflow(&text) } else { text.replace("\r\n", "\n") };
        Some(Self {
            message_id: message.message_id().unwrap_or_default().to_owned(),
            from,
            from_name,
            to,
            to_name,
            subject: message.subject().unwrap_or_default().to_owned(),
            sent_at: Moment(message.date().map_or(0, |d| d.to_timestamp().saturating_mul(1000))),
            links: links(&body),
            body,
        })
    }
}

fn first_address(addresses: Option<&Address<'_>>) -> (String, String) {
    let first = addresses.and_then(Address::first);
    let part = |text: Option<&str>| text.unwrap_or_default().to_owned();
    (part(first.and_then(|a| a.address())), part(first.and_then(|a| a.name())))
}

fn links(text: &str) -> Vec<String> {
    let mut links: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || "<>„”\"".contains(c)) {
        let start = word.find("https://").or_else(|| word.find("http://"));
        if let Some(link) = start.map(|at| word[at..].trim_end_matches(['.', ',', ')', ';']))
            && !links.iter().any(|known| known == link)
        {
            links.push(link.to_owned());
        }
    }
    links
}

/// The most letters that are read from a directory: a mailbox page shows no more.
const MOST_LETTERS: usize = 200;

/// The letters of a directory, newest first (by file name), at most 200. A directory that does not exist yet is empty;
/// files that are no messages are left out.
///
/// # Errors
/// When the directory or a letter in it cannot be read.
pub fn read_directory(path: &Path) -> std::io::Result<Vec<ReceivedLetter>> {
    let entries = match std::fs::read_dir(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        other => other?,
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
        if let Some((time, _)) = name.strip_suffix(".eml").and_then(|stem| stem.split_once('-'))
            && let Ok(time) = time.parse::<i64>()
        {
            files.push((time, path));
        }
    }
    files.sort_by(|a, b| b.cmp(a));
    let mut letters = Vec::new();
    for (_, path) in files.into_iter().take(MOST_LETTERS) {
        match std::fs::read(path) {
            Ok(raw) => letters.extend(ReceivedLetter::parse(&raw)),
            // Somebody tidied up meanwhile.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(letters)
}
