//! Makes a backup while the portal goes on. The rows first, all of one moment; then the files that these rows name: a file is written
//! before its row, and never changed.

use super::{About, BackupError, JOURNAL_PART, TableAbout, file_part, key_mark, table_part};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::files::StoreError;
use crate::files::archive::ArchiveWriter;
use crate::services::{Context, ServiceError, record};
use crate::storage::portable::Snapshot;
use crate::storage::signed_forms::StoredObject;
use crate::storage::{Connection, StorageError, database, erasures, post, signed_forms};
use futures::{StreamExt as _, stream};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::Path;

/// Files asked about at a time.
const RUN: u64 = 500;
/// Files fetched beside each other.
const AT_ONCE: usize = 8;

/// A backup that was made.
#[derive(Debug, Clone)]
pub struct Made {
    /// What it says of itself.
    pub about: About,
    /// Files that were erased between the rows' moment and the copying, as they had to be.
    pub erased: u64,
}

/// Makes a backup in a folder that is empty or not there.
///
/// # Errors
/// `Denied` for anybody but the operator; of the folder, the database and the file store. A backup that fails has no manifest.
pub async fn make_backup(context: &Context, actor: &Actor, folder: &Path) -> Result<Made, BackupError> {
    if actor.kind != ActorKind::Operator {
        return Err(ServiceError::Denied.into());
    }
    let mut archive = ArchiveWriter::create(folder).await?;
    let snapshot = Snapshot::take(&context.db).await?;
    let taken_at = context.now();
    let mut tables = BTreeMap::new();
    for table in snapshot.tables() {
        let rows = write_table(&mut archive, &snapshot, &table).await?;
        tables.insert(table.clone(), TableAbout { columns: snapshot.columns(&table), rows });
    }
    // An earlier schema has none.
    let has_post = tables.contains_key("post_files");
    let objects = objects_of(snapshot.connection(), has_post).await?;
    let migrations = snapshot.migrations().to_vec();
    drop(snapshot);

    let (mut files, mut missing, mut lost) = (0, Vec::new(), Vec::new());
    let mut fetched = stream::iter(objects).map(|(key, hash)| fetch(context, key, hash)).buffered(AT_ONCE);
    while let Some((key, hash, got)) = fetched.next().await {
        match got {
            Ok(bytes) if hash.is_none_or(|hash| hex::encode(Sha256::digest(&bytes)) == hash) => {
                archive.put(&file_part(&key), &bytes).await?;
                files += 1;
            }
            Ok(_) => lost.push(key),
            Err(StoreError::Missing(_)) => missing.push(key),
            Err(error) => return Err(error.into()),
        }
    }
    drop(fetched);
    let erased = still_named(context, &mut missing, has_post).await?;
    lost.extend(missing);
    lost.sort();
    // An earlier schema has no journal, and its trail is left alone.
    let is_migrated = database::is_migrated(&context.db).await?;
    if is_migrated {
        // Read last, so that it tells also what was erased while the files were copied.
        let lines: Vec<String> = erasures::list(&context.db).await?.into_iter().map(|erasure| erasure.line() + "\n").collect();
        archive.put(JOURNAL_PART, lines.concat().as_bytes()).await?;
    }
    let about = About {
        taken_at: taken_at.to_iso(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        migrations,
        tables,
        files,
        lost,
        key: key_mark(&context.key),
    };
    archive.finish(json!(about)).await?;
    if is_migrated {
        let details = json!({ "files": files, "lost": about.lost.len() });
        let object = AuditObject::new("backup", &about.taken_at);
        record::done(context, &context.db, actor, AuditEvent::BackupMade, object, None, details).await?;
    }
    Ok(Made { about, erased })
}

async fn write_table(archive: &mut ArchiveWriter, snapshot: &Snapshot, table: &str) -> Result<u64, BackupError> {
    let (mut part, mut rows, mut count) = (archive.begin(&table_part(table)).await?, snapshot.rows(table)?, 0);
    loop {
        let run = rows.next().await?;
        if run.is_empty() {
            archive.end(part).await?;
            return Ok(count);
        }
        for row in run {
            part.write(row.as_bytes()).await?;
            part.write(b"\n").await?;
            count += 1;
        }
    }
}

/// Each object once: pages that look the same share one.
async fn objects_of<C: Connection>(db: &C, has_post: bool) -> Result<BTreeMap<String, Option<String>>, BackupError> {
    let mut all = BTreeMap::new();
    collect(&mut all, async |after| signed_forms::list_objects(db, after, RUN).await).await?;
    if has_post {
        collect(&mut all, async |after| post::list_objects(db, after, RUN).await).await?;
    }
    Ok(all)
}

/// Asks for run after run until there is no other.
async fn collect<Id>(
    all: &mut BTreeMap<String, Option<String>>,
    list: impl AsyncFn(Option<Id>) -> Result<(Vec<StoredObject>, Option<Id>), StorageError>,
) -> Result<(), BackupError> {
    let mut after = None;
    loop {
        let (objects, last) = list(after).await?;
        all.extend(objects.into_iter().map(|object| (object.key, object.sha256)));
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
}

async fn fetch(context: &Context, key: String, hash: Option<String>) -> (String, Option<String>, Result<bytes::Bytes, StoreError>) {
    let got = context.files.get(&key).await;
    (key, hash, got)
}

/// Of the files that were not there, keeps those that a row still names; gives how many others there are.
async fn still_named(context: &Context, missing: &mut Vec<String>, has_post: bool) -> Result<u64, BackupError> {
    if missing.is_empty() {
        return Ok(0);
    }
    let before = missing.len();
    let named = objects_of(&context.db, has_post).await?;
    missing.retain(|key| named.contains_key(key));
    Ok((before - missing.len()) as u64)
}
