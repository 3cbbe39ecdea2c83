//! A message that somebody sent, opened within bounds: who says to have sent it, its words, its attachments. Nothing in it is believed.
//! What may not live here: what its attachments are.

use crate::domain::identifiers::without_invisible;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _};

/// Parts of a message, at most: what has more is nobody's letter. The library opens messages within messages without a bound, and a stack
/// has one; each of them names its kind.
const MOST_PARTS: usize = 1_000;
const NAMES_ITS_KIND: &[u8] = b"content-type";
/// A picture inside the text that is larger than this is what somebody wanted to send.
const LARGEST_DECORATION: usize = 30 * 1024;
/// Messages within messages, at most.
const DEEPEST: usize = 3;
/// Attachments that are looked at; what is beyond stays in the message.
const MOST_ATTACHMENTS: usize = 20;
/// Bytes of an attachment that is looked at.
const MOST_BYTES: usize = 10 * 1024 * 1024;
/// Characters of the text.
const MOST_TEXT: usize = 5_000;
/// Characters of a line that the sender wrote.
const MOST_LINE: usize = 200;

/// An opened message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenedMessage {
    /// The sender's name and address, as written there.
    pub sender: String,
    /// Subject.
    pub subject: String,
    /// Plain text, cut off.
    pub text: String,
    /// Attachments, in their order.
    pub attachments: Vec<Vec<u8>>,
    /// Attachments that are too many or too large to be looked at.
    pub left: usize,
}

impl OpenedMessage {
    /// Opens a message; what cannot be read as one gives an empty one.
    pub fn open(raw: &[u8]) -> Self {
        if parts_of(raw) > MOST_PARTS {
            let head = MessageParser::default().parse_headers(raw);
            let (sender, subject) = head.map(|head| (sender_of(&head), subject_of(&head))).unwrap_or_default();
            return Self { sender, subject, left: 1, ..Self::default() };
        }
        let Some(message) = MessageParser::default().parse(raw) else { return Self::default() };
        let mut opened = Self { sender: sender_of(&message), subject: subject_of(&message), text: text_of(&message), ..Self::default() };
        opened.take(&message, 0);
        opened
    }

    fn take(&mut self, message: &Message<'_>, depth: usize) {
        for part in message.attachments() {
            match part.message() {
                Some(inner) if depth < DEEPEST => self.take(inner, depth + 1),
                Some(_) => self.left += 1,
                None if is_decoration(part) => {}
                None if self.attachments.len() >= MOST_ATTACHMENTS || part.contents().len() > MOST_BYTES => self.left += 1,
                None => self.attachments.push(part.contents().to_vec()),
            }
        }
    }
}

/// How many parts it has at most, without opening it.
fn parts_of(raw: &[u8]) -> usize {
    raw.windows(NAMES_ITS_KIND.len()).filter(|window| window.eq_ignore_ascii_case(NAMES_ITS_KIND)).count()
}

/// A small picture inside the text, such as the sign of the sender's office.
fn is_decoration(part: &MessagePart<'_>) -> bool {
    let is_picture = part.content_type().is_some_and(|kind| kind.ctype().eq_ignore_ascii_case("image"));
    let is_inline = part.content_disposition().is_none_or(|how| how.is_inline());
    is_picture && is_inline && part.content_id().is_some() && part.contents().len() <= LARGEST_DECORATION
}

fn subject_of(message: &Message<'_>) -> String {
    line(message.subject().unwrap_or_default())
}

fn sender_of(message: &Message<'_>) -> String {
    let Some(from) = message.from().and_then(|from| from.first()) else { return String::new() };
    match (from.name(), from.address()) {
        (Some(name), Some(address)) => line(&format!("{name} <{address}>")),
        (name, address) => line(name.or(address).unwrap_or_default()),
    }
}

/// One line, without what nobody sees.
fn line(text: &str) -> String {
    let shown = without_invisible(text);
    let words = shown.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    words.chars().take(MOST_LINE).collect()
}

