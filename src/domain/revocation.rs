//! Taking rights away: by whom, in which capacity and why; what a person leaves behind. It works at once and needs nobody's approval.
//! What may not live here: whose rights somebody may take (the policy).

#[cfg(test)]
mod tests;

use super::account::Role;
use super::actor::SignedIn;
use super::application::registration::GrantRequest;
use super::id::{AccountId, RevocationId, UnitId};
use super::identifiers::{ApplicationNumber, Line, Text, optional};
use super::invalid::{FieldErrors, Invalid};
use super::moment::{Moment, parse_date};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The reason that says nothing by itself: it wants words.
pub const OTHER: &str = "other";
/// The account was closed; nobody chooses this one.
pub const ACCOUNT_CLOSED: &str = "account_closed";
/// The account was closed because its owner asked for it; nobody chooses this one.
pub const CLOSING_ASKED: &str = "closing_asked";
/// The head signed a yearly confirmation that says so; nobody chooses this one.
pub const NOT_CONFIRMED: &str = "not_confirmed";
/// Longest words, in characters.
pub const LONGEST_WORDS: usize = 1000;
/// Longest reference of a letter, in characters.
const LONGEST_REFERENCE: usize = 100;

/// In which capacity a right was taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Capacity {
    /// By the person, who does without it.
    Owner,
    /// By the unit's coordinator.
    Coordinator,
    /// By an administrator.
    Administrator,
    /// By the unit's head in a letter, which an administrator recorded.
    Head,
}

impl Capacity {
    /// All.
    pub const ALL: [Self; 4] = [Self::Owner, Self::Coordinator, Self::Administrator, Self::Head];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Coordinator => "coordinator",
            Self::Administrator => "administrator",
            Self::Head => "head",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|capacity| capacity.key() == key)
    }
    /// In which somebody takes the rights of an account in a unit, apart from letters.
    pub fn of(who: &SignedIn, account: AccountId, unit: UnitId) -> Self {
        if who.account == account {
            Self::Owner
        } else if who.roles.iter().any(|role| role.role == Role::UnitCoordinator && role.unit == Some(unit)) {
            Self::Coordinator
        } else {
            Self::Administrator
        }
    }
}

/// A reason of the dictionary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Key.
    pub code: String,
    /// „odejście z pracy”.
    pub name: String,
}

/// What is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RevocationTexts {
    /// Chosen rights, `PS:editor`.
    pub rights: Vec<String>,
    /// Code of the reason.
    pub reason: String,
    /// In words.
    pub note: String,
    /// The head has asked for it in a letter.
    pub by_letter: bool,
    /// Date of the letter.
    pub letter_date: String,
    /// Its number.
    pub letter_reference: String,
    /// The account is closed with it.
    pub close_account: bool,
}

/// The head's letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadLetter {
    /// Its date.
    pub date: Date,
    /// Its number.
    pub reference: String,
}

/// What is typed, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadRevocation {
    /// The rights that are taken.
    pub rights: Vec<GrantRequest>,
    /// In which capacity.
    pub capacity: Capacity,
    /// Code of the reason.
    pub reason: String,
    /// In words.
    pub note: Option<Text>,
    /// The head's letter, for [`Capacity::Head`].
    pub letter: Option<HeadLetter>,
    /// The account is closed with it.
    pub closes_account: bool,
}

/// Reads what is typed by somebody of this capacity about rights that are held now; `may_close` says whether the account can be closed
/// with them: nothing else hangs on it.
///
/// # Errors
/// Reasons by the names of the fields of [`RevocationTexts`].
pub fn read_revocation(
    texts: &RevocationTexts,
    capacity: Capacity,
    held: &[GrantRequest],
    may_close: bool,
    reasons: &[Reason],
    today: Date,
) -> Result<ReadRevocation, FieldErrors> {
    let mut errors = FieldErrors::default();
    let is_chosen = |right: &&GrantRequest| texts.rights.contains(&format!("{}:{}", right.sub_area, right.function));
    let rights: Vec<GrantRequest> = held.iter().filter(is_chosen).cloned().collect();
    if rights.is_empty() {
        errors.add("rights", if texts.rights.is_empty() { Invalid::NothingChosen } else { Invalid::GrantGone });
    }
    // Whoever gives up own rights owes nobody a reason.
    let reason = match texts.reason.as_str() {
        "" if capacity == Capacity::Owner => OTHER,
        "" => {
            errors.add("reason", Invalid::Required);
            ""
        }
        code => code,
    };
    if !reason.is_empty() && reasons.iter().all(|known| known.code != reason) {
        errors.add("reason", Invalid::Unknown);
    }
    let note = errors.take("note", optional(&texts.note, |text| Text::parse(text, LONGEST_WORDS))).flatten();
    if reason == OTHER && capacity != Capacity::Owner && note.is_none() && !errors.0.contains_key("note") {
        errors.add("note", Invalid::ReasonRequired);
    }
    if texts.close_account && !may_close {
        errors.add("close_account", Invalid::AccountNeededElsewhere);
    } else if texts.close_account && rights.len() < held.len() {
        errors.add("close_account", Invalid::ClosingTakesAll);
    }
    let by_letter = texts.by_letter && capacity == Capacity::Administrator;
    let letter = if by_letter { read_letter(texts, today, &mut errors) } else { None };
    let capacity = if by_letter { Capacity::Head } else { capacity };
    errors.into_result(ReadRevocation { rights, capacity, reason: reason.to_owned(), note, letter, closes_account: texts.close_account })
}

fn read_letter(texts: &RevocationTexts, today: Date, errors: &mut FieldErrors) -> Option<HeadLetter> {
    let date = match texts.letter_date.trim() {
        "" => Err(Invalid::Required),
        text => parse_date(text).and_then(|date| if date > today { Err(Invalid::DateFuture) } else { Ok(date) }),
    };
    let date = errors.take("letter_date", date);
    let reference = errors.take("letter_reference", Line::parse(&texts.letter_reference, LONGEST_REFERENCE));
    Some(HeadLetter { date: date?, reference: reference?.to_string() })
}

/// What a person leaves behind in a unit: for the hand-over, and to prefill what a successor asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBehind {
    /// Rights that were taken, with the last day that they would have had.
    pub rights: Vec<GrantRequest>,
    /// Open applications of the person for this unit.
    pub applications: Vec<LeftApplication>,
    /// The person was the unit's coordinator, and is none any more.
    pub was_coordinator: bool,
}

impl LeftBehind {
    /// The rights as a successor would choose them: `PS:editor`.
    pub fn pairs(&self) -> Vec<String> {
        self.rights.iter().map(|right| format!("{}:{}", right.sub_area, right.function)).collect()
    }
}

/// An open application at the moment of taking away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftApplication {
    /// Public number.
    pub number: ApplicationNumber,
    /// Key of its kind.
    pub kind: String,
    /// Key of its state then.
    pub status: String,
}

/// Rights of one person in one unit that were taken away at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Row.
    pub id: RevocationId,
    /// Whose rights.
    pub account: AccountId,
    /// Where.
    pub unit: UnitId,
    /// When.
    pub revoked_at: Moment,
    /// Login of who did it.
    pub revoked_by: String,
    /// In which capacity.
    pub capacity: Capacity,
    /// Why.
    pub reason: Reason,
    /// In words.
    pub note: Option<String>,
    /// The head's letter.
    pub letter: Option<HeadLetter>,
    /// What the person leaves.
    pub left_behind: LeftBehind,
}
