//! The second factor: one's security page, adding and removing, the second step of a sign-in, and „Potwierdź, że to Ty”.

use super::own_records_pages::{SessionRow, sample_sessions};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// `/account/security`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SecurityPage {
    /// Nothing else can be reached before: `enrol` (the role asks for a second factor) or `lengthen` (the password is too short).
    pub must: Option<&'static str>,
    /// The sign-in asks for a second factor.
    pub has_factor: bool,
    /// One-time codes are on, since when.
    pub totp_since: Option<Moment>,
    /// Passkeys.
    pub passkeys: Vec<PasskeyRow>,
    /// Unused recovery codes.
    pub codes_left: Option<i64>,
    /// When the set was made.
    pub codes_made_at: Option<Moment>,
    /// The role must have a second factor.
    pub is_required: bool,
    /// Passkeys can work in this portal.
    pub passkeys_work: bool,
    /// They work at this other address of it.
    pub passkeys_elsewhere: Option<String>,
    /// Where one is signed in; none while something must be done first.
    pub sessions: Vec<SessionRow>,
}

/// One passkey.
#[derive(Debug, Clone, Serialize)]
pub struct PasskeyRow {
    /// Row id.
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// Added.
    pub created_at: Moment,
    /// Last used.
    pub last_used_at: Option<Moment>,
}

impl Page for SecurityPage {
    const TEMPLATE: &'static str = "pages/security/security.html.tera";
    const PLACE: &'static str = "account-security";
    fn samples() -> Vec<Self> {
        let none = Self { passkeys_work: true, ..Self::default() };
        let passkey =
            |id: &str, name: &str, last_used_at| PasskeyRow { id: id.to_owned(), name: name.to_owned(), created_at: NOW, last_used_at };
        let full = Self {
            has_factor: true,
            totp_since: Some(NOW),
            passkeys: vec![passkey("p1", "Laptop służbowy", Some(NOW)), passkey("p2", "Klucz USB", None)],
            codes_left: Some(7),
            codes_made_at: Some(NOW),
            sessions: sample_sessions(),
            ..none.clone()
        };
        vec![
            none.clone(),
            full.clone(),
            Self { codes_left: Some(0), is_required: true, passkeys: Vec::new(), ..full.clone() },
            Self { must: Some("enrol"), is_required: true, passkeys_elsewhere: Some("http://localhost:8000".to_owned()), ..none.clone() },
            Self { must: Some("lengthen"), passkeys_work: false, ..none },
        ]
    }
}

/// `/account/security/totp`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TotpPage {
    /// For typing, in groups of four.
    pub secret: String,
    /// For the phone on which this page is open.
    pub uri: String,
    /// For the camera.
    pub qr_svg: String,
    /// Under which name the account stands in the app.
    pub login: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for TotpPage {
    const TEMPLATE: &'static str = "pages/security/totp.html.tera";
    const PLACE: &'static str = "account-security-totp";
    fn samples() -> Vec<Self> {
        let page = Self {
            secret: "JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP".to_owned(),
            uri: "otpauth://totp/Portal%20CAS:a%2Dnowak?secret=JBSWY3DPEHPK3PXP".to_owned(),
            qr_svg: "<svg class=\"qr qr--large\" viewBox=\"0 0 8 8\" aria-hidden=\"true\"></svg>".to_owned(),
            login: "a-nowak".to_owned(),
            errors: FieldErrors::default(),
        };
        vec![page.clone(), Self { errors: FieldErrors::one("code", Invalid::CodeWrong), ..page }]
    }
}

/// `/account/security/passkeys/add`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AddPasskeyPage {
    /// As typed.
    pub passkey_name: String,
    /// Passkeys can work in this portal.
    pub passkeys_work: bool,
    /// They work at this other address of it.
    pub passkeys_elsewhere: Option<String>,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for AddPasskeyPage {
    const TEMPLATE: &'static str = "pages/security/add_passkey.html.tera";
    const PLACE: &'static str = "account-security-passkey";
    fn samples() -> Vec<Self> {
        let page = Self { passkeys_work: true, ..Self::default() };
        let mut errors = FieldErrors::one("passkey_name", Invalid::Required);
        errors.add("passkey", Invalid::PasskeyRefused);
        vec![
            page.clone(),
            Self { errors, ..page.clone() },
            Self { passkeys_elsewhere: Some("http://localhost:8000".to_owned()), ..page },
            Self::default(),
        ]
    }
}

