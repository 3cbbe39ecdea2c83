//! The history of what administrators edit, with names, and in words.

use super::ServiceError;
use crate::domain::edited::{Change, FieldChange, ON, Subject};
use crate::domain::id::AccountId;
use crate::domain::moment::date_text;
use crate::render::Labels;
use crate::storage::{Connection, accounts};
use std::collections::BTreeMap;

/// So many changes a page of history shows; all of them are in the audit trail.
pub(super) const MOST_SHOWN: u64 = 100;

/// A change with the name of who made it.
#[derive(Debug, Clone)]
pub struct ChangeMade {
    /// The change.
    pub change: Change,
    /// Full name.
    pub by: String,
}

/// One field of a change, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldWords {
    /// What the field is called.
    pub label: String,
    /// What it held; empty when it was empty.
    pub was: String,
    /// What it holds.
    pub is: String,
}

/// Adds the names.
pub(super) async fn with_names<C: Connection>(db: &C, changes: Vec<Change>) -> Result<Vec<ChangeMade>, ServiceError> {
    let ids: Vec<AccountId> = changes.iter().map(|change| change.changed_by).collect();
    let found = accounts::list_by_ids(db, &ids).await?.into_iter();
    let names: BTreeMap<AccountId, String> = found.map(|account| (account.id, account.profile.full_name())).collect();
    let by = |change: &Change| names.get(&change.changed_by).cloned().unwrap_or_default();
    Ok(changes.into_iter().map(|change| ChangeMade { by: by(&change), change }).collect())
}

/// What a change is about, in words: the day, the kind of application; else the code.
pub fn name_of(labels: &Labels, change: &Change) -> String {
    match change.subject {
        Subject::Target if change.code == super::set_targets::ALL_KINDS => labels.text("dictionaries.all_kinds"),
        Subject::Target => labels.text(&format!("kinds.{}", change.code)),
        Subject::DayOff => change.code.parse().map_or_else(|_| change.code.clone(), date_text),
        Subject::Office | Subject::UnitKind | Subject::SubArea => change.code.clone(),
    }
}

/// The fields of a change in words, in the order of their names.
pub fn in_words(labels: &Labels, change: &Change) -> Vec<FieldWords> {
    let value = |field: &str, text: &str| match field {
        "what" if !text.is_empty() => labels.text(&format!("days_off.{text}")),
        "is_withdrawn" => labels.text(if text == ON { "ui.yes" } else { "ui.no" }),
        field if field.ends_with("_open") => labels.text(if text == ON { "ui.yes" } else { "ui.no" }),
        _ => text.to_owned(),
    };
    let words = |field: &FieldChange| FieldWords {
        label: labels.field_label(change.subject.key(), &field.field),
        was: value(&field.field, &field.was),
        is: value(&field.field, &field.is),
    };
    change.fields.iter().map(words).collect()
}
