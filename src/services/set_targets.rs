//! In how many working days an office decides, by kind: what stands, and a change from a day on. What was filed before keeps its target.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::application::Kind;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::parse_date;
use crate::domain::permission::{Permission, Target};
use crate::storage::database::begin;
use crate::storage::target_times;
use serde_json::json;

pub use crate::storage::target_times::TargetTime;

/// The longest target, in working days: about a year.
pub const LONGEST_TARGET: u32 = 250;

/// All targets, also those of earlier and later days.
///
/// # Errors
/// `Denied`.
pub async fn list_targets(context: &Context, actor: &Actor) -> Result<Vec<TargetTime>, ServiceError> {
    context.policy.check(actor, Permission::TargetSet, &Target::default())?;
    Ok(target_times::list(&context.db).await?)
}

/// Sets the target of a kind (none: of every kind without one of its own) from a day on.
///
/// # Errors
/// `Denied`; `Invalid` at `valid_from` for a day that has begun – what was promised then stays –, at `working_days` for no such number.
pub async fn set_target(
    context: &Context,
    actor: &Actor,
    kind: Option<Kind>,
    valid_from: &str,
    working_days: &str,
) -> Result<(), ServiceError> {
    context.policy.check(actor, Permission::TargetSet, &Target::default())?;
    let mut errors = FieldErrors::default();
    let day = errors.take("valid_from", parse_date(valid_from));
    if day.is_some_and(|day| day <= context.now().warsaw_date()) {
        errors.add("valid_from", Invalid::DatePast);
    }
    let number = working_days.trim().parse().ok().filter(|days| (1..=LONGEST_TARGET).contains(days));
    if number.is_none() {
        errors.add("working_days", if working_days.trim().is_empty() { Invalid::Required } else { Invalid::Unknown });
    }
    let (Some(valid_from), Some(working_days), true) = (day, number, errors.is_empty()) else { return Err(errors.into()) };
    let tx = begin(&context.db).await?;
    target_times::save(&tx, &TargetTime { kind, valid_from, working_days }).await?;
    let object = AuditObject::new("target", kind.map_or("all", Kind::key));
    let details = json!({ "valid_from": valid_from.to_string(), "working_days": working_days });
    record::done(context, &tx, actor, AuditEvent::TargetSet, object, None, details).await?;
    tx.commit().await?;
    Ok(())
}
