//! What the portal holds about one's own account: sessions, history, the copy of all data; and the request to close it.

use super::ExportLinks;
use super::account_pages::OwnApplication;
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use crate::render::Page;
use crate::services::manage_sessions::OwnSession;
use crate::services::own_data::{
    AccountData, ApplicationData, ClosingData, DeviceData, EarlierValue, EmailChangeData, EntryData, FactorData, GrantData, HandOverData,
    JoinData, LeftRightData, LetterData, LineData, OwnData, PasskeyData, ReportData, RevisionData, RoleData, SessionData, StandInData,
};
use jiff::civil::{Date, date};
use serde::Serialize;
use uuid::Uuid;

const NOW: Moment = Moment(1_795_327_500_000);

/// One session.
#[derive(Debug, Clone, Serialize)]
pub struct SessionRow {
    /// Names it; none for one that can be ended with all others only.
    pub id: Option<String>,
    /// The one that the page is shown in.
    pub is_current: bool,
    /// Sign-in.
    pub created_at: Moment,
    /// Last activity.
    pub last_seen_at: Moment,
    /// „Firefox, Windows”; may be empty.
    pub device: String,
    /// The provider's network; may be empty.
    pub network: String,
}

impl From<OwnSession> for SessionRow {
    fn from(session: OwnSession) -> Self {
        Self {
            id: session.id.map(|id| id.to_string()),
            is_current: session.is_current,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            device: session.device,
            network: session.network,
        }
    }
}

/// Examples, for this page and the security page.
pub(super) fn sample_sessions() -> Vec<SessionRow> {
    let of = |id: Option<&str>, is_current, device: &str, network: &str| SessionRow {
        id: id.map(str::to_owned),
        is_current,
        created_at: NOW,
        last_seen_at: NOW.plus_minutes(7),
        device: device.to_owned(),
        network: network.to_owned(),
    };
    vec![
        of(Some("s1"), true, "Firefox, Windows", "198.51.0.0/16"),
        of(Some("s2"), false, "Samsung Internet, Android", "2001:db8::/32"),
        of(Some("s3"), false, "", ""),
        of(None, false, "Chrome, Linux", "203.0.0.0/16"),
    ]
}

/// `/account/sessions`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SessionsPage {
    /// The present one first.
    pub sessions: Vec<SessionRow>,
    /// May change the password here; else only by a letter.
    pub may_change_password: bool,
}

impl Page for SessionsPage {
    const TEMPLATE: &'static str = "pages/account/sessions.html.tera";
    const PLACE: &'static str = "account-sessions";
    fn samples() -> Vec<Self> {
        let alone = sample_sessions().into_iter().take(1).collect();
        vec![Self { sessions: sample_sessions(), may_change_password: true }, Self { sessions: alone, may_change_password: false }]
    }
}

/// One entry of the history.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryRow {
    /// When.
    pub at: Moment,
    /// Key under `audit_events`.
    pub event: String,
    /// Key under `outcomes`.
    pub outcome: String,
    /// Key under `history_who`.
    pub who: &'static str,
    /// The provider's network; may be empty.
    pub network: String,
    /// Key under `audit_objects`, where it was not about the account itself.
    pub object_kind: Option<String>,
    /// What people call it; none where only the portal knows its id.
    pub object: Option<String>,
    /// Keys under `fields`: what of the own data was changed.
    pub fields: Vec<String>,
}

/// `/account/history`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct HistoryPage {
    /// The newest first.
    pub entries: Vec<HistoryRow>,
    /// May change the password here; else only by a letter.
    pub may_change_password: bool,
    /// Link to the first page, on later ones.
    pub first_href: Option<String>,
    /// Link to the next page.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
}

impl Page for HistoryPage {
    const TEMPLATE: &'static str = "pages/account/history.html.tera";
    const PLACE: &'static str = "account-history";
    fn samples() -> Vec<Self> {
        let of = |event: &str, outcome: &str, who, network: &str| HistoryRow {
            at: NOW,
            event: event.to_owned(),
            outcome: outcome.to_owned(),
            who,
            network: network.to_owned(),
            object_kind: None,
            object: None,
            fields: Vec::new(),
        };
        let entries = vec![
            of("session.started", "done", "owner", "198.51.0.0/16"),
            of("sign_in.failed", "failed", "visitor", "203.0.0.0/16"),
            HistoryRow {
                fields: vec!["last_name".to_owned(), "phone".to_owned()],
                ..of("account.profile_changed", "done", "owner", "198.51.0.0/16")
            },
            HistoryRow {
                object_kind: Some("application".to_owned()),
                object: Some("W/26/2026/000123".to_owned()),
                ..of("application.submitted", "done", "owner", "198.51.0.0/16")
            },
            HistoryRow { object_kind: Some("grant".to_owned()), ..of("grant.added", "done", "other", "") },
            of("account.unlocked", "done", "other", ""),
            of("account.closed", "done", "portal", ""),
        ];
        let next_href = Some("/account/history?after=7".to_owned());
        let page = Self { entries, may_change_password: true, next_href, first_href: None, export: ExportLinks::sample("own-history") };
        let last = Self { next_href: None, first_href: Some("/account/history".to_owned()), may_change_password: false, ..page.clone() };
        vec![page, last, Self::default()]
    }
}

