//! A letter as a MIME message. What may not live here: delivery, templates.
//! Everything that reaches a header passes [`one_line`] or is parsed, so that nobody's name can add a header.

use super::flow::flow;
use super::mailer::SendError;
use super::setting::Sender;
use crate::domain::id::MessageId;
use crate::domain::moment::Moment;
use lettre::message::header::{ContentTransferEncoding, Header, HeaderName, HeaderValue};
use lettre::message::{Body, Mailbox, Message};
use lettre::{Address, message::header::ContentType};
use std::time::{Duration, SystemTime};
use url::Url;

/// A letter ready to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutgoingLetter {
    /// Address of the recipient.
    pub to: String,
    /// Name of the recipient; may be empty.
    pub to_name: String,
    /// Subject; line breaks become spaces.
    pub subject: String,
    /// Plain text, one line per paragraph or list item; it is wrapped on the way.
    pub body: String,
    /// `uuid@host-of-the-portal`, without angle brackets: the same at each attempt.
    pub message_id: String,
    /// The `Date` of the letter.
    pub composed_at: Moment,
}

/// The Message-ID of an outbox message: `uuid@host-of-the-portal`, the same at each attempt.
pub fn message_id(message: MessageId, public_url: &Url) -> String {
    // An IPv6 address has characters that would need quoting; it is a test machine then.
    let host = public_url.host_str().filter(|host| is_message_id(&format!("x@{host}"))).unwrap_or("localhost");
    format!("{message}@{host}")
}

/// The text on one line: control characters and line breaks of any kind become single spaces.
pub(super) fn one_line(text: &str) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    clean.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a Message-ID is of the form `left@right` with nothing that needs quoting.
pub(super) fn is_message_id(text: &str) -> bool {
    let part = |p: &str| !p.is_empty() && p.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    text.len() <= 200 && text.split_once('@').is_some_and(|(left, right)| part(left) && part(right))
}

