//! Applications whose deadline has passed lapse.

use super::{BATCH, Tally};
use crate::domain::actor::Actor;
use crate::domain::application::status::{Event, Mover};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::ApplicationId;
use crate::domain::notice::Notice;
use crate::services::withdraw_application::ended_without_approval;
use crate::services::{Context, ServiceError, record};
use crate::storage::applications;
use crate::storage::database::begin;
use serde_json::json;

/// Lets every application lapse that is due, each in its own transaction; gives their number.
pub(super) async fn expire_applications(context: &Context, actor: &Actor) -> Result<u64, ServiceError> {
    let mut tally = Tally::default();
    while tally.goes_on() {
        for application in tally.found(applications::list_lapsing(&context.db, context.now(), BATCH).await?) {
            if let Err(error) = tally.count(expire(context, actor, application.id).await) {
                tracing::error!(application = %application.number, %error, "an application could not lapse");
            }
        }
    }
    Ok(tally.done)
}

/// False when somebody was quicker: the form came, the applicant withdrew, another worker was here.
async fn expire(context: &Context, actor: &Actor, id: ApplicationId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    let Some(mut application) = applications::find_for_update(&tx, id).await? else { return Ok(false) };
    let Some((lapses_at, event)) = application.ends_by_itself().filter(|(at, _)| *at <= context.now()) else { return Ok(false) };
    let from = application.status;
    application.status = from.after(event, Mover::System)?;
    // It lapsed when its time was over, however late this was noticed; the audit trail has the other moment.
    application.status_since = lapses_at;
    application.lapses_at = None;
    application.taken_by = None;
    applications::save(&tx, &application).await?;
    ended_without_approval(context, actor, &tx, &application).await?;
    let voivodeship = application.summary().voivodeship;
    let object = AuditObject::new("application", &application.number);
    record::done(
        context,
        &tx,
        actor,
        AuditEvent::ApplicationExpired,
        object,
        Some(&voivodeship),
        json!({ "from": from.key(), "ran_out": event == Event::RunOut }),
    )
    .await?;
    record::tell(context, &tx, actor, &Notice::ApplicationExpired { application: id }).await?;
    tx.commit().await?;
    Ok(true)
}
