//! Typed row identifiers. What may not live here: making new ones (that is `secrets.rs`).

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { text.parse().map(Self) }
        }
    )+};
}

id! {
    /// Identifies an account.
    AccountId,
    /// Identifies a unit.
    UnitId,
    /// Identifies an application by its row; people see its number.
    ApplicationId,
    /// Identifies a registration draft.
    DraftId,
    /// Identifies a grant.
    GrantId,
    /// Identifies a role assignment.
    RoleAssignmentId,
    /// Identifies one received signed form.
    SignedFormId,
    /// Identifies one file of a signed form.
    FileId,
    /// Identifies something that came to an office.
    PostItemId,
    /// Identifies one file of the post.
    PostFileId,
    /// Identifies an internal note on an application.
    NoteId,
    /// Identifies a passkey.
    PasskeyId,
    /// Identifies an outbox message.
    MessageId,
    /// Identifies a device that an account has signed in from, or a network that it was attacked from.
    SourceId,
    /// Names a session on a page, without telling anything about its cookie.
    SessionId,
    /// Identifies one earlier value of an account's data.
    ProfileChangeId,
    /// Identifies a change of an account's e-mail address.
    EmailChangeId,
    /// Identifies a request to close an account.
    ClosingRequestId,
    /// Identifies an approved change of an e-mail address.
    WaitingChangeId,
    /// Identifies a stand-in of one administrator for another.
    StandInId,
    /// Identifies a proposal to give or revoke a role.
    RoleProposalId,
    /// Identifies one yearly confirmation of a unit.
    AttestationId,
    /// Identifies the joining of two accounts.
    AccountJoinId,
    /// Identifies one change of an office's data or of a dictionary.
    DictionaryChangeId,
    /// Identifies a machine client.
    MachineClientId,
    /// Identifies one entry of a unit's history.
    UnitChangeId,
    /// Identifies rights that were taken away at once.
    RevocationId,
    /// Identifies an announcement.
    AnnouncementId,
    /// Identifies a batch: one act on many applications.
    BulkJobId,
    /// Identifies one application of a batch.
    BulkRowId,
    /// Identifies a report of „to nie ja”.
    ReportId,
    /// Ties together the log lines, audit entries and error page of one HTTP request or one run of a command.
    CorrelationId,
}
