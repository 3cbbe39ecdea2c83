//! Files what was typed: a new application, or a new revision of one.

use super::look::read;
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::DraftKind;
use crate::domain::application::email_change::read_email_change;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError, own_draft, prove_again};
use crate::storage::database::begin;
use crate::storage::drafts;

/// Files it and gives the application's number.
///
/// # Errors
/// `Invalid` by field, at `new_email` unless it is confirmed; `ProofTooOld`; `Stale` where another one is under way, so that
/// filing twice makes one; `NotFound` when nothing is typed.
pub async fn file(context: &Context, actor: &Actor) -> Result<ApplicationNumber, ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    own_draft::lock(&tx, id, DraftKind::EmailChange).await?;
    let found = read(context, &tx, actor).await?;
    let Some(draft) = &found.draft else { return found.filed() };
    if !found.is_free() {
        return Err(ServiceError::Stale);
    }
    let change = read_email_change(&draft.texts, &found.account, &found.units)?;
    if !draft.has_confirmed_email() {
        return Err(ServiceError::field("new_email", Invalid::EmailNotConfirmed));
    }
    let person = (id, change.new_email.key());
    let payload = Payload::EmailChange(change);
    let application = own_draft::make(context, actor, &tx, found.corrects.clone(), payload, person, &found.dictionaries).await?;
    drafts::mark_submitted(&tx, draft.id, application.id).await?;
    tx.commit().await?;
    Ok(application.number)
}
