//! The applicant's e-mail address is confirmed by a mailed link or code before submission.

use super::check_holder;
use crate::domain::actor::Actor;
use crate::domain::application::draft::{Draft, DraftFacts};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::DraftId;
use crate::domain::invalid::Invalid;
use crate::domain::mailed_code::{MOST_CODE_ATTEMPTS, digits_of};
use crate::domain::moment::HOUR_MS;
use crate::domain::notice::Notice;
use crate::secrets::{is_same, token_hash};
use crate::services::{Context, ServiceError, record};
use crate::storage::database::begin;
use crate::storage::mailed_tokens::{self, MailedToken, Purpose};
use crate::storage::{Connection, Transaction, drafts, outbox_messages};
use serde_json::json;

/// Letters an hour to one draft, and to one address.
const MOST_LETTERS_AN_HOUR: u64 = 5;

/// So many letters an hour to one draft, and to one address whatever the draft: nobody's mailbox is to be filled from here.
///
/// # Errors
/// `TooMany`.
pub(super) async fn check_letters<C: Connection>(context: &Context, tx: &C, draft: &DraftFacts) -> Result<(), ServiceError> {
    let since = context.now().plus_ms(-HOUR_MS);
    let of_draft = outbox_messages::count_for_draft_since(tx, draft.id, since).await?;
    let of_address = match &draft.address {
        Some(email) => {
            let purposes = [Purpose::EmailConfirmation, Purpose::DraftLink];
            mailed_tokens::count_to_address_since(tx, &email.key(), &purposes, since).await?
        }
        None => 0,
    };
    if of_draft.max(of_address) >= MOST_LETTERS_AN_HOUR { Err(ServiceError::TooMany) } else { Ok(()) }
}

/// Queues the letter with link and code.
///
/// # Errors
/// `TooMany` when the address was written to too often in the last hour.
pub async fn request_confirmation(context: &Context, actor: &Actor, token: &str) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    let draft: Draft = drafts::find_by_token(&tx, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    check_holder(context, actor, &draft)?;
    request_confirmation_of(context, actor, &tx, &draft.facts()).await?;
    tx.commit().await?;
    Ok(())
}

/// Queues the letter of a draft of any kind.
///
/// # Errors
/// `TooMany` when the address was written to too often in the last hour.
pub(in crate::services) async fn request_confirmation_of<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    draft: &DraftFacts,
) -> Result<(), ServiceError> {
    check_letters(context, tx, draft).await?;
    record::tell(context, tx, actor, &Notice::EmailConfirmationRequested { draft: draft.id }).await
}

/// Whether a confirmation link is alive; opening it changes nothing. Gives the address that it confirms.
///
/// # Errors
/// `DeadLink`.
pub async fn find_confirmation(context: &Context, link_token: &str) -> Result<String, ServiceError> {
    let token = mailed_tokens::find(&context.db, token_hash(link_token)).await?.ok_or(ServiceError::DeadLink)?;
    check_alive(context, &token)?;
    Ok(token.email_key)
}

/// Confirms by the link, also in another browser; gives the address.
///
/// # Errors
/// `DeadLink`.
pub async fn confirm_email_by_link(context: &Context, actor: &Actor, link_token: &str) -> Result<String, ServiceError> {
    let tx = begin(&context.db).await?;
    let token = mailed_tokens::find_for_update(&tx, token_hash(link_token)).await?.ok_or(ServiceError::DeadLink)?;
    check_alive(context, &token)?;
    confirm(context, actor, &tx, &token).await?;
    tx.commit().await?;
    Ok(token.email_key)
}

/// Confirms by the code, in the browser that holds the draft.
///
/// # Errors
/// `Invalid` at `code`; after five wrong ones only a new letter helps.
pub async fn confirm_email_by_code(context: &Context, actor: &Actor, token: &str, code: &str) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    let draft = drafts::find_by_token(&tx, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    check_holder(context, actor, &draft)?;
    confirm_by_code_of(context, actor, tx, draft.id, code).await
}

/// Confirms the address of a draft of any kind by the code, and ends the transaction: a wrong code counts.
///
/// # Errors
/// `Invalid` at `code`.
pub(in crate::services) async fn confirm_by_code_of(
    context: &Context,
    actor: &Actor,
    tx: Transaction,
    draft: DraftId,
    code: &str,
) -> Result<(), ServiceError> {
    let wrong = || ServiceError::field("code", Invalid::CodeWrong);
    let digits = digits_of(code);
    if digits.is_empty() {
        return Err(ServiceError::field("code", Invalid::Required));
    }
    let mailed = mailed_tokens::newest_of_draft(&tx, draft, Purpose::EmailConfirmation).await?.ok_or_else(wrong)?;
    if check_alive(context, &mailed).is_err() || mailed.attempts >= MOST_CODE_ATTEMPTS {
        return Err(wrong());
    }
    let typed = context.key.code_hash(mailed.token_hash, &digits);
    if !mailed.code_hash.is_some_and(|hash| is_same(&hash, &typed)) {
        mailed_tokens::count_attempt(&tx, mailed.token_hash).await?;
        tx.commit().await?;
        return Err(wrong());
    }
    confirm(context, actor, &tx, &mailed).await?;
    tx.commit().await?;
    Ok(())
}

fn check_alive(context: &Context, token: &MailedToken) -> Result<(), ServiceError> {
    if token.purpose == Purpose::EmailConfirmation && token.is_open(context.now()) { Ok(()) } else { Err(ServiceError::DeadLink) }
}

async fn confirm<C: Connection>(context: &Context, actor: &Actor, tx: &C, token: &MailedToken) -> Result<(), ServiceError> {
    let id: DraftId = token.draft.ok_or(ServiceError::DeadLink)?;
    let draft = drafts::find_facts_for_update(tx, id).await?.ok_or(ServiceError::DeadLink)?;
    let typed = draft.address.map(|email| email.key());
    // The address was changed since: this link proves nothing about the new one.
    if typed.as_deref() != Some(token.email_key.as_str()) {
        return Err(ServiceError::DeadLink);
    }
    mailed_tokens::mark_used(tx, token.token_hash, context.now()).await?;
    drafts::save_confirmed_email(tx, id, &token.email_key).await?;
    record::done(context, tx, actor, AuditEvent::EmailConfirmed, AuditObject::new("draft", id), None, json!({})).await
}
