//! Letters about an account: invitation, new password, block. None carries a password.

use super::parts::{Closing, GrantLine, OneLine, sample};
use crate::domain::moment::Moment;
use crate::domain::notice::BlockedPlace;
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

/// What one account's owner can do.
#[derive(Debug, Clone, Serialize)]
pub struct AccountHelp {
    /// Login.
    pub login: OneLine,
    /// Key of the account's status, or `waiting` where the account has no password because its application is not decided.
    pub state: &'static str,
    /// Reset link (thirty minutes, once) or activation link (seven days, once).
    pub link: Option<String>,
    /// Eight digits, instead of the reset link.
    pub code: Option<OneLine>,
    /// Where the code is typed.
    pub code_url: Option<String>,
    /// Reset link and code work until.
    pub valid_until: Option<Moment>,
}

/// „Ustaw nowe hasło”: for each account of an address.
#[derive(Debug, Clone, Serialize)]
pub struct PasswordResetRequestedLetter {
    /// The accounts, by login.
    pub accounts: Vec<AccountHelp>,
    /// At least one of them can be given a new password.
    pub can_reset: bool,
    /// The account has no password, because a change of its address was taken back.
    pub was_taken_back: bool,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for PasswordResetRequestedLetter {
    const NAME: &'static str = "password_reset_requested";
    fn samples() -> Vec<Self> {
        let help = |login: &str, state| {
            let (path, code): (_, Option<OneLine>) = match state {
                "active" | "pending" => (Some("/password/reset/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"), Some("0734-9120".into())),
                "invited" => (Some("/activate/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"), None),
                _ => (None, None),
            };
            AccountHelp {
                login: login.into(),
                state,
                link: path.map(sample::url),
                code_url: code.is_some().then(|| sample::url("/password/code")),
                valid_until: code.is_some().then(|| sample::NOW.plus_minutes(30)),
                code,
            }
        };
        let of = |accounts: Vec<AccountHelp>, closing| Self {
            can_reset: accounts.iter().any(|a| a.code.is_some()),
            was_taken_back: false,
            accounts,
            closing,
        };
        let several = vec![
            help("a-nowak", "active"),
            help("b-nowak", "pending"),
            help("c-nowak", "invited"),
            help("d-nowak", "waiting"),
            help("e-nowak", "suspended"),
            help("f-nowak", "closed"),
        ];
        let alone = |state| of(vec![help("anna_nowak", state)], sample::closing());
        vec![
            alone("active"),
            Self { was_taken_back: true, ..alone("active") },
            of(vec![help("anna_nowak", "active")], sample::closing_without_contact()),
            of(several, sample::closing()),
            alone("pending"),
            alone("waiting"),
            alone("suspended"),
            alone("closed"),
        ]
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
    /// What the block holds for.
    pub place: BlockedPlace,
    /// The provider's network of the last attempt.
    pub network: Option<OneLine>,
    /// The block began.
    pub blocked_at: Moment,
    /// The block ends.
    pub until: Moment,
    /// Sets a new password, which lifts the block; thirty minutes, once.
    pub reset_link: String,
    /// It works until.
    pub reset_until: Moment,
    /// „To nie ja”; seven days, once.
    pub not_me_link: String,
    /// Where to ask for another reset link.
    pub forgot_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for AccountBlockedLetter {
    const NAME: &'static str = "account_blocked";
    fn samples() -> Vec<Self> {
        let of = |place, network: Option<&str>, closing| Self {
            login: "anna_nowak".into(),
            attempts: 5,
            place,
            network: network.map(OneLine::from),
            blocked_at: sample::NOW,
            until: sample::NOW.plus_hours(1),
            reset_link: sample::url("/password/reset/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
            reset_until: sample::NOW.plus_minutes(30),
            not_me_link: sample::url("/not-me/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
            forgot_url: sample::url("/password/forgot"),
            closing,
        };
        vec![
            of(BlockedPlace::UnknownDevices, Some("203.0.0.0/16"), sample::closing()),
            of(BlockedPlace::Device, None, sample::closing()),
            of(BlockedPlace::Network, Some("2001:db8::/32"), sample::closing_without_contact()),
        ]
    }
}

/// Somebody signed in on a device that the account had not been used on.
#[derive(Debug, Clone, Serialize)]
pub struct SignedInOnNewDeviceLetter {
    /// Login.
    pub login: OneLine,
    /// „Firefox, Windows”; empty when the browser does not say.
    pub device: OneLine,
    /// The provider's network.
    pub network: OneLine,
    /// When.
    pub signed_in_at: Moment,
    /// „To nie ja”; seven days, once.
    pub not_me_link: String,
    /// Where these letters are switched off.
    pub switch_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for SignedInOnNewDeviceLetter {
    const NAME: &'static str = "signed_in_on_new_device";
    fn samples() -> Vec<Self> {
        let of = |device: &str, network: &str| Self {
            login: "anna_nowak".into(),
            device: device.into(),
            network: network.into(),
            signed_in_at: sample::NOW,
            not_me_link: sample::url("/not-me/Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4"),
            switch_url: sample::url("/account/notices"),
            closing: sample::closing(),
        };
        vec![of("Firefox, Windows", "203.0.0.0/16"), of("", "")]
    }
}
