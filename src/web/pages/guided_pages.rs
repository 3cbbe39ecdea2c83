//! What the pages of all guided forms have in common. What may not live here: what one kind asks for.

use crate::domain::account::Account;
use crate::domain::application::matter::address_text;
use crate::domain::application::status::Status;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::Unit;
use crate::render::Page;
use serde::Serialize;

/// Which form a page belongs to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Guide {
    /// Where its words stand among the labels.
    pub words: &'static str,
    /// Its task list.
    pub start: String,
    /// The application that is corrected.
    pub corrects: Option<String>,
}

impl Guide {
    /// As it looks on a page, new and in a correction.
    pub fn samples(words: &'static str, start: &str) -> [Self; 2] {
        let new = Self { words, start: start.to_owned(), corrects: None };
        let correction = Self { corrects: Some("W/26/2026/000123".to_owned()), ..new.clone() };
        [new, correction]
    }
}

/// One step in a task list.
#[derive(Debug, Clone, Serialize)]
pub struct Task {
    /// Label key under the steps of its form.
    pub key: &'static str,
    /// Where it is done, once it may be entered.
    pub href: Option<String>,
    /// `done`, `todo`, `error`, `cannot_start`.
    pub status: &'static str,
}

/// An application that is under way.
#[derive(Debug, Clone, Serialize)]
pub struct UnderWay {
    /// `W/26/2026/000123`.
    pub number: String,
    /// `W-26-2026-000123`.
    pub path: String,
    /// Key under `status`.
    pub status: &'static str,
}

impl UnderWay {
    /// One of these.
    pub fn of(number: &ApplicationNumber, status: Status) -> Self {
        Self { number: number.to_string(), path: number.to_path(), status: status.key() }
    }
}

/// The task list with what stands around it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Overview {
    /// Which form it is.
    pub guide: Guide,
    /// Steps, in order.
    pub tasks: Vec<Task>,
    /// Where to go on.
    pub next: String,
    /// What the office says of the whole.
    pub general_remarks: Vec<String>,
    /// Something is typed: kept until (ms).
    pub kept_until: Option<i64>,
    /// Own applications that are open.
    pub open: Vec<UnderWay>,
}

impl Overview {
    /// As it looks with these steps: new, begun with another one under way, and in a correction with remarks.
    pub fn samples(words: &'static str, start: &str, steps: [&'static str; 3]) -> [Self; 3] {
        let [new, correction] = Guide::samples(words, start);
        let task = |key: &'static str, status| Task { key, href: (status != "cannot_start").then(|| format!("{start}/{key}")), status };
        let tasks = |states: [&'static str; 3]| steps.into_iter().zip(states).map(|(key, state)| task(key, state)).collect();
        let fresh = Self {
            guide: new,
            tasks: tasks(["todo", "cannot_start", "cannot_start"]),
            next: format!("{start}/{}", steps[0]),
            ..Self::default()
        };
        let under_way = UnderWay { number: "W/26/2026/000123".to_owned(), path: "W-26-2026-000123".to_owned(), status: "in_review" };
        let begun = Self {
            tasks: tasks(["done", "todo", "cannot_start"]),
            kept_until: Some(1_795_327_500_000),
            open: vec![under_way],
            ..fresh.clone()
        };
        let general_remarks = vec!["Brakuje podpisu <b>drugiej</b> osoby.\nProszę uzupełnić.".to_owned()];
        let corrects = Self { guide: correction, tasks: tasks(["error", "done", "todo"]), general_remarks, ..begun.clone() };
        [fresh, begun, corrects]
    }
}

/// A unit to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitItem {
    /// Its row.
    pub value: String,
    /// Full name.
    pub text: String,
    /// Town and REGON.
    pub hint: String,
}

impl UnitItem {
    /// A unit; `regon` is the word before the number.
    pub fn of(unit: &Unit, regon: &str) -> Self {
        Self {
            value: unit.id.to_string(),
            text: unit.data.name.to_string(),
            hint: format!("{}, {regon} {}", unit.data.address.town, unit.data.regon),
        }
    }
}

/// A unit as checked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CheckedUnit {
    /// Full name.
    pub name: String,
    /// REGON.
    pub regon: String,
    /// In one line.
    pub address: String,
    /// Who signs.
    pub head: String,
}

impl CheckedUnit {
    /// As registered.
    pub fn of(unit: &Unit) -> Self {
        Self {
            name: unit.data.name.to_string(),
            regon: unit.data.regon.to_string(),
            address: address_text(&unit.data.address),
            head: unit.data.head.to_line(),
        }
    }
}

/// The one who applies, as checked.
#[derive(Debug, Clone, Default, Serialize)]
pub struct CheckedApplicant {
    /// First and last name.
    pub full_name: String,
    /// Position at work.
    pub position: String,
    /// Work e-mail.
    pub email: String,
    /// Work phone, E.164; empty where there is none.
    pub phone: String,
    /// Login.
    pub login: String,
}

impl CheckedApplicant {
    /// As it looks on a page.
    pub fn sample() -> Self {
        Self {
            full_name: "Anna Nowak-Kowalska".to_owned(),
            position: "starsza specjalistka".to_owned(),
            email: "anna@gops-morawica.example.pl".to_owned(),
            phone: "+48413114692".to_owned(),
            login: "anowak".to_owned(),
        }
    }
    /// An account's owner.
    pub fn of(account: &Account) -> Self {
        let profile = &account.profile;
        Self {
            full_name: profile.full_name(),
            position: profile.position.as_ref().map(ToString::to_string).unwrap_or_default(),
            email: profile.email.to_string(),
            phone: profile.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
            login: account.login.to_string(),
        }
    }
}

/// Something to mend on another page.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// Field of the whole.
    pub field: String,
    /// Where it is mended.
    pub href: String,
}

/// `/<form>/statements`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GuidedStatementsPage {
    /// Which form it is.
    pub guide: Guide,
    /// Keys of the confirmed ones.
    pub statements: Vec<String>,
    /// What to mend.
    pub errors: FieldErrors,
}

impl Page for GuidedStatementsPage {
    const TEMPLATE: &'static str = "pages/guided/statements.html.tera";
    const PLACE: &'static str = "guided-statements";
    fn samples() -> Vec<Self> {
        let [new, correction] = Guide::samples("extend", "/account/extend");
        let page = Self { guide: new, ..Self::default() };
        let errors = FieldErrors::one("statements", Invalid::StatementRequired);
        let partly = Self { statements: vec!["data_true".to_owned()], errors, ..page.clone() };
        vec![page, partly, Self { guide: correction, ..Self::default() }]
    }
}

/// `/<form>/drop`: one question before the draft is gone.
#[derive(Debug, Clone, Default, Serialize)]
pub struct GuidedDropPage {
    /// Which form it is.
    pub guide: Guide,
}

impl Page for GuidedDropPage {
    const TEMPLATE: &'static str = "pages/guided/drop.html.tera";
    const PLACE: &'static str = "guided-drop";
    fn samples() -> Vec<Self> {
        Guide::samples("staff", "/unit/staff/register").map(|guide| Self { guide }).into()
    }
}
