//! A registration being typed: each step is saved in its row at once. Drafts hold no rights: who holds the secret may type,
//! and a correction besides only by its owner.

mod confirm_email;
mod return_link;
mod steps;

pub(super) use confirm_email::{confirm_by_code_of, request_confirmation_of};
pub use confirm_email::{confirm_email_by_code, confirm_email_by_link, find_confirmation, request_confirmation};
pub use return_link::{find_return, request_return_link, resume};
pub use steps::{
    UnitChoice, choose_unit, keep_gmina, keep_unit, remove_person, save_needs, save_note, save_password, save_person, save_statements,
    save_unit,
};
pub(crate) use steps::{check_logins_free, check_regon_free, check_voivodeship, is_login_free};

use super::{Context, ServiceError, record};
use crate::domain::account::{Account, AccountStatus};
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::decision::{Remark, SIGNED_FORM};
use crate::domain::application::draft::{Draft, DraftTexts};
use crate::domain::application::status::{Event, InvalidTransition, Mover, Status};
use crate::domain::application::typing::{Step, StepState, draft_texts, task_list};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::AccountId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::permission::{Permission, Target};
use crate::domain::unit::Unit;
use crate::secrets::{random_token, token_hash};
use crate::services::view_application::target_of;
use crate::storage::Connection;
use crate::storage::applications::remarks;
use crate::storage::database::begin;
use crate::storage::{accounts, applications, dictionaries, drafts, units};
use serde_json::json;

/// A draft with what its pages need.
#[derive(Debug, Clone)]
pub struct OpenDraft {
    /// The draft.
    pub draft: Draft,
    /// The registered unit to join.
    pub registered: Option<Unit>,
    /// The number of the application that is corrected.
    pub corrects: Option<ApplicationNumber>,
    /// What that application says, as it would be typed.
    pub corrected_texts: Option<DraftTexts>,
    /// What the office asked to correct, by the fields of this draft (`unit.regon`, `persons.0.login`; empty for the whole).
    pub remarks: Vec<Remark>,
    /// Dictionaries.
    pub dictionaries: Dictionaries,
    /// The task list.
    pub steps: Vec<(Step, StepState)>,
}

impl OpenDraft {
    /// Whether a step may be entered.
    pub fn may_enter(&self, step: Step) -> bool {
        self.steps.iter().any(|(s, state)| *s == step && state.may_enter())
    }
}

/// Starts an empty draft and gives its secret, which is stored only as a hash.
///
/// # Errors
/// Of the database.
pub async fn start(context: &Context, actor: &Actor) -> Result<String, ServiceError> {
    let (id, token) = (context.new_draft_id(), random_token());
    let tx = begin(&context.db).await?;
    drafts::add(&tx, id, token_hash(&token), &DraftTexts::default(), None, None, context.now()).await?;
    record::done(context, &tx, actor, AuditEvent::DraftStarted, AuditObject::new("draft", id), None, json!({})).await?;
    tx.commit().await?;
    Ok(token)
}

/// Starts the correction of an application, or finds the one that is open, and gives a secret for it.
///
/// # Errors
/// `Denied` for anybody but the applicant; `Transition` where the application cannot be corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<String, ServiceError> {
    let token = random_token();
    let tx = begin(&context.db).await?;
    let application = applications::find_by_number(&tx, number).await?.ok_or(ServiceError::NotFound)?;
    context.policy.check(actor, Permission::ApplicationRevise, &target_of(&application))?;
    let account = actor.account_id().ok_or(ServiceError::Denied)?;
    application.status.after(application.status.event_of_revision(), Mover::Applicant)?;
    if let Some(open) = drafts::find_correction(&tx, application.id).await? {
        drafts::save_token(&tx, open.id, token_hash(&token)).await?;
    } else {
        let registration = application.payload.registration().ok_or(ServiceError::NotFound)?;
        let confirmed = accounts::find(&tx, account).await?.map(|a| a.profile.email.key());
        let texts = draft_texts(registration);
        let id = context.new_draft_id();
        drafts::add(&tx, id, token_hash(&token), &texts, Some((account, Some(application.id))), confirmed, context.now()).await?;
        let details = json!({ "application": number.as_str() });
        record::done(context, &tx, actor, AuditEvent::DraftStarted, AuditObject::new("draft", id), None, details).await?;
    }
    tx.commit().await?;
    Ok(token)
}

