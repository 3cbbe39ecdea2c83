//! Saying what stays, and filing the list.

use super::look::{Confirmation, read};
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::attestation::read_list;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::status::{Mover, Status};
use crate::domain::attestation::Verdict;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AttestationId, GrantId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::permission::Permission;
use crate::services::file_application::{file_new, file_revision, resubmit_unprinted};
use crate::services::view_application::target_of;
use crate::services::{Context, ServiceError, record};
use crate::storage::Transaction;
use crate::storage::database::begin;
use crate::storage::{applications, attestations};
use serde_json::json;
use std::collections::BTreeMap;

/// Locks the application with the list, then the confirmation, as a decision and a signed form that comes in do.
async fn locked(context: &Context, actor: &Actor, id: AttestationId) -> Result<(Transaction, Confirmation), ServiceError> {
    let account = context.own_account(actor, Permission::AttestationFile)?;
    let tx = begin(&context.db).await?;
    let found = attestations::find(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if let Some(application) = found.application {
        applications::find_for_update(&tx, application).await?;
    }
    attestations::find_for_update(&tx, id).await?;
    let confirmation = read(context, &tx, actor, account, id).await?;
    if !confirmation.may_prepare {
        return Err(ServiceError::Denied);
    }
    Ok((tx, confirmation))
}

/// Keeps what is said of the grants of a unit; what is said of others is left out. It can be done in several goes.
///
/// # Errors
/// `NotFound` and `Denied` as for a look; `Stale` when nothing can be said (any more).
pub async fn save_verdicts(
    context: &Context,
    actor: &Actor,
    id: AttestationId,
    said: &BTreeMap<GrantId, Verdict>,
) -> Result<(), ServiceError> {
    let (tx, confirmation) = locked(context, actor, id).await?;
    if !confirmation.takes_verdicts() {
        return Err(ServiceError::Stale);
    }
    let own: BTreeMap<GrantId, Verdict> =
        confirmation.held.iter().filter_map(|held| said.get(&held.grant).map(|verdict| (held.grant, *verdict))).collect();
    attestations::save_verdicts(&tx, id, &own, confirmation.account.id, context.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Files the list for the head's signature and gives the application's number. Filed anew with nothing changed, it stays as it is.
///
/// # Errors
/// `Invalid` at `grants.<id>` where nothing is said, at `unit` or `note`; `Stale` when somebody else's list is on its way, or none is
/// awaited (any more).
pub async fn file(context: &Context, actor: &Actor, id: AttestationId, note: &str) -> Result<ApplicationNumber, ServiceError> {
    let (tx, confirmation) = locked(context, actor, id).await?;
    if !confirmation.takes_verdicts() {
        return Err(ServiceError::Stale);
    }
    let Confirmation { mut attestation, unit, account, held, verdicts, open, dictionaries, .. } = confirmation;
    let payload = Payload::Attestation(read_list(id, &unit, &account, &held, &verdicts, note)?);
    let people = [(account.id, account.profile.email.key())];
    let application = match open {
        None => file_new(context, actor, &tx, payload, account.id, &people, &dictionaries).await?,
        Some(mut application) => {
            context.policy.check(actor, Permission::ApplicationRevise, &target_of(&application))?;
            if application.status != Status::Returned && Fingerprint::of(&payload) == application.fingerprint {
                return Ok(application.number);
            }
            if resubmit_unprinted(context, actor, &tx, &mut application, &payload).await? {
                application
            } else {
                file_revision(context, actor, &tx, application, payload, &people, &dictionaries).await?
            }
        }
    };
    attestation.application = Some(application.id);
    attestations::save(&tx, &attestation).await?;
    let object = AuditObject::new("attestation", id);
    let details = json!({ "unit": unit.id, "application": application.number.as_str() });
    record::done(context, &tx, actor, AuditEvent::AttestationFiled, object, Some(&unit.voivodeship), details).await?;
    tx.commit().await?;
    Ok(application.number)
}

/// Whether the list may be corrected; the page is the one on which it was made.
///
/// # Errors
/// `NotFound`; `Denied` for anybody but the applicant; `Transition` where it cannot be corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    context.own_account(actor, Permission::AttestationFile)?;
    let application = applications::find_by_number(&context.db, number).await?.ok_or(ServiceError::NotFound)?;
    context.policy.check(actor, Permission::ApplicationRevise, &target_of(&application))?;
    application.status.after(application.status.event_of_revision(), Mover::Applicant)?;
    Ok(())
}
