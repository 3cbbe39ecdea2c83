//! The audit trail: who, what, on what, when, from where, with what outcome. Source: KRI (Dz.U. 2024 poz. 773), § on logs.
//! Details carry ids and codes, never secrets, never a PESEL.

use super::id::{AccountId, CorrelationId};
use super::moment::Moment;
use super::voivodeship::VoivodeshipCode;
use serde_json::Value;

macro_rules! events {
    ($($name:ident => $key:literal),+ $(,)?) => {
        /// What happened: `noun.past`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum AuditEvent { $($name),+ }

        impl AuditEvent {
            /// Every event; each has its words in the label file under `audit_events`.
            pub const ALL: &'static [AuditEvent] = &[$(AuditEvent::$name),+];
            /// Stored name and label key.
            pub const fn key(self) -> &'static str { match self { $(AuditEvent::$name => $key),+ } }
            /// Reads a stored name.
            pub fn from_key(key: &str) -> Option<Self> { Self::ALL.iter().copied().find(|e| e.key() == key) }
        }
    };
}

events! {
    SessionStarted => "session.started",
    SessionEnded => "session.ended",
    SignInFailed => "sign_in.failed",
    AccountBlocked => "account.blocked",
    AccountUnlocked => "account.unlocked",
    AccountCreated => "account.created",
    AccountActivated => "account.activated",
    AccountSuspended => "account.suspended",
    AccountRestored => "account.restored",
    AccountClosed => "account.closed",
    AccountAttackReported => "account.attack_reported",
    AccountReportClosed => "account.report_closed",
    AccountNoticesChanged => "account.notices_changed",
    AccountProfileChanged => "account.profile_changed",
    AccountDataRead => "account.data_read",
    EmailChangeRequested => "email_change.requested",
    EmailChangeCancelled => "email_change.cancelled",
    EmailChangeConfirmed => "email_change.confirmed",
    EmailChangeUndone => "email_change.undone",
    ClosingRequested => "closing.requested",
    ClosingWithdrawn => "closing.withdrawn",
    OtherSessionsEnded => "other_sessions.ended",
    RoleAssigned => "role.assigned",
    RoleRevoked => "role.revoked",
    RoleProposed => "role.proposed",
    RoleProposalRefused => "role_proposal.refused",
    RoleProposalWithdrawn => "role_proposal.withdrawn",
    RoleProposalLapsed => "role_proposal.lapsed",
    StandInNamed => "stand_in.named",
    StandInEnded => "stand_in.ended",
    PasswordResetRequested => "password.reset_requested",
    PasswordReset => "password.reset",
    PasswordChanged => "password.changed",
    FactorAsked => "factor.asked",
    FactorAdded => "factor.added",
    FactorRemoved => "factor.removed",
    FactorReset => "factor.reset",
    RecoveryCodesMade => "recovery_codes.made",
    RecoveryCodeUsed => "recovery_code.used",
    PasskeyAdded => "passkey.added",
    PasskeyRemoved => "passkey.removed",
    IdentityProven => "identity.proven",
    AccessRefused => "access.refused",
    DraftStarted => "draft.started",
    EmailConfirmed => "email.confirmed",
    EmailChangeQueued => "email_change.queued",
    EmailChangeApplied => "email_change.applied",
    EmailChangeStopped => "email_change.stopped",
    EmailChangeDropped => "email_change.dropped",
    ApplicationSubmitted => "application.submitted",
    ApplicationRevised => "application.revised",
    ApplicationWithdrawn => "application.withdrawn",
    ApplicationExpired => "application.expired",
    ApplicationTaken => "application.taken",
    ApplicationReleased => "application.released",
    ApplicationFirstApproved => "application.first_approved",
    ApplicationApprovalWithdrawn => "application.approval_withdrawn",
    ApplicationEscalated => "application.escalated",
    ApplicationAssigned => "application.assigned",
    ApplicationGivenBack => "application.given_back",
    ApplicationReminded => "application.reminded",
    BulkStarted => "bulk.started",
    ApplicationSnoozed => "application.snoozed",
    ApplicationWoken => "application.woken",
    NoteAdded => "note.added",
    ApplicationApproved => "application.approved",
    ApplicationReturned => "application.returned",
    ApplicationRejected => "application.rejected",
    SignedFormReceived => "signed_form.received",
    SignedFormRefused => "signed_form.refused",
    SignedFormCompared => "signed_form.compared",
    SignedFormRead => "signed_form.read",
    PostRecorded => "post.recorded",
    PostFetched => "post.fetched",
    PostRefused => "post.refused",
    PostCorrected => "post.corrected",
    PostAssigned => "post.assigned",
    PostSentBack => "post.sent_back",
    PostDiscarded => "post.discarded",
    PostReopened => "post.reopened",
    PostPassed => "post.passed",
    PostRead => "post.read",
    PostErased => "post.erased",
    UnitRegistered => "unit.registered",
    UnitChanged => "unit.changed",
    UnitEndingSet => "unit.ending_set",
    UnitEndingStopped => "unit.ending_stopped",
    UnitClosed => "unit.closed",
    GrantAdded => "grant.added",
    GrantRevoked => "grant.revoked",
    GrantMoved => "grant.moved",
    GrantEnded => "grant.ended",
    AttestationOpened => "attestation.opened",
    AttestationFiled => "attestation.filed",
    AttestationAnswered => "attestation.answered",
    AttestationOverdue => "attestation.overdue",
    AttestationConfirmed => "attestation.confirmed",
    JoinProposed => "account_join.proposed",
    JoinConfirmed => "account_join.confirmed",
    JoinRefused => "account_join.refused",
    JoinDropped => "account_join.dropped",
    JoinLapsed => "account_join.lapsed",
    JoinFiled => "account_join.filed",
    JoinDone => "account_join.joined",
    JoinUndone => "account_join.undone",
    JoinFinal => "account_join.final",
    GrantHandedOver => "grant.handed_over",
    GrantGivenBack => "grant.given_back",
    LetterDelivered => "letter.delivered",
    LetterGivenUp => "letter.given_up",
    LetterRetried => "letter.retried",
    AnnouncementPublished => "announcement.published",
    AnnouncementEnded => "announcement.ended",
    AuditRead => "audit.read",
    ListExported => "list.exported",
    TargetSet => "target.set",
    OfficeChanged => "office.changed",
    DictionaryChanged => "dictionary.changed",
    MachineCreated => "machine.created",
    MachineRevoked => "machine.revoked",
    ApplicationErased => "application.erased",
    AccountErased => "account.erased",
    BackupMade => "backup.made",
    BackupRestored => "backup.restored",
    DemoFilled => "demo.filled",
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Done.
    Done,
    /// Tried and failed (wrong password, broken file).
    Failed,
    /// Not permitted.
    Refused,
}

