//! Dictionaries of the country: kinds of unit, sub-areas, and single days that are free or worked on otherwise than the law says. Targets
//! have a service of their own (`set_targets`). What may not live here: what a typed value must be (domain).

use super::record_change::{Changed, record_change};
use super::set_targets::TargetTime;
use super::view_changes::{ChangeMade, MOST_SHOWN, with_names};
use super::{Context, ServiceError};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::day_off::{DayOff, read};
use crate::domain::dictionary::editing::{Edited, read_area, read_kind, texts_of_area, texts_of_kind};
use crate::domain::dictionary::{SubArea, UnitKind};
use crate::domain::edited::{FieldChange, ON, Subject, Texts};
use crate::domain::invalid::Invalid;
use crate::domain::permission::{Permission, Target};
use crate::storage::database::begin;
use crate::storage::{Connection, days_off, dictionaries, dictionary_changes, target_times};
use jiff::civil::Date;

/// All that the page shows.
#[derive(Debug, Clone)]
pub struct AllDictionaries {
    /// Kinds of unit, in Polish order, also those that are not offered any more.
    pub unit_kinds: Vec<Edited<UnitKind>>,
    /// Sub-areas, in their order.
    pub sub_areas: Vec<Edited<SubArea>>,
    /// Targets, also those of earlier and later days.
    pub targets: Vec<TargetTime>,
    /// Single days, the latest first, also those that were withdrawn.
    pub days_off: Vec<DayOff>,
}

fn check(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    Ok(context.policy.check(actor, Permission::DictionaryEdit, &Target::default())?)
}

/// All of them.
///
/// # Errors
/// `Denied`.
pub async fn read_dictionaries(context: &Context, actor: &Actor) -> Result<AllDictionaries, ServiceError> {
    check(context, actor)?;
    let db = &context.db;
    Ok(AllDictionaries {
        unit_kinds: dictionaries::list_unit_kinds(db, context.now().warsaw_date()).await?,
        sub_areas: dictionaries::list_sub_areas(db).await?,
        targets: target_times::list(db).await?,
        days_off: days_off::list(db).await?,
    })
}

/// What was changed in them, the newest first.
///
/// # Errors
/// `Denied`.
pub async fn dictionary_history(context: &Context, actor: &Actor) -> Result<Vec<ChangeMade>, ServiceError> {
    check(context, actor)?;
    with_names(&context.db, dictionary_changes::list(&context.db, &Subject::DICTIONARIES, MOST_SHOWN).await?).await
}

/// What others have changed of an entry since this version, the oldest first.
///
/// # Errors
/// `Denied`.
pub async fn entry_changed_since(
    context: &Context,
    actor: &Actor,
    subject: Subject,
    code: &str,
    version: i32,
) -> Result<Vec<ChangeMade>, ServiceError> {
    check(context, actor)?;
    with_names(&context.db, dictionary_changes::list_since(&context.db, subject, code, version).await?).await
}

/// A kind of unit to be edited, with all sub-areas that there are.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn open_unit_kind(
    context: &Context,
    actor: &Actor,
    code: &str,
) -> Result<(Edited<UnitKind>, Vec<Edited<SubArea>>), ServiceError> {
    check(context, actor)?;
    let kinds = dictionaries::list_unit_kinds(&context.db, context.now().warsaw_date()).await?;
    let kind = kinds.into_iter().find(|kind| kind.entry.code == code).ok_or(ServiceError::NotFound)?;
    Ok((kind, dictionaries::list_sub_areas(&context.db).await?))
}

/// A sub-area to be edited.
///
/// # Errors
/// `Denied`, `NotFound`.
pub async fn open_sub_area(context: &Context, actor: &Actor, code: &str) -> Result<Edited<SubArea>, ServiceError> {
    check(context, actor)?;
    dictionaries::list_sub_areas(&context.db).await?.into_iter().find(|area| area.entry.code == code).ok_or(ServiceError::NotFound)
}

fn at_version(subject: Subject, code: &str, seen: i32, fields: Vec<FieldChange>) -> Changed<'_> {
    Changed { subject, code, version: seen.saturating_add(1), fields, voivodeship: None, told: None }
}

