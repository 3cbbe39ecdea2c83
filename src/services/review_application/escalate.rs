//! An application that nobody of its office decides goes to the central administrator: so nobody waits unseen.

use super::office::eligible;
use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::ApplicationId;
use crate::domain::moment::Moment;
use crate::domain::notice::Notice;
use crate::domain::working_days::Calendar;
use crate::services::{Context, ServiceError, record};
use crate::storage::applications::{self, persons};
use crate::storage::database::begin;
use crate::storage::{Connection, role_assignments};
use serde_json::json;

/// Of an office with more who may decide it, a colleague sees what waits.
const ENOUGH: usize = 2;

/// When an application that its office has since then has waited for so many working days: at the end of the last.
pub(in crate::services) fn is_overdue(calendar: &Calendar, office_since: Moment, days: i64, now: Moment) -> bool {
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    Moment::end_of(calendar.plus_working_days(office_since.warsaw_date(), days)) <= now
}

/// Passes an application on: once, whoever is quicker, with an entry in the trail and, unless they know it already, a letter to each
/// central administrator.
pub(in crate::services) async fn escalate<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    reason: &str,
    is_told: bool,
) -> Result<bool, ServiceError> {
    if !applications::note_escalation(tx, application.id, context.now()).await? {
        return Ok(false);
    }
    let voivodeship = application.summary().voivodeship;
    let object = AuditObject::new("application", &application.number);
    record::done(context, tx, actor, AuditEvent::ApplicationEscalated, object, Some(&voivodeship), json!({ "reason_key": reason })).await?;
    let centrals = if is_told { role_assignments::active_holders(tx, Role::CentralAdministrator, None).await? } else { Vec::new() };
    for central in centrals {
        record::tell(context, tx, actor, &Notice::ApplicationEscalated { application: application.id, account: central.id }).await?;
    }
    Ok(true)
}

/// Passes on what has waited too long in an office where at most one may decide it, and what is over its target again. False when that is not so (any more).
pub(in crate::services) async fn escalate_overdue(context: &Context, actor: &Actor, id: ApplicationId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(application) = applications::find_for_update(&tx, id).await? else { return Ok(false) };
    if !application.status.waits_for_office() {
        return Ok(false);
    }
    let persons = persons::list(&tx, id).await?;
    let desk = applications::desk::find(&tx, id).await?;
    let is_done = if eligible(context, &tx, &application, &persons, None).await?.len() < ENOUGH {
        escalate(context, actor, &tx, &application, "waited", true).await?
    } else if desk.is_over_told {
        // It has come back to the office after its target had passed: who had to know was told then.
        escalate(context, actor, &tx, &application, "overrun", false).await?
    } else {
        return Ok(false);
    };
    tx.commit().await?;
    Ok(is_done)
}