/// „Na pewno?”, before a factor is switched off.
#[derive(Debug, Clone, Serialize)]
pub struct RemoveFactorPage {
    /// The passkey's name; none: the authenticator app.
    pub passkey: Option<String>,
    /// It is the last factor.
    pub is_last: bool,
    /// Why it has to stay: key under `security`.
    pub barred: Option<&'static str>,
}

impl Page for RemoveFactorPage {
    const TEMPLATE: &'static str = "pages/security/remove.html.tera";
    const PLACE: &'static str = "account-security-remove";
    fn samples() -> Vec<Self> {
        vec![
            Self { passkey: None, is_last: true, barred: None },
            Self { passkey: Some("Klucz USB".to_owned()), is_last: false, barred: None },
            Self { passkey: None, is_last: true, barred: Some("password_too_short") },
            Self { passkey: Some("Klucz USB".to_owned()), is_last: true, barred: Some("factor_required") },
        ]
    }
}

/// „Na pewno?”, before new recovery codes retire the older ones.
#[derive(Debug, Clone, Serialize)]
pub struct NewCodesPage {}

impl Page for NewCodesPage {
    const TEMPLATE: &'static str = "pages/security/new_codes.html.tera";
    const PLACE: &'static str = "account-security-new-codes";
    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

/// The codes, once.
#[derive(Debug, Clone, Serialize)]
pub struct RecoveryCodesPage {
    /// For whose sign-in, on paper.
    pub login: String,
    /// When, on paper.
    pub made_at: Moment,
    /// „ABCD-EFGH-JKMN-PQRS”.
    pub codes: Vec<String>,
}

impl Page for RecoveryCodesPage {
    const TEMPLATE: &'static str = "pages/security/recovery_codes.html.tera";
    const PLACE: &'static str = "account-security-codes";
    fn samples() -> Vec<Self> {
        let codes = (0..10).map(|n| format!("ABC{n}-EFGH-JKMN-PQRS")).collect();
        vec![Self { login: "a-nowak".to_owned(), made_at: NOW, codes }]
    }
}

/// `/login/factor`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FactorPage {
    /// Where to go afterwards; empty: home.
    pub next: String,
    /// One-time codes are on.
    pub has_codes: bool,
    /// There is a passkey.
    pub has_passkey: bool,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for FactorPage {
    const TEMPLATE: &'static str = "pages/sign_in/factor.html.tera";
    const PLACE: &'static str = "login-factor";
    fn samples() -> Vec<Self> {
        let codes = Self { has_codes: true, ..Self::default() };
        vec![
            codes.clone(),
            Self { has_passkey: true, next: "/account".to_owned(), ..codes.clone() },
            Self { has_passkey: true, errors: FieldErrors::one("passkey", Invalid::PasskeyRefused), ..Self::default() },
            Self { errors: FieldErrors::one("code", Invalid::CodeWrong), ..codes.clone() },
            Self { errors: FieldErrors::one("recovery_code", Invalid::CodeWrong), ..codes },
        ]
    }
}

/// `/account/prove`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ProvePage {
    /// For password managers.
    pub login: String,
    /// Where to go afterwards.
    pub next: String,
    /// A form was sent, and nothing was done yet.
    pub interrupted: bool,
    /// There is a passkey.
    pub has_passkey: bool,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for ProvePage {
    const TEMPLATE: &'static str = "pages/security/prove.html.tera";
    const PLACE: &'static str = "account-prove";
    fn samples() -> Vec<Self> {
        let page = Self { login: "a-nowak".to_owned(), next: "/account/security".to_owned(), ..Self::default() };
        vec![
            page.clone(),
            Self { interrupted: true, has_passkey: true, ..page.clone() },
            Self { errors: FieldErrors::one("current_password", Invalid::PasswordWrong), ..page },
        ]
    }
}
