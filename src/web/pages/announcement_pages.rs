//! Announcements: the page of those who read them, and the pages of those who write them.

use super::ExportLinks;
use super::admin_pages::Choice;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::Moment;
use crate::render::Page;
use crate::services::announce::TypedAnnouncement;
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// `/announcements`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AnnouncementsPage {
    /// The latest first.
    pub rows: Vec<ReadAnnouncement>,
    /// To the first page.
    pub first_href: Option<String>,
    /// To the next page.
    pub next_href: Option<String>,
}

/// One of them.
#[derive(Debug, Clone, Serialize)]
pub struct ReadAnnouncement {
    /// Row id.
    pub id: String,
    /// Key under `announcement_states`.
    pub state: &'static str,
    /// It presses.
    pub is_important: bool,
    /// Title.
    pub title: String,
    /// Text, line by line.
    pub paragraphs: Vec<String>,
    /// Shown from.
    pub from: Moment,
    /// Shown until: its time, or when it was ended.
    pub until: Moment,
}

fn sample_paragraphs() -> Vec<String> {
    vec!["Od 22:00 do 4:00 portal nie będzie działał. <b>Zapisz pracę</b> przed przerwą.".to_owned(), "Przepraszamy.".to_owned()]
}

impl Page for AnnouncementsPage {
    const TEMPLATE: &'static str = "pages/announcements.html.tera";
    const PLACE: &'static str = "announcements";
    fn samples() -> Vec<Self> {
        let row = |id: &str, state, is_important| ReadAnnouncement {
            id: id.to_owned(),
            state,
            is_important,
            title: "Przerwa techniczna w nocy z 28 na 29 listopada".to_owned(),
            paragraphs: sample_paragraphs(),
            from: NOW,
            until: NOW.plus_days(7),
        };
        let rows = vec![row("a1", "current", true), row("a2", "current", false), row("a3", "over", false), row("a4", "ended", true)];
        vec![Self::default(), Self { rows, first_href: Some("/announcements".into()), next_href: Some("/announcements?after=n1".into()) }]
    }
}

/// `/admin/announcements`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct AnnouncementListPage {
    /// The newest first.
    pub rows: Vec<AnnouncementRow>,
    /// To the first page.
    pub first_href: Option<String>,
    /// To the next page.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct AnnouncementRow {
    /// Row id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Key under `announcement_states`.
    pub state: &'static str,
    /// Key under `urgencies`.
    pub urgency: &'static str,
    /// For whom, in words.
    pub audience: String,
    /// Shown from.
    pub from: Moment,
    /// Shown until.
    pub until: Moment,
    /// Letters go, too.
    pub is_mailed: bool,
    /// Letters that were queued.
    pub mailed: i32,
}

impl Page for AnnouncementListPage {
    const TEMPLATE: &'static str = "pages/admin/announcements.html.tera";
    const PLACE: &'static str = "admin-announcements";
    fn samples() -> Vec<Self> {
        let row = |id: &str, state, is_mailed| AnnouncementRow {
            id: id.to_owned(),
            title: "Przerwa techniczna <b>w nocy</b>".to_owned(),
            state,
            urgency: if is_mailed { "important" } else { "information" },
            audience: "jednostki: świętokrzyskie, śląskie; wszystkie typy".to_owned(),
            from: NOW,
            until: NOW.plus_days(7),
            is_mailed,
            mailed: 120,
        };
        let states = ["draft", "planned", "current", "over", "ended"];
        let rows = states.iter().enumerate().map(|(i, state)| row(&format!("a{i}"), state, i % 2 == 0)).collect();
        vec![
            Self::default(),
            Self {
                rows,
                first_href: None,
                next_href: Some("/admin/announcements?after=n1".into()),
                export: ExportLinks::sample("announcements"),
            },
        ]
    }
}

