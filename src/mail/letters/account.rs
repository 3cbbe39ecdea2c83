//! Letters about an account: invitation, new password, block. None carries a password.

use super::parts::{Closing, GrantLine, OneLine, sample};
use crate::domain::moment::Moment;
use crate::render::Letter;
use serde::Serialize;

/// „Aktywuj konto”.
#[derive(Debug, Clone, Serialize)]
pub struct AccountInvitedLetter {
    /// Login.
    pub login: OneLine,
    /// The activation link, seven days, once.
    pub link: String,
    /// It works until.
    pub valid_until: Moment,
    /// The unit in which the person is to work, for an account from an application.
    pub unit: Option<OneLine>,
    /// What was granted there.
    pub grants: Vec<GrantLine>,
    /// „administrator wojewódzki, województwo świętokrzyskie”, for an account that an administrator made.
    pub role: Option<OneLine>,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for AccountInvitedLetter {
    const NAME: &'static str = "account_invited";
    fn samples() -> Vec<Self> {
        let staff = Self {
            login: "jan-zolc".into(),
            link: sample::url("/activate/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
            valid_until: sample::NOW.plus_days(7),
            unit: Some(sample::application().unit),
            grants: sample::grants(),
            role: None,
            closing: sample::closing(),
        };
        let official = Self {
            unit: None,
            grants: Vec::new(),
            role: Some("administrator wojewódzki, województwo świętokrzyskie".into()),
            closing: sample::closing_without_contact(),
            ..staff.clone()
        };
        let long = Self { unit: Some(sample::long_application().unit), ..staff.clone() };
        vec![staff, official, long]
    }
}

/// „Ustaw nowe hasło”.
#[derive(Debug, Clone, Serialize)]
pub struct PasswordResetRequestedLetter {
    /// Login.
    pub login: OneLine,
    /// The reset link, thirty minutes, once.
    pub link: String,
    /// It works until.
    pub valid_until: Moment,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for PasswordResetRequestedLetter {
    const NAME: &'static str = "password_reset_requested";
    fn samples() -> Vec<Self> {
        let of = |closing| Self {
            login: "anna_nowak".into(),
            link: sample::url("/password/reset/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
            valid_until: sample::NOW.plus_minutes(30),
            closing,
        };
        vec![of(sample::closing()), of(sample::closing_without_contact())]
    }
}

/// The password is another one now.
#[derive(Debug, Clone, Serialize)]
pub struct PasswordChangedLetter {
    /// Login.
    pub login: OneLine,
    /// When.
    pub changed_at: Moment,
    /// Where to set a new one, if it was somebody else.
    pub forgot_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for PasswordChangedLetter {
    const NAME: &'static str = "password_changed";
    fn samples() -> Vec<Self> {
        let of =
            |closing| Self { login: "anna_nowak".into(), changed_at: sample::NOW, forgot_url: sample::url("/password/forgot"), closing };
        vec![of(sample::closing()), of(sample::closing_without_contact())]
    }
}

/// Too many wrong passwords.
#[derive(Debug, Clone, Serialize)]
pub struct AccountBlockedLetter {
    /// Login.
    pub login: OneLine,
    /// How many failures in a row.
    pub attempts: i32,
    /// The block ends.
    pub until: Moment,
    /// Where to set a new password, which lifts the block.
    pub forgot_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for AccountBlockedLetter {
    const NAME: &'static str = "account_blocked";
    fn samples() -> Vec<Self> {
        let of = |closing| Self {
            login: "anna_nowak".into(),
            attempts: 5,
            until: sample::NOW.plus_hours(1),
            forgot_url: sample::url("/password/forgot"),
            closing,
        };
        vec![of(sample::closing()), of(sample::closing_without_contact())]
    }
}
