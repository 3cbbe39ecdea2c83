//! A change of an account's e-mail address: wanted, confirmed at the new address, taken back from the old one.
//! What may not live here: the tokens of its letters (services), its row (storage).

use super::id::{AccountId, EmailChangeId};
use super::identifiers::EmailAddress;
use super::mailed_code::MOST_CODE_ATTEMPTS;
use super::moment::Moment;

/// The new address must be confirmed within so many hours, counted from the letter's delivery.
pub const CONFIRM_HOURS: i64 = 24;
/// The old address can take the change back for so many days, counted from when it was last told.
pub const UNDO_DAYS: i64 = 7;
/// Changes that one account may ask for within an hour, and letters that one address may be sent by it.
pub const MOST_AN_HOUR: u64 = 3;

/// Where a change is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EmailChangeStatus {
    /// Waits for the new address to be confirmed; the old one is in force.
    Pending,
    /// The new address is in force, or was until a later change.
    Confirmed,
    /// Given up by the owner, or by a change of the account that makes it void.
    Cancelled,
    /// A newer wish took its place.
    Replaced,
    /// Stopped or taken back from the old address.
    Undone,
}

impl EmailChangeStatus {
    /// All, for exhaustive tests.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Confirmed, Self::Cancelled, Self::Replaced, Self::Undone];
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
            Self::Replaced => "replaced",
            Self::Undone => "undone",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// A change as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailChange {
    /// Row.
    pub id: EmailChangeId,
    /// Whose.
    pub account: AccountId,
    /// Where it is.
    pub status: EmailChangeStatus,
    /// The address in force when it was asked for.
    pub old: EmailAddress,
    /// The address that is wanted.
    pub new: EmailAddress,
    /// SHA-256 of the link's token; none until its letter is composed.
    pub confirm_hash: Option<[u8; 32]>,
    /// What is stored of the code.
    pub code_hash: Option<[u8; 32]>,
    /// Wrong codes typed so far.
    pub attempts: i32,
    /// SHA-256 of the token by which the old address takes it back.
    pub undo_hash: Option<[u8; 32]>,
    /// Asked for.
    pub requested_at: Moment,
    /// Must be confirmed before.
    pub confirm_until: Moment,
    /// Can be taken back before.
    pub undo_until: Moment,
    /// Confirmed, given up, replaced or taken back.
    pub settled_at: Option<Moment>,
}

impl EmailChange {
    /// Whether the new address can still be confirmed.
    pub fn is_confirmable(&self, now: Moment) -> bool {
        self.status == EmailChangeStatus::Pending && now < self.confirm_until
    }
    /// Whether a code can still be tried.
    pub fn takes_codes(&self, now: Moment) -> bool {
        self.is_confirmable(now) && self.attempts < MOST_CODE_ATTEMPTS
    }
    /// Whether the old address can still stop it or take it back. One that was given up needs neither.
    pub fn is_undoable(&self, now: Moment) -> bool {
        matches!(self.status, EmailChangeStatus::Pending | EmailChangeStatus::Confirmed) && now < self.undo_until
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const NOW: Moment = Moment(1_795_327_500_000);

    fn change(status: EmailChangeStatus) -> EmailChange {
        EmailChange {
            id: EmailChangeId(Uuid::nil()),
            account: AccountId(Uuid::nil()),
            status,
            old: EmailAddress::trusted("stary@gops.example.pl"),
            new: EmailAddress::trusted("nowy@gops.example.pl"),
            confirm_hash: None,
            code_hash: None,
            attempts: 0,
            undo_hash: None,
            requested_at: NOW,
            confirm_until: NOW.plus_hours(CONFIRM_HOURS),
            undo_until: NOW.plus_days(UNDO_DAYS),
            settled_at: None,
        }
    }

    #[test]
    fn what_each_state_still_allows() {
        for status in EmailChangeStatus::ALL {
            let of = change(status);
            assert_eq!(of.is_confirmable(NOW), status == EmailChangeStatus::Pending, "{status:?}");
            let can_be_taken_back = matches!(status, EmailChangeStatus::Pending | EmailChangeStatus::Confirmed);
            assert_eq!(of.is_undoable(NOW), can_be_taken_back, "{status:?}");
            assert_eq!(EmailChangeStatus::from_key(status.key()), Some(status));
        }
        assert_eq!(EmailChangeStatus::from_key("x"), None);
    }

    #[test]
    fn a_day_to_confirm_a_week_to_take_back_and_not_a_moment_more() {
        let pending = change(EmailChangeStatus::Pending);
        assert!(pending.is_confirmable(NOW.plus_hours(24).plus_ms(-1)) && !pending.is_confirmable(NOW.plus_hours(24)));
        let confirmed = change(EmailChangeStatus::Confirmed);
        assert!(confirmed.is_undoable(NOW.plus_days(7).plus_ms(-1)) && !confirmed.is_undoable(NOW.plus_days(7)));
    }

    #[test]
    fn five_wrong_codes_leave_the_link() {
        let guessed = EmailChange { attempts: MOST_CODE_ATTEMPTS, ..change(EmailChangeStatus::Pending) };
        assert!(!guessed.takes_codes(NOW) && guessed.is_confirmable(NOW));
        assert!(EmailChange { attempts: MOST_CODE_ATTEMPTS - 1, ..guessed }.takes_codes(NOW));
    }
}
