//! „Parametry użytkownika” and the change of one's password.

use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use jiff::civil::{Date, date};
use serde::Serialize;

/// `/account`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AccountPage {
    /// As typed.
    pub login: String,
    /// First and last name.
    pub full_name: String,
    /// Position at work.
    pub position: Option<String>,
    /// Work e-mail.
    pub email: String,
    /// Work phone, E.164.
    pub phone: Option<String>,
    /// Waits for the decision.
    pub is_pending: bool,
    /// May change the password and the second factor here.
    pub may_change_password: bool,
    /// May change the own data here.
    pub may_edit: bool,
    /// Another address waits to be confirmed.
    pub new_email: Option<String>,
    /// The owner has asked to close the account.
    pub asked_to_close_at: Option<Moment>,
    /// Roles, with the name of the voivodeship.
    pub roles: Vec<OwnRole>,
    /// A right ends soon and can be renewed.
    pub can_renew: bool,
    /// Units with what may be done in them.
    pub units: Vec<OwnUnit>,
    /// Applications that the person filed.
    pub applications: Vec<OwnApplication>,
    /// Own units that have to confirm their permissions.
    pub to_confirm: Vec<ToConfirm>,
    /// There seems to be a second account of the same person.
    pub has_join_hint: bool,
    /// Another account asks whether both are the same person's.
    pub is_asked_to_join: bool,
}

/// An own unit that has to confirm its permissions.
#[derive(Debug, Clone, Serialize)]
pub struct ToConfirm {
    /// Full name.
    pub unit_name: String,
    /// The last day on which an answer is in time.
    pub last_day: Date,
    /// It has passed: the permissions are suspended.
    pub is_suspended: bool,
    /// The visitor prepares the list, and none is on its way.
    pub is_mine: bool,
}

/// One role.
#[derive(Debug, Clone, Serialize)]
pub struct OwnRole {
    /// Key under `roles`.
    pub role: &'static str,
    /// „świętokrzyskie”; none for the country.
    pub voivodeship: Option<String>,
}

/// One unit.
#[derive(Debug, Clone, Serialize)]
pub struct OwnUnit {
    /// Full name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// Where the history of its data is; none for who may not see it (any more).
    pub history: Option<String>,
    /// A change of its data may be filed.
    pub may_change: bool,
    /// Permissions in it.
    pub grants: Vec<OwnGrant>,
    /// Where they are given up, while there are any.
    pub leave_href: Option<String>,
}

/// One permission.
#[derive(Debug, Clone, Serialize)]
pub struct OwnGrant {
    /// „PS”.
    pub sub_area: String,
    /// „pomoc społeczna”.
    pub sub_area_name: String,
    /// „wprowadzający dane”.
    pub function_name: String,
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_until: Date,
    /// Key under `grant_states`.
    pub state: &'static str,
}

/// One application.
#[derive(Debug, Clone, Serialize)]
pub struct OwnApplication {
    /// `W/26/2026/000123`.
    pub number: String,
    /// `W-26-2026-000123`.
    pub path: String,
    /// Key under `kinds`.
    pub kind: &'static str,
    /// Key under `status`.
    pub status: &'static str,
    /// Name of the unit.
    pub unit_name: String,
    /// Filed.
    pub submitted_at: Moment,
}

impl Page for AccountPage {
    const TEMPLATE: &'static str = "pages/account/account.html.tera";
    const PLACE: &'static str = "account";
    fn samples() -> Vec<Self> {
        let application = OwnApplication {
            number: "W/26/2026/000123".to_owned(),
            path: "W-26-2026-000123".to_owned(),
            kind: "unit_registration",
            status: "returned",
            unit_name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            submitted_at: Moment(1_795_327_500_000),
        };
        let grant = |sub_area: &str, name: &str, state| OwnGrant {
            sub_area: sub_area.to_owned(),
            sub_area_name: name.to_owned(),
            function_name: "wprowadzający dane".to_owned(),
            valid_from: date(2026, 11, 22),
            valid_until: date(2028, 12, 31),
            state,
        };
        let plain = Self {
            login: "a-nowak".to_owned(),
            full_name: "Anna Nowak-Śliwińska".to_owned(),
            position: Some("starszy specjalista pracy socjalnej".to_owned()),
            email: "a.nowak@gops.example.pl".to_owned(),
            phone: Some("+48413114692".to_owned()),
            ..Self::default()
        };
        let pending = Self { is_pending: true, applications: vec![application.clone()], ..plain.clone() };
        let unit = OwnUnit {
            name: application.unit_name.clone(),
            regon: "123456785".to_owned(),
            history: Some("/units/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10/history".to_owned()),
            may_change: true,
            grants: vec![
                grant("PS", "pomoc społeczna", "current"),
                grant("KDR", "Karta Dużej Rodziny", "future"),
                grant("FA", "fundusz alimentacyjny", "ended"),
            ],
            leave_href: Some("/revocations/new/1/2".to_owned()),
        };
        let to_confirm = |is_suspended, is_mine| ToConfirm {
            unit_name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            last_day: date(2026, 12, 22),
            is_suspended,
            is_mine,
        };
        let full = Self {
            has_join_hint: true,
            is_asked_to_join: true,
            to_confirm: vec![to_confirm(false, true), to_confirm(true, true), to_confirm(true, false)],
            may_change_password: true,
            may_edit: true,
            can_renew: true,
            new_email: Some("anna.nowak@cus.example.pl".to_owned()),
            asked_to_close_at: Some(Moment(1_795_327_500_000)),
            roles: vec![
                OwnRole { role: "voivodeship_administrator", voivodeship: Some("świętokrzyskie".to_owned()) },
                OwnRole { role: "auditor", voivodeship: None },
            ],
            units: vec![unit],
            applications: vec![OwnApplication { status: "approved", ..application }],
            ..plain.clone()
        };
        vec![Self { position: None, phone: None, may_change_password: true, may_edit: true, ..plain }, pending, full]
    }
}

/// `/account/password`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChangePasswordPage {
    /// For password managers.
    pub login: String,
    /// Fewest characters of the new one.
    pub fewest: usize,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for ChangePasswordPage {
    const TEMPLATE: &'static str = "pages/account/password.html.tera";
    const PLACE: &'static str = "account-password";
    fn samples() -> Vec<Self> {
        let login = "a-nowak".to_owned();
        let mut errors = FieldErrors::one("current_password", Invalid::PasswordWrong);
        errors.add("new_password", Invalid::PasswordContext);
        vec![Self { login: login.clone(), fewest: 15, ..Self::default() }, Self { login, fewest: 12, errors }]
    }
}

/// `/account/notices`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NoticesPage {
    /// Ticked boxes of letters about sign-ins.
    pub chosen: Vec<&'static str>,
    /// Ticked boxes of letters with announcements.
    pub announcements: Vec<&'static str>,
}

impl Page for NoticesPage {
    const TEMPLATE: &'static str = "pages/account/notices.html.tera";
    const PLACE: &'static str = "account-notices";
    fn samples() -> Vec<Self> {
        vec![Self::default(), Self { chosen: vec!["new_device"], announcements: vec!["announcements"] }]
    }
}
