//! Letters about where an application stands: registered, form received, deadline near, lapsed, withdrawn.

use super::parts::{ApplicationLine, Closing, OneLine, ReturnAddress, sample};
use crate::domain::moment::Moment;
use crate::domain::voivodeship::ReturnChannel;
use crate::render::Letter;
use jiff::civil::Date;
use serde::Serialize;

/// „Wniosek zarejestrowany”, first and after each new revision.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationRegisteredLetter {
    /// Which.
    pub application: ApplicationLine,
    /// From 1.
    pub revision: i32,
    /// The form to print, as a page.
    pub form_url: String,
    /// The form as PDF.
    pub form_pdf_url: String,
    /// Who signs: „Maria Wójcik, kierownik”.
    pub heads: Vec<OneLine>,
    /// How the form can go back.
    pub channels: Vec<ReturnAddress>,
    /// Last day on which the form can arrive.
    pub last_day: Date,
    /// Login of the applicant.
    pub login: OneLine,
    /// The password was chosen in this application; else the account has had one before.
    pub chose_password: bool,
    /// End of the letter; its contact is the deciding office.
    pub closing: Closing,
}

impl Letter for ApplicationRegisteredLetter {
    const NAME: &'static str = "application_registered";
    fn samples() -> Vec<Self> {
        let typical = Self {
            application: sample::application(),
            revision: 1,
            form_url: sample::url("/applications/W-26-2026-000123/form"),
            form_pdf_url: sample::url("/applications/W-26-2026-000123/form.pdf"),
            heads: vec!["Maria Wójcik, kierownik".into()],
            channels: sample::channels(),
            last_day: Date::constant(2026, 12, 22),
            login: "anna_nowak".into(),
            chose_password: true,
            closing: sample::closing(),
        };
        let revised = Self { revision: 2, application: sample::long_application(), ..typical.clone() };
        let upload_only = Self { channels: sample::channels().into_iter().take(1).collect(), ..typical.clone() };
        let heads = vec!["Maria Wójcik, kierownik".into(), "Jan Źdźbło, dyrektor".into()];
        let of_two = Self { heads, chose_password: false, ..typical.clone() };
        vec![typical, revised, upload_only, of_two]
    }
}

/// The signed form is here.
#[derive(Debug, Clone, Serialize)]
pub struct SignedFormReceivedLetter {
    /// Which.
    pub application: ApplicationLine,
    /// How it came.
    pub channel: ReturnChannel,
    /// When.
    pub received_on: Date,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for SignedFormReceivedLetter {
    const NAME: &'static str = "signed_form_received";
    fn samples() -> Vec<Self> {
        let of = |channel| Self {
            application: sample::application(),
            channel,
            received_on: Date::constant(2026, 11, 27),
            closing: sample::closing(),
        };
        ReturnChannel::ALL.into_iter().map(of).collect()
    }
}

/// What the office still waits for.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Awaited {
    /// The signed form.
    SignedForm {
        /// The form to print.
        form_url: String,
        /// How it can go back.
        channels: Vec<ReturnAddress>,
    },
    /// The correction of a returned application.
    Correction {
        /// Where to correct it.
        edit_url: String,
    },
}

/// The deadline is near.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationDeadlineNearLetter {
    /// Which.
    pub application: ApplicationLine,
    /// For what.
    pub awaited: Awaited,
    /// Whole days left; 0 means today is the last one.
    pub days_left: i32,
    /// The last day.
    pub last_day: Date,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for ApplicationDeadlineNearLetter {
    const NAME: &'static str = "application_deadline_near";
    fn samples() -> Vec<Self> {
        let form = Self {
            application: sample::application(),
            awaited: Awaited::SignedForm { form_url: sample::url("/applications/W-26-2026-000123/form"), channels: sample::channels() },
            days_left: 7,
            last_day: Date::constant(2026, 12, 22),
            closing: sample::closing(),
        };
        let correction = Self {
            awaited: Awaited::Correction { edit_url: sample::url("/applications/W-26-2026-000123/edit") },
            days_left: 1,
            ..form.clone()
        };
        let today = Self { days_left: 0, application: sample::long_application(), ..form.clone() };
        vec![form, correction, today]
    }
}

/// It lapsed.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationExpiredLetter {
    /// Which.
    pub application: ApplicationLine,
    /// The last day, on which nothing had come.
    pub last_day: Date,
    /// True when a correction was awaited, false when the signed form was.
    pub awaited_correction: bool,
    /// Nobody decided before that what it is about ended.
    pub ran_out: bool,
    /// Where to file a new one.
    pub register_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for ApplicationExpiredLetter {
    const NAME: &'static str = "application_expired";
    fn samples() -> Vec<Self> {
        let of = |awaited_correction| Self {
            application: sample::application(),
            last_day: Date::constant(2026, 12, 22),
            awaited_correction,
            ran_out: false,
            register_url: sample::url("/register"),
            closing: sample::closing(),
        };
        let closed = ApplicationLine { url: None, ..sample::application() };
        let ran_out = Self { ran_out: true, register_url: sample::url("/account/extend"), ..of(false) };
        vec![of(false), Self { application: closed, ..of(true) }, ran_out]
    }
}

/// The applicant withdrew it.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationWithdrawnLetter {
    /// Which.
    pub application: ApplicationLine,
    /// When.
    pub withdrawn_at: Moment,
    /// Where to file a new one.
    pub register_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for ApplicationWithdrawnLetter {
    const NAME: &'static str = "application_withdrawn";
    fn samples() -> Vec<Self> {
        let of = |url| Self {
            application: ApplicationLine { url, ..sample::application() },
            withdrawn_at: sample::NOW,
            register_url: sample::url("/register"),
            closing: sample::closing(),
        };
        vec![of(sample::application().url), of(None)]
    }
}
