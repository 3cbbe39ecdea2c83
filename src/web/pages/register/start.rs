//! Registration: its start, the task list, and the way back to a draft.

use super::samples;
use crate::render::Page;
use crate::web::pages::guided_pages::Task;
use serde::Serialize;

/// `/register`: what is needed, what will happen.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RegisterPage {
    /// The browser holds a draft that was not filed.
    pub has_draft: bool,
}

impl Page for RegisterPage {
    const TEMPLATE: &'static str = "pages/register/start.html.tera";
    const PLACE: &'static str = "register";
    fn samples() -> Vec<Self> {
        vec![Self { has_draft: false }, Self { has_draft: true }]
    }
}

/// `/register/tasks`.
#[derive(Debug, Clone, Serialize)]
pub struct TasksPage {
    /// The application that is corrected.
    pub corrects: Option<String>,
    /// Steps, in order.
    pub tasks: Vec<Task>,
    /// Where to go on.
    pub next: &'static str,
    /// What the office says of the whole.
    pub general_remarks: Vec<String>,
    /// The draft is kept until (ms).
    pub kept_until: i64,
}

impl Page for TasksPage {
    const TEMPLATE: &'static str = "pages/register/tasks.html.tera";
    const PLACE: &'static str = "register-tasks";
    fn samples() -> Vec<Self> {
        samples::tasks()
    }
}

/// `/register/save`: mails the way back.
#[derive(Debug, Clone, Default, Serialize)]
pub struct SavePage {
    /// The application that is corrected: its owner finds it after signing in.
    pub corrects: Option<String>,
    /// Where the letter goes; none before an address was typed.
    pub email: Option<String>,
    /// Whether that address is confirmed: the letter goes nowhere else.
    pub is_confirmed: bool,
    /// The draft is kept until (ms).
    pub kept_until: i64,
}

impl Page for SavePage {
    const TEMPLATE: &'static str = "pages/register/save.html.tera";
    const PLACE: &'static str = "register-save";
    fn samples() -> Vec<Self> {
        let kept_until = samples::NOW;
        vec![
            Self { kept_until, ..Self::default() },
            Self { kept_until, email: Some(samples::EMAIL.to_owned()), ..Self::default() },
            Self { kept_until, email: Some(samples::EMAIL.to_owned()), is_confirmed: true, ..Self::default() },
            Self { kept_until, corrects: Some(samples::NUMBER.to_owned()), ..Self::default() },
        ]
    }
}

/// `/register/resume/<token>`: one press, because opening a link changes nothing.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ResumePage {
    /// What stands behind `/register/resume/`.
    pub token: String,
}

impl Page for ResumePage {
    const TEMPLATE: &'static str = "pages/register/resume.html.tera";
    const PLACE: &'static str = "register-resume";
    fn samples() -> Vec<Self> {
        vec![Self { token: "Zm9vYmFy".to_owned() }]
    }
}

/// A mailed link that does not work (any more).
#[derive(Debug, Clone, Default, Serialize)]
pub struct DeadLinkPage {
    /// It was to confirm an address, else to lead back to a draft.
    pub is_confirmation: bool,
    /// The browser holds a draft.
    pub has_draft: bool,
}

impl Page for DeadLinkPage {
    const TEMPLATE: &'static str = "pages/register/dead_link.html.tera";
    const PLACE: &'static str = "register-dead-link";
    fn samples() -> Vec<Self> {
        vec![
            Self { is_confirmation: true, has_draft: true },
            Self { is_confirmation: true, has_draft: false },
            Self { is_confirmation: false, has_draft: false },
        ]
    }
}
