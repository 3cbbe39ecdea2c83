//! What may follow what in an application's life. The only place that knows.

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

/// Where an application is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being typed; not filed.
    Draft,
    /// Filed; the signed form has not come back.
    AwaitingForm,
    /// A signed form of the current revision is here; nobody works on it yet.
    FormReceived,
    /// An administrator works on it.
    InReview,
    /// Sent back for correction; the applicant has the move.
    Returned,
    /// Approved. The end.
    Approved,
    /// Rejected. The end.
    Rejected,
    /// Withdrawn by the applicant. The end.
    Withdrawn,
    /// Lapsed. The end.
    Expired,
}

impl Status {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::AwaitingForm,
        Self::FormReceived,
        Self::InReview,
        Self::Returned,
        Self::Approved,
        Self::Rejected,
        Self::Withdrawn,
        Self::Expired,
    ];
    /// Filed and not ended: these hold a REGON and logins.
    pub const OPEN: [Self; 4] = [Self::AwaitingForm, Self::FormReceived, Self::InReview, Self::Returned];

    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::AwaitingForm => "awaiting_form",
            Self::FormReceived => "form_received",
            Self::InReview => "in_review",
            Self::Returned => "returned",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
    /// See [`Status::OPEN`].
    pub const fn is_open(self) -> bool {
        matches!(self, Self::AwaitingForm | Self::FormReceived | Self::InReview | Self::Returned)
    }
    /// The applicant has the move, and a deadline runs.
    pub const fn waits_for_applicant(self) -> bool {
        matches!(self, Self::AwaitingForm | Self::Returned)
    }
    /// The office has the move.
    pub const fn waits_for_office(self) -> bool {
        matches!(self, Self::FormReceived | Self::InReview)
    }
    /// What filing another revision is from here: the answer to a return, or a correction unasked.
    pub const fn event_of_revision(self) -> Event {
        match self {
            Self::Returned => Event::Submit,
            _ => Event::Revise,
        }
    }
    /// The applicant may file another revision.
    pub fn is_correctable(self) -> bool {
        self.after(self.event_of_revision(), Mover::Applicant).is_ok()
    }
}

/// What can happen to an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The draft is filed (from `returned`: a new revision that needs a new signature).
    Submit,
    /// A correction that changes nothing printed: the signature in hand stays good.
    ResubmitUnprinted,
    /// A signed form of the current revision arrives.
    ReceiveForm,
    /// An administrator starts to work on it.
    Take,
    /// The administrator puts it back.
    Release,
    /// Yes, where two must say so: the first of them. It waits for the second.
    FirstApprove,
    /// The first of the two takes the approval back.
    WithdrawApproval,
    /// Yes.
    Approve,
    /// Back for correction.
    Return,
    /// No.
    Reject,
    /// The applicant files a new revision unasked.
    Revise,
    /// The applicant gives it up.
    Withdraw,
    /// The deadline passed.
    Lapse,
    /// What it is about ended before anybody decided.
    RunOut,
}

impl Event {
    /// All.
    pub const ALL: [Self; 14] = [
        Self::Submit,
        Self::ResubmitUnprinted,
        Self::ReceiveForm,
        Self::Take,
        Self::Release,
        Self::FirstApprove,
        Self::WithdrawApproval,
        Self::Approve,
        Self::Return,
        Self::Reject,
        Self::Revise,
        Self::Withdraw,
        Self::Lapse,
        Self::RunOut,
    ];
}

/// In which capacity somebody moves an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mover {
    /// Who filed it.
    Applicant,
    /// An administrator in whose scope it lies.
    Office,
    /// The portal's background work.
    System,
}

impl Mover {
    /// All.
    pub const ALL: [Self; 3] = [Self::Applicant, Self::Office, Self::System];
}

/// A move that the rules do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{event:?} by {mover:?} cannot follow {from:?}")]
pub struct InvalidTransition {
    /// The state.
    pub from: Status,
    /// What was tried.
    pub event: Event,
    /// By whom.
    pub mover: Mover,
}

impl Status {
    /// The state after `event` by `mover`.
    ///
    /// # Errors
    /// [`InvalidTransition`] for every combination that is not in the table.
    pub fn after(self, event: Event, mover: Mover) -> Result<Self, InvalidTransition> {
        use Event as E;
        use Mover as M;
        use Status as S;
        let next = match (self, event, mover) {
            (S::Draft | S::Returned, E::Submit, M::Applicant) => S::AwaitingForm,
            (S::Returned, E::ResubmitUnprinted, M::Applicant) => S::FormReceived,
            // Uploading again replaces a bad scan while nobody works on it.
            (S::AwaitingForm | S::FormReceived, E::ReceiveForm, M::Applicant | M::Office) => S::FormReceived,
            // What was returned for its signature alone needs no other content, only another form.
            (S::Returned, E::ReceiveForm, M::Applicant | M::Office) => S::FormReceived,
            // The post may bring a better copy while the administrator is at it.
            (S::InReview, E::ReceiveForm, M::Office) => S::InReview,
            (S::FormReceived, E::Take, M::Office) => S::InReview,
            // A colleague falls ill: another administrator may take over.
            (S::InReview, E::Take, M::Office) => S::InReview,
            (S::InReview, E::Release, M::Office) => S::FormReceived,
            // The office still has the move; who gave the first approval may take it back whoever has the application in hand.
            (S::InReview, E::FirstApprove, M::Office) => S::InReview,
            (S::InReview, E::WithdrawApproval, M::Office) => S::InReview,
            (S::FormReceived, E::WithdrawApproval, M::Office) => S::FormReceived,
            (S::InReview, E::Approve, M::Office) => S::Approved,
            (S::InReview, E::Return, M::Office) => S::Returned,
            (S::InReview, E::Reject, M::Office) => S::Rejected,
            (S::AwaitingForm | S::FormReceived | S::InReview, E::Revise, M::Applicant) => S::AwaitingForm,
            (S::AwaitingForm | S::FormReceived | S::InReview | S::Returned, E::Withdraw, M::Applicant) => S::Withdrawn,
            (S::AwaitingForm | S::Returned, E::Lapse, M::System) => S::Expired,
            // The unit has ended, so nothing is left to decide; the reason is told.
            (S::AwaitingForm | S::FormReceived | S::InReview | S::Returned, E::Reject, M::System) => S::Rejected,
            // A decision would come too late, whoever has the move.
            (S::AwaitingForm | S::FormReceived | S::InReview | S::Returned, E::RunOut, M::System) => S::Expired,
            (from, event, mover) => return Err(InvalidTransition { from, event, mover }),
        };
        Ok(next)
    }
}
