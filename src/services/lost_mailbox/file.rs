//! Files what was typed: a new application, or a new revision of one.

use super::{open_of, units_of};
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::{DraftKind, EmailChangeTexts};
use crate::domain::application::email_change::read_email_change;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError, own_draft, prove_again};
use crate::storage::database::begin;
use crate::storage::{dictionaries, waiting_changes};

/// Files it and gives the application's number.
///
/// # Errors
/// `Invalid` by field, at `new_email` unless it is confirmed; `ProofTooOld`; `Stale` where another one is under way, so that
/// filing twice makes one; `NotFound` when nothing is typed.
pub async fn file(context: &Context, actor: &Actor) -> Result<ApplicationNumber, ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    let account = own_draft::lock(&tx, id, DraftKind::EmailChange).await?;
    let Some((draft, corrects)) = own_draft::current::<_, EmailChangeTexts>(context, &tx, id).await? else {
        return match open_of(&tx, id).await? {
            // The second click, or the other tab: one application, one answer.
            Some(open) => Ok(open.number),
            None => Err(ServiceError::NotFound),
        };
    };
    if waiting_changes::find_waiting(&tx, id).await?.is_some() || (corrects.is_none() && open_of(&tx, id).await?.is_some()) {
        return Err(ServiceError::Stale);
    }
    let change = read_email_change(&draft.texts, &account, &units_of(context, &tx, id).await?)?;
    if !draft.has_confirmed_email() {
        return Err(ServiceError::field("new_email", Invalid::EmailNotConfirmed));
    }
    let dictionaries = dictionaries::load(&tx).await?;
    let person = (id, change.new_email.key());
    let payload = Payload::EmailChange(change);
    let application = own_draft::file(context, actor, &tx, (draft.id, corrects), payload, person, &dictionaries).await?;
    tx.commit().await?;
    Ok(application.number)
}
