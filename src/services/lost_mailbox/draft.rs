//! Typing it, and confirming the new address by a letter.

use super::look::read;
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::EmailChangeTexts;
use crate::domain::application::email_change::{email_change_texts, read_email_change};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::permission::Permission;
use crate::services::draft_application::{confirm_by_code_of, request_confirmation_of};
use crate::services::{Context, ServiceError, own_draft, prove_again};
use crate::storage::database::begin;
use crate::storage::{accounts, drafts};

/// Keeps what was typed; a new address gets a letter with link and code. True when the address is confirmed already.
///
/// # Errors
/// `Invalid` by field, then nothing is written; `ProofTooOld`; `Stale` where another application or change is under way;
/// `TooMany` when the new address was written to too often.
pub async fn save(context: &Context, actor: &Actor, texts: EmailChangeTexts) -> Result<bool, ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let found = read(context, &tx, actor).await?;
    read_email_change(&texts, &found.account, &found.units)?;
    if !found.is_free() {
        return Err(ServiceError::Stale);
    }
    let draft = own_draft::keep(context, actor, &tx, id, found.draft.as_ref().map(|draft| draft.id), &texts).await?;
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
    let (draft, _) = own_draft::current::<_, EmailChangeTexts>(context, &tx, id).await?.ok_or(ServiceError::NotFound)?;
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
    let (draft, _) = own_draft::current::<_, EmailChangeTexts>(context, &tx, id).await?.ok_or(ServiceError::NotFound)?;
    confirm_by_code_of(context, actor, tx, draft.id, code).await
}

/// Starts the correction of an application, or finds the one that is open.
///
/// # Errors
/// `Denied` for anybody but the applicant; `Transition` where the application cannot be corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    let write = |payload: &Payload| {
        let change = payload.email_change()?;
        Some((email_change_texts(change), Some(change.new_email.key())))
    };
    own_draft::start_correction(context, actor, id, number, write).await
}
