//! Second factors: which steps of one-time codes count, how a recovery code is read, how long a proof is fresh, and what a
//! session may reach. What may not live here: secrets, hashes (secrets room), what a passkey is made of (services).

use super::account::{Role, RoleAssignment};
use super::moment::{MINUTE_MS, Moment};
use serde::{Deserialize, Serialize};

/// So long after the password or passkey was given, sensitive changes need no new proof (issue of the accounts, section 3).
pub const PROOF_MS: i64 = 15 * MINUTE_MS;
/// So long a sign-in waits for its second factor.
pub const HELD_MS: i64 = 10 * MINUTE_MS;
/// A one-time code is made for so long (RFC 6238).
pub const STEP_MS: i64 = 30_000;
/// So many steps before and after now still count: clocks of phones differ, and typing takes time.
pub const WINDOW: i64 = 1;
/// An offered secret can be confirmed for so long.
pub const OFFER_MS: i64 = 30 * MINUTE_MS;
/// Codes of one set.
pub const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code that find it among the others.
pub const SELECTOR_CHARACTERS: usize = 4;
/// Characters of a recovery code: the selector, and 60 bits that nobody can guess.
pub const RECOVERY_CODE_CHARACTERS: usize = 16;
/// Letters and digits that nobody mistakes for each other (Crockford's).
pub const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Most passkeys of one account.
pub const MOST_PASSKEYS: usize = 20;

/// What proves who signs in, besides a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    /// One-time codes of an authenticator app.
    Totp,
    /// A passkey.
    Passkey,
    /// A recovery code.
    RecoveryCode,
}

impl FactorKind {
    /// Name in the audit trail and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Totp => "totp",
            Self::Passkey => "passkey",
            Self::RecoveryCode => "recovery_code",
        }
    }
}

/// What a browser is asked a passkey for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PasskeyUse {
    /// To make a new one.
    Add,
    /// To sign in without a password.
    SignIn,
    /// As second factor.
    SecondFactor,
    /// To prove again who it is.
    Prove,
}

impl PasskeyUse {
    /// All.
    pub const ALL: [Self; 4] = [Self::Add, Self::SignIn, Self::SecondFactor, Self::Prove];
    /// Stored name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::SignIn => "sign_in",
            Self::SecondFactor => "second_factor",
            Self::Prove => "prove",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|u| u.key() == key)
    }
}

/// What a session may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Everything that its account may.
    Open,
    /// The page of the second factor, and the sign-out.
    AwaitsFactor,
    /// The pages on which a second factor is added: the account's role asks for one.
    MustEnrol,
    /// The same, and a longer password: the second factor is gone, and the password is too short without one.
    MustLengthen,
}

/// What a session may reach, by what was proven in it and what its account is.
pub const fn standing(is_raised: bool, has_factor: bool, is_required: bool, password_is_long: bool) -> Standing {
    match (is_raised, has_factor) {
        (false, _) => Standing::AwaitsFactor,
        (true, true) => Standing::Open,
        (true, false) if is_required => Standing::MustEnrol,
        (true, false) if !password_is_long => Standing::MustLengthen,
        (true, false) => Standing::Open,
    }
}

/// Whether one of the roles held must have a second factor.
pub fn is_required(held: &[RoleAssignment], required: &[Role]) -> bool {
    held.iter().any(|assignment| required.contains(&assignment.role))
}

/// Whether a proof is so fresh that sensitive changes go without a new one.
pub const fn is_fresh(proven_at: Moment, now: Moment) -> bool {
    let age = now.since(proven_at);
    // A clock that was set back must not keep a proof fresh for ever.
    -MINUTE_MS <= age && age <= PROOF_MS
}

/// The step of a moment.
pub const fn step_of(now: Moment) -> i64 {
    now.0.div_euclid(STEP_MS)
}

/// The step whose code was typed: within the window, and later than the last one accepted, so that a code counts once.
pub fn accepted_step(now: Moment, last_step: i64, is_code_of: impl Fn(i64) -> bool) -> Option<i64> {
    let current = step_of(now);
    (current - WINDOW..=current + WINDOW).find(|step| is_code_of(*step) && *step > last_step)
}

/// A one-time code as typed: six digits, with spaces wherever the app shows them.
pub fn read_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    (code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
}

