//! „Scalenie kont”: proposing, confirming, filing, taking back. What may not live here: what may follow what.

use super::guided_pages::UnderWay;
use crate::domain::invalid::FieldErrors;
use crate::render::Page;
use jiff::civil::{Date, date};
use serde::Serialize;

/// The joining that gives the visitor's account up.
#[derive(Debug, Clone, Serialize)]
pub struct OwnJoin {
    /// Row.
    pub id: String,
    /// Login that was named.
    pub kept: String,
    /// Key under `join_states`.
    pub state: &'static str,
}

/// A proposal that names the visitor's account.
#[derive(Debug, Clone, Serialize)]
pub struct AskedJoin {
    /// Row.
    pub id: String,
    /// Login of who proposes.
    pub given_up: String,
}

/// One right of the account that is given up.
#[derive(Debug, Clone, Serialize)]
pub struct JoinRight {
    /// Row: the value of its box.
    pub value: String,
    /// „Gminny Ośrodek …, PS – pomoc społeczna, wprowadzający dane, do 31.12.2028”.
    pub text: String,
    /// Key under `join_stays`; none where it can go over.
    pub stays: Option<&'static str>,
}

/// A right that can go over, as a box.
#[derive(Debug, Clone, Serialize)]
pub struct JoinChoice {
    /// Row.
    pub value: String,
    /// As [`JoinRight::text`].
    pub text: String,
}

/// A joining after which the visitor's account stays.
#[derive(Debug, Clone, Serialize)]
pub struct RunningJoin {
    /// Row.
    pub id: String,
    /// Login of the account that is given up.
    pub given_up: String,
    /// Key under `join_states`.
    pub state: &'static str,
    /// The last day on which it can be filed, or taken back.
    pub last_day: Date,
    /// The application, if it is open.
    pub open: Option<UnderWay>,
    /// It can be filed, for the first time or anew.
    pub takes_filing: bool,
    /// An application is corrected.
    pub is_correction: bool,
    /// What the office says.
    pub remarks: Vec<String>,
    /// Keys under `join_hindrances`.
    pub hindrances: Vec<&'static str>,
    /// What can go over.
    pub choices: Vec<JoinChoice>,
    /// What does not.
    pub stays: Vec<JoinRight>,
}

/// `/account/join`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct JoinPage {
    /// The visitor's login.
    pub own_login: String,
    /// The joining that gives this account up.
    pub own: Option<OwnJoin>,
    /// Proposals that name this account.
    pub asked: Vec<AskedJoin>,
    /// The joining after which this account stays.
    pub running: Option<RunningJoin>,
    /// The other login, as typed.
    pub login: String,
    /// Boxes that are ticked.
    pub grants: Vec<String>,
    /// Message to the office.
    pub note: String,
    /// What to mend.
    pub errors: FieldErrors,
}

fn sample_running(state: &'static str) -> RunningJoin {
    let text = |unit: &str| format!("{unit}: PS – pomoc społeczna, wprowadzający dane, do 31.12.2028");
    let choice = |value: &str| JoinChoice { value: value.to_owned(), text: text("Gminny Ośrodek Pomocy Społecznej w Morawicy") };
    let stays = |key| JoinRight { value: String::new(), text: text("Dom Pomocy Społecznej w Łodzi"), stays: Some(key) };
    RunningJoin {
        id: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        given_up: "a-nowak-stare".to_owned(),
        state,
        last_day: date(2026, 12, 22),
        open: None,
        takes_filing: state == "confirmed",
        is_correction: false,
        remarks: Vec::new(),
        hindrances: Vec::new(),
        choices: vec![choice("g1"), choice("g2")],
        stays: ["held", "unit_closed", "other_voivodeship", "suspended"].map(stays).into(),
    }
}

impl Page for JoinPage {
    const TEMPLATE: &'static str = "pages/join/join.html.tera";
    const PLACE: &'static str = "account-join";
    fn samples() -> Vec<Self> {
        use crate::domain::invalid::Invalid;
        let id = || "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned();
        let plain = Self { own_login: "a-nowak".to_owned(), ..Self::default() };
        let own = |state| Self { own: Some(OwnJoin { id: id(), kept: "anna-nowak".to_owned(), state }), ..plain.clone() };
        let running = |running| Self { running: Some(running), grants: vec!["g1".to_owned()], ..plain.clone() };
        let open = |status| Some(UnderWay { number: "W/26/2026/000123".to_owned(), path: "W-26-2026-000123".to_owned(), status });
        vec![
            plain.clone(),
            Self { login: "a-nowak".to_owned(), errors: FieldErrors::one("login", Invalid::JoinSelf), ..plain.clone() },
            own("proposed"),
            own("confirmed"),
            own("filed"),
            Self { asked: vec![AskedJoin { id: id(), given_up: "a-nowak-stare".to_owned() }], ..plain.clone() },
            running(sample_running("confirmed")),
            Self { errors: FieldErrors::one("grants", Invalid::JoinGrantGone), ..running(sample_running("confirmed")) },
            running(RunningJoin {
                hindrances: vec!["account", "role", "coordinator", "open_application", "no_unit"],
                ..sample_running("confirmed")
            }),
            running(RunningJoin { choices: Vec::new(), ..sample_running("confirmed") }),
            running(RunningJoin { open: open("in_review"), ..sample_running("filed") }),
            running(RunningJoin {
                open: open("returned"),
                takes_filing: true,
                is_correction: true,
                remarks: vec!["Prosimy nie przenosić uprawnień do FA.".to_owned()],
                ..sample_running("filed")
            }),
            running(sample_running("joined")),
        ]
    }
}

/// `/account/join/<id>/undo`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UndoJoinPage {
    /// Row.
    pub id: String,
    /// Login of the account that comes back.
    pub given_up: String,
}

impl Page for UndoJoinPage {
    const TEMPLATE: &'static str = "pages/join/undo.html.tera";
    const PLACE: &'static str = "account-join-undo";
    fn samples() -> Vec<Self> {
        vec![Self { id: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(), given_up: "a-nowak-stare".to_owned() }]
    }
}
