//! Letters about what the office said: returned, approved, rejected.

use super::parts::{ApplicationLine, Closing, GrantLine, OneLine, Paragraphs, sample};
use crate::render::Letter;
use jiff::civil::Date;
use serde::Serialize;

/// One thing to correct.
#[derive(Debug, Clone, Serialize)]
pub struct RemarkLine {
    /// The field as it is called on the page; empty when the remark is about the whole application.
    pub field: OneLine,
    /// What to correct.
    pub text: Paragraphs,
}

/// Returned for correction.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationReturnedLetter {
    /// Which.
    pub application: ApplicationLine,
    /// Covering note of the office.
    pub note: Option<Paragraphs>,
    /// Field by field.
    pub remarks: Vec<RemarkLine>,
    /// Whether the signed form is what has to be replaced.
    pub wants_form: bool,
    /// Where to correct it.
    pub edit_url: String,
    /// Last day for the correction.
    pub last_day: Date,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for ApplicationReturnedLetter {
    const NAME: &'static str = "application_returned";
    fn samples() -> Vec<Self> {
        let remark = |field: &str, text: &str| RemarkLine { field: field.into(), text: text.into() };
        let typical = Self {
            application: sample::application(),
            note: None,
            remarks: vec![
                remark("REGON", "Numer należy do urzędu gminy. Podaj REGON ośrodka."),
                remark("Osoba 2, imię i nazwisko", "W formularzu podpisała się inna osoba.\nSprawdź pisownię nazwiska."),
            ],
            wants_form: false,
            edit_url: sample::url("/applications/W-26-2026-000123/edit"),
            last_day: Date::constant(2026, 12, 6),
            closing: sample::closing(),
        };
        let noted = Self {
            application: sample::long_application(),
            note: Some("Skan jest nieczytelny.\n\nProszę o ponowne zeskanowanie wszystkich stron.".into()),
            remarks: vec![remark("Podpisany formularz", "Brakuje drugiej strony formularza.")],
            wants_form: true,
            ..typical.clone()
        };
        let note_only = Self { remarks: Vec::new(), ..noted.clone() };
        vec![typical, noted, note_only]
    }
}

/// What one person was granted.
#[derive(Debug, Clone, Serialize)]
pub struct PersonLine {
    /// „Anna Nowak”.
    pub name: OneLine,
    /// Login.
    pub login: OneLine,
    /// What was granted.
    pub grants: Vec<GrantLine>,
}

/// The account that was given up by the approval.
#[derive(Debug, Clone, Serialize)]
pub struct JoinedLine {
    /// Its login.
    pub given_up: OneLine,
    /// The last day on which it can be taken back.
    pub last_day: Date,
    /// Where.
    pub url: String,
}

/// Approved; to the applicant. The other persons get their own invitation.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationApprovedLetter {
    /// Which.
    pub application: ApplicationLine,
    /// The recipient, with what was granted.
    pub applicant: PersonLine,
    /// The recipient is one of those whom it was about; else it was filed for others.
    pub is_for_applicant: bool,
    /// The recipient is the unit's coordinator by it.
    pub is_coordinator: bool,
    /// The other persons of the application.
    pub others: Vec<PersonLine>,
    /// It joined two accounts.
    pub joined: Option<JoinedLine>,
    /// It made rights longer that the recipient has had.
    pub is_renewal: bool,
    /// The password was chosen in this application; else the account has had one before.
    pub chose_password: bool,
    /// The sign-in page.
    pub sign_in_url: String,
    /// Where to set a new password.
    pub forgot_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for ApplicationApprovedLetter {
    const NAME: &'static str = "application_approved";
    fn samples() -> Vec<Self> {
        let person = |name: &str, login: &str| PersonLine { name: name.into(), login: login.into(), grants: sample::grants() };
        let typical = Self {
            application: sample::application(),
            applicant: person("Anna Nowak-Kowalska", "anna_nowak"),
            is_for_applicant: true,
            is_coordinator: false,
            others: Vec::new(),
            joined: None,
            is_renewal: false,
            chose_password: true,
            sign_in_url: sample::url("/login"),
            forgot_url: sample::url("/password/forgot"),
            closing: sample::closing(),
        };
        let others = (2..=50).map(|n| person("Stanisława Gżegżółka-Brzęczyszczykiewicz", &format!("pracownik-{n}"))).collect();
        let crowded = Self { application: sample::long_application(), others, ..typical.clone() };
        let known = Self { chose_password: false, ..typical.clone() };
        let coordinator = Self { is_coordinator: true, ..known.clone() };
        let only_coordinator = Self { applicant: PersonLine { grants: Vec::new(), ..known.applicant.clone() }, ..coordinator.clone() };
        let for_others = Self { is_for_applicant: false, chose_password: false, ..crowded.clone() };
        let joined =
            JoinedLine { given_up: "a-nowak-stare".into(), last_day: Date::constant(2026, 12, 22), url: sample::url("/account/join") };
        let joined = Self { joined: Some(joined), ..known.clone() };
        let renewed = Self { is_renewal: true, ..known.clone() };
        vec![typical, crowded, known, renewed, joined, coordinator, only_coordinator, for_others]
    }
}

/// Rejected.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationRejectedLetter {
    /// Which.
    pub application: ApplicationLine,
    /// Why.
    pub reason: Paragraphs,
    /// The office decided; else the portal closed it, for there is nothing left to decide.
    pub by_office: bool,
    /// Where to file a new one.
    pub register_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for ApplicationRejectedLetter {
    const NAME: &'static str = "application_rejected";
    fn samples() -> Vec<Self> {
        let of = |application, reason: &str| Self {
            application,
            reason: reason.into(),
            by_office: true,
            register_url: sample::url("/register"),
            closing: sample::closing(),
        };
        vec![
            of(sample::application(), "Jednostka nie prowadzi sprawozdawczości w podobszarze KDR."),
            of(
                ApplicationLine { url: None, ..sample::long_application() },
                "Formularz podpisała osoba, która nie zarządza jednostką.\n\nWłaściwa jest Maria Wójcik.",
            ),
            Self { by_office: false, ..of(sample::application(), "Jednostka zakończyła działalność 31.12.2026.") },
        ]
    }
}
