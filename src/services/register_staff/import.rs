//! A file with persons: read within bounds, shown row by row, and added only when whoever sent it says so. The file itself is not kept.

use super::look::StaffDraft;
use crate::domain::actor::Actor;
use crate::domain::application::staff::import::{Outcome, PreviewRow, Sheet, SheetAround, SheetWords, preview, read_sheet};
use crate::domain::identifiers::Login;
use crate::domain::invalid::Invalid;
use crate::domain::moment::date_text;
use crate::render::Labels;
use crate::services::guided_form::{change, look};
use crate::services::{Context, ServiceError};
use crate::storage::Connection;
use crate::storage::{accounts, applications};
use crate::tables::read::read_table;
use crate::tables::{Cell, Format, Table};
use std::collections::HashSet;
use std::fs::File;

/// The columns of a person, in the order of the template; those of the sub-areas stand before the last day.
const COLUMNS: [&str; 8] = ["first_name", "last_name", "position", "email", "phone", "login", "valid_until", "coordinator"];
/// How many columns stand before those of the sub-areas.
const BEFORE_SUB_AREAS: usize = 6;

fn words(labels: &Labels) -> SheetWords {
    let list = |key: &str| labels.list(key).into_iter().map(str::to_owned).collect::<Vec<_>>();
    let headings = COLUMNS.iter().map(|column| ((*column).to_owned(), list(&format!("sheet.columns.{column}"))));
    SheetWords { headings: headings.collect(), yes: list("sheet.yes"), no: list("sheet.no") }
}

/// A preview of what was read from a file.
#[derive(Debug, Clone)]
pub struct SheetPreview {
    /// As read.
    pub sheet: Sheet,
    /// Every row with what it comes to.
    pub rows: Vec<PreviewRow>,
}

impl SheetPreview {
    /// How many rows come to this.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }
}

/// Reads a file and keeps its rows in the draft until they are added or given up; of two files the last counts.
///
/// # Errors
/// `Invalid` at `file` when nothing can be made of it, at `unit` where none is chosen.
pub async fn read_file(context: &Context, actor: &Actor, bytes: Vec<u8>) -> Result<(), ServiceError> {
    let found: StaffDraft = look(context, actor).await?;
    if found.unit().is_none() {
        return Err(ServiceError::field("unit", Invalid::Required));
    }
    let (words, dictionaries) = (words(context.renderer.labels()), found.dictionaries.clone());
    let read = move || {
        let table = read_table(&bytes)?;
        Ok(Sheet { is_windows: table.is_windows, ..read_sheet(&table.rows, &words, &dictionaries)? })
    };
    // Whatever a hostile file does to its reader, it does it there.
    let read: Result<Sheet, Invalid> = tokio::task::spawn_blocking(read).await.unwrap_or(Err(Invalid::SheetBroken));
    let sheet = read.map_err(|reason| ServiceError::field("file", reason))?;
    change(context, actor, async |_: &StaffDraft, texts| {
        texts.sheet = Some(sheet);
        Ok(())
    })
    .await
}

/// Logins of the sheet that somebody has who is not in the application that is corrected.
async fn taken<C: Connection>(db: &C, found: &StaffDraft, sheet: &Sheet) -> Result<HashSet<String>, ServiceError> {
    let Some(column) = sheet.columns.iter().position(|column| column == "login") else { return Ok(HashSet::new()) };
    let cells = sheet.rows.iter().filter_map(|row| row.cells.get(column));
    let keys: Vec<String> = cells.filter_map(|cell| Login::parse(cell).ok()).map(|login| login.key()).collect();
    let own = match &found.corrects {
        Some(application) => applications::persons::list(db, application.id).await?,
        None => Vec::new(),
    };
    let holders = accounts::list_by_logins(db, &keys).await?.into_iter().filter(|account| !own.contains(&account.id));
    Ok(holders.map(|account| account.login.key()).collect())
}

