//! The part of an application's page that is for administrators only: the clock, whose it is, until when it is put off, notes.

use crate::domain::application::clock::Reading;
use crate::domain::id::AccountId;
use crate::services::review_application::Review;
use serde::Serialize;

/// How the office's clock stands, in words: a key under `clock` with its days.
#[derive(Debug, Clone, Serialize)]
pub struct ClockText {
    /// Key under `clock`.
    pub key: &'static str,
    /// Working days.
    pub days: i64,
    /// The target has passed.
    pub is_over: bool,
}

impl ClockText {
    /// Of how it stands; nothing to say where nobody has the move.
    pub fn of(reading: Reading) -> Option<Self> {
        let text = Self { key: reading.key(), days: reading.days(), is_over: reading.is_over() };
        (reading != Reading::Ended).then_some(text)
    }
}

/// Somebody to whom it can be given.
#[derive(Debug, Clone, Serialize)]
pub struct Colleague {
    /// Account.
    pub value: String,
    /// First and last name.
    pub text: String,
}

/// One internal note.
#[derive(Debug, Clone, Serialize)]
pub struct NoteLine {
    /// Who wrote it.
    pub by: String,
    /// When (ms).
    pub at: i64,
    /// What.
    pub text: String,
}

/// What was typed into one of its forms and not taken.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Typed {
    /// To whom it was to be given.
    pub assignee: Option<String>,
    /// Until when it was to be put off.
    pub snooze_until: String,
    /// A note.
    pub internal_note: String,
}

/// The part.
#[derive(Debug, Clone, Serialize)]
pub struct DeskPart {
    /// How the clock stands.
    pub clock: Option<ClockText>,
    /// Working days of the target.
    pub target: i64,
    /// The last day of the target.
    pub due_on: Option<String>,
    /// Account of who is to deal with it; empty for nobody.
    pub assignee: String,
    /// Full name of the one.
    pub assigned_to: Option<String>,
    /// The reader is the one.
    pub is_mine: bool,
    /// The reader's own account.
    pub me: String,
    /// Until then it is put off (ms).
    pub snoozed_until: Option<i64>,
    /// To whom it can be given.
    pub colleagues: Vec<Colleague>,
    /// Notes, the newest first.
    pub notes: Vec<NoteLine>,
    /// The reader is no party to it, and may read and write them.
    pub shows_notes: bool,
    /// It is open: somebody can be given it. A party to it takes it from nobody.
    pub can_assign: bool,
    /// The office has the move: it can be put off.
    pub can_snooze: bool,
    /// What was typed.
    pub typed: Typed,
}

impl DeskPart {
    /// Of what the service found.
    pub fn of(review: &Review, me: AccountId) -> Self {
        let (desk, status) = (&review.desk, review.view.application.status);
        let assigned = desk.assigned_to.as_ref();
        let may_arrange = review.barred_arranging.is_none();
        let holder = review.view.application.taken_by.or(assigned.map(|(id, _)| *id));
        let colleague = |(id, name): &(AccountId, String)| Colleague { value: id.to_string(), text: name.clone() };
        let mut colleagues: Vec<Colleague> = desk.colleagues.iter().map(colleague).collect();
        // Who has it stays to be chosen, also after leaving the office.
        colleagues.extend(assigned.filter(|(id, _)| desk.colleagues.iter().all(|(other, _)| other != id)).map(colleague));
        Self {
            clock: ClockText::of(desk.reading),
            target: i64::from(desk.target),
            due_on: desk.due_on.map(|day| day.to_string()),
            assignee: assigned.map(|(id, _)| id.to_string()).unwrap_or_default(),
            assigned_to: assigned.map(|(_, name)| name.clone()),
            is_mine: assigned.is_some_and(|(id, _)| *id == me),
            me: me.to_string(),
            snoozed_until: desk.snoozed_until.map(|at| at.0),
            colleagues,
            notes: desk.notes.iter().map(|note| NoteLine { by: note.by.clone(), at: note.at.0, text: note.text.clone() }).collect(),
            shows_notes: may_arrange,
            can_assign: status.is_open() && (may_arrange || holder.is_none_or(|holder| holder == me)),
            can_snooze: status.waits_for_office() && may_arrange,
            typed: Typed::default(),
        }
    }
}