/// `/account/data`.
#[derive(Debug, Clone, Serialize)]
pub struct OwnDataPage {
    /// All of it; of the history only the newest entries.
    pub data: OwnData,
    /// Entries that the page shows.
    pub shown: usize,
    /// There are more of them in the file.
    pub has_more: bool,
}

fn sample_data() -> OwnData {
    OwnData {
        made_at: NOW,
        controller: "Ministerstwo Rodziny, Pracy i Polityki Społecznej".to_owned(),
        account: AccountData {
            id: AccountId(Uuid::nil()),
            login: "a-nowak".to_owned(),
            first_name: "Anna".to_owned(),
            last_name: "Nowak-Śliwińska".to_owned(),
            position: None,
            email: "a.nowak@gops.example.pl".to_owned(),
            phone: Some("+48413114692".to_owned()),
            status: "active",
            voivodeship: Some("26".to_owned()),
            has_password: true,
            created_at: NOW,
            signed_in_at: Some(NOW),
            announces_sign_ins: true,
            mails_announcements: true,
            failures: 0,
            blocked_until: None,
        },
        earlier_values: vec![
            EarlierValue { field: "last_name".to_owned(), value: Some("Nowak".to_owned()), by_owner: true, changed_at: NOW },
            EarlierValue { field: "phone".to_owned(), value: None, by_owner: false, changed_at: NOW },
        ],
        email_changes: vec![EmailChangeData {
            old: "anna@gops.example.pl".to_owned(),
            new: "a.nowak@gops.example.pl".to_owned(),
            status: "confirmed",
            requested_at: NOW,
            settled_at: Some(NOW),
        }],
        roles: vec![RoleData { role: "helpdesk", voivodeship: Some("26".to_owned()), assigned_at: NOW, revoked_at: Some(NOW) }],
        grants: vec![GrantData {
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            regon: "123456785".to_owned(),
            sub_area: "PS".to_owned(),
            function: "editor".to_owned(),
            valid_from: date(2026, 11, 22),
            valid_until: date(2028, 12, 31),
            given_at: NOW,
            revoked_at: None,
            revoked_because: Vec::new(),
            replaced_at: None,
        }],
        stand_ins: vec![StandInData {
            is_deputy: true,
            role: "voivodeship_administrator",
            voivodeship: Some("26".to_owned()),
            from: date(2026, 12, 1),
            until: date(2026, 12, 14),
            named_at: NOW,
            by_other: true,
            ended_at: Some(NOW),
        }],
        hand_overs: vec![HandOverData {
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            regon: "123456785".to_owned(),
            revoked_at: NOW,
            capacity: "head",
            reason: vec!["odejście z pracy".to_owned(), "Od <b>poniedziałku</b>.".to_owned()],
            letter: Some(("K.12/2026".to_owned(), date(2026, 11, 20))),
            was_coordinator: true,
            rights: vec![LeftRightData { sub_area: "PS".to_owned(), function: "editor".to_owned(), valid_until: date(2027, 12, 31) }],
            applications: vec!["W/26/2026/000123".to_owned()],
        }],
        applications: vec![ApplicationData {
            number: "W/26/2026/000123".to_owned(),
            kind: "unit_registration",
            status: "approved",
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            is_applicant: true,
            submitted_at: NOW,
            status_since_at: NOW,
            note: Some("Proszę o szybkie rozpatrzenie.".to_owned()),
            reason: None,
            revisions: vec![RevisionData {
                revision: 1,
                filed_at: NOW,
                lines: vec![
                    LineData { key: "login", value: vec!["anowak".to_owned()] },
                    LineData { key: "grants", value: vec!["PS – pomoc społeczna · przeglądający · do 31.12.2027".to_owned(); 2] },
                ],
            }],
        }],
        sessions: vec![SessionData {
            device: "Firefox, Windows".to_owned(),
            user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
            address: "198.51.100.7".to_owned(),
            signed_in_at: NOW,
            last_seen_at: NOW,
        }],
        known_devices: vec![DeviceData {
            device: "Firefox, Windows".to_owned(),
            user_agent: "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(),
            network: "198.51.0.0/16".to_owned(),
            known_since_at: NOW,
            last_used_at: NOW,
        }],
        second_factors: FactorData {
            codes_since_at: Some(NOW),
            passkeys: vec![PasskeyData { name: "Laptop służbowy".to_owned(), added_at: NOW, last_used_at: None }],
            recovery_codes_left: Some(7),
            recovery_codes_made_at: Some(NOW),
        },
        closing_requests: vec![ClosingData { requested_at: NOW, settled_at: Some(NOW), outcome: Some("withdrawn".to_owned()) }],
        account_joins: [true, false]
            .map(|is_given_up| JoinData {
                is_given_up,
                typed_login: is_given_up.then(|| "a-nowak".to_owned()),
                state: "undone",
                proposed_at: NOW,
                joined_at: Some(NOW),
                ended_at: Some(NOW),
            })
            .into(),
        reports: vec![ReportData { kind: "sign_in", reported_at: NOW, closed_at: None }],
        letters: vec![LetterData {
            kind: "password_changed".to_owned(),
            status: "sent".to_owned(),
            created_at: NOW,
            finished_at: Some(NOW),
        }],
        history: vec![EntryData {
            at: NOW,
            event: "session.started".to_owned(),
            outcome: "done".to_owned(),
            who: "owner",
            address: "198.51.100.7".to_owned(),
            object_kind: None,
            object: None,
            fields: Vec::new(),
        }],
        history_is_complete: true,
    }
}

