//! What an approval writes when the unit has changed since the application was filed: what the application changes is put upon what
//! stands now, field by field, and a field that both have changed stops it. Nothing is overwritten silently.

use crate::domain::application::draft::UNIT_FIELDS;
use crate::domain::application::typing::{read_unit, unit_texts};
use crate::domain::unit::UnitData;
use serde_json::Value;

fn texts(unit: &UnitData) -> Value {
    serde_json::to_value(unit_texts(unit)).unwrap_or_default()
}

/// The fields in which two differ, in the order of the page.
pub fn changed_fields(before: &UnitData, after: &UnitData) -> Vec<&'static str> {
    let (before, after) = (texts(before), texts(after));
    UNIT_FIELDS.into_iter().filter(|name| before.get(name) != after.get(name)).collect()
}

/// The data after an approval.
///
/// # Errors
/// The fields that the application changes and that were changed otherwise since it was filed.
pub fn merged(filed: &UnitData, wanted: &UnitData, now: &UnitData) -> Result<UnitData, Vec<&'static str>> {
    let since = changed_fields(filed, now);
    let wishes = changed_fields(filed, wanted);
    let beside = changed_fields(wanted, now);
    let conflicts: Vec<&'static str> = wishes.iter().copied().filter(|name| since.contains(name) && beside.contains(name)).collect();
    if !conflicts.is_empty() {
        return Err(conflicts);
    }
    let wanted = texts(wanted);
    let mut after = texts(now);
    for name in &wishes {
        if let Some(value) = wanted.get(name) {
            after[*name] = value.clone();
        }
    }
    serde_json::from_value(after).ok().and_then(|texts| read_unit(&texts).ok()).ok_or(wishes)
}
