//! Who decides: stand-ins, and proposals about the roles of officials.

use super::ExportLinks;
use super::admin_pages::Choice;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use jiff::civil::Date;
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// One stand-in.
#[derive(Debug, Clone, Serialize)]
pub struct StandInRow {
    /// Row id.
    pub id: String,
    /// Name of the deputy.
    pub deputy: String,
    /// Name of whom the deputy stands in for.
    pub deputised: String,
    /// Name of who named the deputy in the place of the absent.
    pub named_by: Option<String>,
    /// Key under `roles`.
    pub role: &'static str,
    /// Name of the voivodeship; none for the country.
    pub voivodeship: Option<String>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Key under `stand_in_states`.
    pub state: &'static str,
    /// The reader may end it.
    pub may_end: bool,
}

/// Several stand-ins under one heading.
#[derive(Debug, Clone, Serialize)]
pub struct StandInGroup {
    /// Key under `stand_ins.group` and id of the heading: named, acting, others.
    pub key: &'static str,
    /// The latest first.
    pub rows: Vec<StandInRow>,
}

/// `/admin/stand-ins`.
#[derive(Debug, Clone, Serialize)]
pub struct StandInListPage {
    /// In their order; empty ones are left out but for what the reader named.
    pub groups: Vec<StandInGroup>,
    /// The reader names deputies for those who are away.
    pub oversees: bool,
    /// The whole list as a file.
    pub export: ExportLinks,
}

fn sample_row(state: &'static str) -> StandInRow {
    StandInRow {
        id: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        deputy: "Tomasz Łysogórski".to_owned(),
        deputised: "Krystyna Zawadzka-Śliwińska".to_owned(),
        named_by: (state == "planned").then(|| "Maria Centralna".to_owned()),
        role: "voivodeship_administrator",
        voivodeship: Some("warmińsko-mazurskie".to_owned()),
        from: Date::constant(2026, 12, 1),
        until: Date::constant(2026, 12, 14),
        state,
        may_end: matches!(state, "planned" | "in_force"),
    }
}

impl Page for StandInListPage {
    const TEMPLATE: &'static str = "pages/admin/stand_ins.html.tera";
    const PLACE: &'static str = "admin-stand-ins";
    fn samples() -> Vec<Self> {
        let group = |key, states: &[&'static str]| StandInGroup { key, rows: states.iter().map(|state| sample_row(state)).collect() };
        let central = StandInRow { role: "central_administrator", voivodeship: None, ..sample_row("in_force") };
        let acting = StandInGroup { key: "acting", rows: vec![central] };
        vec![
            Self { groups: vec![group("named", &[])], oversees: false, export: ExportLinks::sample("stand-ins") },
            Self {
                oversees: true,
                export: ExportLinks::sample("stand-ins"),
                groups: vec![group("named", &["planned", "in_force", "over", "ended", "void"]), acting, group("others", &["in_force"])],
            },
        ]
    }
}

/// `/admin/stand-ins/name`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NameStandInPage {
    /// For somebody else, who is away.
    pub is_for_other: bool,
    /// Who can be named.
    pub deputies: Vec<Choice>,
    /// Chosen.
    pub deputy: String,
    /// The roles that can be lent, where there are several.
    pub roles: Vec<Choice>,
    /// Chosen.
    pub lent_role: String,
    /// As typed.
    pub from: String,
    /// As typed.
    pub until: String,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for NameStandInPage {
    const TEMPLATE: &'static str = "pages/admin/name_stand_in.html.tera";
    const PLACE: &'static str = "admin-stand-in-name";
    fn samples() -> Vec<Self> {
        let page = Self { deputies: vec![Choice::new("a", "Tomasz Łysogórski (swietokrzyskie-2), świętokrzyskie")], ..Self::default() };
        let mut errors = FieldErrors::one("deputy", Invalid::Required);
        errors.add("lent_role", Invalid::Required);
        errors.add("from", Invalid::DatePast);
        errors.add("until", Invalid::BeforeBeginning);
        let twice = FieldErrors::one("deputy", Invalid::StandInTwice);
        let several = Self {
            roles: vec![Choice::new("r", "administrator wojewódzki, świętokrzyskie"), Choice::new("s", "administrator centralny")],
            ..page.clone()
        };
        vec![
            page.clone(),
            Self { errors, from: "01.01.2020".to_owned(), ..several },
            Self { errors: twice, deputy: "a".to_owned(), ..page.clone() },
            Self {
                is_for_other: true,
                roles: vec![Choice::new("r", "Krystyna Zawadzka-Śliwińska (krystyna), administrator wojewódzki, świętokrzyskie")],
                ..page
            },
            Self::default(),
        ]
    }
}

/// `/admin/stand-ins/<id>/end`.
#[derive(Debug, Clone, Serialize)]
pub struct EndStandInPage {
    /// Which.
    pub row: StandInRow,
}

impl Page for EndStandInPage {
    const TEMPLATE: &'static str = "pages/admin/end_stand_in.html.tera";
    const PLACE: &'static str = "admin-stand-in-end";
    fn samples() -> Vec<Self> {
        vec![Self { row: sample_row("in_force") }]
    }
}

/// One proposal.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalRow {
    /// Row id.
    pub id: String,
    /// Key under `proposals`: assign, revoke, close.
    pub change: &'static str,
    /// Key under `roles`.
    pub role: &'static str,
    /// Name of the voivodeship; none for the country.
    pub voivodeship: Option<String>,
    /// Name of the one whom it is about.
    pub whom: String,
    /// Login of the one.
    pub login: String,
    /// E-mail address of a new account.
    pub email: Option<String>,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Moment,
    /// It lapses then.
    pub lapses_at: Moment,
    /// Key under `proposal_outcomes`; `open` while it waits.
    pub outcome: &'static str,
    /// When it ended.
    pub settled_at: Option<Moment>,
    /// The reader may confirm or refuse it.
    pub may_answer: bool,
    /// The reader proposed it.
    pub may_withdraw: bool,
}