impl Page for OwnDataPage {
    const TEMPLATE: &'static str = "pages/account/data.html.tera";
    const PLACE: &'static str = "account-data";
    fn samples() -> Vec<Self> {
        let full = sample_data();
        let bare = OwnData {
            earlier_values: Vec::new(),
            email_changes: Vec::new(),
            roles: Vec::new(),
            grants: Vec::new(),
            stand_ins: Vec::new(),
            hand_overs: Vec::new(),
            applications: Vec::new(),
            sessions: Vec::new(),
            known_devices: Vec::new(),
            second_factors: FactorData {
                codes_since_at: None,
                passkeys: Vec::new(),
                recovery_codes_left: None,
                recovery_codes_made_at: None,
            },
            closing_requests: Vec::new(),
            account_joins: Vec::new(),
            reports: Vec::new(),
            letters: Vec::new(),
            ..full.clone()
        };
        vec![
            Self { data: full.clone(), shown: 1, has_more: false },
            Self { data: OwnData { history_is_complete: false, ..full }, shown: 1, has_more: true },
            Self { data: bare, shown: 1, has_more: false },
        ]
    }
}

/// A right that closing would end.
#[derive(Debug, Clone, Serialize)]
pub struct EndingGrant {
    /// Name of the unit.
    pub unit: String,
    /// „PS”.
    pub sub_area: String,
    /// Key under `functions`.
    pub function: String,
    /// Last day, without the closing.
    pub valid_until: Date,
}

/// `/account/close`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ClosePage {
    /// As typed.
    pub login: String,
    /// The request waits for an administrator.
    pub requested_at: Option<Moment>,
    /// What would end.
    pub grants: Vec<EndingGrant>,
    /// What nobody else could approve.
    pub sole_approver_of: Vec<EndingGrant>,
    /// Applications that must end first.
    pub applications: Vec<OwnApplication>,
    /// The last central administrator stays.
    pub is_last_administrator: bool,
}

impl Page for ClosePage {
    const TEMPLATE: &'static str = "pages/account/close.html.tera";
    const PLACE: &'static str = "account-close";
    fn samples() -> Vec<Self> {
        let grant = EndingGrant {
            unit: "Gminny Ośrodek Pomocy Społecznej w Morawicy".to_owned(),
            sub_area: "PS".to_owned(),
            function: "approver".to_owned(),
            valid_until: date(2028, 12, 31),
        };
        let bare = Self { login: "a-nowak".to_owned(), ..Self::default() };
        let application = OwnApplication {
            number: "W/26/2026/000123".to_owned(),
            path: "W-26-2026-000123".to_owned(),
            kind: "staff_registration",
            status: "in_review",
            unit_name: grant.unit.clone(),
            submitted_at: NOW,
        };
        let full = Self {
            grants: vec![grant.clone(), EndingGrant { function: "viewer".to_owned(), ..grant.clone() }],
            sole_approver_of: vec![grant],
            applications: vec![application],
            ..bare.clone()
        };
        vec![bare.clone(), full.clone(), Self { requested_at: Some(NOW), ..full }, Self { is_last_administrator: true, ..bare }]
    }
}
