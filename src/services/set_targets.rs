//! In how many working days an office decides, by kind: what stands, and a change from a day on. What was filed before keeps its target.

use super::context::Context;
use super::error::ServiceError;
use super::record_change::{Changed, record_change};
use crate::domain::actor::Actor;
use crate::domain::application::Kind;
use crate::domain::audit::AuditEvent;
use crate::domain::edited::{Subject, Texts};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::moment::{date_text, parse_date};
use crate::domain::permission::{Permission, Target};
use crate::storage::database::begin;
use crate::storage::target_times;

pub use crate::storage::target_times::TargetTime;

/// The longest target, in working days: about a year.
pub const LONGEST_TARGET: u32 = 250;

/// What the target of every kind without one of its own is called where the others have the key of their kind.
pub const ALL_KINDS: &str = "all";

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
    let of_kind = target_times::list(&tx).await?.into_iter().filter(|target| target.kind == kind && target.valid_from <= valid_from);
    let before = of_kind.max_by_key(|target| target.valid_from);
    target_times::save(&tx, &TargetTime { kind, valid_from, working_days }).await?;
    let texts = |target: &TargetTime| {
        Texts::from([("valid_from", date_text(target.valid_from)), ("working_days", target.working_days.to_string())])
    };
    let fields = before.as_ref().map(texts).unwrap_or_default().changes_to(&texts(&TargetTime { kind, valid_from, working_days }));
    let code = kind.map_or(ALL_KINDS, Kind::key);
    let changed = Changed { subject: Subject::Target, code, version: 0, fields, voivodeship: None, told: None };
    record_change(context, &tx, actor, AuditEvent::TargetSet, changed).await?;
    tx.commit().await?;
    Ok(())
}
