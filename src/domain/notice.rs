//! What people are told by letter. The outbox holds these: what happened, by ids; never text, never a secret.
//! A token that a letter carries is made when the letter is composed.

use super::id::{
    AccountId, AccountJoinId, AnnouncementId, ApplicationId, AttestationId, DictionaryChangeId, DraftId, EmailChangeId, GrantId,
    RevocationId, RoleAssignmentId, RoleProposalId, SourceId, StandInId, UnitId, WaitingChangeId,
};
use serde::{Deserialize, Serialize};

/// Key of [`Notice::AnnouncementPublished`], of which there are as many as readers: these letters are counted.
pub const ANNOUNCEMENT_PUBLISHED: &str = "announcement_published";

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
    /// A unit is asked to confirm its permissions: to a coordinator, or to the unit's own mailbox.
    AttestationOpened {
        /// Which confirmation.
        attestation: AttestationId,
        /// Which coordinator; none: the unit's mailbox.
        account: Option<AccountId>,
    },
    /// The last day of a confirmation is near.
    AttestationReminded {
        /// Which confirmation.
        attestation: AttestationId,
        /// Which coordinator; none: the unit's mailbox.
        account: Option<AccountId>,
        /// Whole days left.
        days_left: i32,
    },
    /// A unit's permissions are suspended for want of a confirmation.
    AttestationSuspended {
        /// Which confirmation.
        attestation: AttestationId,
        /// Which coordinator or holder; none: the unit's mailbox.
        account: Option<AccountId>,
    },
    /// Suspended permissions work again.
    AttestationRestored {
        /// Which confirmation.
        attestation: AttestationId,
        /// Which holder.
        account: AccountId,
    },
    /// Somebody says of a proposed joining of accounts that it is not theirs: to the proposer.
    AccountJoinRefused {
        /// Which joining.
        join: AccountJoinId,
        /// The account that proposed.
        account: AccountId,
    },
    /// Two accounts became one: to the mailbox of the one that is given up.
    AccountsJoined {
        /// Which joining.
        join: AccountJoinId,
        /// The account that is given up.
        account: AccountId,
    },
    /// A joining was taken back: to both mailboxes.
    AccountJoinUndone {
        /// Which joining.
        join: AccountJoinId,
        /// Whose mailbox.
        account: AccountId,
    },
    /// An announcement that is mailed, too: to one of those whom it is for.
    AnnouncementPublished {
        /// Which announcement.
        announcement: AnnouncementId,
        /// To whom.
        account: AccountId,
    },
    /// Lapsed.
    ApplicationExpired {
        /// Which application.
        application: ApplicationId,
    },
    /// A change of a unit was approved.
    UnitChangeApproved {
        /// Which application.
        application: ApplicationId,
    },
    /// A unit has ended; what became of the rights in it.
    UnitEnded {
        /// Whose rights.
        account: AccountId,
        /// Which unit.
        unit: UnitId,
    },
    /// The approved end of a unit was stopped before the day.
    UnitEndingStopped {
        /// The recipient.
        account: AccountId,
        /// Which unit.
        unit: UnitId,
    },
    /// An application was passed on to the central administrator.
    ApplicationEscalated {
        /// Which application.
        application: ApplicationId,
        /// Which central administrator.
        account: AccountId,
    },
    /// Deadlines of an office's applications: to one of its administrators, all of them in one letter.
    OfficeDeadlines {
        /// To whom.
        account: AccountId,
        /// Which applications.
        applications: Vec<ApplicationId>,
    },
    /// The data of an office were changed: to another of its administrators, or to the address that it had before.
    OfficeChanged {
        /// Which change.
        change: DictionaryChangeId,
        /// Which administrator; none: the office's old address.
        account: Option<AccountId>,
    },
    /// A deputy was named: to the deputy and to whom the deputy stands in for.
    StandInNamed {
        /// To whom.
        account: AccountId,
        /// Which stand-in.
        stand_in: StandInId,
    },
    /// A stand-in was ended before its time: to both.
    StandInEnded {
        /// To whom.
        account: AccountId,
        /// Which stand-in.
        stand_in: StandInId,
    },
    /// A central administrator proposes something about a role: to the others.
    RoleProposed {
        /// To whom.
        account: AccountId,
        /// Which proposal.
        proposal: RoleProposalId,
    },
    /// The proposal was answered, or lapsed: to whoever made it.
    RoleProposalSettled {
        /// To whom.
        account: AccountId,
        /// Which proposal.
        proposal: RoleProposalId,
    },
    /// A role was taken away, or fell away.
    RoleRevoked {
        /// Whose it was; the recipient.
        account: AccountId,
        /// Which.
        assignment: RoleAssignmentId,
    },
    /// „Aktywuj konto”: the activation link (7 days).
    AccountInvited {
        /// Which account.
        account: AccountId,
    },
    /// „Ustaw nowe hasło”: one letter to one address, with a link and a code for each account (30 minutes).
    PasswordResetRequested {
        /// Which accounts: all have the same address.
        #[serde(alias = "account", deserialize_with = "one_or_several")]
        accounts: Vec<AccountId>,
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
        /// Which attempts are blocked.
        #[serde(default)]
        place: BlockedPlace,
        /// The provider's network of the last attempt, cut so that it names nobody.
        #[serde(default)]
        network: Option<String>,
    },
    /// Somebody signed in on a device that the account had not been used on.
    SignedInOnNewDevice {
        /// Which account.
        account: AccountId,
        /// Which device.
        device: SourceId,
    },
    /// „Potwierdź nowy adres”: link and code, to the new address.
    EmailChangeRequested {
        /// Which account.
        account: AccountId,
        /// Which change.
        change: EmailChangeId,
    },
    /// Somebody wants to change the address: to the present one, with a link that stops it.
    EmailChangeAnnounced {
        /// Which account.
        account: AccountId,
        /// Which change.
        change: EmailChangeId,
    },
    /// The address was changed: to the earlier one, with a link that takes it back.
    EmailChanged {
        /// Which account.
        account: AccountId,
        /// Which change.
        change: EmailChangeId,
    },
    /// The owner has asked to close the account.
    ClosingRequested {
        /// Which account.
        account: AccountId,
    },
    /// The account was closed.
    AccountClosed {
        /// Which account.
        account: AccountId,
        /// Its owner had asked for it.
        was_asked_for: bool,
        /// What says who closed it and why, where that was chosen.
        #[serde(default)]
        revocation: Option<RevocationId>,
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
    /// Another e-mail address was approved and waits: to the old address with the link „to nie ja”, and to the new one.
    EmailChangeQueued {
        /// Whose.
        account: AccountId,
        /// Which change.
        change: WaitingChangeId,
        /// To the new address.
        to_new: bool,
    },
    /// Rights were taken away: to the person.
    GrantsRevoked {
        /// Whose.
        account: AccountId,
        /// Which.
        revocation: RevocationId,
    },
    /// Rights of somebody in the unit were taken away: to a coordinator.
    UnitGrantsRevoked {
        /// The coordinator.
        account: AccountId,
        /// Which.
        revocation: RevocationId,
    },
    /// Rights end soon: to the person, all of them in one letter.
    GrantsEnding {
        /// Whose.
        account: AccountId,
        /// Which.
        grants: Vec<GrantId>,
    },
    /// Rights in a unit end soon: to a coordinator, all of them in one letter.
    UnitGrantsEnding {
        /// The coordinator.
        account: AccountId,
        /// Where.
        unit: UnitId,
        /// Which.
        grants: Vec<GrantId>,
    },
    /// The new address is in force.
    LostMailboxReplaced {
        /// Whose.
        account: AccountId,
        /// Which change.
        change: WaitingChangeId,
        /// To the new address.
        to_new: bool,
    },
    /// The change was stopped, or is void because the account changed: the address in force stays.
    EmailChangeEnded {
        /// Whose.
        account: AccountId,
        /// Which change.
        change: WaitingChangeId,
        /// To the new address.
        to_new: bool,
    },
}

