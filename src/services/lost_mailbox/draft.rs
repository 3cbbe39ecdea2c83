//! Typing it, and confirming the new address by a letter.

use super::look::open_of;
use super::{current, units_of};
use crate::domain::actor::Actor;
use crate::domain::application::draft::{DraftKind, EmailChangeTexts};
use crate::domain::application::email_change::{email_change_texts, read_email_change};
use crate::domain::application::status::Mover;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::permission::Permission;
use crate::secrets::{random_token, token_hash};
use crate::services::draft_application::{confirm_by_code_of, request_confirmation_of};
use crate::services::view_application::target_of;
use crate::services::{Context, ServiceError, prove_again, record};
use crate::storage::database::begin;
use crate::storage::{accounts, applications, drafts, waiting_changes};
use serde_json::json;

/// Keeps what was typed; a new address gets a letter with link and code. True when the address is confirmed already.
///
/// # Errors
/// `Invalid` by field, then nothing is written; `ProofTooOld`; `Stale` where another application or change is under way;
/// `TooMany` when the new address was written to too often.
pub async fn save(context: &Context, actor: &Actor, texts: EmailChangeTexts) -> Result<bool, ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    let account = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?.account;
    read_email_change(&texts, &account, &units_of(context, &tx, id).await?)?;
    let found = current(context, &tx, id).await?;
    let corrects = found.as_ref().is_some_and(|(_, application)| application.is_some());
    if waiting_changes::find_waiting(&tx, id).await?.is_some() || (!corrects && open_of(&tx, id).await?.is_some()) {
        return Err(ServiceError::Stale);
    }
    let draft = match found {
        Some((draft, _)) => {
            drafts::save_texts(&tx, draft.id, &texts, context.now()).await?;
            draft.id
        }
        None => {
            // A correction that came too late is of no use to anybody.
            drafts::remove_of_kind(&tx, id, DraftKind::EmailChange).await?;
            let draft = context.new_draft_id();
            drafts::add(&tx, draft, token_hash(&random_token()), &texts, Some((id, None)), None, context.now()).await?;
            record::done(context, &tx, actor, AuditEvent::DraftStarted, AuditObject::new("draft", draft), None, json!({})).await?;
            draft
        }
    };
    let facts = drafts::find_facts(&tx, draft).await?.ok_or(ServiceError::NotFound)?;
    let is_confirmed = facts.address.as_ref().is_some_and(|email| facts.confirmed_email.as_deref() == Some(email.key().as_str()));
    if !is_confirmed {
        request_confirmation_of(context, actor, &tx, &facts).await?;
    }
    tx.commit().await?;
    Ok(is_confirmed)
}

/// Sends the letter to the new address once more.
///
/// # Errors
/// `TooMany`; `NotFound` when nothing is typed.
pub async fn request_code(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    let tx = begin(&context.db).await?;
    let (draft, _) = current(context, &tx, id).await?.ok_or(ServiceError::NotFound)?;
    request_confirmation_of(context, actor, &tx, &draft.facts()).await?;
    tx.commit().await?;
    Ok(())
}

/// Confirms the new address by the code of the letter.
///
/// # Errors
/// `Invalid` at `code`; after five wrong ones only a new letter helps.
pub async fn confirm_by_code(context: &Context, actor: &Actor, code: &str) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    let tx = begin(&context.db).await?;
    let (draft, _) = current(context, &tx, id).await?.ok_or(ServiceError::NotFound)?;
    confirm_by_code_of(context, actor, tx, draft.id, code).await
}

/// Starts the correction of an application, or finds the one that is open.
///
/// # Errors
/// `Denied` for anybody but the applicant; `Transition` where the application cannot be corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let application = applications::find_by_number(&tx, number).await?.ok_or(ServiceError::NotFound)?;
    context.policy.check(actor, Permission::ApplicationRevise, &target_of(&application))?;
    application.status.after(application.status.event_of_revision(), Mover::Applicant)?;
    if drafts::is_being_corrected(&tx, application.id, context.now()).await? {
        return Ok(());
    }
    let change = application.payload.email_change().ok_or(ServiceError::NotFound)?;
    drafts::remove_of_kind(&tx, id, DraftKind::EmailChange).await?;
    let draft = context.new_draft_id();
    let (texts, confirmed) = (email_change_texts(change), change.new_email.key());
    let owner = Some((id, Some(application.id)));
    drafts::add(&tx, draft, token_hash(&random_token()), &texts, owner, Some(confirmed), context.now()).await?;
    let details = json!({ "application": number.as_str() });
    record::done(context, &tx, actor, AuditEvent::DraftStarted, AuditObject::new("draft", draft), None, details).await?;
    tx.commit().await?;
    Ok(())
}
