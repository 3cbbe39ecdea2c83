//! What becomes of a confirmation when its application moves: each in the transaction that moves the application.

use super::tell;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::attestation::AttestationList;
use crate::domain::attestation::{Attestation, AttestationEvent, AttestationState};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::services::{Context, ServiceError, record};
use crate::storage::Connection;
use crate::storage::{attestations, grants, units};
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
    let restored = if was_suspended { grants::restore_in(tx, attestation.unit, context.now()).await? } else { Vec::new() };
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
    let unit = units::find(tx, list.unit_id).await?.ok_or(ServiceError::Stale)?;
    let state = attestation.state.after(AttestationEvent::Confirm);
    attestation.state = state.ok_or_else(|| ServiceError::field("grants", Invalid::Unknown))?;
    attestation.done_at = Some(context.now());
    attestations::save(tx, &attestation).await?;
    let mut taken_back = 0_usize;
    for ended in list.grants.iter().filter(|grant| !grant.keeps) {
        // One that was taken back meanwhile is as it should be; one that was renewed goes as well.
        for grant in grants::take_back(tx, ended.grant, context.now()).await? {
            taken_back += 1;
            let details = json!({
                "account": ended.login.as_str(), "unit": unit.id, "sub_area": ended.right.sub_area, "function": ended.right.function,
                "application": application.number.as_str(), "reason": "attestation",
            });
            let object = AuditObject::new("grant", grant);
            record::done(context, tx, actor, AuditEvent::GrantRevoked, object, Some(&unit.voivodeship), details).await?;
        }
    }
    let details = json!({ "application": application.number.as_str(), "taken_back": taken_back });
    let object = AuditObject::new("attestation", attestation.id);
    record::done(context, tx, actor, AuditEvent::AttestationConfirmed, object, Some(&unit.voivodeship), details).await?;
    record::tell(context, tx, actor, &Notice::ApplicationApproved { application: application.id }).await
}
