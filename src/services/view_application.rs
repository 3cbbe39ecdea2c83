//! What the applicant sees of an application: where it stands, what to do next.

use super::{Context, ServiceError, print_form, record};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::decision::{Remark, SIGNED_FORM};
use crate::domain::application::signed_form::{Force, Shortage, SignedForm};
use crate::domain::application::status::{Event, InvalidTransition, Mover, Status};
use crate::domain::audit::{AuditEntry, AuditEvent, AuditObject};
use crate::domain::dictionary::Dictionaries;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::permission::{Permission, Target};
use crate::domain::voivodeship::{Gmina, Office};
pub use crate::storage::applications::Listed as OwnListed;
use crate::storage::applications::{self, remarks};
use crate::storage::{audit_entries, dictionaries, first_approvals, gminas, offices, signed_forms};
use serde_json::json;

/// The target of anything done to an application.
pub fn target_of(application: &Application) -> Target {
    let summary = application.summary();
    Target { account: None, applicant: Some(application.applicant), unit: summary.unit, voivodeship: Some(summary.voivodeship) }
}

/// The application, for those who may see it. To anybody else it does not exist; the attempt is recorded.
///
/// # Errors
/// `NotFound`.
pub async fn readable(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<Application, ServiceError> {
    let application = applications::find_by_number(&context.db, number).await?.ok_or(ServiceError::NotFound)?;
    let target = target_of(&application);
    if context.policy.check(actor, Permission::ApplicationView, &target).is_err() {
        let details = json!({ "permission": Permission::ApplicationView.key() });
        record::refused(context, actor, AuditObject::new("application", number), target.voivodeship.as_ref(), details).await?;
        return Err(ServiceError::NotFound);
    }
    Ok(application)
}

/// What is written down of an application but moves nothing in it: it would drown its history.
pub(super) const NO_HISTORY: [AuditEvent; 2] = [AuditEvent::SignedFormRead, AuditEvent::AccessRefused];

/// An application with all that its page shows.
#[derive(Debug, Clone)]
pub struct ApplicationView {
    /// The application.
    pub application: Application,
    /// Signed forms, the newest first.
    pub signed_forms: Vec<SignedForm>,
    /// Remarks on the current revision.
    pub remarks: Vec<Remark>,
    /// What happened, the oldest first.
    pub history: Vec<AuditEntry>,
    /// The office that decides.
    pub office: Office,
    /// Gmina of the unit.
    pub gmina: Option<Gmina>,
    /// Dictionaries, for names.
    pub dictionaries: Dictionaries,
    /// Pages that the form in force lacks.
    pub shortage: Option<Shortage>,
    /// Since when it lies with the central administrator.
    pub escalated_at: Option<Moment>,
    /// One of two has approved it, and it waits for the other.
    pub awaits_second: bool,
}

impl ApplicationView {
    /// The signed form that counts: the newest of the current revision.
    pub fn form_in_force(&self) -> Option<&SignedForm> {
        in_force(&self.signed_forms, self.application.revision)
    }

    /// Whether a form is taken now, from this side. What was returned for its content takes none, whoever brings it.
    ///
    /// # Errors
    /// [`InvalidTransition`].
    pub fn check_takes_form(&self, mover: Mover) -> Result<(), InvalidTransition> {
        let status = self.application.status;
        status.after(Event::ReceiveForm, mover)?;
        let is_taken = status != Status::Returned || self.wants_form();
        if is_taken { Ok(()) } else { Err(InvalidTransition { from: status, event: Event::ReceiveForm, mover }) }
    }

    /// Whether the office returned it for its signed form: then another form of the same content may come.
    pub fn wants_form(&self) -> bool {
        self.application.status == Status::Returned && self.remarks.iter().any(|remark| remark.field == SIGNED_FORM)
    }
}

fn in_force(forms: &[SignedForm], revision: i32) -> Option<&SignedForm> {
    forms.iter().find(|form| form.standing(forms, revision) == Force::InForce)
}

/// Reads an application for its page.
///
/// # Errors
/// `NotFound` for those who may not see it.
pub async fn view(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<ApplicationView, ServiceError> {
    let application = readable(context, actor, number).await?;
    read_view(context, application).await
}

pub(super) async fn read_view(context: &Context, application: Application) -> Result<ApplicationView, ServiceError> {
    let summary = application.summary();
    let gmina = gminas::find(&context.db, &summary.terc).await?;
    let signed_forms = signed_forms::list_of(&context.db, application.id).await?;
    let shortage = match in_force(&signed_forms, application.revision) {
        // Of a form without files nothing is known to lack, however many pages were printed.
        Some(form) if !form.files.is_empty() => form.shortage(print_form::count_pages(context, &application).await?),
        _ => None,
    };
    Ok(ApplicationView {
        signed_forms,
        shortage,
        remarks: remarks::list(&context.db, application.id, application.revision).await?,
        history: audit_entries::history_of(&context.db, "application", application.number.as_str(), &NO_HISTORY, 500).await?,
        office: offices::find(&context.db, &summary.voivodeship).await?,
        gmina,
        dictionaries: dictionaries::load(&context.db, context.now().warsaw_date()).await?,
        escalated_at: applications::escalated_at(&context.db, application.id).await?,
        awaits_second: application.status.waits_for_office()
            && first_approvals::find(&context.db, application.id, application.revision).await?.is_some(),
        application,
    })
}

/// The applications that the actor filed, the newest first.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn list_own(context: &Context, actor: &Actor) -> Result<Vec<OwnListed>, ServiceError> {
    let account = actor.account_id().ok_or(ServiceError::Denied)?;
    Ok(applications::list_of_applicant(&context.db, account).await?)
}