/// A recovery code as typed, split into selector and rest. Case, spaces and dashes do not matter, and O, I, L are taken for
/// the digits that they are mistaken for.
pub fn read_recovery_code(typed: &str) -> Option<(String, String)> {
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '—'))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let is_code = code.len() == RECOVERY_CODE_CHARACTERS && code.bytes().all(|b| ALPHABET.contains(&b));
    is_code.then(|| (code[..SELECTOR_CHARACTERS].to_owned(), code[SELECTOR_CHARACTERS..].to_owned()))
}

/// „ABCD EFGH …”: in groups of four, for reading and typing.
pub fn grouped(text: &str, between: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::RoleAssignmentId;
    const NOW: Moment = Moment(1_800_000_010_000);

    #[test]
    fn one_step_before_and_after_now_counts_and_no_more() {
        let now = step_of(NOW);
        for (typed_for, accepted) in [(now - 2, false), (now - 1, true), (now, true), (now + 1, true), (now + 2, false)] {
            assert_eq!(accepted_step(NOW, 0, |step| step == typed_for), accepted.then_some(typed_for), "{}", typed_for - now);
        }
    }

    #[test]
    fn a_code_counts_once_and_older_ones_are_spent_with_it() {
        let now = step_of(NOW);
        assert_eq!(accepted_step(NOW, now - 1, |step| step == now), Some(now));
        assert_eq!(accepted_step(NOW, now, |step| step == now), None);
        assert_eq!(accepted_step(NOW, now, |step| step == now - 1), None);
        // Two steps may have the same digits: the one that is not spent counts.
        assert_eq!(accepted_step(NOW, now, |_| true), Some(now + 1));
    }

    #[test]
    fn a_proof_is_fresh_for_a_quarter_of_an_hour() {
        assert!(is_fresh(NOW, NOW) && is_fresh(NOW, NOW.plus_minutes(15)) && is_fresh(NOW, NOW.plus_ms(-1000)));
        assert!(!is_fresh(NOW, NOW.plus_minutes(15).plus_ms(1)) && !is_fresh(NOW, NOW.plus_minutes(-2)) && !is_fresh(Moment(0), NOW));
    }

    #[test]
    fn what_a_session_may_reach() {
        for has_factor in [true, false] {
            for required in [true, false] {
                for long in [true, false] {
                    assert_eq!(standing(false, has_factor, required, long), Standing::AwaitsFactor);
                }
            }
        }
        for (has_factor, required, long, expected) in [
            (true, true, true, Standing::Open),
            (true, true, false, Standing::Open),
            (true, false, false, Standing::Open),
            (false, true, true, Standing::MustEnrol),
            (false, true, false, Standing::MustEnrol),
            (false, false, false, Standing::MustLengthen),
            (false, false, true, Standing::Open),
        ] {
            assert_eq!(standing(true, has_factor, required, long), expected, "{has_factor} {required} {long}");
        }
    }

    #[test]
    fn only_the_named_roles_must_have_a_factor() {
        let held = |role| vec![RoleAssignment { id: RoleAssignmentId(uuid::Uuid::nil()), role, voivodeship: None, unit: None }];
        let required = [Role::CentralAdministrator, Role::Helpdesk];
        assert!(is_required(&held(Role::Helpdesk), &required));
        assert!(!is_required(&held(Role::UnitCoordinator), &required) && !is_required(&[], &required));
        assert!(!is_required(&held(Role::CentralAdministrator), &[]));
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        assert_eq!(read_code("123 456").as_deref(), Some("123456"));
        assert_eq!(read_code(" 012-345 ").as_deref(), Some("012345"));
        for wrong in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
        let split = Some(("7KQM".to_owned(), "01ABCDEFGHJK".to_owned()));
        assert_eq!(read_recovery_code("7KQM-01AB-CDEF-GHJK"), split);
        assert_eq!(read_recovery_code(" 7kqm oiab cdef ghjk "), split);
        for wrong in ["", "7KQM", "7KQM-01AB-CDEF-GHJU", "7KQM-01AB-CDEF-GHJKK", "żółć-żółć-żółć-żółć"] {
            assert_eq!(read_recovery_code(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn long_texts_stand_in_groups() {
        assert_eq!(grouped("ABCDEFGHIJ", " "), "ABCD EFGH IJ");
    }
}
