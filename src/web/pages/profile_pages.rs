//! One's own name, position, phone and e-mail address, and their change.

use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// `/account/profile`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ProfilePage {
    /// As typed.
    pub first_name: String,
    /// As typed.
    pub last_name: String,
    /// As typed.
    pub position: String,
    /// As typed.
    pub phone: String,
    /// An application that names the person waits for something: it stays as it was filed.
    pub has_open_application: bool,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for ProfilePage {
    const TEMPLATE: &'static str = "pages/account/profile.html.tera";
    const PLACE: &'static str = "account-profile";
    fn samples() -> Vec<Self> {
        let page = Self {
            first_name: "Anna".to_owned(),
            last_name: "Nowak-Śliwińska".to_owned(),
            position: "starszy specjalista pracy socjalnej".to_owned(),
            phone: "+48 41 311 46 92".to_owned(),
            ..Self::default()
        };
        let mut errors = FieldErrors::one("first_name", Invalid::Required);
        errors.add("last_name", Invalid::NameDigits);
        errors.add("phone", Invalid::PhoneShape);
        vec![
            page.clone(),
            Self { has_open_application: true, ..page.clone() },
            Self { first_name: String::new(), last_name: "Now4k".to_owned(), phone: "12".to_owned(), errors, ..page },
        ]
    }
}

/// A change that waits for its new address.
#[derive(Debug, Clone, Serialize)]
pub struct PendingEmail {
    /// The new address.
    pub address: String,
    /// Asked for.
    pub requested_at: Moment,
    /// Link and code work until.
    pub confirm_until: Moment,
}

/// `/account/email`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EmailPage {
    /// The address in force.
    pub email: String,
    /// The one that is wanted.
    pub pending: Option<PendingEmail>,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for EmailPage {
    const TEMPLATE: &'static str = "pages/account/email.html.tera";
    const PLACE: &'static str = "account-email";
    fn samples() -> Vec<Self> {
        let page = Self { email: "a.nowak@gops.example.pl".to_owned(), ..Self::default() };
        let address = "anna.nowak-sliwinska@centrum-uslug-spolecznych.morawica.example.pl".to_owned();
        let waits = Self { pending: Some(PendingEmail { address, requested_at: NOW, confirm_until: NOW.plus_hours(24) }), ..page.clone() };
        vec![page, waits.clone(), Self { errors: FieldErrors::one("email_code", Invalid::CodeWrong), ..waits }]
    }
}

/// `/account/email/new`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NewEmailPage {
    /// The address in force.
    pub current: String,
    /// As typed.
    pub email: String,
    /// A change is pending: it would be replaced.
    pub replaces: bool,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for NewEmailPage {
    const TEMPLATE: &'static str = "pages/account/new_email.html.tera";
    const PLACE: &'static str = "account-email-new";
    fn samples() -> Vec<Self> {
        let page = Self { current: "a.nowak@gops.example.pl".to_owned(), ..Self::default() };
        let errors = FieldErrors::one("email", Invalid::EmailShape);
        vec![page.clone(), Self { replaces: true, email: "a.nowak".to_owned(), errors, ..page }]
    }
}

/// `/account/email/confirm/<token>`: the link of the letter to the new address.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConfirmNewEmailPage {
    /// Whose account.
    pub login: String,
    /// The new address.
    pub email: String,
}

impl Page for ConfirmNewEmailPage {
    const TEMPLATE: &'static str = "pages/account/confirm_email.html.tera";
    const PLACE: &'static str = "account-email-confirm";
    fn samples() -> Vec<Self> {
        vec![Self { login: "a-nowak".to_owned(), email: "anna.nowak@cus.example.pl".to_owned() }]
    }
}

/// `/account/email/undo/<token>`: the link of the letters to the old address.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UndoEmailPage {
    /// Whose account.
    pub login: String,
    /// The old address.
    pub old: String,
    /// The new address.
    pub new: String,
    /// The change is not in force yet.
    pub is_pending: bool,
}

impl Page for UndoEmailPage {
    const TEMPLATE: &'static str = "pages/account/undo_email.html.tera";
    const PLACE: &'static str = "account-email-undo";
    fn samples() -> Vec<Self> {
        let of = |is_pending| Self {
            login: "a-nowak".to_owned(),
            old: "a.nowak@gops.example.pl".to_owned(),
            new: "anna.nowak@cus.example.pl".to_owned(),
            is_pending,
        };
        vec![of(true), of(false)]
    }
}