/// `/admin/announcements/create`, `/admin/announcements/<id>/edit`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct EditAnnouncementPage {
    /// Which draft; none for a new one.
    pub id: Option<String>,
    /// The version that the writer saw.
    pub version: i32,
    /// It was saved otherwise since the writer opened it.
    pub is_changed: bool,
    /// What was typed.
    #[serde(flatten)]
    pub typed: TypedAnnouncement,
    /// Urgencies.
    pub all_urgencies: Vec<Choice>,
    /// Audiences.
    pub all_audiences: Vec<Choice>,
    /// Voivodeships within scope.
    pub all_voivodeships: Vec<Choice>,
    /// Kinds of units.
    pub all_kinds: Vec<Choice>,
    /// Sub-areas.
    pub all_sub_areas: Vec<Choice>,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for EditAnnouncementPage {
    const TEMPLATE: &'static str = "pages/admin/edit_announcement.html.tera";
    const PLACE: &'static str = "admin-announcement-edit";
    fn samples() -> Vec<Self> {
        let empty = Self {
            typed: TypedAnnouncement { urgency: "information".to_owned(), ..TypedAnnouncement::default() },
            all_urgencies: vec![Choice::new("information", "Informacja"), Choice::new("important", "Ważny komunikat")],
            all_audiences: vec![Choice::new("everybody", "Wszyscy"), Choice::new("units", "Jednostki")],
            all_voivodeships: vec![Choice::new("24", "śląskie"), Choice::new("26", "świętokrzyskie")],
            all_kinds: vec![Choice::new("ops_gminny", "Gminny ośrodek pomocy społecznej (GOPS)")],
            all_sub_areas: vec![Choice::new("PS", "PS – pomoc społeczna")],
            ..Self::default()
        };
        let typed = TypedAnnouncement {
            title: "Przerwa techniczna".to_owned(),
            text: "Od 22:00\n\ndo 4:00 <b>".to_owned(),
            urgency: "important".to_owned(),
            audience: "everybody".to_owned(),
            voivodeships: vec!["26".to_owned()],
            from_day: "28.11.2026".to_owned(),
            from_time: "26".to_owned(),
            until_day: "27.11.2026".to_owned(),
            until_time: "4:00".to_owned(),
            is_mailed: true,
            ..TypedAnnouncement::default()
        };
        let mut errors = FieldErrors::one("title", Invalid::Required);
        errors.add("text", Invalid::TooLong);
        errors.add("audience", Invalid::AudienceMixed);
        errors.add("voivodeships", Invalid::OtherVoivodeship);
        errors.add("sub_areas", Invalid::NothingChosen);
        errors.add("from_time", Invalid::TimeShape);
        errors.add("until_day", Invalid::BeforeBeginning);
        let wrong = Self { id: Some("a1".to_owned()), version: 2, typed, errors, ..empty.clone() };
        let changed = Self { is_changed: true, errors: FieldErrors::default(), ..wrong.clone() };
        vec![empty, wrong, changed]
    }
}

/// `/admin/announcements/<id>`.
#[derive(Debug, Clone, Serialize)]
pub struct AnnouncementPage {
    /// As in the list.
    pub row: AnnouncementRow,
    /// The version that is shown, and that will be published.
    pub version: i32,
    /// Text, line by line.
    pub paragraphs: Vec<String>,
    /// Active accounts that it is for.
    pub readers: i64,
    /// Those of them that get a letter.
    pub letters: i64,
    /// Not all letters are queued yet.
    pub is_queueing: bool,
    /// The reader's own draft.
    pub is_draft: bool,
    /// It can be ended.
    pub can_end: bool,
    /// When, and by whom (login).
    pub published: Option<(Moment, String)>,
    /// When it was ended, and by whom (login).
    pub ended: Option<(Moment, String)>,
    /// What is wrong.
    pub errors: FieldErrors,
}

impl Page for AnnouncementPage {
    const TEMPLATE: &'static str = "pages/admin/announcement.html.tera";
    const PLACE: &'static str = "admin-announcement";
    fn samples() -> Vec<Self> {
        let row = |state, urgency| AnnouncementRow {
            id: "a1".to_owned(),
            title: "Przerwa techniczna".to_owned(),
            state,
            urgency,
            audience: "wszyscy".to_owned(),
            from: NOW,
            until: NOW.plus_days(1),
            is_mailed: true,
            mailed: 50,
        };
        let draft = Self {
            row: row("draft", "information"),
            version: 3,
            paragraphs: sample_paragraphs(),
            readers: 1,
            letters: 5,
            is_queueing: false,
            is_draft: true,
            can_end: false,
            published: None,
            ended: None,
            errors: FieldErrors::default(),
        };
        let current = Self {
            row: row("current", "important"),
            is_draft: false,
            can_end: true,
            is_queueing: true,
            published: Some((NOW, "a-nowak".to_owned())),
            ..draft.clone()
        };
        let ended = Self { row: row("ended", "important"), can_end: false, ended: Some((NOW, "a-nowak".to_owned())), ..current.clone() };
        let late = Self { errors: FieldErrors::one("until_day", Invalid::DatePast), ..draft.clone() };
        vec![draft, current, ended, late]
    }
}
