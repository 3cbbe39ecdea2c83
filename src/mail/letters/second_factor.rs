//! Letters about the second factor: added, removed, a recovery code used, passkeys. None carries a code.

use super::parts::{Closing, OneLine, sample};
use crate::domain::moment::Moment;
use crate::render::Letter;
use serde::Serialize;

/// What all of them say.
#[derive(Debug, Clone, Serialize)]
pub struct SecurityChange {
    /// Login.
    pub login: OneLine,
    /// When.
    pub happened_at: Moment,
    /// There still is a second step.
    pub has_factor: bool,
    /// Where one sees and changes one's factors.
    pub security_url: String,
    /// Where to set a new password, if it was somebody else.
    pub forgot_url: String,
    /// End of the letter.
    pub closing: Closing,
}

fn changes() -> Vec<SecurityChange> {
    let of = |closing, has_factor| SecurityChange {
        login: "anna_nowak".into(),
        happened_at: sample::NOW,
        has_factor,
        security_url: sample::url("/account/security"),
        forgot_url: sample::url("/password/forgot"),
        closing,
    };
    vec![of(sample::closing(), true), of(sample::closing_without_contact(), false)]
}

macro_rules! letters {
    ($($(#[$doc:meta])+ $name:ident => $key:literal),+ $(,)?) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub SecurityChange);

        impl Letter for $name {
            const NAME: &'static str = $key;
            fn samples() -> Vec<Self> {
                changes().into_iter().map(Self).collect()
            }
        }
    )+};
}

letters! {
    /// One-time codes are on.
    SecondFactorAddedLetter => "second_factor_added",
    /// A passkey was added.
    PasskeyAddedLetter => "passkey_added",
    /// A passkey was removed.
    PasskeyRemovedLetter => "passkey_removed",
}

/// One-time codes are off.
#[derive(Debug, Clone, Serialize)]
pub struct SecondFactorRemovedLetter {
    /// Whose, when.
    #[serde(flatten)]
    pub change: SecurityChange,
    /// Not the owner did it, and all factors are gone.
    pub by_other: bool,
}

impl Letter for SecondFactorRemovedLetter {
    const NAME: &'static str = "second_factor_removed";
    fn samples() -> Vec<Self> {
        let by_owner = changes().into_iter().map(|change| Self { change, by_other: false });
        by_owner.chain(changes().into_iter().filter(|change| !change.has_factor).map(|change| Self { change, by_other: true })).collect()
    }
}

/// Somebody signed in with a recovery code.
#[derive(Debug, Clone, Serialize)]
pub struct RecoveryCodeUsedLetter {
    /// Whose, when.
    #[serde(flatten)]
    pub change: SecurityChange,
    /// So many are left.
    pub left: i32,
}

impl Letter for RecoveryCodeUsedLetter {
    const NAME: &'static str = "recovery_code_used";
    fn samples() -> Vec<Self> {
        changes().into_iter().flat_map(|change| [9, 3, 0].map(|left| Self { change: change.clone(), left })).collect()
    }
}
