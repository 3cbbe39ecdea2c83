//! The way back to a draft after the browser was closed: its secret link, mailed on request.

use super::check_holder;
use super::confirm_email::check_letters;
use crate::domain::actor::Actor;
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::secrets::{random_token, token_hash};
use crate::services::{Context, ServiceError, record};
use crate::storage::database::begin;
use crate::storage::drafts;
use crate::storage::mailed_tokens::{self, MailedToken, Purpose};

/// Queues the letter with the link back. Whoever has that link reads the draft, so it goes to a confirmed address only:
/// one letter typed wrong must not show it to a stranger.
///
/// # Errors
/// `Invalid` at `email` before the address is confirmed; `TooMany` when the address was written to too often in the last hour.
pub async fn request_return_link(context: &Context, actor: &Actor, token: &str) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    let draft = drafts::find_by_token(&tx, token_hash(token)).await?.ok_or(ServiceError::NotFound)?;
    check_holder(context, actor, &draft)?;
    if !draft.has_confirmed_email() {
        return Err(ServiceError::field("email", Invalid::EmailNotConfirmed));
    }
    check_letters(context, &tx, &draft.facts()).await?;
    record::tell(context, &tx, actor, &Notice::DraftLinkRequested { draft: draft.id }).await?;
    tx.commit().await?;
    Ok(())
}

fn check_alive(context: &Context, token: &MailedToken) -> Result<(), ServiceError> {
    let alive = token.purpose == Purpose::DraftLink && token.used_at.is_none() && context.now() < token.expires_at;
    if alive { Ok(()) } else { Err(ServiceError::DeadLink) }
}

/// Whether a link back is alive; opening it changes nothing.
///
/// # Errors
/// `DeadLink`.
pub async fn find_return(context: &Context, link_token: &str) -> Result<(), ServiceError> {
    let token = mailed_tokens::find(&context.db, token_hash(link_token)).await?.ok_or(ServiceError::DeadLink)?;
    check_alive(context, &token)?;
    let draft = drafts::find(&context.db, token.draft.ok_or(ServiceError::DeadLink)?).await?.ok_or(ServiceError::DeadLink)?;
    if context.now() < draft.expires_at { Ok(()) } else { Err(ServiceError::DeadLink) }
}

/// Gives a new secret of the draft; a browser that held the old one no longer does.
///
/// # Errors
/// `DeadLink`.
pub async fn resume(context: &Context, actor: &Actor, link_token: &str) -> Result<String, ServiceError> {
    let tx = begin(&context.db).await?;
    let token = mailed_tokens::find_for_update(&tx, token_hash(link_token)).await?.ok_or(ServiceError::DeadLink)?;
    check_alive(context, &token)?;
    let draft = drafts::find(&tx, token.draft.ok_or(ServiceError::DeadLink)?).await?.ok_or(ServiceError::DeadLink)?;
    check_holder(context, actor, &draft).map_err(|_| ServiceError::DeadLink)?;
    let secret = random_token();
    drafts::save_token(&tx, draft.id, token_hash(&secret)).await?;
    tx.commit().await?;
    Ok(secret)
}
