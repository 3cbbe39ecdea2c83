//! „Dlaczego ma to uprawnienie”: from a grant to its application, the decision and the signed form.

use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::signed_form::{SignedFile, SignedForm};
use crate::domain::audit::{AuditEntry, AuditEvent, AuditObject};
use crate::domain::id::{FileId, GrantId};
use crate::domain::permission::{Permission, Target};
use crate::domain::revocation::Revocation;
use crate::services::receive_signed_form::{Part, read_file_of};
use crate::services::view_application::{self, NO_HISTORY};
use crate::services::{Context, ServiceError, record};
use crate::storage::grants::listing::{self, ListedGrant};
use crate::storage::{accounts, applications, audit_entries, revocations, signed_forms};
use serde_json::json;

/// Entries about one grant; it has two or three.
const MOST_ENTRIES: u64 = 100;
/// Entries about one application.
const MOST_HISTORY: u64 = 500;

/// A grant with where it comes from.
#[derive(Debug, Clone)]
pub struct GrantView {
    /// The grant.
    pub listed: ListedGrant,
    /// What the audit trail says of the grant itself, the oldest first.
    pub entries: Vec<AuditEntry>,
    /// By whom and why it was taken away, where the row tells.
    pub revocation: Option<Revocation>,
    /// Where it comes from; none of a grant that no application gave.
    pub origin: Option<Origin>,
}

/// The application that gave a grant.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The application, at the revision that was decided.
    pub application: Application,
    /// Who filed it.
    pub applicant: Option<Account>,
    /// Who decided.
    pub decided_by: Option<Account>,
    /// The login of the person for whom that was done, when the decider stood in for somebody.
    pub on_behalf_of: Option<String>,
    /// Signed forms of this revision, the newest first.
    pub forms: Vec<SignedForm>,
    /// The actor may open the application itself.
    pub may_open: bool,
}

/// The grant, for those who may ask why it is there. To anybody else it does not exist; the attempt is recorded.
async fn readable(context: &Context, actor: &Actor, id: GrantId) -> Result<ListedGrant, ServiceError> {
    let today = context.now().warsaw_date();
    let listed = listing::find(&context.db, id, today).await?.ok_or(ServiceError::NotFound)?;
    let target = Target { unit: Some(listed.grant.unit), voivodeship: Some(listed.voivodeship.clone()), ..Target::default() };
    if context.policy.check(actor, Permission::GrantExplain, &target).is_err() {
        let details = json!({ "permission": Permission::GrantExplain.key() });
        record::refused(context, actor, AuditObject::new("grant", id), target.voivodeship.as_ref(), details).await?;
        return Err(ServiceError::NotFound);
    }
    Ok(listed)
}

/// Reads why somebody holds a grant.
///
/// # Errors
/// `NotFound`, also for those who may not know.
pub async fn explain_grant(context: &Context, actor: &Actor, id: GrantId) -> Result<GrantView, ServiceError> {
    let listed = readable(context, actor, id).await?;
    let refused = [AuditEvent::AccessRefused];
    let entries = audit_entries::history_of(&context.db, "grant", &id.to_string(), &refused, MOST_ENTRIES).await?;
    let origin = match listed.grant.application {
        Some(id) => {
            let application = applications::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
            Some(origin(context, actor, application).await?)
        }
        None => None,
    };
    let revocation = match listed.revocation {
        Some(id) => revocations::find(&context.db, id).await?,
        None => None,
    };
    Ok(GrantView { listed, entries, revocation, origin })
}

async fn origin(context: &Context, actor: &Actor, application: Application) -> Result<Origin, ServiceError> {
    let db = &context.db;
    let mut forms = signed_forms::list_of(db, application.id).await?;
    forms.retain(|form| form.revision == application.revision);
    let history = audit_entries::history_of(db, "application", application.number.as_str(), &NO_HISTORY, MOST_HISTORY).await?;
    let approved = history.into_iter().rfind(|entry| entry.event == AuditEvent::ApplicationApproved.key());
    let decided_by = match application.decided_by {
        Some(id) => accounts::find(db, id).await?,
        None => None,
    };
    let target = view_application::target_of(&application);
    Ok(Origin {
        applicant: accounts::find(db, application.applicant).await?,
        decided_by,
        on_behalf_of: approved.and_then(|entry| entry.on_behalf_of),
        forms,
        may_open: context.policy.check(actor, Permission::ApplicationTake, &target).is_ok(),
        application,
    })
}

/// Reads a file of a signed form by which a grant was given. The reading is recorded.
///
/// # Errors
/// `NotFound` for those who may not know of the grant, and for what is not of its application.
pub async fn read_signed_file(
    context: &Context,
    actor: &Actor,
    id: GrantId,
    file: FileId,
) -> Result<(Application, SignedFile, Vec<u8>), ServiceError> {
    let listed = readable(context, actor, id).await?;
    let application = listed.grant.application.ok_or(ServiceError::NotFound)?;
    let application = applications::find(&context.db, application).await?.ok_or(ServiceError::NotFound)?;
    let (file, bytes) = read_file_of(context, actor, &application, file, Part::Whole).await?;
    Ok((application, file, bytes))
}
