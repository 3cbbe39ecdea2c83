//! The letters: one type per [`crate::domain::notice::Notice`], holding final values only. Their words are in
//! `templates/letters/`. What may not live here: looking anything up, making tokens, and any password.

mod account;
mod account_join;
mod announcement;
mod application;
mod attestation;
mod deciding;
mod decision;
mod email_change;
mod office;
mod own_account;
mod parts;
mod registration;
mod rights;
mod second_factor;
mod unit;

pub use account::{
    AccountBlockedLetter, AccountHelp, AccountInvitedLetter, PasswordChangedLetter, PasswordResetRequestedLetter, SignedInOnNewDeviceLetter,
};
pub use account_join::{AccountJoinRefusedLetter, AccountJoinUndoneLetter, AccountsJoinedLetter, JoinNews};
pub use announcement::AnnouncementPublishedLetter;
pub use application::{
    ApplicationDeadlineNearLetter, ApplicationExpiredLetter, ApplicationRegisteredLetter, ApplicationWithdrawnLetter, Awaited,
    SignedFormReceivedLetter,
};
pub use attestation::{
    AttestationNews, AttestationOpenedLetter, AttestationRemindedLetter, AttestationRestoredLetter, AttestationSuspendedLetter,
};
pub use deciding::{
    ApplicationEscalatedLetter, DeadlineLine, OfficeDeadlinesLetter, RoleNews, RoleProposalSettledLetter, RoleProposedLetter,
    RoleRevokedLetter, StandInEndedLetter, StandInNamedLetter, StandInNews,
};
pub use decision::{ApplicationApprovedLetter, ApplicationRejectedLetter, ApplicationReturnedLetter, JoinedLine, PersonLine, RemarkLine};
pub use email_change::{AddressChange, EmailChangeEndedLetter, EmailChangeQueuedLetter, LostMailboxReplacedLetter};
pub use office::{ChangedLine, OfficeChangedLetter};
pub use own_account::{
    AccountClosedLetter, ClosingRequestedLetter, EmailChangeAnnouncedLetter, EmailChangeNews, EmailChangeRequestedLetter,
    EmailChangedLetter,
};
pub use parts::{ApplicationLine, Closing, Contact, GrantLine, OneLine, Paragraphs, ReturnAddress};
pub use registration::{DraftLinkRequestedLetter, EmailConfirmationRequestedLetter};
pub use rights::{GrantsEndingLetter, GrantsRevokedLetter, UnitGrantsEndingLetter, UnitGrantsRevokedLetter, UnitLine};
pub use second_factor::{
    PasskeyAddedLetter, PasskeyRemovedLetter, RecoveryCodeUsedLetter, SecondFactorAddedLetter, SecondFactorRemovedLetter, SecurityChange,
};
pub use unit::{UnitChangeApprovedLetter, UnitEndedLetter, UnitEndingStoppedLetter};
