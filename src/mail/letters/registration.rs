//! Letters while a registration is being typed. They carry nothing that was typed, because they go to an address that
//! nobody has confirmed yet: the portal must not carry strangers' words to strangers.

use super::parts::{Closing, OneLine, sample};
use crate::domain::moment::Moment;
use crate::render::Letter;
use serde::Serialize;

/// „Potwierdź adres e-mail”.
#[derive(Debug, Clone, Serialize)]
pub struct EmailConfirmationRequestedLetter {
    /// Confirms the address.
    pub link: String,
    /// Six digits, for those who have the form open on another device.
    pub code: OneLine,
    /// Link and code work until.
    pub valid_until: Moment,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for EmailConfirmationRequestedLetter {
    const NAME: &'static str = "email_confirmation_requested";
    fn samples() -> Vec<Self> {
        vec![Self {
            link: sample::url("/register/email/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
            code: "048213".into(),
            valid_until: sample::NOW.plus_hours(24),
            closing: sample::closing_without_contact(),
        }]
    }
}

/// „Wróć do wniosku”.
#[derive(Debug, Clone, Serialize)]
pub struct DraftLinkRequestedLetter {
    /// Opens the draft.
    pub link: String,
    /// The draft is kept until.
    pub kept_until: Moment,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for DraftLinkRequestedLetter {
    const NAME: &'static str = "draft_link_requested";
    fn samples() -> Vec<Self> {
        vec![Self {
            link: sample::url("/register/continue/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
            kept_until: sample::NOW.plus_days(14),
            closing: sample::closing_without_contact(),
        }]
    }
}
