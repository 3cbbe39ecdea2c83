//! Letters about two accounts of one person that become one.

use super::parts::{Closing, OneLine, sample};
use crate::domain::moment::Moment;
use crate::render::Letter;
use jiff::civil::{Date, date};
use serde::Serialize;

/// What all of them say.
#[derive(Debug, Clone, Serialize)]
pub struct JoinNews {
    /// Login of the account that is given up.
    pub given_up: OneLine,
    /// Login of the account that stays.
    pub kept: OneLine,
    /// When it happened.
    pub at: Moment,
    /// The last day on which it can be taken back.
    pub last_day: Date,
    /// Where the reader says that it was not their wish.
    pub url: String,
    /// End of the letter.
    pub closing: Closing,
}

fn news() -> Vec<JoinNews> {
    let one = JoinNews {
        given_up: "a-nowak".into(),
        kept: "anna-nowak".into(),
        at: sample::NOW,
        last_day: date(2026, 12, 22),
        url: sample::url("/account/join"),
        closing: sample::closing(),
    };
    vec![one.clone(), JoinNews { closing: sample::closing_without_contact(), ..one }]
}

/// Somebody says that a proposed joining is not theirs.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AccountJoinRefusedLetter(pub JoinNews);

impl Letter for AccountJoinRefusedLetter {
    const NAME: &'static str = "account_join_refused";
    fn samples() -> Vec<Self> {
        news().into_iter().map(Self).collect()
    }
}

/// Two accounts became one.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AccountsJoinedLetter(pub JoinNews);

impl Letter for AccountsJoinedLetter {
    const NAME: &'static str = "accounts_joined";
    fn samples() -> Vec<Self> {
        news().into_iter().map(Self).collect()
    }
}

/// A joining was taken back.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AccountJoinUndoneLetter(pub JoinNews);

impl Letter for AccountJoinUndoneLetter {
    const NAME: &'static str = "account_join_undone";
    fn samples() -> Vec<Self> {
        news().into_iter().map(Self).collect()
    }
}