/// What a block holds for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockedPlace {
    /// Every device that the account has not been used on.
    #[default]
    UnknownDevices,
    /// One device that it has been used on.
    Device,
    /// One network, for an account that may not be blocked everywhere.
    Network,
}

/// Earlier notices named one account.
fn one_or_several<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Vec<AccountId>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Named {
        One(AccountId),
        Several(Vec<AccountId>),
    }
    Ok(match Named::deserialize(from)? {
        Named::One(account) => vec![account],
        Named::Several(accounts) => accounts,
    })
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
            Self::UnitChangeApproved { .. } => "unit_change_approved",
            Self::UnitEnded { .. } => "unit_ended",
            Self::UnitEndingStopped { .. } => "unit_ending_stopped",
            Self::ApplicationEscalated { .. } => "application_escalated",
            Self::OfficeDeadlines { .. } => "office_deadlines",
            Self::OfficeChanged { .. } => "office_changed",
            Self::RoleProposed { .. } => "role_proposed",
            Self::RoleProposalSettled { .. } => "role_proposal_settled",
            Self::RoleRevoked { .. } => "role_revoked",
            Self::StandInNamed { .. } => "stand_in_named",
            Self::StandInEnded { .. } => "stand_in_ended",
            Self::AttestationOpened { .. } => "attestation_opened",
            Self::AttestationReminded { .. } => "attestation_reminded",
            Self::AttestationSuspended { .. } => "attestation_suspended",
            Self::AttestationRestored { .. } => "attestation_restored",
            Self::AccountJoinRefused { .. } => "account_join_refused",
            Self::AccountsJoined { .. } => "accounts_joined",
            Self::AccountJoinUndone { .. } => "account_join_undone",
            Self::AnnouncementPublished { .. } => ANNOUNCEMENT_PUBLISHED,
            Self::AccountInvited { .. } => "account_invited",
            Self::PasswordResetRequested { .. } => "password_reset_requested",
            Self::PasswordChanged { .. } => "password_changed",
            Self::AccountBlocked { .. } => "account_blocked",
            Self::SignedInOnNewDevice { .. } => "signed_in_on_new_device",
            Self::EmailChangeRequested { .. } => "email_change_requested",
            Self::EmailChangeAnnounced { .. } => "email_change_announced",
            Self::EmailChanged { .. } => "email_changed",
            Self::ClosingRequested { .. } => "closing_requested",
            Self::AccountClosed { .. } => "account_closed",
            Self::SecondFactorAdded { .. } => "second_factor_added",
            Self::SecondFactorRemoved { .. } => "second_factor_removed",
            Self::RecoveryCodeUsed { .. } => "recovery_code_used",
            Self::PasskeyAdded { .. } => "passkey_added",
            Self::PasskeyRemoved { .. } => "passkey_removed",
            Self::EmailChangeQueued { .. } => "email_change_queued",
            Self::LostMailboxReplaced { .. } => "lost_mailbox_replaced",
            Self::EmailChangeEnded { .. } => "email_change_ended",
            Self::GrantsRevoked { .. } => "grants_revoked",
            Self::UnitGrantsRevoked { .. } => "unit_grants_revoked",
            Self::GrantsEnding { .. } => "grants_ending",
            Self::UnitGrantsEnding { .. } => "unit_grants_ending",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_that_an_earlier_program_wrote_is_still_read() {
        let id = "0199f0a2-7c1e-7d3a-9b7e-2f6f0c9f1a10";
        let old = format!(r#"{{"notice":"password_reset_requested","account":"{id}"}}"#);
        let account: AccountId = id.parse().unwrap();
        let read: Notice = serde_json::from_str(&old).unwrap();
        assert_eq!(read, Notice::PasswordResetRequested { accounts: vec![account] });
        assert_eq!(serde_json::from_str::<Notice>(&serde_json::to_string(&read).unwrap()).unwrap(), read);
        let old = format!(r#"{{"notice":"account_blocked","account":"{id}","until":7}}"#);
        let until = super::super::moment::Moment(7);
        let place = BlockedPlace::UnknownDevices;
        assert_eq!(serde_json::from_str::<Notice>(&old).unwrap(), Notice::AccountBlocked { account, until, place, network: None });
    }
}