fn sample_proposal(change: &'static str, outcome: &'static str) -> ProposalRow {
    let is_open = outcome == "open";
    ProposalRow {
        id: "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10".to_owned(),
        change,
        role: "voivodeship_administrator",
        voivodeship: Some("warmińsko-mazurskie".to_owned()),
        whom: "Krystyna Zawadzka-Śliwińska".to_owned(),
        login: "k-zawadzka-sliwinska".to_owned(),
        email: (change == "assign").then(|| "k.zawadzka-sliwinska@uw.example.pl".to_owned()),
        proposed_by: "Maria Centralna".to_owned(),
        proposed_at: NOW,
        lapses_at: NOW.plus_days(7),
        outcome,
        settled_at: (!is_open).then_some(NOW),
        may_answer: is_open && change == "assign",
        may_withdraw: is_open && change == "revoke",
    }
}

/// `/admin/roles`.
#[derive(Debug, Clone, Serialize)]
pub struct ProposalListPage {
    /// The latest first.
    pub proposals: Vec<ProposalRow>,
    /// Another central administrator could confirm.
    pub has_second: bool,
    /// The whole list as a file.
    pub export: ExportLinks,
}

impl Page for ProposalListPage {
    const TEMPLATE: &'static str = "pages/admin/roles.html.tera";
    const PLACE: &'static str = "admin-roles";
    fn samples() -> Vec<Self> {
        let all = [("assign", "open"), ("revoke", "open"), ("assign", "confirmed"), ("revoke", "refused"), ("assign", "withdrawn")];
        let mut proposals: Vec<ProposalRow> = all.map(|(change, outcome)| sample_proposal(change, outcome)).into();
        proposals.push(ProposalRow { voivodeship: None, role: "central_administrator", ..sample_proposal("revoke", "lapsed") });
        let export = ExportLinks::sample("role-proposals");
        vec![Self { proposals: Vec::new(), has_second: false, export: export.clone() }, Self { proposals, has_second: true, export }]
    }
}

/// `/admin/roles/<id>/<answer>`.
#[derive(Debug, Clone, Serialize)]
pub struct AnswerProposalPage {
    /// Key under `proposal_answers`: confirm, refuse, withdraw.
    pub answer: &'static str,
    /// Which.
    pub row: ProposalRow,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for AnswerProposalPage {
    const TEMPLATE: &'static str = "pages/admin/answer_proposal.html.tera";
    const PLACE: &'static str = "admin-role-answer";
    fn samples() -> Vec<Self> {
        let page = |answer, change, errors| Self { answer, row: sample_proposal(change, "open"), errors };
        vec![
            page("confirm", "assign", FieldErrors::default()),
            page("confirm", "assign", FieldErrors::one("login", Invalid::LoginTaken)),
            page("refuse", "revoke", FieldErrors::default()),
            page("withdraw", "revoke", FieldErrors::default()),
        ]
    }
}
