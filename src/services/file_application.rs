//! What filing is for every kind: number, frozen revision with its printed form and fingerprint, deadline, audit, letter.
//! What may not live here: what one kind checks first, and whose accounts are in it.

use super::print_form::compose;
use super::{Context, ServiceError, record};
use crate::domain::actor::Actor;
use crate::domain::application::decision::SIGNED_FORM;
use crate::domain::application::revision::Fingerprint;
use crate::domain::application::status::{Event, Mover, Status};
use crate::domain::application::{Application, Payload};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use crate::domain::notice::Notice;
use crate::storage::Connection;
use crate::storage::applications::{self, remarks, revisions};
use crate::storage::time_limits::{UNSIGNED_APPLICATION, days};
use crate::storage::{gminas, offices, signed_forms};
use serde_json::{Value, json};

/// When an application lapses that waits for the applicant: at the end of the last day in Warsaw, and never later than a decision is of
/// use.
pub(super) async fn lapse_after<C: Connection>(tx: &C, now: Moment, code: &str, application: &Application) -> Result<Moment, ServiceError> {
    let days = days(tx, code).await?;
    let last = now.end_of_day_in(days);
    Ok(application.payload.undecided_until().map_or(last, |too_late| last.min(too_late)))
}

async fn printed<C: Connection>(
    context: &Context,
    tx: &C,
    application: &Application,
    dictionaries: &Dictionaries,
) -> Result<Value, ServiceError> {
    let summary = application.summary();
    let office = offices::find(tx, &summary.voivodeship).await?;
    let gmina = gminas::find(tx, &summary.terc).await?;
    serde_json::to_value(compose(context, application, dictionaries, &office, gmina.as_ref())).map_err(ServiceError::internal)
}

/// Files a new application. `people` are the accounts of its persons with their address keys, in its order.
///
/// # Errors
/// `Invalid` at `regon` when a new unit with this REGON is applied for already.
pub(super) async fn file_new<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    payload: Payload,
    applicant: AccountId,
    people: &[(AccountId, String)],
    dictionaries: &Dictionaries,
) -> Result<Application, ServiceError> {
    let now = context.now();
    let voivodeship = payload.matter().summary().voivodeship;
    let number = applications::next_number(tx, &voivodeship, now.warsaw_date().year()).await?;
    let mut application = Application {
        id: context.new_application_id(),
        number,
        status: Status::Draft.after(Event::Submit, Mover::Applicant)?,
        revision: 1,
        fingerprint: Fingerprint::of(&payload),
        payload,
        applicant,
        submitted_at: now,
        revised_at: now,
        status_since: now,
        lapses_at: None,
        taken_by: None,
        decided_by: None,
        decided_for: None,
        decided_at: None,
        reason: None,
        version: 0,
    };
    application.lapses_at = Some(lapse_after(tx, now, UNSIGNED_APPLICATION, &application).await?);
    let form = printed(context, tx, &application, dictionaries).await?;
    applications::add(tx, &application, &form, people).await?;
    let details = json!({ "revision": 1, "kind": application.payload.kind().key(), "persons": people.len() });
    let object = AuditObject::new("application", &application.number);
    record::done(context, tx, actor, AuditEvent::ApplicationSubmitted, object, Some(&voivodeship), details).await?;
    record::tell(context, tx, actor, &Notice::ApplicationRegistered { application: application.id, revision: 1 }).await?;
    Ok(application)
}

/// After a return, a correction that changes nothing printed keeps revision and signature. False when more was changed.
///
/// # Errors
/// `Transition` where nothing can be corrected (any more).
pub(super) async fn resubmit_unprinted<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &mut Application,
    payload: &Payload,
) -> Result<bool, ServiceError> {
    let (now, id) = (context.now(), application.id);
    let forms = signed_forms::list_of(tx, id).await?;
    let has_form = forms.iter().any(|f| f.revision == application.revision);
    if Fingerprint::of(payload) != application.fingerprint || !has_form || application.status != Status::Returned {
        return Ok(false);
    }
    // Nothing printed has changed: the signature in hand is about exactly this content, so it stays good.
    // Unless it was returned for the form itself: then the same revision waits for another one.
    let wants_form = remarks::list(tx, id, application.revision).await?.iter().any(|remark| remark.field == SIGNED_FORM);
    let event = if wants_form { Event::Submit } else { Event::ResubmitUnprinted };
    application.status = application.status.after(event, Mover::Applicant)?;
    application.status_since = now;
    application.lapses_at = if wants_form { Some(lapse_after(tx, now, UNSIGNED_APPLICATION, application).await?) } else { None };
    application.payload = payload.clone();
    application.taken_by = None;
    applications::save(tx, application).await?;
    revisions::save_payload(tx, application).await?;
    revised(context, actor, tx, application, false).await?;
    Ok(true)
}

/// Files another revision of an application that was read for update. `people` as for [`file_new`].
///
/// # Errors
/// `Transition` where nothing can be corrected (any more); as [`file_new`].
pub(super) async fn file_revision<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    mut application: Application,
    payload: Payload,
    people: &[(AccountId, String)],
    dictionaries: &Dictionaries,
) -> Result<Application, ServiceError> {
    let now = context.now();
    application.status = application.status.after(application.status.event_of_revision(), Mover::Applicant)?;
    application.revision += 1;
    application.fingerprint = Fingerprint::of(&payload);
    application.payload = payload;
    application.revised_at = now;
    application.status_since = now;
    application.lapses_at = Some(lapse_after(tx, now, UNSIGNED_APPLICATION, &application).await?);
    application.taken_by = None;
    let form = printed(context, tx, &application, dictionaries).await?;
    applications::save_revision(tx, &application, &form, people).await?;
    revised(context, actor, tx, &application, true).await?;
    let notice = Notice::ApplicationRegistered { application: application.id, revision: application.revision };
    record::tell(context, tx, actor, &notice).await?;
    Ok(application)
}

async fn revised<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    printed_content_changed: bool,
) -> Result<(), ServiceError> {
    let details = json!({ "revision": application.revision, "printed_content_changed": printed_content_changed });
    let object = AuditObject::new("application", &application.number);
    let voivodeship = application.summary().voivodeship;
    record::done(context, tx, actor, AuditEvent::ApplicationRevised, object, Some(&voivodeship), details).await
}
