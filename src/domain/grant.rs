//! A grant („uprawnienie”) as people speak of it: how it stands on a day, and what can happen to rights. What may not live here:
//! who may see it.

use jiff::civil::Date;

/// How a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GrantState {
    /// In force.
    Current,
    /// Begins later.
    Future,
    /// Its days have not passed, but its holder's account is suspended, or its unit has not confirmed it.
    Suspended,
    /// Its last day has passed, or its holder's account is closed.
    Ended,
    /// Taken back.
    Revoked,
    /// Another grant has taken its place.
    Replaced,
}

/// What the state follows from, besides the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantFacts {
    /// First day.
    pub valid_from: Date,
    /// Last day, inclusive.
    pub valid_until: Date,
    /// It was taken back.
    pub is_revoked: bool,
    /// Another grant has taken its place.
    pub is_replaced: bool,
    /// The holder's account is suspended, or the grant itself for want of the yearly confirmation.
    pub is_suspended: bool,
    /// The holder's account is closed.
    pub is_closed: bool,
}

impl GrantState {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Current, Self::Future, Self::Suspended, Self::Ended, Self::Revoked, Self::Replaced];
    /// Name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Future => "future",
            Self::Suspended => "suspended",
            Self::Ended => "ended",
            Self::Revoked => "revoked",
            Self::Replaced => "replaced",
        }
    }
    /// Reads a name from the URL.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.key() == key)
    }
    /// How a grant stands on a day; of several that hold, the one that lasts.
    pub fn of(facts: GrantFacts, today: Date) -> Self {
        if facts.is_revoked {
            Self::Revoked
        } else if facts.is_replaced {
            Self::Replaced
        } else if facts.valid_until < today || facts.is_closed {
            Self::Ended
        } else if facts.is_suspended {
            Self::Suspended
        } else if facts.valid_from > today {
            Self::Future
        } else {
            Self::Current
        }
    }
}

/// What can happen to the rights of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RightChange {
    /// A grant was given.
    GrantGiven,
    /// A grant was taken back.
    GrantRevoked,
    /// A grant's last day passed.
    GrantEnded,
    /// Another grant took its place.
    GrantReplaced,
    /// A grant was suspended: the unit did not confirm it in time.
    GrantSuspended,
    /// A suspended grant came back with the unit's confirmation.
    GrantRestored,
    /// A role was given.
    RoleGiven,
    /// A role was taken back.
    RoleRevoked,
    /// The account was suspended, and with it all its rights.
    AccountSuspended,
    /// The account came back.
    AccountRestored,
    /// The account was closed.
    AccountClosed,
}

impl RightChange {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 11] = [
        Self::GrantGiven,
        Self::GrantRevoked,
        Self::GrantEnded,
        Self::GrantSuspended,
        Self::GrantRestored,
        Self::GrantReplaced,
        Self::RoleGiven,
        Self::RoleRevoked,
        Self::AccountSuspended,
        Self::AccountRestored,
        Self::AccountClosed,
    ];
    /// Name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::GrantGiven => "grant_given",
            Self::GrantRevoked => "grant_revoked",
            Self::GrantEnded => "grant_ended",
            Self::GrantReplaced => "grant_replaced",
            Self::GrantSuspended => "grant_suspended",
            Self::GrantRestored => "grant_restored",
            Self::RoleGiven => "role_given",
            Self::RoleRevoked => "role_revoked",
            Self::AccountSuspended => "account_suspended",
            Self::AccountRestored => "account_restored",
            Self::AccountClosed => "account_closed",
        }
    }
    /// Reads a name from the URL.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|change| change.key() == key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_state_follows_from_days_and_account_and_the_last_day_still_counts() {
        let today = date(2026, 11, 30);
        let facts = GrantFacts {
            valid_from: date(2026, 1, 1),
            valid_until: date(2027, 12, 31),
            is_revoked: false,
            is_replaced: false,
            is_suspended: false,
            is_closed: false,
        };
        for (facts, expected) in [
            (facts, GrantState::Current),
            (GrantFacts { valid_from: today, valid_until: today, ..facts }, GrantState::Current),
            (GrantFacts { valid_from: date(2026, 12, 1), ..facts }, GrantState::Future),
            (GrantFacts { valid_until: date(2026, 11, 29), ..facts }, GrantState::Ended),
            (GrantFacts { is_closed: true, ..facts }, GrantState::Ended),
            (GrantFacts { is_suspended: true, ..facts }, GrantState::Suspended),
            (GrantFacts { is_suspended: true, valid_from: date(2026, 12, 1), ..facts }, GrantState::Suspended),
            (GrantFacts { is_suspended: true, valid_until: date(2026, 11, 29), ..facts }, GrantState::Ended),
            (GrantFacts { is_replaced: true, ..facts }, GrantState::Replaced),
            (GrantFacts { is_replaced: true, is_revoked: true, ..facts }, GrantState::Revoked),
            (GrantFacts { is_replaced: true, is_suspended: true, ..facts }, GrantState::Replaced),
            (GrantFacts { is_revoked: true, valid_until: date(2026, 11, 29), ..facts }, GrantState::Revoked),
            (GrantFacts { is_replaced: true, ..facts }, GrantState::Replaced),
            (GrantFacts { is_replaced: true, valid_until: date(2026, 11, 29), ..facts }, GrantState::Replaced),
            (GrantFacts { is_replaced: true, is_revoked: true, ..facts }, GrantState::Revoked),
        ] {
            assert_eq!(GrantState::of(facts, today), expected, "{facts:?}");
        }
        assert!(GrantState::ALL.iter().all(|state| GrantState::from_key(state.key()) == Some(*state)));
        assert!(RightChange::ALL.iter().all(|change| RightChange::from_key(change.key()) == Some(*change)));
    }
}