fn previewed(context: &Context, found: &StaffDraft, sheet: Sheet, taken: &HashSet<String>) -> SheetPreview {
    let (texts, sub_areas) = (found.texts(), found.sub_areas());
    let around =
        SheetAround { listed: &texts.persons, taken, sub_areas: &sub_areas, dictionaries: &found.dictionaries, today: found.today };
    SheetPreview { rows: preview(&sheet, &words(context.renderer.labels()), &around), sheet }
}

/// What was read last and has not been added yet.
///
/// # Errors
/// Of the database.
pub async fn look_at_sheet(context: &Context, found: &StaffDraft) -> Result<Option<SheetPreview>, ServiceError> {
    let Some(sheet) = found.texts().sheet else { return Ok(None) };
    let taken = taken(&context.db, found, &sheet).await?;
    Ok(Some(previewed(context, found, sheet, &taken)))
}

/// Adds the good rows, `seen` in number as the preview showed them; the others are not added, and the file is forgotten.
///
/// # Errors
/// `Stale` when the preview would show something else by now, or there is none (any more); then nothing is added.
pub async fn add_rows(context: &Context, actor: &Actor, seen: usize) -> Result<usize, ServiceError> {
    let found: StaffDraft = look(context, actor).await?;
    let sheet = found.texts().sheet.ok_or(ServiceError::Stale)?;
    let taken = taken(&context.db, &found, &sheet).await?;
    change(context, actor, async |found: &StaffDraft, texts| {
        let sheet = texts.sheet.take().ok_or(ServiceError::Stale)?;
        let rows = previewed(context, found, sheet, &taken).rows;
        let good: Vec<_> = rows.into_iter().filter(|row| row.outcome == Outcome::Good).map(|row| row.person).collect();
        if good.len() != seen || good.is_empty() {
            return Err(ServiceError::Stale);
        }
        texts.persons.extend(good);
        Ok(seen)
    })
    .await
}

/// Forgets what was read.
///
/// # Errors
/// `Denied` for those who coordinate no unit.
pub async fn drop_sheet(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    change(context, actor, async |_: &StaffDraft, texts| {
        texts.sheet = None;
        Ok(())
    })
    .await
}

/// Writes an empty list to fill in: the headings with the sub-areas that the unit may ask for, and notes that say what to write where.
///
/// # Errors
/// `Denied`; `Invalid` at `unit` where none is chosen.
pub async fn write_template(context: &Context, actor: &Actor, format: Format) -> Result<File, ServiceError> {
    let found: StaffDraft = look(context, actor).await?;
    let unit = found.unit().ok_or_else(|| ServiceError::field("unit", Invalid::Required))?;
    let labels = context.renderer.labels();
    let sub_areas = found.sub_areas();
    let heading = |column: &str| labels.list(&format!("sheet.columns.{column}")).first().map(|name| (*name).to_owned()).unwrap_or_default();
    let (before, after) = COLUMNS.split_at(BEFORE_SUB_AREAS);
    let mut headings: Vec<String> = before.iter().map(|column| heading(column)).collect();
    headings.extend(sub_areas.iter().cloned());
    headings.extend(after.iter().map(|column| heading(column)));
    let functions: Vec<&str> = found.dictionaries.functions.iter().map(|function| function.name.as_str()).collect();
    let of_kind = found.dictionaries.sub_areas.iter().filter(|sub_area| sub_areas.contains(&sub_area.code));
    let of_kind: Vec<String> = of_kind
        .map(|s| format!("{} – {} ({} {})", s.code, s.name, labels.text("ui.until"), date_text(s.latest_until(found.today))))
        .collect();
    let values = [("functions", functions.join(", ")), ("sub_areas", of_kind.join("; ")), ("unit", unit.data.name.to_string())];
    let mut table = Table::begin(format, &labels.text("sheet.title"), &headings).map_err(ServiceError::internal)?;
    let keys = labels.keys().filter(|key| key.starts_with("sheet.notes."));
    for key in keys {
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        table.row(vec![Cell::text(format!("# {}", labels.text_with(key, &values)))]).map_err(ServiceError::internal)?;
    }
    table.finish().map_err(ServiceError::internal)
}
