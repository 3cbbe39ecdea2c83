//! `/admin/applications`.

use super::{desk::ClockText, samples};
use crate::render::Page;
use crate::web::pages::ExportLinks;
use serde::Serialize;

/// The queue.
#[derive(Debug, Clone, Serialize)]
pub struct QueuePage {
    /// One tab for each view: all, mine, over their target, put off.
    pub views: Vec<Tab>,
    /// Key of the view that is shown.
    pub view: &'static str,
    /// One tab for each state.
    pub tabs: Vec<Tab>,
    /// Key of the state that is shown.
    pub status: String,
    /// What is searched for, as typed.
    pub q: String,
    /// Key of the order.
    pub sort: String,
    /// What is searched for holds nothing to look for.
    pub is_unsearchable: bool,
    /// The rows.
    pub rows: Vec<Line>,
    /// Keys of what can be done to several of them at once.
    pub acts: Vec<&'static str>,
    /// Whether the reader's scope holds more than one voivodeship.
    pub shows_voivodeship: bool,
    /// Link to the beginning, on a later page.
    pub first: Option<String>,
    /// Link to the next page.
    pub next: Option<String>,
    /// The whole tab as a file.
    pub export: ExportLinks,
}

/// One tab.
#[derive(Debug, Clone, Serialize)]
pub struct Tab {
    /// Where to.
    pub href: String,
    /// Its words.
    pub text: String,
    /// How many: „12”, „ponad 300”.
    pub count: Option<String>,
    /// Whether it is the one shown.
    pub current: bool,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct Line {
    /// „W/26/2026/000123”.
    pub number: String,
    /// „W-26-2026-000123”.
    pub id: String,
    /// Key of its state.
    pub status: &'static str,
    /// Key of what is applied for.
    pub kind: &'static str,
    /// Unit's name.
    pub unit_name: String,
    /// Unit's REGON.
    pub regon: String,
    /// First person.
    pub applicant: String,
    /// Persons in it.
    pub persons: i32,
    /// Revision.
    pub revision: i32,
    /// What the reader has seen.
    pub version: i32,
    /// Whole days in this state.
    pub age_days: i64,
    /// Whole days until it lapses.
    pub days_left: Option<i64>,
    /// The last whole day (a moment of it).
    pub lapses_on: Option<i64>,
    /// Who works on it.
    pub taken_by: Option<String>,
    /// Whether that is the reader.
    pub is_mine: bool,
    /// How the office's clock stands.
    pub clock: Option<ClockText>,
    /// Who is to deal with it.
    pub assigned_to: Option<String>,
    /// Whether that is the reader.
    pub is_assigned_to_me: bool,
    /// Until then it is put off (ms).
    pub snoozed_until: Option<i64>,
    /// One of two has approved it.
    pub awaits_second: bool,
    /// It was passed on to the central administrator.
    pub is_forwarded: bool,
    /// Name of the voivodeship, where it is shown.
    pub voivodeship: Option<String>,
}

impl Page for QueuePage {
    const TEMPLATE: &'static str = "pages/review/queue.html.tera";
    const PLACE: &'static str = "admin-applications";
    fn samples() -> Vec<Self> {
        samples::queues()
    }
}
