//! What the approval does: the unit's data change, or its end is set, if that is still possible upon what stands now.

use super::plan::plan;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::unit_change::{Change, Successor, UnitChange, changed_fields, check_kind, check_successor, merged};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::UnitId;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::notice::Notice;
use crate::domain::unit::{Unit, UnitData, UnitEvent, UnitStatus};
use crate::services::{Context, ServiceError, record};
use crate::storage::Connection;
use crate::storage::unit_changes::{self, UnitChangeRow};
use crate::storage::{dictionaries, gminas, units};
use jiff::civil::Date;
use serde_json::json;

/// An entry of a unit's history, to be filled in.
pub(super) fn entry(context: &Context, unit: UnitId, event: UnitEvent) -> UnitChangeRow {
    UnitChangeRow {
        id: context.new_unit_change_id(),
        unit,
        application: None,
        event,
        before: None,
        after: None,
        last_day: None,
        successor: None,
        justification: None,
        changed_at: context.now(),
    }
}

/// Begins the history of a unit with its registration.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn remember_registration<C: Connection>(
    context: &Context,
    tx: &C,
    application: &Application,
    unit: UnitId,
    data: &UnitData,
) -> Result<(), ServiceError> {
    let registered = entry(context, unit, UnitEvent::Registered);
    Ok(unit_changes::add(tx, &UnitChangeRow { application: Some(application.id), after: Some(data.clone()), ..registered }).await?)
}

/// Makes an approved change true, in the deciding transaction, and tells the applicant.
///
/// # Errors
/// `Invalid` at `unit` when the unit has ended, is ending already, or was changed in the same fields since; when the REGON was taken,
/// the last day has passed, or the successor cannot take its place any more.
pub(in crate::services) async fn apply<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    change: &UnitChange,
) -> Result<(), ServiceError> {
    match &change.change {
        Change::Data { unit: wanted } => {
            let unit = locked(tx, change.unit_id).await?;
            change_data(context, actor, tx, application, (change, wanted), unit).await?;
        }
        Change::Ending { last_day, successor, .. } => {
            set_ending(context, actor, tx, application, change, (*last_day, successor.as_deref())).await?;
        }
    }
    record::tell(context, tx, actor, &Notice::UnitChangeApproved { application: application.id }).await
}

async fn locked<C: Connection>(tx: &C, id: UnitId) -> Result<Unit, ServiceError> {
    let unit = units::find_for_update(tx, id).await?.filter(|unit| unit.status == UnitStatus::Active);
    unit.ok_or_else(|| ServiceError::field("unit", Invalid::UnitClosed))
}

async fn change_data<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    (change, wanted): (&UnitChange, &UnitData),
    unit: Unit,
) -> Result<(), ServiceError> {
    let after = merged(&change.unit, wanted, &unit.data).map_err(|_| ServiceError::field("unit", Invalid::UnitChanged))?;
    // The decider has one place to look at: the unit.
    let mut errors = FieldErrors::default();
    let dictionaries = dictionaries::load(tx, context.now().warsaw_date()).await?;
    let today = context.now().warsaw_date();
    for reason in check_kind(&after, &unit.data, &plan(tx, &unit, None, today).await?, &dictionaries).0.into_values().flatten() {
        errors.add("unit", reason);
    }
    if gminas::find(tx, &after.terc).await?.is_none() {
        errors.add("unit", Invalid::Unknown);
    }
    if units::find_active_by_regon(tx, after.regon.as_str()).await?.is_some_and(|other| other.id != unit.id) {
        errors.add("unit", Invalid::RegonTaken);
    }
    errors.into_result(())?;
    // Of two approvals at once neither sees the other's REGON here; the index does, and says the same.
    units::save_data(tx, unit.id, &after).await.map_err(|error| match error.conflict() {
        Some("units_regon_active") => ServiceError::field("unit", Invalid::RegonTaken),
        _ => error.into(),
    })?;
    let details = json!({
        "unit": unit.id, "application": application.number.as_str(), "fields": changed_fields(&unit.data, &after),
        "regon": after.regon.as_str(),
    });
    let row = entry(context, unit.id, UnitEvent::Changed);
    unit_changes::add(
        tx,
        &UnitChangeRow {
            application: Some(application.id),
            before: Some(unit.data.clone()),
            after: Some(after),
            justification: Some(change.justification.to_string()),
            ..row
        },
    )
    .await?;
    let object = AuditObject::new("unit", &unit.data.regon);
    record::done(context, tx, actor, AuditEvent::UnitChanged, object, Some(&unit.voivodeship), details).await
}

async fn set_ending<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    change: &UnitChange,
    (last_day, successor): (Date, Option<&Successor>),
) -> Result<(), ServiceError> {
    // In the order of their ids, so that of two at once one waits, and neither for ever.
    let mut ids: Vec<UnitId> = std::iter::once(change.unit_id).chain(successor.map(|successor| successor.unit_id)).collect();
    ids.sort();
    for id in ids {
        units::find_for_update(tx, id).await?;
    }
    let unit = locked(tx, change.unit_id).await?;
    let mut errors = FieldErrors::default();
    if unit.ends_on.is_some() {
        errors.add("unit", Invalid::UnitEnding);
    }
    if last_day < context.now().warsaw_date() {
        errors.add("unit", Invalid::DatePast);
    }
    let heir = match successor {
        Some(successor) => {
            let heir = units::find(tx, successor.unit_id).await?;
            let fits = heir.as_ref().ok_or(Invalid::Unknown).and_then(|heir| check_successor(heir, &unit));
            errors.take("unit", fits);
            heir.map(|heir| heir.id)
        }
        None => None,
    };
    errors.into_result(())?;
    units::save_ending(tx, unit.id, last_day, heir).await?;
    let row = entry(context, unit.id, UnitEvent::EndingSet);
    unit_changes::add(
        tx,
        &UnitChangeRow {
            application: Some(application.id),
            last_day: Some(last_day),
            successor: heir,
            justification: Some(change.justification.to_string()),
            ..row
        },
    )
    .await?;
    let details =
        json!({ "unit": unit.id, "application": application.number.as_str(), "last_day": last_day.to_string(), "successor": heir });
    let object = AuditObject::new("unit", &unit.data.regon);
    record::done(context, tx, actor, AuditEvent::UnitEndingSet, object, Some(&unit.voivodeship), details).await
}
