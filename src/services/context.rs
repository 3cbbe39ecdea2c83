//! What every service works with: made once by the composition root, shared by web, worker and command line.

use super::error::ServiceError;
use super::poll_mailboxes::OfficeMailbox;
use crate::clock::Clock;
use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::id::{
    AccountId, AccountJoinId, AnnouncementId, ApplicationId, AttestationId, BulkJobId, BulkRowId, ClosingRequestId, CorrelationId,
    DictionaryChangeId, DraftId, EmailChangeId, FileId, GrantId, MachineClientId, MessageId, NoteId, PasskeyId, PostFileId, PostItemId,
    ProfileChangeId, ReportId, RevocationId, RoleAssignmentId, RoleProposalId, SessionId, SignedFormId, SourceId, StandInId, UnitChangeId,
    UnitId, WaitingChangeId,
};
use crate::domain::moment::Moment;
use crate::domain::permission::{Permission, Target};
use crate::domain::retention::Retention;
use crate::files::FileStore;
use crate::mail::Mailer;
use crate::pdf::FormPrinter;
use crate::policy::Policy;
use crate::render::Renderer;
use crate::secrets::{PasswordHasher, SecretKey, new_uuid, random_token};
use crate::signatures::Roots;
use crate::storage::Pool;
use std::sync::Arc;

/// The portal's parts, as services see them. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// The database.
    pub db: Pool,
    /// Who may.
    pub policy: Arc<Policy>,
    /// The time.
    pub clock: Clock,
    /// Argon2id, off the async threads and bounded.
    pub hasher: PasswordHasher,
    /// Key of tokens.
    pub key: SecretKey,
    /// Signed forms.
    pub files: Arc<FileStore>,
    /// Letters out.
    pub mailer: Arc<Mailer>,
    /// Words and templates.
    pub renderer: Arc<Renderer>,
    /// Printed forms.
    pub printer: Arc<FormPrinter>,
    /// Settings that services need.
    pub settings: Arc<ServiceSettings>,
}

/// Settings that services need.
#[derive(Debug, Clone)]
pub struct ServiceSettings {
    /// Configured public address, without a slash at its end: every link in a letter begins with it.
    pub public_url: String,
    /// Who runs the portal (RODO clause, letters).
    pub publisher_name: String,
    /// Its contact.
    pub publisher_email: String,
    /// Its contact.
    pub publisher_phone: String,
    /// Its data-protection officer.
    pub data_protection_email: String,
    /// Whether failed sign-ins are limited by address and network; off for load tests only.
    pub rate_limits: bool,
    /// Roles whose holders must have a second factor.
    pub second_factor_roles: Vec<Role>,
    /// How long applications are kept that ended without an approval.
    pub retention: Retention,
    /// Who is trusted to issue certificates of electronic signatures; empty: nobody was named, and nobody is asked.
    pub signature_roots: Roots,
    /// Mailboxes of offices that are looked into.
    pub mailboxes: Vec<OfficeMailbox>,
}

impl Context {
    /// Now.
    pub fn now(&self) -> Moment {
        Moment(self.clock.now_ms())
    }
    /// The actor's own account, where the policy gives this permission on it.
    ///
    /// # Errors
    /// `Denied`, also for who has none.
    pub fn own_account(&self, actor: &Actor, permission: Permission) -> Result<AccountId, ServiceError> {
        let id = actor.account_id().ok_or(ServiceError::Denied)?;
        self.policy.check(actor, permission, &Target { account: Some(id), ..Target::default() })?;
        Ok(id)
    }
    /// Random text that nobody can guess: for cookies.
    pub fn new_token(&self) -> String {
        random_token()
    }
    /// A link that a letter may carry.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.settings.public_url)
    }
}

macro_rules! fresh {
    ($($name:ident: $id:ident),+ $(,)?) => {
        /// New row identifiers.
        impl Context {
            $(
                /// A new identifier.
                pub fn $name(&self) -> $id { $id(new_uuid()) }
            )+
        }
    };
}

fresh! {
    new_account_id: AccountId,
    new_unit_id: UnitId,
    new_application_id: ApplicationId,
    new_draft_id: DraftId,
    new_grant_id: GrantId,
    new_role_assignment_id: RoleAssignmentId,
    new_signed_form_id: SignedFormId,
    new_file_id: FileId,
    new_post_item_id: PostItemId,
    new_post_file_id: PostFileId,
    new_note_id: NoteId,
    new_message_id: MessageId,
    new_source_id: SourceId,
    new_report_id: ReportId,
    new_waiting_change_id: WaitingChangeId,
    new_passkey_id: PasskeyId,
    new_session_id: SessionId,
    new_profile_change_id: ProfileChangeId,
    new_email_change_id: EmailChangeId,
    new_closing_request_id: ClosingRequestId,
    new_announcement_id: AnnouncementId,
    new_attestation_id: AttestationId,
    new_account_join_id: AccountJoinId,
    new_machine_client_id: MachineClientId,
    new_unit_change_id: UnitChangeId,
    new_revocation_id: RevocationId,
    new_stand_in_id: StandInId,
    new_role_proposal_id: RoleProposalId,
    new_dictionary_change_id: DictionaryChangeId,
    new_bulk_job_id: BulkJobId,
    new_bulk_row_id: BulkRowId,
    new_correlation_id: CorrelationId,
}
