//! What time alone brings: a unit is asked, reminded, and its permissions are suspended. Each is false when somebody was quicker.

use super::tell;
use crate::domain::actor::Actor;
use crate::domain::attestation::{Attestation, AttestationEvent, AttestationState};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AttestationId, UnitId};
use crate::domain::moment::Moment;
use crate::domain::notice::Notice;
use crate::domain::unit::UnitStatus;
use crate::services::keep_deadlines::days_left;
use crate::services::{Context, ServiceError, record};
use crate::storage::database::begin;
use crate::storage::time_limits::{self, ATTESTATION};
use crate::storage::{StorageError, attestations, grants, units};
use serde_json::json;

/// Asks a unit. Of two workers at once one does: the database allows one open confirmation of a unit.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn open(context: &Context, actor: &Actor, unit: UnitId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let now = context.now();
    let Some(unit) = units::find_for_update(&tx, unit).await?.filter(|unit| unit.status == UnitStatus::Active) else { return Ok(false) };
    let days = time_limits::days(&tx, ATTESTATION).await?;
    let new = Attestation {
        id: context.new_attestation_id(),
        unit: unit.id,
        opened_at: now,
        due_at: now.end_of_day_in(days),
        state: AttestationState::Open,
        application: None,
        answered_at: None,
        done_at: None,
    };
    match attestations::add(&tx, &new).await {
        Err(StorageError::Conflict(_)) => return Ok(false),
        other => other?,
    }
    for account in tell::asked(&tx, unit.id).await? {
        record::tell(context, &tx, actor, &Notice::AttestationOpened { attestation: new.id, account }).await?;
    }
    let details = json!({ "unit": unit.id, "last_day": new.last_day().to_string() });
    let object = AuditObject::new("attestation", new.id);
    record::done(context, &tx, actor, AuditEvent::AttestationOpened, object, Some(&unit.voivodeship), details).await?;
    tx.commit().await?;
    Ok(true)
}

/// Reminds whoever is to answer, so many days before the last one.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn remind(
    context: &Context,
    actor: &Actor,
    id: AttestationId,
    days: i32,
    until: Moment,
) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let now = context.now();
    let Some(attestation) = attestations::find_for_update(&tx, id).await? else { return Ok(false) };
    let is_near = attestation.state == AttestationState::Open && now < attestation.due_at && attestation.due_at <= until;
    if !is_near || !attestations::note_reminder(&tx, id, days).await? {
        return Ok(false);
    }
    for account in tell::asked(&tx, attestation.unit).await? {
        let notice = Notice::AttestationReminded { attestation: id, account, days_left: days_left(now, attestation.due_at) };
        record::tell(context, &tx, actor, &notice).await?;
    }
    tx.commit().await?;
    Ok(true)
}

/// Suspends what is held in a unit that has not answered in time. Where nobody holds anything any more, there is nothing to confirm.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn suspend(context: &Context, actor: &Actor, id: AttestationId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let now = context.now();
    let Some(mut attestation) = attestations::find_for_update(&tx, id).await?.filter(|found| found.due_at <= now) else { return Ok(false) };
    let unit = units::find(&tx, attestation.unit).await?.ok_or(ServiceError::NotFound)?;
    let is_void = unit.status != UnitStatus::Active || grants::list_held_in(&tx, unit.id, now.warsaw_date()).await?.is_empty();
    let event = if is_void { AttestationEvent::Void } else { AttestationEvent::Overdue };
    let Some(state) = attestation.state.after(event) else { return Ok(false) };
    attestation.state = state;
    if is_void {
        attestation.done_at = Some(now);
    }
    attestations::save(&tx, &attestation).await?;
    if !is_void {
        tell::suspend(context, actor, &tx, &attestation).await?;
    }
    tx.commit().await?;
    Ok(true)
}
