//! Files what was typed: a new application, or a new revision of one.

use super::look::open_of;
use super::{current, units_of};
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::DraftKind;
use crate::domain::application::email_change::read_email_change;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::services::file_application::{file_new, file_revision, resubmit_unprinted};
use crate::services::view_application::target_of;
use crate::services::{Context, ServiceError, prove_again};
use crate::storage::database::begin;
use crate::storage::{accounts, applications, dictionaries, drafts, waiting_changes};

/// Files it and gives the application's number.
///
/// # Errors
/// `Invalid` by field, at `new_email` unless it is confirmed; `ProofTooOld`; `Stale` where another one is under way, so that
/// filing twice makes one; `NotFound` when nothing is typed.
pub async fn file(context: &Context, actor: &Actor) -> Result<ApplicationNumber, ServiceError> {
    let id = context.own_account(actor, Permission::EmailChangeFile)?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    // The application before the account, as a decision locks them: of two at once one waits, and neither for ever.
    if let Some(corrected) = drafts::find_corrected(&tx, id, DraftKind::EmailChange).await? {
        applications::find_for_update(&tx, corrected).await?;
    }
    let account = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?.account;
    let Some((draft, corrects)) = current(context, &tx, id).await? else {
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
    let people = [(id, change.new_email.key())];
    let payload = Payload::EmailChange(change);
    let application = match corrects {
        None => file_new(context, actor, &tx, payload, id, &people, &dictionaries).await?,
        Some(found) => {
            context.policy.check(actor, Permission::ApplicationRevise, &target_of(&found))?;
            let mut application = applications::find_for_update(&tx, found.id).await?.ok_or(ServiceError::NotFound)?;
            if resubmit_unprinted(context, actor, &tx, &mut application, &payload).await? {
                application
            } else {
                file_revision(context, actor, &tx, application, payload, &people, &dictionaries).await?
            }
        }
    };
    drafts::mark_submitted(&tx, draft.id, application.id).await?;
    tx.commit().await?;
    Ok(application.number)
}
