//! Which application a file of the post belongs to: what its pages say of themselves, where one form ends and the next begins, and
//! what that means for the application as it stands now. Pure.

use crate::domain::application::revision::Fingerprint;
use crate::domain::application::signed_form::FormCode;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Numbers taken from the text of one page; a list of applications is no form.
const MOST_NUMBERS: usize = 20;
/// Possible fingerprints taken from the text of one page.
const MOST_FINGERPRINTS: usize = 100;
/// Digits of a fingerprint on paper.
const FINGERPRINT_DIGITS: usize = 12;

/// What one page says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageSigns {
    /// Its QR codes.
    pub codes: Vec<FormCode>,
    /// Numbers of applications in its text.
    pub numbers: BTreeSet<ApplicationNumber>,
    /// Whatever in its text may be a fingerprint.
    pub fingerprints: BTreeSet<String>,
}

impl PageSigns {
    /// Of a page's codes and its text. Where the blanks stand depends on the program that wrote the document, so none counts.
    pub fn read(codes: Vec<FormCode>, text: &str) -> Self {
        let squeezed: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        Self { codes, numbers: numbers_in(&squeezed), fingerprints: fingerprints_in(&squeezed) }
    }

    /// Whose page it is.
    fn subject(&self) -> Subject {
        let coded: BTreeSet<&ApplicationNumber> = self.codes.iter().map(|code| &code.number).collect();
        let named = if coded.is_empty() { self.numbers.iter().collect() } else { coded };
        match named.first() {
            None => Subject::Nobody,
            Some(number) if named.len() == 1 => Subject::One((*number).clone()),
            Some(_) => Subject::Several,
        }
    }
}

/// Every `W/26/2026/000123`.
fn numbers_in(text: &[char]) -> BTreeSet<ApplicationNumber> {
    const SHAPE: &str = "W/00/0000/000000";
    let fits =
        |window: &&[char]| SHAPE.chars().zip(*window).all(|(wanted, c)| if wanted == '0' { c.is_ascii_digit() } else { wanted == *c });
    let found = text.windows(SHAPE.len()).filter(fits).filter_map(|window| ApplicationNumber::parse(&window.iter().collect::<String>()));
    found.take(MOST_NUMBERS).collect()
}

/// Every run of twelve small hexadecimal digits.
fn fingerprints_in(text: &[char]) -> BTreeSet<String> {
    let is_digit = |c: &char| c.is_ascii_digit() || ('a'..='f').contains(c);
    let found = text.windows(FINGERPRINT_DIGITS).filter(|window| window.iter().all(is_digit));
    found.map(|window| window.iter().collect()).take(MOST_FINGERPRINTS).collect()
}

/// Whose page it is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    One(ApplicationNumber),
    Several,
    Nobody,
}

/// What a file says of itself: kept with it, and judged anew whenever somebody looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clue {
    /// The application that it names.
    pub number: ApplicationNumber,
    /// The QR codes that do so.
    pub codes: Vec<FormCode>,
    /// Whatever in its text may be a fingerprint; empty where codes tell it.
    pub fingerprints: BTreeSet<String>,
    /// It names nothing itself: it is a picture that came right behind a page of that form, which says all of this.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub follows: bool,
}

/// A run of pages that belong together, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// First page.
    pub first: usize,
    /// Last page.
    pub last: usize,
    /// What they say of themselves; none where they name nothing, or several applications.
    pub clue: Option<Clue>,
}

/// Where one form ends and the next begins. Pages that name the same application in a row belong together, and a page that names none to
/// the one before it. A file that is about one application at most is never cut: not one page of it is left out of the form.
pub fn split(pages: &[PageSigns]) -> Vec<Part> {
    let mut runs: Vec<(usize, usize, Subject)> = Vec::new();
    for (index, page) in pages.iter().enumerate() {
        let (number, subject) = (index + 1, page.subject());
        match runs.last_mut() {
            Some((_, last, before)) if subject == Subject::Nobody || (subject != Subject::Several && subject == *before) => *last = number,
            _ => runs.push((number, number, subject)),
        }
    }
    let named: Vec<&Subject> = runs.iter().map(|(_, _, subject)| subject).filter(|subject| **subject != Subject::Nobody).collect();
    if runs.len() > 1 && named.iter().all(|subject| matches!(subject, Subject::One(_)) && *subject == named[0]) {
        // A covering page in front of the only form.
        let subject = named[0].clone();
        runs = vec![(1, pages.len(), subject)];
    }
    runs.into_iter().map(|(first, last, subject)| Part { first, last, clue: clue_of(&pages[first - 1..last], subject) }).collect()
}