impl Outcome {
    /// Stored name and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
    /// Reads a stored name.
    pub fn from_key(key: &str) -> Option<Self> {
        [Self::Done, Self::Failed, Self::Refused].into_iter().find(|o| o.key() == key)
    }
}

/// What an entry is about: a kind (`application`, `account`, `unit` …) and the id that people know
/// (application number, login, REGON) or the row id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditObject {
    /// `application`, `post`, `account`, `unit`, `grant`, `session`, `letter`, `list`, `machine`, `backup`, `route`, `office`,
    /// `unit_kind`, `sub_area`, `target`, `day_off`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
}

impl AuditObject {
    /// Puts one together.
    pub fn new(kind: &'static str, id: impl ToString) -> Self {
        Self { kind, id: id.to_string() }
    }
}

/// One new entry; the actor and the time are added where it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAuditEntry {
    /// What happened.
    pub event: AuditEvent,
    /// On what.
    pub object: AuditObject,
    /// In whose scope; `None` is seen by country-wide readers only.
    pub voivodeship: Option<VoivodeshipCode>,
    /// Login of the person for whom the actor did it, when it was another's wish that was carried out.
    pub on_behalf_of: Option<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// Codes and ids, no personal data beyond what the event needs.
    pub details: Value,
}

/// One entry as read back.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Position in the trail.
    pub id: i64,
    /// When (UTC).
    pub at: Moment,
    /// The actor's login, `machine:<name>`, `visitor`, `operator` or `system`.
    pub actor: String,
    /// The actor's account, when there was one.
    pub actor_id: Option<AccountId>,
    /// Whom the actor stood in for.
    pub on_behalf_of: Option<String>,
    /// Stored event key.
    pub event: String,
    /// Kind of object.
    pub object_kind: String,
    /// Id of object.
    pub object_id: String,
    /// In whose scope.
    pub voivodeship: Option<VoivodeshipCode>,
    /// Stored outcome key.
    pub outcome: String,
    /// Client address.
    pub address: Option<String>,
    /// Ties the traces together.
    pub correlation: CorrelationId,
    /// Codes and ids.
    pub details: Value,
}
