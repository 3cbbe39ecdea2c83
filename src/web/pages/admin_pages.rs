//! The administrators' desk, accounts, units, offices, the audit trail.

use super::ExportLinks;
use super::revocation_pages::{AffectedUnit, sample_affected};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use jiff::civil::{Date, date};
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// A choice in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub text: String,
}

impl Choice {
    /// Puts one together.
    pub fn new(value: impl Into<String>, text: impl Into<String>) -> Self {
        Self { value: value.into(), text: text.into() }
    }
}

/// `/admin`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AdminPage {
    /// Places within reach: keys under `admin_places`, with their paths.
    pub places: Vec<AdminPlace>,
}

/// One place.
#[derive(Debug, Clone, Serialize)]
pub struct AdminPlace {
    /// Where to.
    pub href: String,
    /// Key under `nav`, without the room.
    pub key: String,
}

impl Page for AdminPage {
    const TEMPLATE: &'static str = "pages/admin/desk.html.tera";
    const PLACE: &'static str = "admin";
    fn samples() -> Vec<Self> {
        let place = |key: &str| AdminPlace { href: format!("/admin/{key}"), key: key.to_owned() };
        vec![
            Self { places: ["applications", "units", "accounts", "grants", "office", "audit", "outbox", "machines"].map(place).into() },
            Self::default(),
        ]
    }
}

/// `/admin/accounts`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AccountListPage {
    /// What is looked for.
    pub q: String,
    /// Ticked: only those whose owners have asked to close them.
    pub only: Vec<&'static str>,
    /// What owners reported and nobody has looked after yet.
    pub reports: Vec<ReportRow>,
    /// The rows.
    pub accounts: Vec<AccountRow>,
    /// Link to the first page, on later ones.
    pub first_href: Option<String>,
    /// Link to the next page.
    pub next_href: Option<String>,
    /// The actor may make administrators.
    pub may_create: bool,
    /// The whole list as a file.
    pub export: ExportLinks,
}

/// One report „to nie ja”.
#[derive(Debug, Clone, Serialize)]
pub struct ReportRow {
    /// Row id of the account.
    pub account: String,
    /// First and last name.
    pub full_name: String,
    /// As typed.
    pub login: String,
    /// Key under `report_kinds`.
    pub kind: &'static str,
    /// When.
    pub reported_at: Moment,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct AccountRow {
    /// Row id.
    pub id: String,
    /// As typed.
    pub login: String,
    /// First and last name.
    pub full_name: String,
    /// Work e-mail.
    pub email: String,
    /// Key under `account_status`.
    pub status: &'static str,
    /// Keys under `roles`.
    pub roles: Vec<&'static str>,
    /// The owner has asked to close it.
    pub asks_to_close: bool,
}

impl Page for AccountListPage {
    const TEMPLATE: &'static str = "pages/admin/accounts.html.tera";
    const PLACE: &'static str = "admin-accounts";
    fn samples() -> Vec<Self> {
        let row = |n: usize, status, roles| AccountRow {
            id: format!("0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a1{n}"),
            login: format!("a-nowak{n}"),
            full_name: "Anna Maria Nowak-Śliwińska".to_owned(),
            email: "a.nowak@gops.example.pl".to_owned(),
            status,
            roles,
            asks_to_close: n == 1,
        };
        let accounts = vec![row(0, "active", vec!["voivodeship_administrator", "auditor"]), row(1, "suspended", Vec::new())];
        let report = |kind| ReportRow {
            account: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
            full_name: "Anna Maria Nowak-Śliwińska".to_owned(),
            login: "a-nowak0".to_owned(),
            kind,
            reported_at: NOW,
        };
        let reports = vec![report("block"), report("sign_in")];
        let full = Self { reports, accounts, next_href: Some("/admin/accounts?after=k1".to_owned()), may_create: true, ..Self::default() };
        let later = Self { q: "nowak".to_owned(), first_href: Some("/admin/accounts?q=nowak".to_owned()), ..full.clone() };
        let asking = Self { only: vec!["closing"], ..Self::default() };
        vec![Self::default(), Self { q: "nikt".to_owned(), ..Self::default() }, full, later, asking]
    }
}

/// `/admin/accounts/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct AccountDetailPage {
    /// The account.
    pub account: AccountRow,
    /// Name of the voivodeship.
    pub voivodeship: Option<String>,
    /// Position at work.
    pub position: Option<String>,
    /// Made.
    pub created_at: Moment,
    /// The owner has asked to close it.
    pub asked_to_close_at: Option<Moment>,
    /// Applications that must end before it can be closed.
    pub open_applications: Vec<NamedApplication>,
    /// Every device that the account does not know is blocked until.
    pub blocked_until: Option<Moment>,
    /// Devices and networks that are blocked besides.
    pub blocked_sources: Vec<BlockedSource>,
    /// Open reports „to nie ja”.
    pub reports: Vec<ReportLine>,
    /// The sign-in asks for a second factor.
    pub has_factor: bool,
    /// Another e-mail address takes effect then.
    pub email_change_at: Option<Moment>,
    /// That address.
    pub email_change_to: String,
    /// Roles that can be revoked one by one.
    pub roles: Vec<HeldRole>,
    /// Units and what may be done in them.
    pub grants: Vec<HeldGrant>,
    /// Lists for successors: where, when, name of the unit.
    pub hand_overs: Vec<(String, Moment, String)>,
    /// It was given up for another account, and that can be taken back still.
    pub joined_to: Option<JoinedTo>,
    /// Where the person's grants are told apart by their state, for those who may see that list.
    pub grants_href: Option<String>,
    /// Keys under `account_actions` that the actor may do now, with the last part of their paths.
    pub actions: Vec<AccountAction>,
    /// The actor may revoke roles.
    pub may_revoke: bool,
    /// It has roles of officials, which two change.
    pub is_official: bool,
}

