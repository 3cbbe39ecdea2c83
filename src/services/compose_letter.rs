//! What a notice says now. The outbox knows only what happened and to whom it happened; a letter is composed from the
//! rows as they are at the moment of its delivery, and a notice that would mislead by then is dropped.
//! What may not live here: sending, the outbox's own rows.

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
mod registration;
mod reset;
mod rights;
mod second_factor;
mod sign_in;
mod token;
mod unit;

use super::{Context, ServiceError};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::AccountId;
use crate::domain::moment::{MINUTE_MS, Moment};
use crate::domain::notice::Notice;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::mail::letters::{Closing, Contact, GrantLine};
use crate::render::Letter;
use crate::storage::Connection;
use crate::storage::grants::Grant;
use crate::storage::offices;
use crate::storage::outbox_messages::OutboxMessage;

/// So long after an event its letter still is the confirmation of it, even if more has happened since.
const FRESH_MS: i64 = 15 * MINUTE_MS;

/// A letter with its recipient, ready to be put into a message.
#[derive(Debug, Clone)]
pub(super) struct Composed {
    /// Address of the recipient.
    pub(super) to: String,
    /// Name of the recipient; empty where nobody has confirmed the address.
    pub(super) to_name: String,
    /// Subject.
    pub(super) subject: String,
    /// Plain text.
    pub(super) body: String,
    /// In whose scope the matter lies, for the audit trail.
    pub(super) voivodeship: Option<VoivodeshipCode>,
}

/// Composes the letter of a message; `None` when there is nothing to tell any more. Tokens are minted here, so `tx` is to
/// be committed before the letter leaves.
///
/// # Errors
/// Of the database, or of a template.
pub(super) async fn compose<C: Connection>(context: &Context, tx: &C, message: &OutboxMessage) -> Result<Option<Composed>, ServiceError> {
    let desk = Desk { context, tx, message, now: context.now() };
    match message.notice {
        Notice::EmailConfirmationRequested { draft } => registration::email_confirmation(&desk, draft).await,
        Notice::DraftLinkRequested { draft } => registration::draft_link(&desk, draft).await,
        Notice::ApplicationRegistered { application, revision } => application::registered(&desk, application, revision).await,
        Notice::SignedFormReceived { application } => application::form_received(&desk, application).await,
        Notice::ApplicationDeadlineNear { application, days_left } => application::deadline_near(&desk, application, days_left).await,
        Notice::ApplicationExpired { application } => application::expired(&desk, application).await,
        Notice::AttestationOpened { attestation, account } => attestation::opened(&desk, attestation, account).await,
        Notice::AttestationReminded { attestation, account, .. } => attestation::reminded(&desk, attestation, account).await,
        Notice::AttestationSuspended { attestation, account } => attestation::suspended(&desk, attestation, account).await,
        Notice::AttestationRestored { attestation, account } => attestation::restored(&desk, attestation, account).await,
        Notice::AccountJoinRefused { join, account } => account_join::refused(&desk, join, account).await,
        Notice::AccountsJoined { join, account } => account_join::joined(&desk, join, account).await,
        Notice::AccountJoinUndone { join, account } => account_join::undone(&desk, join, account).await,
        Notice::ApplicationWithdrawn { application } => application::withdrawn(&desk, application).await,
        Notice::ApplicationReturned { application } => decision::returned(&desk, application).await,
        Notice::ApplicationApproved { application } => decision::approved(&desk, application).await,
        Notice::ApplicationRejected { application } => decision::rejected(&desk, application).await,
        Notice::UnitChangeApproved { application } => unit::change_approved(&desk, application).await,
        Notice::UnitEnded { account, unit } => unit::ended(&desk, account, unit).await,
        Notice::UnitEndingStopped { account, unit } => unit::ending_stopped(&desk, account, unit).await,
        Notice::ApplicationEscalated { application, account } => deciding::escalated(&desk, application, account).await,
        Notice::OfficeDeadlines { account, ref applications } => deciding::office_deadlines(&desk, account, applications).await,
        Notice::OfficeChanged { change, account } => office::changed(&desk, change, account).await,
        Notice::StandInNamed { account, stand_in } => deciding::stand_in_named(&desk, account, stand_in).await,
        Notice::StandInEnded { account, stand_in } => deciding::stand_in_ended(&desk, account, stand_in).await,
        Notice::RoleProposed { account, proposal } => deciding::role_proposed(&desk, account, proposal).await,
        Notice::RoleProposalSettled { account, proposal } => deciding::role_settled(&desk, account, proposal).await,
        Notice::RoleRevoked { account, assignment } => deciding::role_revoked(&desk, account, assignment).await,
        Notice::AnnouncementPublished { announcement, account } => announcement::published(&desk, announcement, account).await,
        Notice::AccountInvited { account } => account::invited(&desk, account).await,
        Notice::PasswordResetRequested { ref accounts } => reset::requested(&desk, accounts).await,
        Notice::PasswordChanged { account } => account::password_changed(&desk, account).await,
        Notice::AccountBlocked { account, until, place, ref network } => {
            sign_in::blocked(&desk, account, until, place, network.as_deref()).await
        }
        Notice::SignedInOnNewDevice { account, device } => sign_in::on_new_device(&desk, account, device).await,
        Notice::EmailChangeRequested { account, change } => own_account::change_requested(&desk, account, change).await,
        Notice::EmailChangeAnnounced { account, change } => own_account::change_announced(&desk, account, change).await,
        Notice::EmailChanged { account, change } => own_account::changed(&desk, account, change).await,
        Notice::ClosingRequested { account } => own_account::closing_requested(&desk, account).await,
        Notice::AccountClosed { account, was_asked_for, revocation } => {
            own_account::account_closed(&desk, account, was_asked_for, revocation).await
        }
        Notice::SecondFactorAdded { account } => second_factor::added(&desk, account).await,
        Notice::SecondFactorRemoved { account, by_other } => second_factor::removed(&desk, account, by_other).await,
        Notice::RecoveryCodeUsed { account, left } => second_factor::recovery_code_used(&desk, account, left).await,
        Notice::PasskeyAdded { account } => second_factor::passkey_added(&desk, account).await,
        Notice::PasskeyRemoved { account } => second_factor::passkey_removed(&desk, account).await,
        Notice::EmailChangeQueued { change, to_new, .. } => email_change::queued(&desk, change, to_new).await,
        Notice::LostMailboxReplaced { change, to_new, .. } => email_change::changed(&desk, change, to_new).await,
        Notice::EmailChangeEnded { change, to_new, .. } => email_change::ended(&desk, change, to_new).await,
        Notice::GrantsRevoked { revocation, .. } => rights::revoked(&desk, revocation).await,
        Notice::UnitGrantsRevoked { account, revocation } => rights::revoked_in_unit(&desk, account, revocation).await,
        Notice::GrantsEnding { account, ref grants } => rights::ending(&desk, account, grants).await,
        Notice::UnitGrantsEnding { account, unit, ref grants } => rights::ending_in_unit(&desk, account, unit, grants).await,
    }
}