/// What a file says of itself that may not be cut, because a signature covers all of it: none where it names several applications.
pub fn whole(pages: &[PageSigns]) -> Option<Clue> {
    match <[Part; 1]>::try_from(split(pages)) {
        Ok([part]) => part.clue,
        Err(_) => None,
    }
}

fn clue_of(pages: &[PageSigns], subject: Subject) -> Option<Clue> {
    let Subject::One(number) = subject else { return None };
    let mut codes: Vec<FormCode> = Vec::new();
    for code in pages.iter().flat_map(|page| &page.codes) {
        if !codes.contains(code) {
            codes.push(code.clone());
        }
    }
    let fingerprints =
        if codes.is_empty() { pages.iter().flat_map(|page| page.fingerprints.iter().cloned()).collect() } else { BTreeSet::new() };
    Some(Clue { number, codes, fingerprints, follows: false })
}

/// Pictures are single pages: one that names nothing belongs to the picture before it, as a page of a document would. `files` says of
/// each file in its order whether it is a picture, and what it says of itself.
pub fn follow_pictures(files: &mut [(bool, Option<Clue>)]) {
    let mut before: Option<Clue> = None;
    for (is_picture, clue) in files {
        match (&*is_picture, &mut *clue) {
            (false, _) => before = None,
            (true, Some(clue)) => before = Some(Clue { follows: true, ..clue.clone() }),
            (true, none) => {
                *none = before.clone();
            }
        }
    }
}

/// How a proposal was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FoundBy {
    /// The QR code of the current revision.
    Code,
    /// Number and fingerprint of the current revision in the text.
    Text,
    /// A picture behind a page of that form.
    Follows,
}

impl FoundBy {
    /// All.
    pub const ALL: [Self; 3] = [Self::Code, Self::Text, Self::Follows];
    /// Label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Text => "text",
            Self::Follows => "follows",
        }
    }
}

/// What a clue means now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is a form of the current revision, and the application takes one.
    Sure(FoundBy),
    /// The number alone: it may be the form, or a letter about it.
    NumberOnly,
    /// A form of an older revision, or of another content.
    Older,
    /// The application takes no form now.
    NotTaken,
    /// It came before the application was filed.
    TooEarly,
    /// Another office's application.
    OtherOffice(VoivodeshipCode),
    /// There is no such application.
    Unknown,
}

impl Verdict {
    /// Label key.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::Sure(_) => "sure",
            Self::NumberOnly => "number_only",
            Self::Older => "older",
            Self::NotTaken => "not_taken",
            Self::TooEarly => "too_early",
            Self::OtherOffice(_) => "other_office",
            Self::Unknown => "unknown",
        }
    }
    /// Whether it is worth proposing.
    pub const fn is_proposal(&self) -> bool {
        matches!(self, Self::Sure(_) | Self::NumberOnly)
    }
}

/// What counts of an application.
#[derive(Debug, Clone)]
pub struct Candidate<'a> {
    /// Where it is decided.
    pub voivodeship: VoivodeshipCode,
    /// Current revision.
    pub revision: i32,
    /// Of the current revision.
    pub fingerprint: &'a Fingerprint,
    /// Of the revisions before it.
    pub older: Vec<Fingerprint>,
    /// The day on which it was filed.
    pub submitted_on: Date,
    /// Whether it takes a form from the office now.
    pub takes_form: bool,
}

/// What a clue means to an office for what came on a day. `found` is the application that the number names, in this office.
pub fn judge(clue: &Clue, office: &VoivodeshipCode, received_on: Date, found: Option<&Candidate<'_>>) -> Verdict {
    let Some(found) = found else {
        // The number says whose it is; whether it is there is nobody's business elsewhere.
        let named = clue.number.voivodeship();
        return if named == *office { Verdict::Unknown } else { Verdict::OtherOffice(named) };
    };
    if found.voivodeship != *office {
        return Verdict::OtherOffice(found.voivodeship.clone());
    }
    let is_current = |code: &FormCode| code.revision == found.revision && code.fingerprint == found.fingerprint.compact();
    let by = if !clue.codes.is_empty() {
        if !clue.codes.iter().all(is_current) {
            return Verdict::Older;
        }
        Some(FoundBy::Code)
    } else if clue.fingerprints.contains(found.fingerprint.compact()) {
        Some(FoundBy::Text)
    } else if found.older.iter().any(|older| clue.fingerprints.contains(older.compact())) {
        return Verdict::Older;
    } else {
        None
    };
    if !found.takes_form {
        return Verdict::NotTaken;
    }
    if received_on < found.submitted_on {
        return Verdict::TooEarly;
    }
    match by {
        None => Verdict::NumberOnly,
        Some(_) if clue.follows => Verdict::Sure(FoundBy::Follows),
        Some(by) => Verdict::Sure(by),
    }
}
