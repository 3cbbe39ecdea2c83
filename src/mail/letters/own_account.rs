//! Letters about what an owner does with the own account: another e-mail address, a request to close it.

use super::parts::{Closing, OneLine, sample};
use crate::domain::moment::Moment;
use crate::domain::revocation::Capacity;
use crate::render::Letter;
use serde::Serialize;

/// „Potwierdź nowy adres”, to an address that nobody has confirmed: it names nobody.
#[derive(Debug, Clone, Serialize)]
pub struct EmailChangeRequestedLetter {
    /// Confirms, for its owner, signed in; once.
    pub link: String,
    /// Digits to type instead.
    pub code: OneLine,
    /// Where they are typed.
    pub code_url: String,
    /// Both work until.
    pub valid_until: Moment,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for EmailChangeRequestedLetter {
    const NAME: &'static str = "email_change_requested";
    fn samples() -> Vec<Self> {
        let of = |closing| Self {
            link: sample::url("/account/email/confirm/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
            code: "1234-5678".into(),
            code_url: sample::url("/account/email"),
            valid_until: sample::NOW.plus_hours(24),
            closing,
        };
        vec![of(sample::closing()), of(sample::closing_without_contact())]
    }
}

/// What the old address is told.
#[derive(Debug, Clone, Serialize)]
pub struct EmailChangeNews {
    /// Login.
    pub login: OneLine,
    /// The new address.
    pub new_email: OneLine,
    /// When.
    pub happened_at: Moment,
    /// Stops the change or takes it back; once.
    pub undo_link: String,
    /// It works until.
    pub undo_until: Moment,
    /// End of the letter.
    pub closing: Closing,
}

fn news() -> Vec<EmailChangeNews> {
    let of = |closing| EmailChangeNews {
        login: "anna_nowak".into(),
        new_email: "anna.nowak@cus.example.pl".into(),
        happened_at: sample::NOW,
        undo_link: sample::url("/account/email/undo/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
        undo_until: sample::NOW.plus_days(7),
        closing,
    };
    vec![of(sample::closing()), of(sample::closing_without_contact())]
}

/// Somebody wants to change the address.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct EmailChangeAnnouncedLetter(pub EmailChangeNews);

impl Letter for EmailChangeAnnouncedLetter {
    const NAME: &'static str = "email_change_announced";
    fn samples() -> Vec<Self> {
        news().into_iter().map(Self).collect()
    }
}

/// The address was changed.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct EmailChangedLetter(pub EmailChangeNews);

impl Letter for EmailChangedLetter {
    const NAME: &'static str = "email_changed";
    fn samples() -> Vec<Self> {
        news().into_iter().map(Self).collect()
    }
}

/// The owner has asked to close the account.
#[derive(Debug, Clone, Serialize)]
pub struct ClosingRequestedLetter {
    /// Login.
    pub login: OneLine,
    /// When.
    pub requested_at: Moment,
    /// Where it is taken back.
    pub withdraw_url: String,
    /// Where to set a new password, if it was somebody else.
    pub forgot_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for ClosingRequestedLetter {
    const NAME: &'static str = "closing_requested";
    fn samples() -> Vec<Self> {
        let of = |closing| Self {
            login: "anna_nowak".into(),
            requested_at: sample::NOW,
            withdraw_url: sample::url("/account/close"),
            forgot_url: sample::url("/password/forgot"),
            closing,
        };
        vec![of(sample::closing()), of(sample::closing_without_contact())]
    }
}

/// The account was closed.
#[derive(Debug, Clone, Serialize)]
pub struct AccountClosedLetter {
    /// Login.
    pub login: OneLine,
    /// When.
    pub closed_at: Moment,
    /// Its owner had asked for it.
    pub was_asked_for: bool,
    /// In which capacity and why, where that was chosen.
    pub chosen: Option<(Capacity, OneLine)>,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for AccountClosedLetter {
    const NAME: &'static str = "account_closed";
    fn samples() -> Vec<Self> {
        let of =
            |was_asked_for, closing, chosen| Self { login: "anna_nowak".into(), closed_at: sample::NOW, was_asked_for, chosen, closing };
        let chosen = |capacity| of(false, sample::closing(), Some((capacity, "odejście z pracy".into())));
        let mut samples = vec![of(true, sample::closing(), None), of(false, sample::closing_without_contact(), None)];
        samples.extend([Capacity::Coordinator, Capacity::Administrator, Capacity::Head].map(chosen));
        samples
    }
}