/// For which account another one was given up.
#[derive(Debug, Clone, Serialize)]
pub struct JoinedTo {
    /// Login of the account that stays.
    pub login: String,
    /// The last day on which that can be taken back.
    pub last_day: Date,
}

/// An application by its number.
#[derive(Debug, Clone, Serialize)]
pub struct NamedApplication {
    /// `W/26/2026/000123`.
    pub number: String,
    /// `W-26-2026-000123`.
    pub path: String,
}

/// One blocked device or network.
#[derive(Debug, Clone, Serialize)]
pub struct BlockedSource {
    /// Key under `source_kinds`.
    pub kind: &'static str,
    /// „Firefox, Windows” or a network; may be empty.
    pub name: String,
    /// Until.
    pub until: Moment,
}

/// One report about this account.
#[derive(Debug, Clone, Serialize)]
pub struct ReportLine {
    /// Key under `report_kinds`.
    pub kind: &'static str,
    /// When.
    pub reported_at: Moment,
}

/// One role.
#[derive(Debug, Clone, Serialize)]
pub struct HeldRole {
    /// Row id.
    pub id: String,
    /// Key under `roles`.
    pub role: &'static str,
    /// Name of the voivodeship; none for the country.
    pub voivodeship: Option<String>,
}

/// One permission.
#[derive(Debug, Clone, Serialize)]
pub struct HeldGrant {
    /// Name of the unit.
    pub unit: String,
    /// „PS”.
    pub sub_area: String,
    /// Key under `functions`.
    pub function: String,
    /// Last day.
    pub valid_until: Date,
}

/// One thing to do.
#[derive(Debug, Clone, Serialize)]
pub struct AccountAction {
    /// Key under `account_actions`.
    pub key: &'static str,
    /// Last part of the path.
    pub path: &'static str,
}

