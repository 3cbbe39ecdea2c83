//! Letters about an approved change of the e-mail address: it waits, it is in force, it came to nothing.

use super::parts::{Closing, OneLine, sample};
use crate::domain::moment::Moment;
use crate::render::Letter;
use serde::Serialize;

/// What all of them say.
#[derive(Debug, Clone, Serialize)]
pub struct AddressChange {
    /// Login.
    pub login: OneLine,
    /// This letter goes to the new address; else to the old one.
    pub to_new: bool,
    /// The other address, masked.
    pub other_address: OneLine,
    /// Where the change is seen and stopped after signing in.
    pub account_url: String,
    /// End of the letter.
    pub closing: Closing,
}

fn changes() -> [AddressChange; 2] {
    [false, true].map(|to_new| AddressChange {
        login: "anna_nowak".into(),
        to_new,
        other_address: if to_new { "a***@gops.example.pl".into() } else { "a***@nowa-poczta.example".into() },
        account_url: sample::url("/email-change"),
        closing: sample::closing(),
    })
}

/// Approved, and waits.
#[derive(Debug, Clone, Serialize)]
pub struct EmailChangeQueuedLetter {
    /// Which.
    #[serde(flatten)]
    pub change: AddressChange,
    /// In force from.
    pub takes_effect_at: Moment,
    /// „To nie ja”, in the letter to the old address: until then, once.
    pub stop_link: Option<String>,
}

impl Letter for EmailChangeQueuedLetter {
    const NAME: &'static str = "email_change_queued";
    fn samples() -> Vec<Self> {
        let stop = |to_new: bool| (!to_new).then(|| sample::url("/email-change/stop/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"));
        let of = |change: AddressChange| Self { stop_link: stop(change.to_new), takes_effect_at: sample::NOW.plus_days(3), change };
        changes().map(of).into()
    }
}

/// In force.
#[derive(Debug, Clone, Serialize)]
pub struct LostMailboxReplacedLetter {
    /// Which.
    #[serde(flatten)]
    pub change: AddressChange,
    /// Since when.
    pub changed_at: Moment,
    /// Where to sign in.
    pub sign_in_url: String,
    /// Where to set a new password.
    pub forgot_url: String,
}

impl Letter for LostMailboxReplacedLetter {
    const NAME: &'static str = "lost_mailbox_replaced";
    fn samples() -> Vec<Self> {
        let of = |change| Self {
            change,
            changed_at: sample::NOW,
            sign_in_url: sample::url("/login"),
            forgot_url: sample::url("/password/forgot"),
        };
        changes().map(of).into()
    }
}

/// Stopped, or void.
#[derive(Debug, Clone, Serialize)]
pub struct EmailChangeEndedLetter {
    /// Which.
    #[serde(flatten)]
    pub change: AddressChange,
    /// When.
    pub ended_at: Moment,
    /// Somebody stopped it; else the account was changed meanwhile.
    pub was_stopped: bool,
}

impl Letter for EmailChangeEndedLetter {
    const NAME: &'static str = "email_change_ended";
    fn samples() -> Vec<Self> {
        let of = |was_stopped| changes().map(|change| Self { change, ended_at: sample::NOW, was_stopped });
        [of(true), of(false)].concat()
    }
}
