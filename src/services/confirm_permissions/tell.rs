//! Whom the letters about a confirmation go to, and the suspension that each holder is told of.

use super::look::coordinators;
use crate::domain::actor::Actor;
use crate::domain::attestation::Attestation;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, UnitId};
use crate::domain::notice::Notice;
use crate::services::{Context, ServiceError, record};
use crate::storage::Connection;
use crate::storage::{grants, units};
use serde_json::json;

/// Who is asked for the answer: the coordinators; where there are none, the mailbox of the unit itself.
pub(super) async fn asked<C: Connection>(tx: &C, unit: UnitId) -> Result<Vec<Option<AccountId>>, ServiceError> {
    let coordinators = coordinators(tx, unit).await?;
    Ok(if coordinators.is_empty() { vec![None] } else { coordinators.into_iter().map(Some).collect() })
}

/// Suspends everything that is held in the unit, and tells its holders and whoever is to answer.
pub(super) async fn suspend<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    attestation: &Attestation,
) -> Result<(), ServiceError> {
    let now = context.now();
    let holders = grants::suspend_in(tx, attestation.unit, now.warsaw_date(), now).await?;
    let mut told = asked(tx, attestation.unit).await?;
    told.extend(holders.iter().copied().map(Some).filter(|holder| !told.contains(holder)).collect::<Vec<_>>());
    for account in told {
        record::tell(context, tx, actor, &Notice::AttestationSuspended { attestation: attestation.id, account }).await?;
    }
    let voivodeship = units::find(tx, attestation.unit).await?.map(|unit| unit.voivodeship);
    let details = json!({ "unit": attestation.unit, "accounts": holders.len() });
    let object = AuditObject::new("attestation", attestation.id);
    record::done(context, tx, actor, AuditEvent::AttestationOverdue, object, voivodeship.as_ref(), details).await
}
