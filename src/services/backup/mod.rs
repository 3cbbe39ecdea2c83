//! Backup and restore: the rows of one moment, then the files that these rows name. What may not live here: SQL, how the folder is made.

mod make;
mod restore;

pub use make::{Made, make_backup};
pub use restore::{Restored, Wishes, restore_backup};

pub use crate::storage::after_restore::SERIALS_LEFT_OUT;

use super::ServiceError;
use crate::files::StoreError;
use crate::files::archive::{Archive, ArchiveError};
use crate::secrets::SecretKey;
use crate::storage::{DatabaseError, StorageError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;
use thiserror::Error;

/// Why there is no backup, or nothing restored.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The folder.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The file store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something is not as it must be; said for the operator.
    #[error("{0}")]
    Refused(String),
    /// Another service.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<DatabaseError> for BackupError {
    fn from(error: DatabaseError) -> Self {
        Self::Storage(StorageError::from(error))
    }
}

fn refused(why: impl std::fmt::Display) -> BackupError {
    BackupError::Refused(why.to_string())
}

/// A table of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableAbout {
    /// Names, in the order of a row's values.
    pub columns: Vec<String>,
    /// How many rows.
    pub rows: u64,
}

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// The moment that the rows show (ISO, UTC).
    pub taken_at: String,
    /// The program that made it.
    pub program: String,
    /// The schema: which migrations had run.
    pub migrations: Vec<String>,
    /// The tables.
    pub tables: BTreeMap<String, TableAbout>,
    /// Objects of the file store.
    pub files: u64,
    /// Objects that the rows name and that the store did not have, or had with other content.
    pub lost: Vec<String>,
    /// Tells another secret key from the one in force at the backup, and nothing of the key.
    pub key: String,
}

/// What was erased until the backup was whole.
const JOURNAL_PART: &str = "erasures";

fn table_part(table: &str) -> String {
    format!("tables/{table}.jsonl")
}

fn file_part(key: &str) -> String {
    format!("files/{key}")
}

fn key_mark(key: &SecretKey) -> String {
    hex::encode(&key.mac("backup", b"which key")[..8])
}

/// Opens a backup, without looking at its parts.
async fn open(folder: &Path) -> Result<(Archive, About), BackupError> {
    let archive = Archive::open(folder).await?;
    let about = serde_json::from_value(archive.about().clone()).map_err(|_| refused("the manifest is not one of this portal's"))?;
    Ok((archive, about))
}

/// Whether a backup is complete: every part is there and unchanged, with as many rows as the manifest says. Gives what is wrong.
///
/// # Errors
/// Where there is no backup at all.
pub async fn check_backup(folder: &Path) -> Result<(About, Vec<String>), BackupError> {
    let (archive, about) = open(folder).await?;
    let mut findings = archive.check().await?;
    let parts = archive.parts();
    for table in about.tables.keys().filter(|table| !parts.contains_key(&table_part(table))) {
        findings.push(format!("{}: not in the manifest", table_part(table)));
    }
    let files = parts.keys().filter(|name| name.starts_with("files/")).count() as u64;
    if files != about.files {
        findings.push(format!("{files} files, not {}", about.files));
    }
    if !findings.is_empty() {
        return Ok((about, findings));
    }
    for (table, known) in &about.tables {
        let (mut lines, mut rows) = (archive.lines(&table_part(table)).await?, 0);
        while lines.next_line().await.map_err(|error| refused(format_args!("{}: {error}", table_part(table))))?.is_some() {
            rows += 1;
        }
        if rows != known.rows {
            findings.push(format!("{}: {rows} rows, not {}", table_part(table), known.rows));
        }
    }
    Ok((about, findings))
}
