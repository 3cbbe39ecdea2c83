//! Registration: statements, the e-mail address, checking, and what comes after.

use super::{GminaChoice, samples};
use crate::domain::application::draft::{PersonTexts, UnitTexts};
use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use crate::web::pages::guided_pages::Problem;
use crate::web::pages::needs::Wish;
use serde::Serialize;

/// `/register/statements`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct StatementsPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Keys of the confirmed ones.
    pub statements: Vec<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for StatementsPage {
    const TEMPLATE: &'static str = "pages/register/statements.html.tera";
    const PLACE: &'static str = "register-statements";
    fn samples() -> Vec<Self> {
        samples::statements()
    }
}

/// `/register/email`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EmailPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// The address.
    pub email: String,
    /// It is confirmed.
    pub is_confirmed: bool,
    /// A letter was just asked for, or a code was typed.
    pub is_sent: bool,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for EmailPage {
    const TEMPLATE: &'static str = "pages/register/email.html.tera";
    const PLACE: &'static str = "register-email";
    fn samples() -> Vec<Self> {
        samples::email()
    }
}

/// `/register/confirm/<token>`: one press, because opening a link changes nothing.
#[derive(Debug, Clone, Serialize)]
pub struct ConfirmEmailPage {
    /// What stands behind `/register/confirm/`.
    pub token: String,
    /// The address.
    pub email: String,
}

impl Page for ConfirmEmailPage {
    const TEMPLATE: &'static str = "pages/register/confirm_email.html.tera";
    const PLACE: &'static str = "register-confirm";
    fn samples() -> Vec<Self> {
        vec![Self { token: "Zm9vYmFy".to_owned(), email: samples::EMAIL.to_owned() }]
    }
}

/// After the press, in a browser that does not hold the draft.
#[derive(Debug, Clone, Serialize)]
pub struct EmailConfirmedPage {
    /// The address.
    pub email: String,
}

impl Page for EmailConfirmedPage {
    const TEMPLATE: &'static str = "pages/register/email_confirmed.html.tera";
    const PLACE: &'static str = "register-confirmed";
    fn samples() -> Vec<Self> {
        vec![Self { email: samples::EMAIL.to_owned() }]
    }
}

/// A person as checked.
#[derive(Debug, Clone, Serialize)]
pub struct CheckedPerson {
    /// From 1.
    pub number: usize,
    /// As typed.
    pub person: PersonTexts,
    /// What is asked for.
    pub wishes: Vec<Wish>,
}

/// `/register/check`.
#[derive(Debug, Clone, Serialize)]
pub struct CheckPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// The unit: as typed, or as registered.
    pub unit: UnitTexts,
    /// The unit is registered, so that its data is not changed here.
    pub is_joined: bool,
    /// Name of the unit's kind.
    pub kind: String,
    /// Gmina of the seat.
    pub gmina: Option<GminaChoice>,
    /// Persons, the applicant first.
    pub persons: Vec<CheckedPerson>,
    /// Addresses that several of them share.
    pub shared_emails: Vec<String>,
    /// The applicant's address is confirmed.
    pub is_email_confirmed: bool,
    /// Message to the office.
    pub note: String,
    /// What the office says of the message.
    pub note_remark: Option<String>,
    /// Where to mend what `errors` say, in the order of the pages.
    pub problems: Vec<Problem>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for CheckPage {
    const TEMPLATE: &'static str = "pages/register/check.html.tera";
    const PLACE: &'static str = "register-check";
    fn samples() -> Vec<Self> {
        samples::check()
    }
}

/// `/register/submitted`: before anybody has signed in.
#[derive(Debug, Clone, Serialize)]
pub struct SubmittedPage {
    /// Number.
    pub number: String,
    /// Number as in URLs.
    pub path: String,
    /// Name of the unit.
    pub unit_name: String,
    /// Chosen login.
    pub login: String,
    /// Where the letter goes.
    pub email: String,
}

impl Page for SubmittedPage {
    const TEMPLATE: &'static str = "pages/register/submitted.html.tera";
    const PLACE: &'static str = "register-submitted";
    fn samples() -> Vec<Self> {
        samples::submitted()
    }
}