/// Saves a kind of unit upon the version that was seen. False when nothing differs.
///
/// # Errors
/// As [`open_unit_kind`]; `Stale` when somebody was quicker; `Invalid` by field.
pub async fn save_unit_kind(context: &Context, actor: &Actor, code: &str, seen: i32, typed: &Texts) -> Result<bool, ServiceError> {
    let (now, areas) = open_unit_kind(context, actor, code).await?;
    if now.version != seen {
        return Err(ServiceError::Stale);
    }
    let areas: Vec<String> = areas.into_iter().map(|area| area.entry.code).collect();
    let after = read_kind(typed, &now, &areas, context.now().warsaw_date())?;
    let fields = texts_of_kind(&now).changes_to(&texts_of_kind(&after));
    if fields.is_empty() {
        return Ok(false);
    }
    let tx = begin(&context.db).await?;
    if !dictionaries::save_unit_kind(&tx, &after, seen).await? {
        return Err(ServiceError::Stale);
    }
    let changed = at_version(Subject::UnitKind, code, seen, fields);
    record_change(context, &tx, actor, AuditEvent::DictionaryChanged, changed).await?;
    tx.commit().await?;
    Ok(true)
}

/// Saves a sub-area upon the version that was seen. False when nothing differs.
///
/// # Errors
/// As [`open_sub_area`]; `Stale` when somebody was quicker; `Invalid` by field.
pub async fn save_sub_area(context: &Context, actor: &Actor, code: &str, seen: i32, typed: &Texts) -> Result<bool, ServiceError> {
    let now = open_sub_area(context, actor, code).await?;
    if now.version != seen {
        return Err(ServiceError::Stale);
    }
    let after = read_area(typed, &now, context.now().warsaw_date())?;
    let fields = texts_of_area(&now).changes_to(&texts_of_area(&after));
    if fields.is_empty() {
        return Ok(false);
    }
    let tx = begin(&context.db).await?;
    if !dictionaries::save_sub_area(&tx, &after, seen).await? {
        return Err(ServiceError::Stale);
    }
    let changed = at_version(Subject::SubArea, code, seen, fields);
    record_change(context, &tx, actor, AuditEvent::DictionaryChanged, changed).await?;
    tx.commit().await?;
    Ok(true)
}

fn texts_of(entry: Option<&DayOff>) -> Texts {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Texts::from([
        ("what", text(entry.map(DayOff::what))),
        ("reason", text(entry.map(|entry| entry.reason.as_str()))),
        ("is_withdrawn", text(entry.filter(|entry| entry.is_withdrawn).map(|_| ON))),
    ])
}

async fn save_day<C: Connection>(
    context: &Context,
    tx: &C,
    actor: &Actor,
    before: Option<&DayOff>,
    after: &DayOff,
) -> Result<(), ServiceError> {
    days_off::save(tx, after, context.now()).await?;
    let code = after.day.to_string();
    let fields = texts_of(before).changes_to(&texts_of(Some(after)));
    let changed = Changed { subject: Subject::DayOff, code: &code, version: 0, fields, voivodeship: None, told: None };
    record_change(context, tx, actor, AuditEvent::DictionaryChanged, changed).await?;
    Ok(())
}

/// Makes a day to come free, or one to be worked on. Whatever counts working days does so by it from now on; what was stored of open
/// applications – their last days and reminders – the worker sets anew.
///
/// # Errors
/// `Denied`; `Invalid` by field, at `day` also where the dictionary says something of it already.
pub async fn set_day_off(context: &Context, actor: &Actor, day: &str, what: &str, reason: &str) -> Result<(), ServiceError> {
    check(context, actor)?;
    let entry = read(day, what, reason, context.now().warsaw_date())?;
    let tx = begin(&context.db).await?;
    let before = days_off::find(&tx, entry.day).await?;
    if before.as_ref().is_some_and(|before| !before.is_withdrawn) {
        return Err(ServiceError::field("day", Invalid::DayOffAlready));
    }
    save_day(context, &tx, actor, before.as_ref(), &entry).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes an entry back before its day: the day is what the law of 1951 makes it.
///
/// # Errors
/// `Denied`, `NotFound`; `Stale` when it was taken back already, or the day has begun.
pub async fn withdraw_day_off(context: &Context, actor: &Actor, day: Date) -> Result<(), ServiceError> {
    check(context, actor)?;
    let tx = begin(&context.db).await?;
    let before = days_off::find(&tx, day).await?.ok_or(ServiceError::NotFound)?;
    if !before.is_ahead(context.now().warsaw_date()) {
        return Err(ServiceError::Stale);
    }
    save_day(context, &tx, actor, Some(&before), &DayOff { is_withdrawn: true, ..before.clone() }).await?;
    tx.commit().await?;
    Ok(())
}
