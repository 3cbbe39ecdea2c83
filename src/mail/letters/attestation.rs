//! Letters about the yearly confirmation of a unit's permissions.

use super::parts::{Closing, OneLine, sample};
use crate::render::Letter;
use jiff::civil::{Date, date};
use serde::Serialize;

/// What all of them say.
#[derive(Debug, Clone, Serialize)]
pub struct AttestationNews {
    /// Unit's name.
    pub unit: OneLine,
    /// Unit's REGON.
    pub regon: OneLine,
    /// The last day on which an answer is in time.
    pub last_day: Date,
    /// Whole days left; 0 is today.
    pub days_left: i32,
    /// It goes to the unit's own mailbox, not to an account.
    pub is_to_unit: bool,
    /// Who is asked has to do it; else the letter only tells a holder.
    pub is_asked: bool,
    /// Where it is answered.
    pub url: String,
    /// End of the letter.
    pub closing: Closing,
}

fn sample_news(days_left: i32) -> Vec<AttestationNews> {
    let of = |is_to_unit, is_asked, closing| AttestationNews {
        unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".into(),
        regon: "123456785".into(),
        last_day: date(2026, 12, 22),
        days_left,
        is_to_unit,
        is_asked,
        url: sample::url("/unit/attestation"),
        closing,
    };
    vec![of(true, true, sample::closing()), of(false, true, sample::closing()), of(false, false, sample::closing_without_contact())]
}

/// A unit is asked to confirm its permissions.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AttestationOpenedLetter(pub AttestationNews);

impl Letter for AttestationOpenedLetter {
    const NAME: &'static str = "attestation_opened";
    fn samples() -> Vec<Self> {
        sample_news(30).into_iter().map(Self).collect()
    }
}

/// The last day is near.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AttestationRemindedLetter(pub AttestationNews);

impl Letter for AttestationRemindedLetter {
    const NAME: &'static str = "attestation_reminded";
    fn samples() -> Vec<Self> {
        [15, 3, 1, 0].into_iter().flat_map(sample_news).map(Self).collect()
    }
}

/// Permissions are suspended.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AttestationSuspendedLetter(pub AttestationNews);

impl Letter for AttestationSuspendedLetter {
    const NAME: &'static str = "attestation_suspended";
    fn samples() -> Vec<Self> {
        sample_news(0).into_iter().map(Self).collect()
    }
}

/// Suspended permissions work again.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct AttestationRestoredLetter(pub AttestationNews);

impl Letter for AttestationRestoredLetter {
    const NAME: &'static str = "attestation_restored";
    fn samples() -> Vec<Self> {
        sample_news(0).into_iter().map(Self).collect()
    }
}