/// Where one letter is written: the portal's parts, the transaction, the message, the time.
struct Desk<'a, C> {
    context: &'a Context,
    tx: &'a C,
    message: &'a OutboxMessage,
    now: Moment,
}

/// Whom a letter is for.
struct Recipient {
    email: String,
    name: String,
}

impl<C: Connection> Desk<'_, C> {
    fn link(&self, path: &str) -> String {
        self.context.link(path)
    }

    /// Whether the event is so recent that its letter misleads nobody, whatever has happened since.
    fn is_fresh(&self) -> bool {
        self.now.since(self.message.created_at) < FRESH_MS
    }

    fn finish<L: Letter>(
        &self,
        recipient: Recipient,
        voivodeship: Option<VoivodeshipCode>,
        letter: &L,
    ) -> Result<Option<Composed>, ServiceError> {
        let text = self.context.renderer.letter(letter).map_err(ServiceError::internal)?;
        Ok(Some(Composed { to: recipient.email, to_name: recipient.name, subject: text.subject, body: text.body, voivodeship }))
    }

    fn closing(&self, contact: Option<Contact>) -> Closing {
        Closing::new(&self.context.settings.public_url, contact)
    }

    /// The end of a letter about somebody whose affairs an office decides; without one, no contact is named.
    async fn closing_of(&self, voivodeship: Option<&VoivodeshipCode>) -> Result<Closing, ServiceError> {
        let contact = match voivodeship {
            Some(code) => Some(Contact::from(&offices::find(self.tx, code).await?)),
            None => None,
        };
        Ok(self.closing(contact))
    }
}

/// The grants of one account in words, in the order in which they are stored.
fn grant_lines(words: &Dictionaries, grants: &[Grant], account: AccountId) -> Vec<GrantLine> {
    let of_account = grants.iter().filter(|grant| grant.account == account);
    of_account
        .map(|grant| GrantLine {
            sub_area: grant.sub_area.as_str().into(),
            sub_area_name: words.sub_area(&grant.sub_area).map_or(grant.sub_area.as_str(), |s| s.name.as_str()).into(),
            function: words.function(&grant.function).map_or(grant.function.as_str(), |f| f.name.as_str()).into(),
            valid_until: grant.valid_until,
        })
        .collect()
}
