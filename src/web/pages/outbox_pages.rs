//! The letters as administrators see them. What they said is not kept, so it is not shown.

use super::ExportLinks;
use super::admin_pages::Choice;
use crate::domain::delivery::DeliveryFailure;
use crate::domain::moment::Moment;
use crate::render::Page;
use crate::services::manage_outbox::{ListedLetter, MessageStatus};
use serde::Serialize;

const NOW: Moment = Moment(1_795_327_500_000);

/// `/admin/outbox`.
#[derive(Debug, Clone, Default, Serialize)]
pub struct OutboxPage {
    /// Chosen status, or empty for all.
    pub status: String,
    /// Chosen reason, or empty for all.
    pub failure: String,
    /// Reasons to choose from.
    pub failures: Vec<Choice>,
    /// What is looked for.
    pub q: String,
    /// What was given up, by reason.
    pub given_up: Vec<GivenUp>,
    /// The rows.
    pub letters: Vec<LetterRow>,
    /// To the first page.
    pub first_href: Option<String>,
    /// To the next page.
    pub next_href: Option<String>,
    /// The whole list as a file.
    pub export: ExportLinks,
}

/// Letters that were given up for one reason.
#[derive(Debug, Clone, Serialize)]
pub struct GivenUp {
    /// Key under `delivery_failures`.
    pub failure: &'static str,
    /// How many.
    pub count: i64,
    /// The list of them.
    pub href: String,
}

/// One row.
#[derive(Debug, Clone, Serialize)]
pub struct LetterRow {
    /// Row id.
    pub id: String,
    /// Key under `notices`.
    pub notice: &'static str,
    /// Key under `message_status`.
    pub status: &'static str,
    /// Attempts so far.
    pub attempts: i32,
    /// Queued.
    pub created_at: Moment,
    /// Sent, given up or found needless.
    pub finished_at: Option<Moment>,
    /// The next attempt of one that waits.
    pub next_at: Option<Moment>,
    /// First and last name of whom it is for, the login, and the account's page.
    pub addressee: Option<(String, String, String)>,
    /// Number and page of the application; no page for who may not see it.
    pub application: Option<(String, Option<String>)>,
    /// Where it went.
    pub address: Option<String>,
    /// Key under `delivery_failures`; for one that did not leave.
    pub failure: Option<&'static str>,
    /// The mail server's code.
    pub code: Option<i32>,
    /// Can be tried again.
    pub may_retry: bool,
}

impl LetterRow {
    /// Of what the service found.
    pub fn of(letter: ListedLetter, may_see_applications: bool) -> Self {
        let (message, is_sent) = (&letter.message, letter.message.status == MessageStatus::Sent);
        let is_given_up = message.status == MessageStatus::GivenUp;
        let failure = message.failure.filter(|_| !is_sent).map(|(failure, code)| (failure.key(), code));
        // Letters of an earlier time, and of a backup, were given up without a reason that is kept.
        let failure = failure.or(is_given_up.then_some(("other", None)));
        let href = |number: &crate::domain::identifiers::ApplicationNumber| format!("/admin/applications/{}", number.to_path());
        Self {
            id: message.id.to_string(),
            notice: message.notice.key(),
            status: message.status.key(),
            attempts: message.attempts,
            created_at: message.created_at,
            finished_at: message.finished_at,
            next_at: (message.status == MessageStatus::Waiting).then_some(message.next_attempt_at),
            addressee: letter.addressee.map(|one| (one.full_name, one.login, format!("/admin/accounts/{}", one.account))),
            application: letter.application.map(|number| (number.to_string(), may_see_applications.then(|| href(&number)))),
            address: letter.address,
            failure: failure.map(|(key, _)| key),
            code: failure.and_then(|(_, code)| code),
            may_retry: is_given_up,
        }
    }

    /// As it looks on a page.
    pub fn sample(id: &str, status: &'static str, failure: Option<DeliveryFailure>) -> Self {
        Self {
            id: id.to_owned(),
            notice: "application_registered",
            status,
            attempts: 8,
            created_at: NOW,
            finished_at: (status != "waiting").then_some(NOW),
            next_at: (status == "waiting").then(|| NOW.plus_minutes(15)),
            addressee: Some(("Anna Żółw-Gżegżółka".to_owned(), "anna".to_owned(), "/admin/accounts/1".to_owned())),
            application: Some(("W/26/2026/000123".to_owned(), failure.map(|_| "/admin/applications/W-26-2026-000123".to_owned()))),
            address: Some("anna.zolw-gzegzolka@gminny-osrodek-pomocy-spolecznej.example.pl".to_owned()),
            failure: failure.map(DeliveryFailure::key),
            code: failure.map(|_| 550),
            may_retry: status == "given_up",
        }
    }
}

impl Page for OutboxPage {
    const TEMPLATE: &'static str = "pages/admin/outbox.html.tera";
    const PLACE: &'static str = "admin-outbox";
    fn samples() -> Vec<Self> {
        let row = LetterRow::sample;
        let mut nobody = LetterRow { addressee: None, application: None, address: None, ..row("m4", "given_up", None) };
        nobody.failure = Some("other");
        let letters = vec![
            row("m1", "given_up", Some(DeliveryFailure::NoAddress)),
            row("m2", "sent", None),
            row("m3", "waiting", Some(DeliveryFailure::NoAnswer)),
            nobody,
            row("m5", "dropped", None),
        ];
        let failures = vec![Choice::new("no_address", "Adres nie istnieje")];
        let given_up = vec![GivenUp { failure: "no_address", count: 7, href: "/admin/outbox?failure=no_address".to_owned() }];
        vec![
            Self { failures: failures.clone(), ..Self::default() },
            Self { q: "anna".to_owned(), failures: failures.clone(), ..Self::default() },
            Self {
                status: "given_up".to_owned(),
                failure: "no_address".to_owned(),
                failures,
                given_up,
                letters,
                first_href: Some("/admin/outbox".to_owned()),
                next_href: Some("/admin/outbox?after=n1".to_owned()),
                export: ExportLinks::sample("letters"),
                ..Self::default()
            },
        ]
    }
}