fn text_of(message: &Message<'_>) -> String {
    let text = message.body_text(0).unwrap_or_default().replace("\r\n", "\n");
    let shown: String = without_invisible(&text).chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    shown.trim().chars().take(MOST_TEXT).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(parts: &str) -> Vec<u8> {
        format!(
            "From: =?utf-8?q?Osrodek_Pomocy?= <ops@gmina.example.pl>\r\nSubject: Formularz\r\n do wniosku\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nDzień dobry\r\n{parts}--B--\r\n"
        )
        .into_bytes()
    }

    fn file(name: &str, content: &str) -> String {
        format!("--B\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n{content}\r\n")
    }

    #[test]
    fn sender_subject_text_and_attachments_are_taken() {
        let logo = "--B\r\nContent-Type: image/png\r\nContent-Disposition: inline\r\nContent-ID: <logo>\r\n\r\npicture\r\n";
        let opened = OpenedMessage::open(&message(&[file("a.pdf", "one").as_str(), logo, &file("../../b.pdf", "two")].concat()));
        assert_eq!((opened.sender.as_str(), opened.subject.as_str()), ("Osrodek Pomocy <ops@gmina.example.pl>", "Formularz do wniosku"));
        assert_eq!(opened.text, "Dzień dobry");
        assert_eq!(opened.attachments, [b"one".to_vec(), b"two".to_vec()]);
        assert_eq!(opened.left, 0);
    }

    #[test]
    fn a_message_within_a_message_is_opened_and_not_without_end() {
        let mut inner = String::from_utf8(message(&file("a.pdf", "deep"))).unwrap();
        for depth in 0..6 {
            let boundary = format!("C{depth}");
            inner = format!(
                "From: a@b.pl\r\nContent-Type: multipart/mixed; boundary={boundary}\r\n\r\n--{boundary}\r\nContent-Type: message/rfc822\r\n\
                 Content-Disposition: attachment\r\n\r\n{inner}\r\n--{boundary}--\r\n"
            );
        }
        let opened = OpenedMessage::open(inner.as_bytes());
        assert_eq!((opened.attachments.len(), opened.left), (0, 1));
    }

    #[test]
    fn messages_in_messages_by_the_hundred_thousand_stay_closed() {
        for kind in [
            "Content-Type: message/rfc822\r\n\r\n",
            "cOnTeNt-TyPe:message/rfc822\n\n",
            "Content-Type: multipart/digest; boundary=B\r\n\r\n--B\r\n\r\n",
        ] {
            let raw = format!("From: a@b.pl\r\nSubject: deep\r\n{}Subject: x\r\n\r\nhello", kind.repeat(100_000));
            let opened = OpenedMessage::open(raw.as_bytes());
            assert_eq!((opened.sender.as_str(), opened.subject.as_str(), opened.left), ("a@b.pl", "deep", 1));
            assert!(opened.attachments.is_empty() && opened.text.is_empty());
        }
        // As deep as may be opened does no harm on a small stack.
        let raw = "Content-Type: message/rfc822\r\n\r\n".repeat(MOST_PARTS) + "Subject: x\r\n\r\nhello";
        let open = move || OpenedMessage::open(raw.as_bytes()).left;
        let small = std::thread::Builder::new().stack_size(1024 * 1024).spawn(open).unwrap();
        assert_eq!(small.join().unwrap(), 1);
    }

    #[test]
    fn a_large_picture_in_the_text_is_what_somebody_sends() {
        let picture = |size: usize| {
            let content = "x".repeat(size);
            format!("--B\r\nContent-Type: image/png\r\nContent-Disposition: inline\r\nContent-ID: <p>\r\n\r\n{content}\r\n")
        };
        assert_eq!(OpenedMessage::open(&message(&picture(LARGEST_DECORATION))).attachments.len(), 0);
        assert_eq!(OpenedMessage::open(&message(&picture(LARGEST_DECORATION + 1))).attachments.len(), 1);
    }

    #[test]
    fn many_attachments_are_counted_and_nonsense_is_empty() {
        let many: String = (0..30).map(|n| file("a.pdf", &n.to_string())).collect();
        let opened = OpenedMessage::open(&message(&many));
        assert_eq!((opened.attachments.len(), opened.left), (20, 10));
        let nothing = OpenedMessage::open(b"\x00\x01\x02");
        assert!(nothing.attachments.is_empty() && nothing.sender.is_empty());
        let long = OpenedMessage::open(format!("Subject: {}\r\n\r\n{}", "x".repeat(9_000), "y".repeat(90_000)).as_bytes());
        assert_eq!((long.subject.len(), long.text.len()), (200, 5_000));
    }
}