/// Tells out-of-office robots to keep quiet (RFC 3834).
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Puts the message together.
pub(super) fn compose(from: &Sender, letter: &OutgoingLetter) -> Result<Message, SendError> {
    let address: Address = letter.to.trim().parse().map_err(|_| SendError::Permanent("the recipient's address is malformed".to_owned()))?;
    if !is_message_id(&letter.message_id) {
        return Err(SendError::Permanent("the Message-ID is malformed".to_owned()));
    }
    let name = one_line(&letter.to_name);
    let malformed = |what: &str| SendError::Permanent(format!("the letter cannot be put together: {what}"));
    let content_type = ContentType::parse("text/plain; charset=utf-8; format=flowed").map_err(|e| malformed(&e.to_string()))?;
    // Always quoted-printable: 7-bit safe on every way, and Polish text stays nearly readable in the raw file.
    let body = Body::new_with_encoding(flow(&letter.body), ContentTransferEncoding::QuotedPrintable).map_err(|_| malformed("body"))?;
    let date = SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(letter.composed_at.0).unwrap_or_default());
    Message::builder()
        .from(from.0.clone())
        .to(Mailbox::new((!name.is_empty()).then_some(name), address))
        .subject(one_line(&letter.subject))
        .date(date)
        .message_id(Some(format!("<{}>", letter.message_id)))
        .header(AutoSubmitted)
        .header(content_type)
        .body(body)
        .map_err(|e| malformed(&e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::received::ReceivedLetter;
    use super::*;

    fn letter() -> OutgoingLetter {
        OutgoingLetter {
            to: "anna.zolw@gops.example.pl".into(),
            to_name: "Anna Żółw-Gżegżółka".into(),
            subject: "Wniosek W/26/2026/000123 został zarejestrowany – wydrukuj formularz".into(),
            body: "Dzień dobry,\n\nzażółć gęślą jaźń.\n".into(),
            message_id: "0d3cbf6e-6f0f-4f6e-9f55-2f4f7a1d8a11@portal.example.pl".into(),
            composed_at: Moment(1_795_327_500_000),
        }
    }

    fn sender() -> Sender {
        Sender::parse("Portal CAS – konta <portal@example.pl>").expect("sender")
    }

    fn raw(letter: &OutgoingLetter) -> String {
        String::from_utf8(compose(&sender(), letter).expect("composed").formatted()).expect("ASCII")
    }

    #[test]
    fn polish_letters_survive_and_the_raw_message_is_ascii() {
        let raw = raw(&letter());
        assert!(raw.is_ascii());
        assert!(raw.lines().all(|line| line.len() <= 998), "{raw}");
        let received = ReceivedLetter::parse(raw.as_bytes()).expect("a message");
        assert_eq!(received.subject, letter().subject);
        assert_eq!((received.to.as_str(), received.to_name.as_str()), ("anna.zolw@gops.example.pl", "Anna Żółw-Gżegżółka"));
        assert_eq!((received.from.as_str(), received.from_name.as_str()), ("portal@example.pl", "Portal CAS – konta"));
        assert_eq!(received.body, letter().body);
        assert_eq!(received.message_id, letter().message_id);
        assert_eq!(received.sent_at, letter().composed_at);
        assert!(raw.contains("Auto-Submitted: auto-generated\r\n"));
        assert!(raw.contains("Content-Transfer-Encoding: quoted-printable\r\n"));
    }

    #[test]
    fn no_text_can_add_a_header() {
        for evil in [
            "x\r\nBcc: zly@example.com",
            "x\nBcc: zly@example.com",
            "x\rBcc: zly@example.com",
            "x\u{2028}Bcc: zly@example.com",
            "x\u{85}Bcc: zly@example.com",
            "x\0\r\n\r\nBcc: zly@example.com",
            "ż\r\n Bcc: zly@example.com",
            "\"\r\nBcc: zly@example.com",
        ] {
            let raw = raw(&OutgoingLetter { to_name: evil.into(), subject: evil.into(), ..letter() });
            let head = raw.split("\r\n\r\n").next().unwrap_or_default();
            for line in head.split("\r\n") {
                assert!(!line.contains(['\r', '\n', '\0']), "{evil:?}: {line:?}");
                assert!(!line.to_ascii_lowercase().starts_with("bcc"), "{evil:?}: {line:?}");
            }
            let received = ReceivedLetter::parse(raw.as_bytes()).expect("a message");
            assert!(!received.subject.contains(['\r', '\n', '\0', '\u{2028}', '\u{85}']), "{:?}", received.subject);
            assert_eq!(received.body, letter().body);
        }
    }

    #[test]
    fn malformed_addresses_and_ids_are_refused_for_good() {
        for to in ["", "anna", "a@b.pl\r\nBcc: c@d.pl", "a@b.pl, c@d.pl", "Anna <a@b.pl>"] {
            let refused = compose(&sender(), &OutgoingLetter { to: to.into(), ..letter() });
            assert!(refused.is_err_and(|e| e.is_permanent()), "{to:?}");
        }
        for id in ["", "x", "x@", "x@y\r\nBcc: c@d.pl", "x@y>", "../x@y", "a@b@c"] {
            let refused = compose(&sender(), &OutgoingLetter { message_id: id.into(), ..letter() });
            assert!(refused.is_err_and(|e| e.is_permanent()), "{id:?}");
        }
    }

    #[test]
    fn a_message_id_names_the_message_and_the_portal() {
        let id = MessageId("0d3cbf6e-6f0f-4f6e-9f55-2f4f7a1d8a11".parse().expect("a UUID"));
        for (url, host) in [
            ("https://portal.example.pl/x", "portal.example.pl"),
            ("http://127.0.0.1:8000", "127.0.0.1"),
            ("http://[::1]:8000", "localhost"),
        ] {
            let text = message_id(id, &Url::parse(url).expect("a URL"));
            assert_eq!(text, format!("{id}@{host}"));
            assert!(is_message_id(&text));
        }
    }

    #[test]
    fn a_line_of_a_single_dot_and_long_links_come_through() {
        let link = format!("https://portal.example.pl/activate/{}", "a1".repeat(60));
        let body = format!("Otwórz:\n\n    {link}\n\n.\n\n.. kropki\n> nie cytat\nFrom tu\n");
        let received = ReceivedLetter::parse(raw(&OutgoingLetter { body: body.clone(), ..letter() }).as_bytes()).expect("a message");
        assert_eq!(received.body, body);
        assert_eq!(received.links, [link]);
    }
}
