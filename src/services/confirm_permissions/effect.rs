//! What becomes of a confirmation when its application moves: each in the transaction that moves the application.

use super::tell;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::attestation::AttestationList;
use crate::domain::attestation::{Attestation, AttestationEvent, AttestationState};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::AccountId;
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::domain::revocation::{Capacity, HeadLetter, NOT_CONFIRMED};
use crate::domain::unit::Unit;
use crate::services::revoke_grants::Taking;
use crate::services::{Context, ServiceError, record, renew_permissions, revoke_grants};
use crate::storage::Connection;
use crate::storage::grants::Grant;
use crate::storage::{accounts, attestations, grants, revocations, units};
use serde_json::json;

/// The confirmation that an application answers, locked; none of another kind, or of an answer that another one has replaced.
async fn of<C: Connection>(tx: &C, application: &Application) -> Result<Option<Attestation>, ServiceError> {
    let Some(list) = application.payload.attestation() else { return Ok(None) };
    let found = attestations::find_for_update(tx, list.attestation).await?;
    Ok(found.filter(|attestation| attestation.application == Some(application.id)))
}

/// The signed list has come: that is the answer, and what was suspended works again at once.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn answered<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
) -> Result<(), ServiceError> {
    let Some(mut attestation) = of(tx, application).await? else { return Ok(()) };
    let Some(state) = attestation.state.after(AttestationEvent::Answer) else { return Ok(()) };
    let was_suspended = attestation.state == AttestationState::Suspended;
    attestation.state = state;
    attestation.answered_at = Some(context.now());
    attestations::save(tx, &attestation).await?;
    let now = context.now();
    let restored = if was_suspended { grants::restore_in(tx, attestation.unit, now.warsaw_date(), now).await? } else { Vec::new() };
    for account in &restored {
        record::tell(context, tx, actor, &Notice::AttestationRestored { attestation: attestation.id, account: *account }).await?;
    }
    let details = json!({ "application": application.number.as_str(), "restored": restored.len() });
    let object = AuditObject::new("attestation", attestation.id);
    let voivodeship = application.summary().voivodeship;
    record::done(context, tx, actor, AuditEvent::AttestationAnswered, object, Some(&voivodeship), details).await
}

/// The application ended without an approval: the answer is awaited again, and after the last day everything is suspended again.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn ended_without_approval<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
) -> Result<(), ServiceError> {
    let Some(mut attestation) = of(tx, application).await? else { return Ok(()) };
    let Some(state) = attestation.state.after(attestation.event_of_end(context.now())) else { return Ok(()) };
    attestation.state = state;
    attestation.answered_at = None;
    attestations::save(tx, &attestation).await?;
    if state == AttestationState::Suspended {
        tell::suspend(context, actor, tx, &attestation).await?;
    }
    Ok(())
}

/// The office approves: what is not needed any more is taken back, and the year begins anew.
///
/// # Errors
/// `Stale` when the confirmation is not the one that the application answers (any more), or its unit has ended.
pub(in crate::services) async fn approve<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    list: &AttestationList,
) -> Result<(), ServiceError> {
    let mut attestation = of(tx, application).await?.ok_or(ServiceError::Stale)?;
    let holders: Vec<AccountId> = not_needed(context, tx, list).await?.into_iter().map(|grant| grant.account).collect();
    let mut renewals = renew_permissions::lock(tx, &holders).await?;
    let unit = units::find_for_update(tx, list.unit_id).await?.ok_or(ServiceError::Stale)?;
    let state = attestation.state.after(AttestationEvent::Confirm);
    attestation.state = state.ok_or_else(|| ServiceError::field("grants", Invalid::Unknown))?;
    attestation.done_at = Some(context.now());
    attestations::save(tx, &attestation).await?;
    let taken_back = take_back(context, actor, tx, application, (list, &unit), &mut renewals).await?;
    let details = json!({ "application": application.number.as_str(), "taken_back": taken_back });
    let object = AuditObject::new("attestation", attestation.id);
    record::done(context, tx, actor, AuditEvent::AttestationConfirmed, object, Some(&unit.voivodeship), details).await?;
    record::tell(context, tx, actor, &Notice::ApplicationApproved { application: application.id }).await
}

/// What the list says is not needed any more, as it is held now: one that was taken back meanwhile is as it should be, one that was renewed
/// goes as well.
async fn not_needed<C: Connection>(context: &Context, tx: &C, list: &AttestationList) -> Result<Vec<Grant>, ServiceError> {
    let mut held = Vec::new();
    for ended in list.grants.iter().filter(|grant| !grant.keeps) {
        held.extend(grants::list_like(tx, ended.grant, context.now().warsaw_date()).await?);
    }
    held.sort_by_key(|grant| (grant.account, grant.id));
    held.dedup_by_key(|grant| grant.id);
    Ok(held)
}

/// Takes it away person by person, as the head's signed list says; gives the number of rights. Each person is told.
async fn take_back<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    (list, unit): (&AttestationList, &Unit),
    renewals: &mut Vec<Application>,
) -> Result<usize, ServiceError> {
    let reason = revocations::reason(tx, NOT_CONFIRMED).await?;
    let letter = HeadLetter { date: application.submitted_at.warsaw_date(), reference: application.number.to_string() };
    let mut holders: Vec<AccountId> = not_needed(context, tx, list).await?.into_iter().map(|grant| grant.account).collect();
    holders.dedup();
    for holder in &holders {
        accounts::find_for_update(tx, *holder).await?;
    }
    // Read once more behind the locks.
    let gone = not_needed(context, tx, list).await?;
    let (capacity, today) = (Capacity::Head, context.now().warsaw_date());
    for holder in holders {
        let account = accounts::find(tx, holder).await?.ok_or(ServiceError::Stale)?;
        let grants: Vec<&Grant> = gone.iter().filter(|grant| grant.account == holder).collect();
        if grants.is_empty() {
            continue;
        }
        // With the last right the work in the unit ends, and so does being its coordinator.
        let affected = revoke_grants::of_unit(tx, account.clone(), unit.clone(), capacity, today).await?;
        let ends_work = affected.grants.iter().all(|held| grants.iter().any(|gone| gone.id == held.id));
        let taking = Taking {
            account: &account,
            unit,
            grants,
            applications: &affected.applications,
            ends_coordinator: ends_work && affected.is_coordinator,
            capacity,
            reason: reason.clone(),
            note: None,
            letter: Some(letter.clone()),
        };
        let revocation = revoke_grants::take(context, actor, tx, taking).await?;
        record::tell(context, tx, actor, &Notice::GrantsRevoked { account: holder, revocation }).await?;
    }
    let why = revoke_grants::revoked_reason(context, capacity, &reason);
    renew_permissions::end(context, actor, tx, renewals, &gone.iter().collect::<Vec<_>>(), &why).await?;
    Ok(gone.len())
}
