//! Sign-in, forgotten password, and what stands behind mailed links.

use crate::domain::invalid::{FieldErrors, Invalid};
use crate::render::Page;
use serde::Serialize;

/// `/login`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SignInPage {
    /// As typed.
    pub login: String,
    /// Where to go afterwards; empty: home.
    pub next: String,
    /// Passkeys work at the address that the browser shows.
    pub has_passkeys: bool,
    /// The attempt failed. Why is not said.
    pub failed: bool,
    /// The password was right, and the account was given up for another one.
    pub given_up: bool,
    /// What is missing.
    pub errors: FieldErrors,
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "pages/sign_in/sign_in.html.tera";
    const PLACE: &'static str = "login";
    fn samples() -> Vec<Self> {
        let failed = Self { login: "a-nowak".to_owned(), next: "/account".to_owned(), failed: true, ..Self::default() };
        let mut empty = Self::default();
        empty.errors.add("login", Invalid::Required);
        empty.errors.add("password", Invalid::Required);
        let mut passkey = Self { has_passkeys: true, ..Self::default() };
        passkey.errors.add("passkey", Invalid::PasskeyRefused);
        let given_up = Self { failed: false, given_up: true, ..failed.clone() };
        vec![Self { has_passkeys: true, ..Self::default() }, failed, given_up, empty, passkey]
    }
}

/// `/password/forgot`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ForgotPasswordPage {
    /// As typed.
    pub login_or_email: String,
    /// What is missing.
    pub errors: FieldErrors,
}

impl Page for ForgotPasswordPage {
    const TEMPLATE: &'static str = "pages/sign_in/forgot_password.html.tera";
    const PLACE: &'static str = "password-forgot";
    fn samples() -> Vec<Self> {
        vec![Self::default(), Self { errors: FieldErrors::one("login_or_email", Invalid::Required), ..Self::default() }]
    }
}

/// `/password/code`: the code of a reset letter, for those who read mail on another device.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ResetCodePage {
    /// As typed when the letter was asked for.
    pub login_or_email: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for ResetCodePage {
    const TEMPLATE: &'static str = "pages/sign_in/reset_code.html.tera";
    const PLACE: &'static str = "password-code";
    fn samples() -> Vec<Self> {
        let wrong = Self { login_or_email: "a-nowak".to_owned(), errors: FieldErrors::one("code", Invalid::CodeWrong) };
        vec![Self::default(), wrong]
    }
}

/// `/not-me/<token>`: „to nie ja”, before it is said.
#[derive(Debug, Clone, Serialize)]
pub struct NotMePage {
    /// Whose account.
    pub login: String,
    /// Key under `report_kinds`.
    pub kind: &'static str,
}

impl Page for NotMePage {
    const TEMPLATE: &'static str = "pages/sign_in/not_me.html.tera";
    const PLACE: &'static str = "not-me";
    fn samples() -> Vec<Self> {
        ["block", "sign_in"].map(|kind| Self { login: "a-nowak".to_owned(), kind }).into()
    }
}

/// `/password/reset/<token>`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ResetPasswordPage {
    /// Whose password; password managers want to know.
    pub login: String,
    /// Fewest characters of it.
    pub fewest: usize,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for ResetPasswordPage {
    const TEMPLATE: &'static str = "pages/sign_in/reset_password.html.tera";
    const PLACE: &'static str = "password-reset";
    fn samples() -> Vec<Self> {
        let login = "a-nowak".to_owned();
        let errors = FieldErrors::one("new_password", Invalid::PasswordShort);
        vec![Self { login: login.clone(), fewest: 15, ..Self::default() }, Self { login, fewest: 12, errors }]
    }
}

/// `/activate/<token>`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ActivatePage {
    /// Whose account.
    pub login: String,
    /// First and last name.
    pub full_name: String,
    /// Those that are ticked.
    pub ticked: Vec<String>,
    /// Fewest characters of the password.
    pub fewest: usize,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for ActivatePage {
    const TEMPLATE: &'static str = "pages/sign_in/activate.html.tera";
    const PLACE: &'static str = "activate";
    fn samples() -> Vec<Self> {
        let page = Self { login: "a-nowak".to_owned(), full_name: "Anna Nowak-Śliwińska".to_owned(), fewest: 15, ..Self::default() };
        let mut errors = FieldErrors::one("password_repeat", Invalid::PasswordRepeat);
        errors.add("statements", Invalid::StatementRequired);
        vec![page.clone(), Self { ticked: vec!["data_true".to_owned()], errors, ..page }]
    }
}

/// A mailed link that opens nothing (any more).
#[derive(Debug, Clone, Default, Serialize)]
pub struct DeadLinkPage {
    /// It was an activation link, not a reset link.
    pub is_activation: bool,
    /// It was a link „to nie ja”.
    pub is_report: bool,
    /// It was a link of a change of the e-mail address, to confirm it or to take it back.
    pub is_email: bool,
}

impl Page for DeadLinkPage {
    const TEMPLATE: &'static str = "pages/sign_in/dead_link.html.tera";
    const PLACE: &'static str = "dead-link";
    fn samples() -> Vec<Self> {
        let none = Self::default();
        vec![
            none.clone(),
            Self { is_activation: true, ..none.clone() },
            Self { is_report: true, ..none.clone() },
            Self { is_email: true, ..none },
        ]
    }
}
