//! The letter about changed data of an office.

use super::parts::{Closing, OneLine, sample};
use crate::domain::moment::Moment;
use crate::render::Letter;
use serde::Serialize;

/// One field.
#[derive(Debug, Clone, Serialize)]
pub struct ChangedLine {
    /// What it is called.
    pub label: OneLine,
    /// What it held; may be empty.
    pub was: OneLine,
    /// What it holds; may be empty.
    pub is: OneLine,
}

/// The data of an office were changed.
#[derive(Debug, Clone, Serialize)]
pub struct OfficeChangedLetter {
    /// Name of the office.
    pub office: OneLine,
    /// When.
    pub changed_at: Moment,
    /// Name of who did it.
    pub changed_by: OneLine,
    /// What differs.
    pub lines: Vec<ChangedLine>,
    /// It goes to the office's old address, not to an administrator.
    pub is_to_office: bool,
    /// The history of the data.
    pub url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for OfficeChangedLetter {
    const NAME: &'static str = "office_changed";
    fn samples() -> Vec<Self> {
        let line = |label: &str, was: &str, is: &str| ChangedLine { label: label.into(), was: was.into(), is: is.into() };
        let of = |is_to_office, lines| Self {
            office: "Świętokrzyski Urząd Wojewódzki w Kielcach".into(),
            changed_at: sample::NOW,
            changed_by: "Krystyna Zawadzka-Śliwińska".into(),
            lines,
            is_to_office,
            url: sample::url("/admin/office/26/history"),
            closing: sample::closing_without_contact(),
        };
        let address = line("Adres poczty", "al. IX Wieków Kielc 3, 25-516 Kielce", "ul. Sienkiewicza 1, 25-001 Kielce");
        let opened = vec![address.clone(), line("Adres ePUAP", "", "/SUWKielce/SkrytkaESP"), line("ePUAP jest otwarty", "nie", "tak")];
        vec![of(false, vec![address]), of(true, opened)]
    }
}
