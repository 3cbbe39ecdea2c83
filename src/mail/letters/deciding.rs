//! Letters to officials: who stands in for whom, what was passed on to them, what a colleague proposes.

use super::parts::{ApplicationLine, Closing, OneLine, sample};
use crate::domain::moment::Moment;
use crate::render::Letter;
use jiff::civil::Date;
use serde::Serialize;

/// An application was passed on to the central administrator.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationEscalatedLetter {
    /// Which.
    pub application: ApplicationLine,
    /// Name of the office that has it.
    pub office: OneLine,
    /// One of two has approved it, and the office has no other.
    pub awaits_second: bool,
    /// The office is over its target.
    pub is_over: bool,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for ApplicationEscalatedLetter {
    const NAME: &'static str = "application_escalated";
    fn samples() -> Vec<Self> {
        let of = |application, awaits_second, is_over| Self {
            is_over,
            application,
            office: "Świętokrzyski Urząd Wojewódzki w Kielcach".into(),
            awaits_second,
            closing: sample::closing_without_contact(),
        };
        vec![of(sample::application(), false, false), of(sample::long_application(), true, true), of(sample::application(), false, true)]
    }
}

/// One application of a letter about deadlines.
#[derive(Debug, Clone, Serialize)]
pub struct DeadlineLine {
    /// „W/26/2026/000123”.
    pub application: OneLine,
    /// The unit's name.
    pub unit: OneLine,
    /// Its page.
    pub url: String,
    /// Key under `clock`.
    pub standing: &'static str,
    /// Working days that are left, or over.
    pub days: i64,
}

