//! What people are told by letter. The outbox holds these: what happened, by ids; never text, never a secret.
//! A token that a letter carries is made when the letter is composed.

use super::id::{AccountId, ApplicationId, DraftId};
use serde::{Deserialize, Serialize};

/// One thing to tell one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// „Potwierdź adres e-mail”: link and code.
    EmailConfirmationRequested {
        /// Whose draft.
        draft: DraftId,
    },
    /// „Wróć do wniosku”: the draft's secret link.
    DraftLinkRequested {
        /// Which draft.
        draft: DraftId,
    },
    /// „Wniosek zarejestrowany”: number, what to do, the form's link, the channels. Also after a new revision.
    ApplicationRegistered {
        /// Which application.
        application: ApplicationId,
        /// Which revision.
        revision: i32,
    },
    /// The office has received the signed form.
    SignedFormReceived {
        /// Which application.
        application: ApplicationId,
    },
    /// Returned for correction, with remarks.
    ApplicationReturned {
        /// Which application.
        application: ApplicationId,
    },
    /// Approved.
    ApplicationApproved {
        /// Which application.
        application: ApplicationId,
    },
    /// Rejected, with the reason.
    ApplicationRejected {
        /// Which application.
        application: ApplicationId,
    },
    /// Withdrawn by the applicant.
    ApplicationWithdrawn {
        /// Which application.
        application: ApplicationId,
    },
    /// The deadline is near: the form has not come back, or the correction has not been made.
    ApplicationDeadlineNear {
        /// Which application.
        application: ApplicationId,
        /// Whole days left.
        days_left: i32,
    },
    /// Lapsed.
    ApplicationExpired {
        /// Which application.
        application: ApplicationId,
    },
    /// „Aktywuj konto”: the activation link (7 days).
    AccountInvited {
        /// Which account.
        account: AccountId,
    },
    /// „Ustaw nowe hasło”: the reset link (30 minutes).
    PasswordResetRequested {
        /// Which account.
        account: AccountId,
    },
    /// The password was changed or reset.
    PasswordChanged {
        /// Which account.
        account: AccountId,
    },
    /// A block started: when, until when, the way out.
    AccountBlocked {
        /// Which account.
        account: AccountId,
        /// Until (ms UTC).
        until: super::moment::Moment,
    },
    /// One-time codes are asked for at the sign-in from now on.
    SecondFactorAdded {
        /// Which account.
        account: AccountId,
    },
    /// One-time codes are not asked for any more: by the owner's wish, or because an administrator took them off.
    SecondFactorRemoved {
        /// Which account.
        account: AccountId,
        /// Not the owner did it; then all factors are gone.
        by_other: bool,
    },
    /// Somebody signed in with a recovery code.
    RecoveryCodeUsed {
        /// Which account.
        account: AccountId,
        /// So many are left.
        left: i32,
    },
    /// A passkey was added.
    PasskeyAdded {
        /// Which account.
        account: AccountId,
    },
    /// A passkey was removed.
    PasskeyRemoved {
        /// Which account.
        account: AccountId,
    },
}

impl Notice {
    /// Stored name; also the folder of the letter's template.
    pub const fn key(&self) -> &'static str {
        match self {
            Self::EmailConfirmationRequested { .. } => "email_confirmation_requested",
            Self::DraftLinkRequested { .. } => "draft_link_requested",
            Self::ApplicationRegistered { .. } => "application_registered",
            Self::SignedFormReceived { .. } => "signed_form_received",
            Self::ApplicationReturned { .. } => "application_returned",
            Self::ApplicationApproved { .. } => "application_approved",
            Self::ApplicationRejected { .. } => "application_rejected",
            Self::ApplicationWithdrawn { .. } => "application_withdrawn",
            Self::ApplicationDeadlineNear { .. } => "application_deadline_near",
            Self::ApplicationExpired { .. } => "application_expired",
            Self::AccountInvited { .. } => "account_invited",
            Self::PasswordResetRequested { .. } => "password_reset_requested",
            Self::PasswordChanged { .. } => "password_changed",
            Self::AccountBlocked { .. } => "account_blocked",
            Self::SecondFactorAdded { .. } => "second_factor_added",
            Self::SecondFactorRemoved { .. } => "second_factor_removed",
            Self::RecoveryCodeUsed { .. } => "recovery_code_used",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { .. } => "passkey_removed",
        }
    }
}
