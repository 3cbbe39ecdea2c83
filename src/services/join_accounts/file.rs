//! Files which rights go over, from the account that stays.

use super::look::{facts, open_application};
use super::{locked, not_mine, note};
use crate::domain::account_join::{JoinEvent, JoinState};
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::account_join::read_join;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::status::{Mover, Status};
use crate::domain::audit::AuditEvent;
use crate::domain::id::{AccountJoinId, GrantId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::permission::Permission;
use crate::services::file_application::{file_new, file_revision, resubmit_unprinted};
use crate::services::view_application::target_of;
use crate::services::{Context, ServiceError};
use crate::storage::database::begin;
use crate::storage::{account_joins, applications, dictionaries};

/// Files it and gives the application's number. Filed anew with nothing changed, it stays as it is.
///
/// # Errors
/// `NotFound` for anybody but the owner of the account that stays; `Invalid` at `join`, `grants` or `note`; `Stale` when it is not
/// confirmed (any more), or the office has it.
pub async fn file(
    context: &Context,
    actor: &Actor,
    id: AccountJoinId,
    chosen: &[GrantId],
    note_text: &str,
) -> Result<ApplicationNumber, ServiceError> {
    let me = context.own_account(actor, Permission::AccountJoinFile)?;
    let seen = account_joins::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    // Before the confirmation nobody files, whoever knows the path.
    if seen.kept != Some(me) {
        return Err(not_mine(context, actor, id).await?);
    }
    let tx = begin(&context.db).await?;
    if let Some(application) = seen.application {
        applications::find_for_update(&tx, application).await?;
    }
    let mut found = locked(&tx, id).await?;
    let open = open_application(&tx, &found.join).await?;
    let is_open = match (&open, found.join.state) {
        (None, JoinState::Confirmed) => !found.join.has_run_out(context.now()),
        (Some(open), JoinState::Filed) => open.status.is_correctable(),
        _ => false,
    };
    if !is_open {
        return Err(ServiceError::Stale);
    }
    let (kept, given_up) = found.both()?;
    let people = [kept, given_up].map(|one| (one.account.id, one.account.profile.email.key()));
    let facts = facts(context, &tx, (kept.account.clone(), given_up.account.clone()), open.as_ref()).await?;
    let payload = Payload::AccountJoin(read_join(id, chosen, note_text, &facts.around())?);
    let words = dictionaries::load(&tx, context.now().warsaw_date()).await?;
    let application = match open {
        None => {
            let application = file_new(context, actor, &tx, payload, me, &people, &words).await?;
            if !found.join.moves(JoinEvent::File, context.now()) {
                return Err(ServiceError::Stale);
            }
            application
        }
        Some(mut application) => {
            context.policy.check(actor, Permission::ApplicationRevise, &target_of(&application))?;
            if application.status != Status::Returned && Fingerprint::of(&payload) == application.fingerprint {
                return Ok(application.number);
            }
            if resubmit_unprinted(context, actor, &tx, &mut application, &payload).await? {
                application
            } else {
                file_revision(context, actor, &tx, application, payload, &people, &words).await?
            }
        }
    };
    found.join.application = Some(application.id);
    account_joins::save(&tx, &found.join).await?;
    note(context, actor, &tx, &found, AuditEvent::JoinFiled).await?;
    tx.commit().await?;
    Ok(application.number)
}

/// Whether it may be corrected; the page is the one on which it was made.
///
/// # Errors
/// `NotFound`; `Denied` for anybody but the applicant; `Transition` where it cannot be corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    context.own_account(actor, Permission::AccountJoinFile)?;
    let application = applications::find_by_number(&context.db, number).await?.ok_or(ServiceError::NotFound)?;
    context.policy.check(actor, Permission::ApplicationRevise, &target_of(&application))?;
    application.status.after(application.status.event_of_revision(), Mover::Applicant)?;
    Ok(())
}