/// Deadlines of an office's applications: half of the time is gone, it ends today, it is over.
#[derive(Debug, Clone, Serialize)]
pub struct OfficeDeadlinesLetter {
    /// The applications, what is over first.
    pub lines: Vec<DeadlineLine>,
    /// How many are over.
    pub over: i64,
    /// The queue by deadlines.
    pub queue_url: String,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for OfficeDeadlinesLetter {
    const NAME: &'static str = "office_deadlines";
    fn samples() -> Vec<Self> {
        let line = |standing, days| DeadlineLine {
            application: "W/26/2026/000123".into(),
            unit: sample::long_application().unit,
            url: sample::url("/admin/applications/W-26-2026-000123"),
            standing,
            days,
        };
        let of = |lines: Vec<DeadlineLine>, over| Self {
            lines,
            over,
            queue_url: sample::url("/admin/applications?sort=due"),
            closing: sample::closing_without_contact(),
        };
        let many = vec![line("over", 7), line("over", 2), line("over", 1), line("just_over", 0), line("today", 0), line("left", 1)];
        vec![of(vec![line("left", 5)], 0), of(vec![line("today", 0)], 0), of(vec![line("over", 1)], 1), of(many, 4)]
    }
}

/// Who stands in for whom.
#[derive(Debug, Clone, Serialize)]
pub struct StandInNews {
    /// The letter goes to the deputy.
    pub is_deputy: bool,
    /// Name of the deputy.
    pub deputy: OneLine,
    /// Name of whom the deputy stands in for.
    pub deputised: OneLine,
    /// Name of who named the deputy in the place of the absent.
    pub named_by: Option<OneLine>,
    /// Key under `roles`.
    pub role_key: &'static str,
    /// Name of the voivodeship; none for the country.
    pub voivodeship: Option<OneLine>,
    /// First day.
    pub from: Date,
    /// Last day.
    pub until: Date,
    /// Where all of them stand.
    pub url: String,
    /// End of the letter.
    pub closing: Closing,
}

fn sample_news() -> Vec<StandInNews> {
    let of = |is_deputy, voivodeship: Option<&str>, named_by: Option<&str>| StandInNews {
        is_deputy,
        named_by: named_by.map(OneLine::from),
        deputy: "Tomasz Łysogórski".into(),
        deputised: "Barbara Świętokrzyska".into(),
        role_key: if voivodeship.is_some() { "voivodeship_administrator" } else { "central_administrator" },
        voivodeship: voivodeship.map(OneLine::from),
        from: Date::constant(2026, 12, 1),
        until: Date::constant(2026, 12, 14),
        url: sample::url("/admin/stand-ins"),
        closing: sample::closing_without_contact(),
    };
    let (here, maria) = (Some("świętokrzyskie"), Some("Maria Centralna"));
    vec![of(true, here, None), of(false, None, None), of(true, here, maria), of(false, here, maria)]
}

/// A deputy was named.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct StandInNamedLetter(pub StandInNews);

impl Letter for StandInNamedLetter {
    const NAME: &'static str = "stand_in_named";
    fn samples() -> Vec<Self> {
        sample_news().into_iter().map(Self).collect()
    }
}

/// A stand-in was ended before its time.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct StandInEndedLetter(pub StandInNews);

impl Letter for StandInEndedLetter {
    const NAME: &'static str = "stand_in_ended";
    fn samples() -> Vec<Self> {
        sample_news().into_iter().map(Self).collect()
    }
}

/// What is proposed about a role.
#[derive(Debug, Clone, Serialize)]
pub struct RoleNews {
    /// Key under `proposals`: assign, revoke, close.
    pub change: &'static str,
    /// Key under `roles`.
    pub role_key: &'static str,
    /// Name of the voivodeship; none for the country.
    pub voivodeship: Option<OneLine>,
    /// Name of the one whom it is about.
    pub whom: OneLine,
    /// Login of the one.
    pub login: OneLine,
    /// Name of the one who proposed it.
    pub proposed_by: OneLine,
    /// It lapses then.
    pub lapses_at: Moment,
    /// How it ended: a key under `proposal_outcomes`; empty while it waits.
    pub outcome: &'static str,
    /// Where it is answered.
    pub url: String,
    /// End of the letter.
    pub closing: Closing,
}

fn sample_roles(outcomes: &[&'static str]) -> Vec<RoleNews> {
    let of = |change, outcome| RoleNews {
        change,
        role_key: if change == "assign" { "voivodeship_administrator" } else { "central_administrator" },
        voivodeship: (change == "assign").then(|| "świętokrzyskie".into()),
        whom: "Barbara Świętokrzyska".into(),
        login: "swietokrzyskie".into(),
        proposed_by: "Maria Centralna".into(),
        lapses_at: sample::NOW.plus_days(7),
        outcome,
        url: sample::url("/admin/roles"),
        closing: sample::closing_without_contact(),
    };
    outcomes.iter().flat_map(|outcome| [of("assign", *outcome), of("revoke", *outcome), of("close", *outcome)]).collect()
}

/// A central administrator proposes something that another one is to confirm.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct RoleProposedLetter(pub RoleNews);

impl Letter for RoleProposedLetter {
    const NAME: &'static str = "role_proposed";
    fn samples() -> Vec<Self> {
        sample_roles(&[""]).into_iter().map(Self).collect()
    }
}

/// The proposal was answered, or nobody answered it.
#[derive(Debug, Clone, Serialize)]
#[serde(transparent)]
pub struct RoleProposalSettledLetter(pub RoleNews);

impl Letter for RoleProposalSettledLetter {
    const NAME: &'static str = "role_proposal_settled";
    fn samples() -> Vec<Self> {
        sample_roles(&["confirmed", "refused", "lapsed"]).into_iter().map(Self).collect()
    }
}

/// A role was taken away.
#[derive(Debug, Clone, Serialize)]
pub struct RoleRevokedLetter {
    /// Key under `roles`.
    pub role_key: &'static str,
    /// Name of the voivodeship; none for the country.
    pub voivodeship: Option<OneLine>,
    /// When.
    pub revoked_at: Moment,
    /// End of the letter.
    pub closing: Closing,
}

impl Letter for RoleRevokedLetter {
    const NAME: &'static str = "role_revoked";
    fn samples() -> Vec<Self> {
        let of = |role_key, voivodeship: Option<&str>| Self {
            role_key,
            voivodeship: voivodeship.map(OneLine::from),
            revoked_at: sample::NOW,
            closing: sample::closing_without_contact(),
        };
        vec![of("voivodeship_administrator", Some("świętokrzyskie")), of("auditor", None)]
    }
}
