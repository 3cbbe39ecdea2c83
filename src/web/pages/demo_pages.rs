//! The demonstration's mailbox.

use crate::render::Page;
use crate::services::read_mailbox::ReceivedLetter;
use serde::Serialize;

/// One line of the mailbox.
#[derive(Debug, Clone, Serialize)]
pub struct DemoLetter {
    /// Last part of its path.
    pub id: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When (ms UTC).
    pub sent_at: i64,
}

impl DemoLetter {
    /// Of a letter.
    pub fn of(letter: &ReceivedLetter) -> Self {
        Self {
            id: letter.message_id.split('@').next().unwrap_or_default().to_owned(),
            to: letter.to.clone(),
            subject: letter.subject.clone(),
            sent_at: letter.sent_at.0,
        }
    }
}

/// `/demo/mailbox`.
#[derive(Debug, Clone, Serialize)]
pub struct MailboxPage {
    /// The newest first.
    pub letters: Vec<DemoLetter>,
    /// Part of the recipient's address that is looked for.
    pub to: String,
}

/// Letters shown at a time.
const MOST_LETTERS: usize = 100;

impl MailboxPage {
    /// Those of the letters whose recipient's address holds `to`, in whatever case either was typed.
    pub fn of(letters: &[ReceivedLetter], to: &str) -> Self {
        let wanted = to.to_lowercase();
        let found = letters.iter().filter(|letter| letter.to.to_lowercase().contains(&wanted));
        Self { letters: found.take(MOST_LETTERS).map(DemoLetter::of).collect(), to: to.to_owned() }
    }
}

impl Page for MailboxPage {
    const TEMPLATE: &'static str = "pages/demo/mailbox.html.tera";
    const PLACE: &'static str = "demo-mailbox";
    fn samples() -> Vec<Self> {
        let letter = DemoLetter {
            id: "0d3cbf6e-6f0f-4f6e-9f55-2f4f7a1d8a11".to_owned(),
            to: "anna.nowak@jednostka.example.pl".to_owned(),
            subject: "Wniosek W/26/2026/000123 został zarejestrowany".to_owned(),
            sent_at: 1_795_327_500_000,
        };
        vec![
            Self { letters: Vec::new(), to: String::new() },
            Self { letters: Vec::new(), to: "<b>nikt</b>".to_owned() },
            Self { letters: vec![letter], to: "anna".to_owned() },
        ]
    }
}

/// A piece of a letter's text.
#[derive(Debug, Clone, Serialize)]
pub struct LetterPiece {
    /// The words.
    pub text: String,
    /// Whether it is a link of this portal.
    pub is_link: bool,
}

/// `/demo/mailbox/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct LetterPage {
    /// Its line.
    pub letter: DemoLetter,
    /// Sender.
    pub from: String,
    /// The lines of the text, each cut into pieces.
    pub lines: Vec<Vec<LetterPiece>>,
}

impl LetterPage {
    /// Of a letter.
    pub fn of(letter: &ReceivedLetter) -> Self {
        let cut = |line: &str| {
            line.split(' ')
                .map(|word| LetterPiece { text: word.to_owned(), is_link: letter.links.iter().any(|link| link == word) })
                .collect()
        };
        Self { letter: DemoLetter::of(letter), from: letter.from.clone(), lines: letter.body.lines().map(cut).collect() }
    }
}

impl Page for LetterPage {
    const TEMPLATE: &'static str = "pages/demo/letter.html.tera";
    const PLACE: &'static str = "demo-letter";
    fn samples() -> Vec<Self> {
        let piece = |text: &str, is_link| LetterPiece { text: text.to_owned(), is_link };
        MailboxPage::samples()
            .into_iter()
            .flat_map(|page| page.letters)
            .map(|letter| Self {
                letter,
                from: "portal@example.pl".to_owned(),
                lines: vec![
                    vec![piece("Dzień", false), piece("dobry,", false)],
                    vec![],
                    vec![piece("https://portal.example.pl/login", true)],
                ],
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_recipient_is_found_in_whatever_case() {
        let letter = |to: &str| ReceivedLetter::parse(format!("Message-ID: <1@x>\r\nTo: {to}\r\nSubject: a\r\n\r\nb\r\n").as_bytes());
        let letters: Vec<_> = ["Barbara@gops.example", "jan@dps.example"].into_iter().filter_map(letter).collect();
        for (typed, found) in [("Barbara@GOPS", 1), ("barbara", 1), ("", 2), ("nikt", 0)] {
            let page = MailboxPage::of(&letters, typed);
            assert_eq!((page.letters.len(), page.to.as_str()), (found, typed));
        }
    }
}