impl Page for AccountDetailPage {
    const TEMPLATE: &'static str = "pages/admin/account.html.tera";
    const PLACE: &'static str = "admin-account";
    fn samples() -> Vec<Self> {
        let Some(account) = AccountListPage::samples().into_iter().find_map(|p| p.accounts.first().cloned()) else { return Vec::new() };
        let plain = Self {
            account,
            voivodeship: None,
            position: None,
            created_at: NOW,
            asked_to_close_at: None,
            open_applications: Vec::new(),
            blocked_until: None,
            blocked_sources: Vec::new(),
            reports: Vec::new(),
            has_factor: false,
            email_change_at: None,
            email_change_to: String::new(),
            roles: Vec::new(),
            hand_overs: vec![(
                "/revocations/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
                Moment(1_795_327_500_000),
                "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            )],
            joined_to: None,
            grants_href: Some("/grants?person=a-nowak&state=all".to_owned()),
            grants: Vec::new(),
            actions: Vec::new(),
            may_revoke: false,
            is_official: false,
        };
        let full = Self {
            joined_to: Some(JoinedTo { login: "anna-nowak".to_owned(), last_day: date(2026, 12, 22) }),
            email_change_at: Some(NOW.plus_days(3)),
            email_change_to: "nowa@gops.example.pl".to_owned(),
            voivodeship: Some("świętokrzyskie".to_owned()),
            position: Some("inspektor".to_owned()),
            blocked_until: Some(NOW),
            blocked_sources: vec![
                BlockedSource { kind: "device", name: "Firefox, Windows".to_owned(), until: NOW },
                BlockedSource { kind: "network", name: "203.0.0.0/16".to_owned(), until: NOW },
            ],
            reports: vec![ReportLine { kind: "block", reported_at: NOW }, ReportLine { kind: "sign_in", reported_at: NOW }],
            has_factor: true,
            roles: vec![
                HeldRole { id: "r1".to_owned(), role: "helpdesk", voivodeship: Some("świętokrzyskie".to_owned()) },
                HeldRole { id: "r2".to_owned(), role: "auditor", voivodeship: None },
            ],
            grants: vec![HeldGrant {
                unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
                sub_area: "PS".to_owned(),
                function: "editor".to_owned(),
                valid_until: date(2028, 12, 31),
            }],
            actions: vec![
                AccountAction { key: "suspend", path: "suspend" },
                AccountAction { key: "unlock", path: "unlock" },
                AccountAction { key: "start_reset", path: "start-reset" },
                AccountAction { key: "reset_factor", path: "reset-factor" },
                AccountAction { key: "close", path: "close" },
            ],
            may_revoke: true,
            is_official: true,
            ..plain.clone()
        };
        let waits = Self {
            open_applications: vec![NamedApplication { number: "W/26/2026/000123".to_owned(), path: "W-26-2026-000123".to_owned() }],
            actions: Vec::new(),
            asked_to_close_at: Some(NOW),
            ..plain.clone()
        };
        vec![plain, Self { asked_to_close_at: Some(NOW), ..full.clone() }, full, waits]
    }
}

/// „Na pewno?”, for whatever is done with an account.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConfirmPage {
    /// Key under `account_actions`.
    pub action: &'static str,
    /// Whose account.
    pub login: String,
    /// First and last name.
    pub full_name: String,
    /// The role that would be revoked: key under `roles`.
    pub role: Option<&'static str>,
    /// What closing the account would end, unit by unit.
    pub affected: Vec<AffectedUnit>,
    /// It is asked why.
    pub asks_why: bool,
    /// The owner has asked for it: that says why.
    pub may_leave_out: bool,
    /// As typed.
    pub note: String,
    /// Back to the account.
    pub back: String,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for ConfirmPage {
    const TEMPLATE: &'static str = "pages/admin/confirm.html.tera";
    const PLACE: &'static str = "admin-account-confirm";
    fn samples() -> Vec<Self> {
        let mut samples: Vec<Self> = ["suspend", "restore", "unlock", "start_reset", "close_reports", "close", "revoke_role"]
            .map(|action| Self {
                action,
                login: "a-nowak".to_owned(),
                full_name: "Anna Nowak".to_owned(),
                role: (action == "revoke_role").then_some("helpdesk"),
                affected: if action == "close" { sample_affected() } else { Vec::new() },
                asks_why: action == "close",
                back: "/admin/accounts/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
                ..Self::default()
            })
            .into();
        let closing: Vec<Self> = samples.iter().filter(|page| page.asks_why).cloned().collect();
        for page in closing {
            samples.push(Self { errors: FieldErrors::one("note", Invalid::ReasonRequired), ..page.clone() });
            samples.push(Self { may_leave_out: true, note: "<b>Odeszła</b>".to_owned(), ..page });
        }
        samples
    }
}

/// `/admin/accounts/create`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CreateAdministratorPage {
    /// Key of the chosen role.
    pub role: String,
    /// Keys of the roles.
    pub roles: Vec<Choice>,
    /// Chosen code.
    pub voivodeship: String,
    /// All voivodeships.
    pub voivodeships: Vec<Choice>,
    /// As typed.
    pub login: String,
    /// As typed.
    pub first_name: String,
    /// As typed.
    pub last_name: String,
    /// As typed.
    pub email: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for CreateAdministratorPage {
    const TEMPLATE: &'static str = "pages/admin/create.html.tera";
    const PLACE: &'static str = "admin-account-create";
    fn samples() -> Vec<Self> {
        let page = Self {
            roles: vec![Choice::new("voivodeship_administrator", "administrator wojewódzki")],
            voivodeships: vec![Choice::new("26", "świętokrzyskie")],
            ..Self::default()
        };
        let mut errors = FieldErrors::one("role", Invalid::Required);
        errors.add("voivodeship", Invalid::Required);
        errors.add("login", Invalid::LoginTaken);
        vec![page.clone(), Self { login: "a-nowak".to_owned(), errors, ..page }]
    }
}

/// `/admin/units`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnitListPage {
    /// What is looked for.
    pub q: String,
    /// Ticked: only units that nobody coordinates.
    pub only: Vec<&'static str>,
    /// The rows.
    pub units: Vec<UnitRow>,
    /// Link to the first page, on later ones.
    pub first_href: Option<String>,
    /// Link to the next page.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct UnitRow {
    /// Full name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// Town.
    pub town: String,
    /// Full names of its coordinators; empty for a unit that the administrator serves.
    pub coordinators: Vec<String>,
    /// Key under `unit_status`.
    pub status: &'static str,
    /// Where the history of its data is.
    pub history: String,
    /// Where the reader registers its people: it has no coordinator.
    pub register: Option<String>,
}

impl Page for UnitListPage {
    const TEMPLATE: &'static str = "pages/admin/units.html.tera";
    const PLACE: &'static str = "admin-units";
    fn samples() -> Vec<Self> {
        let row = UnitRow {
            name: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            regon: "123456785".to_owned(),
            town: "Morawica".to_owned(),
            coordinators: Vec::new(),
            status: "active",
            history: "/units/0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10/history".to_owned(),
            register: Some("/unit/staff/register/unit?unit=0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned()),
        };
        let coordinated =
            UnitRow { coordinators: vec!["Anna Nowak".to_owned(), "Zofia Źdźbło".to_owned()], register: None, ..row.clone() };
        vec![
            Self::default(),
            Self {
                q: "morawica".to_owned(),
                only: Vec::new(),
                units: vec![row.clone(), coordinated],
                next_href: Some("/admin/units?after=k".to_owned()),
                export: ExportLinks::sample("units"),
                first_href: None,
            },
            Self { only: vec!["without_coordinator"], units: vec![row], ..Self::default() },
        ]
    }
}

/// `/admin/office`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OfficePage {
    /// One's own, or all.
    pub offices: Vec<OfficeView>,
}

/// One office.
#[derive(Debug, Clone, Serialize)]
pub struct OfficeView {
    /// Two digits.
    pub code: String,
    /// „Świętokrzyski Urząd Wojewódzki w Kielcach”.
    pub name: String,
    /// Postal address.
    pub address: String,
    /// Contact.
    pub email: String,
    /// Contact, E.164.
    pub phone: String,
    /// Its own words on the form; may be empty.
    pub form_text: String,
    /// All channels.
    pub channels: Vec<ChannelView>,
    /// The reader may edit it.
    pub may_edit: bool,
}

/// One channel.
#[derive(Debug, Clone, Serialize)]
pub struct ChannelView {
    /// Key under `channels`.
    pub channel: &'static str,
    /// Where to send.
    pub address: String,
    /// Offered and printed.
    pub is_open: bool,
}

impl Page for OfficePage {
    const TEMPLATE: &'static str = "pages/admin/office.html.tera";
    const PLACE: &'static str = "admin-office";
    fn samples() -> Vec<Self> {
        let office = OfficeView {
            code: "26".to_owned(),
            name: "Świętokrzyski Urząd Wojewódzki w Kielcach".to_owned(),
            address: "al. IX Wieków Kielc 3, 25-516 Kielce".to_owned(),
            email: "wps@kielce.example.pl".to_owned(),
            phone: "+48413421800".to_owned(),
            form_text: "Pokój 312, poniedziałek 8–16.".to_owned(),
            may_edit: true,
            channels: vec![
                ChannelView { channel: "upload", address: String::new(), is_open: true },
                ChannelView { channel: "epuap", address: "/SUWKielce/SkrytkaESP".to_owned(), is_open: false },
            ],
        };
        vec![
            Self { offices: vec![office.clone()] },
            Self {
                offices: vec![
                    office.clone(),
                    OfficeView {
                        code: "24".to_owned(),
                        name: "Śląski Urząd Wojewódzki w Katowicach".to_owned(),
                        form_text: String::new(),
                        may_edit: false,
                        ..office
                    },
                ],
            },
        ]
    }
}

/// `/admin/audit`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AuditPage {
    /// From this day, as typed.
    pub from: String,
    /// To this day, as typed.
    pub until: String,
    /// Login.
    pub actor: String,
    /// Id of the object.
    pub object: String,
    /// Chosen event.
    pub event: String,
    /// All events.
    pub events: Vec<Choice>,
    /// The rows.
    pub entries: Vec<AuditRow>,
    /// Link to the first page, on later ones.
    pub first_href: Option<String>,
    /// Link to the next page.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
    /// What is wrong with the filter.
    pub errors: FieldErrors,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct AuditRow {
    /// Position in the trail.
    pub id: i64,
    /// When.
    pub at: Moment,
    /// Login, or a key under `audit_actors`.
    pub actor: String,
    /// The actor is a key.
    pub is_named_actor: bool,
    /// Whom the actor stood in for.
    pub on_behalf_of: Option<String>,
    /// Key under `audit_events`.
    pub event: String,
    /// Key under `audit_objects`.
    pub object_kind: String,
    /// Id of the object.
    pub object_id: String,
    /// Key under `outcomes`.
    pub outcome: String,
    /// Client address.
    pub address: Option<String>,
    /// Request id.
    pub correlation: String,
    /// Codes and ids, as JSON; empty when there are none.
    pub details: String,
}

impl Page for AuditPage {
    const TEMPLATE: &'static str = "pages/admin/audit.html.tera";
    const PLACE: &'static str = "admin-audit";
    fn samples() -> Vec<Self> {
        let row = |id, actor: &str, is_named_actor, event: &str, outcome: &str| AuditRow {
            id,
            at: NOW,
            actor: actor.to_owned(),
            is_named_actor,
            on_behalf_of: None,
            event: event.to_owned(),
            object_kind: "account".to_owned(),
            object_id: "a-nowak".to_owned(),
            outcome: outcome.to_owned(),
            address: Some("192.0.2.7".to_owned()),
            correlation: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
            details: "{\"reason\":\"wrong_password\"}".to_owned(),
        };
        let events = vec![Choice::new("session.started", "zalogowanie")];
        let full = Self {
            events: events.clone(),
            event: "session.started".to_owned(),
            entries: vec![
                row(2, "a-nowak", false, "session.started", "done"),
                AuditRow { details: String::new(), address: None, ..row(1, "visitor", true, "sign_in.failed", "failed") },
            ],
            next_href: Some("/admin/audit?after=1".to_owned()),
            first_href: Some("/admin/audit".to_owned()),
            ..Self::default()
        };
        let wrong = Self {
            from: "jutro".to_owned(),
            errors: FieldErrors::one("from", Invalid::DateShape),
            events: events.clone(),
            ..Self::default()
        };
        vec![Self { events, ..Self::default() }, full, wrong]
    }
}