/// Starts a new application from one that was rejected, withdrawn or lapsed, for the same account: its login belongs to this
/// person, who need not invent another. Finds the one that is being written, if there is one.
///
/// # Errors
/// `Denied` for anybody but the applicant; `Transition` while the application, or another of theirs, is open or approved.
pub async fn start_again(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<String, ServiceError> {
    let token = random_token();
    let tx = begin(&context.db).await?;
    let application = applications::find_by_number(&tx, number).await?.ok_or(ServiceError::NotFound)?;
    let target =
        Target { applicant: Some(application.applicant), voivodeship: Some(application.summary().voivodeship), ..Target::default() };
    context.policy.check(actor, Permission::ApplicationRevise, &target)?;
    let account = check_may_start_again(&tx, application.applicant).await?;
    if let Some(open) = drafts::find_of_account(&tx, account.id, context.now()).await? {
        drafts::save_token(&tx, open.id, token_hash(&token)).await?;
    } else {
        let registration = application.payload.registration().ok_or(ServiceError::NotFound)?;
        let mut texts = draft_texts(registration);
        // The unit may have been registered meanwhile: it is looked for anew.
        texts.unit_chosen = false;
        let id = context.new_draft_id();
        let confirmed = account.profile.email.key();
        drafts::add(&tx, id, token_hash(&token), &texts, Some((account.id, None)), Some(confirmed), context.now()).await?;
        let details = json!({ "again_after": number.as_str() });
        record::done(context, &tx, actor, AuditEvent::DraftStarted, AuditObject::new("draft", id), None, details).await?;
    }
    tx.commit().await?;
    Ok(token)
}

/// An account that waits for its first approval and has no application open. Its row stays locked until the transaction ends,
/// so that two tabs do not file twice.
///
/// # Errors
/// `Transition` otherwise.
pub(crate) async fn check_may_start_again<C: Connection>(tx: &C, account: AccountId) -> Result<Account, ServiceError> {
    let account = accounts::find_for_update(tx, account).await?.ok_or(ServiceError::NotFound)?.account;
    let own = applications::list_of_applicant(tx, account.id).await?;
    match own.iter().find(|listed| listed.status.is_open() || listed.status == Status::Approved) {
        None if account.status == AccountStatus::Pending => Ok(account),
        open => {
            let from = open.map_or(Status::Approved, |listed| listed.status);
            Err(InvalidTransition { from, event: Event::Submit, mover: Mover::Applicant }.into())
        }
    }
}

/// Opens the draft of a secret.
///
/// # Errors
/// `NotFound` for an unknown or expired secret, and for a correction by anybody but its owner.
pub async fn open(context: &Context, actor: &Actor, token: &str) -> Result<OpenDraft, ServiceError> {
    let draft = drafts::find_by_token(&context.db, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    check_holder(context, actor, &draft)?;
    let registered = match draft.texts.existing_unit {
        Some(id) => units::find(&context.db, id).await?,
        None => None,
    };
    let corrected = match draft.application {
        Some(id) => applications::find(&context.db, id).await?,
        None => None,
    };
    let remarks = match &corrected {
        Some(application) if application.status == Status::Returned => placed_remarks(context, application, &draft).await?,
        _ => Vec::new(),
    };
    let corrected_texts = corrected.as_ref().and_then(|application| application.payload.registration()).map(draft_texts);
    let corrects = corrected.map(|a| a.number);
    let dictionaries = dictionaries::load(&context.db, context.now().warsaw_date()).await?;
    let steps = task_list(&draft, registered.as_ref().map(|u| &u.data), &dictionaries, context.now().warsaw_date());
    Ok(OpenDraft { draft, registered, corrects, corrected_texts, remarks, dictionaries, steps })
}

/// The covering note and the remarks of a return. Persons may have been added and removed since, so they are told by login.
async fn placed_remarks(context: &Context, application: &Application, draft: &Draft) -> Result<Vec<Remark>, ServiceError> {
    let registration = application.payload.registration().ok_or(ServiceError::NotFound)?;
    let place = |field: &str| -> String {
        // No page of the form has it.
        if field == SIGNED_FORM {
            return String::new();
        }
        let Some((index, rest)) = field.strip_prefix("persons.").and_then(|f| f.split_once('.')) else { return field.to_owned() };
        let Some(person) = index.parse().ok().and_then(|i: usize| registration.persons.get(i)) else { return String::new() };
        let now = draft.texts.persons.iter().position(|p| p.login.trim().eq_ignore_ascii_case(person.login.as_str()));
        match (now, draft.texts.persons.len() == registration.persons.len()) {
            (Some(now), _) => format!("persons.{now}.{rest}"),
            // Only the login was changed.
            (None, true) => field.to_owned(),
            (None, false) => String::new(),
        }
    };
    let mut placed: Vec<Remark> = application.reason.iter().map(|text| Remark { field: String::new(), text: text.clone() }).collect();
    for remark in remarks::list(&context.db, application.id, application.revision).await? {
        placed.push(Remark { field: place(&remark.field), text: remark.text });
    }
    Ok(placed)
}

/// The number of the application made of a draft, so that a page opened again leads there.
///
/// # Errors
/// Of the database.
pub async fn submitted_number(context: &Context, draft: &Draft) -> Result<Option<ApplicationNumber>, ServiceError> {
    let Some(id) = draft.submitted_as else { return Ok(None) };
    Ok(applications::find(&context.db, id).await?.map(|a| a.number))
}

/// A draft past its time is gone; a correction is its owner's alone, whoever found the link.
pub(super) fn check_holder(context: &Context, actor: &Actor, draft: &Draft) -> Result<(), ServiceError> {
    let is_live = context.now() < draft.expires_at;
    let is_owner = draft.account.is_none_or(|owner| actor.account_id() == Some(owner));
    if is_live && is_owner { Ok(()) } else { Err(ServiceError::NotFound) }
}
