//! Pages for when something went wrong: what happened, what to do, and the request id to quote.

use crate::domain::application::decision::Bar;
use crate::render::Page;
use serde::Serialize;

/// 403: signed in, but not permitted; or not signed in where that is needed.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ForbiddenPage {
    /// A token was missing or old: the form must be sent anew.
    pub is_stale_form: bool,
}

impl Page for ForbiddenPage {
    const TEMPLATE: &'static str = "errors/403.html.tera";
    const PLACE: &'static str = "error-403";
    fn samples() -> Vec<Self> {
        vec![Self { is_stale_form: false }, Self { is_stale_form: true }]
    }
}

/// 404.
#[derive(Debug, Clone, Default, Serialize)]
pub struct NotFoundPage {}

impl Page for NotFoundPage {
    const TEMPLATE: &'static str = "errors/404.html.tera";
    const PLACE: &'static str = "error-404";
    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

/// 409: somebody was quicker, or the state does not allow it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ConflictPage {
    /// Key under `conflicts`: too late, where nothing else is said.
    pub bar: Option<&'static str>,
    /// Label key of the reason, e.g. `barred.stale`.
    pub reason: Option<String>,
    /// Who decided meanwhile, and how, when that may be told.
    pub decided_by: Option<String>,
    /// Key of the state in which the application is now.
    pub status: Option<String>,
    /// Where to see how it stands now.
    pub back: Option<String>,
    /// What happened last, when that may be told.
    pub last: Option<LastChange>,
}

/// What happened last to the thing in question.
#[derive(Debug, Clone, Serialize)]
pub struct LastChange {
    /// What, in words.
    pub title: String,
    /// Who.
    pub who: String,
    /// When (ms).
    pub at: i64,
}

impl ConflictPage {
    /// Why, and whether it can be done some other time.
    pub fn of(bar: Bar, reason: impl Into<String>) -> Self {
        Self { bar: Some(bar.key()), reason: Some(reason.into()), ..Self::default() }
    }
}

impl Page for ConflictPage {
    const TEMPLATE: &'static str = "errors/409.html.tera";
    const PLACE: &'static str = "error-409";
    fn samples() -> Vec<Self> {
        vec![
            Self::default(),
            Self { bar: Some("early"), reason: Some("barred.not_taken".to_owned()), ..Self::default() },
            Self { bar: Some("never"), reason: Some("barred.recorded".to_owned()), ..Self::default() },
            Self {
                bar: Some("late"),
                reason: Some("barred.stale".to_owned()),
                decided_by: Some("Krystyna Zawadzka-Śliwińska".to_owned()),
                status: Some("approved".to_owned()),
                back: Some("/admin/applications/W-26-2026-000123".to_owned()),
                last: Some(LastChange { title: "zatwierdzenie wniosku".to_owned(), who: "Ewa Lis".to_owned(), at: 1_795_327_500_000 }),
            },
        ]
    }
}

/// 413: what was sent is too big.
#[derive(Debug, Clone, Serialize)]
pub struct TooLargePage {
    /// A form with files; else only texts were sent.
    pub is_upload: bool,
}

impl Page for TooLargePage {
    const TEMPLATE: &'static str = "errors/413.html.tera";
    const PLACE: &'static str = "error-413";
    fn samples() -> Vec<Self> {
        vec![Self { is_upload: true }, Self { is_upload: false }]
    }
}

/// 422: the request cannot be read as a form at all (a form with wrong values shows itself again instead).
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnprocessablePage {}

impl Page for UnprocessablePage {
    const TEMPLATE: &'static str = "errors/422.html.tera";
    const PLACE: &'static str = "error-422";
    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

/// 429: too many attempts from one address.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TooManyPage {
    /// When to try again, if known: whole minutes, at least 1.
    pub retry_minutes: Option<i64>,
}

impl Page for TooManyPage {
    const TEMPLATE: &'static str = "errors/429.html.tera";
    const PLACE: &'static str = "error-429";
    fn samples() -> Vec<Self> {
        vec![Self { retry_minutes: None }, Self { retry_minutes: Some(1) }, Self { retry_minutes: Some(12) }]
    }
}

/// 500.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FailurePage {}

impl Page for FailurePage {
    const TEMPLATE: &'static str = "errors/500.html.tera";
    const PLACE: &'static str = "error-500";
    fn samples() -> Vec<Self> {
        vec![Self {}]
    }
}

/// 503: not ready, or too busy.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UnavailablePage {
    /// Only the files of signed forms cannot be reached.
    pub is_files: bool,
}

impl Page for UnavailablePage {
    const TEMPLATE: &'static str = "errors/503.html.tera";
    const PLACE: &'static str = "error-503";
    fn samples() -> Vec<Self> {
        vec![Self { is_files: false }, Self { is_files: true }]
    }
}
