//! Restores a backup into an empty database, and its files into the file store. The rows come to be true at once, at the end; what was
//! good once is not good any more (`storage/after_restore.rs`).

use super::{About, BackupError, check_backup, file_part, key_mark, open, refused, table_part};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::files::archive::Archive;
use crate::services::verify_audit::{Verified, verify_audit};
use crate::services::{Context, ServiceError, record};
use crate::storage::portable::Filling;
use crate::storage::{after_restore, database};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::path::Path;

/// Rows written at a time, or as soon as they are so long.
const RUN: usize = 500;
const LONG: usize = 2 * 1024 * 1024;
/// Files written beside each other.
const AT_ONCE: usize = 8;

/// How it is to be done.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wishes {
    /// The secret key is another one than at the backup: what was sealed with that one is forgotten.
    pub other_key: bool,
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What the backup says of itself.
    pub about: About,
    /// The audit trail afterwards.
    pub verified: Verified,
    /// Tokens of other systems that are in force again.
    pub machines: u64,
}

/// Restores.
///
/// # Errors
/// `Denied` for anybody but the operator. `Refused` with the reason: a backup that is not complete, a database that is not empty or has
/// another schema, another secret key, another file in the place of one. Of the folder, the database and the file store; then the
/// database is as empty as before.
pub async fn restore_backup(context: &Context, actor: &Actor, folder: &Path, wishes: &Wishes) -> Result<Restored, BackupError> {
    if actor.kind != ActorKind::Operator {
        return Err(ServiceError::Denied.into());
    }
    let (about, findings) = check_backup(folder).await?;
    if !findings.is_empty() {
        return Err(refused(format_args!("the backup is not complete:\n{}", findings.join("\n"))));
    }
    let other_key = about.key != key_mark(&context.key);
    if other_key && !wishes.other_key {
        return Err(refused(
            "the secret key is not the one that was in force at the backup: one-time codes could not be read. Set that key, or say \
             --other-key; then whoever had one-time codes adds them anew.",
        ));
    }
    make_room(context, &about).await?;
    let (archive, _) = open(folder).await?;
    put_files(context, &archive).await?;
    fill(context, &archive, &about, other_key).await?;
    database::migrate(&context.db).await?;
    let verified = verify_audit(context, actor).await?;
    let details = json!({ "files": about.files, "entries": verified.entries });
    let object = AuditObject::new("backup", &about.taken_at);
    record::done(context, &context.db, actor, AuditEvent::BackupRestored, object, None, details).await?;
    let machines = after_restore::count_machines(&context.db).await?;
    Ok(Restored { about, verified, machines })
}

/// An empty database with the backup's own schema.
async fn make_room(context: &Context, about: &About) -> Result<(), BackupError> {
    let known = database::known_migrations();
    if !known.starts_with(&about.migrations) {
        return Err(refused(format_args!(
            "the backup was made by another program ({}), with a schema that this one ({}) does not know",
            about.program,
            env!("CARGO_PKG_VERSION")
        )));
    }
    let applied = database::applied_migrations(&context.db).await?;
    if !about.migrations.starts_with(&applied) {
        return Err(refused("the database has a newer schema than the backup: name one in which nothing was migrated yet"));
    }
    database::migrate_up_to(&context.db, about.migrations.len()).await?;
    if !database::is_empty(&context.db).await? {
        return Err(refused("the database is not empty: name another one in CAS_PORTAL_DATABASE_URL. Nothing was changed."));
    }
    Ok(())
}

async fn put_files(context: &Context, archive: &Archive) -> Result<(), BackupError> {
    let keys: Vec<&str> = archive.parts().keys().filter_map(|name| name.strip_prefix("files/")).collect();
    stream::iter(keys).map(|key| put_file(context, archive, key)).buffer_unordered(AT_ONCE).try_collect::<Vec<()>>().await?;
    Ok(())
}

/// Puts one file in its place, where it may lie already, and reads it back.
async fn put_file(context: &Context, archive: &Archive, key: &str) -> Result<(), BackupError> {
    let part = file_part(key);
    let wanted = archive.parts().get(&part).map(|part| part.sha256.clone()).unwrap_or_default();
    if !context.files.exists(key).await? {
        context.files.put(key, archive.get(&part).await?).await?;
    }
    if hex::encode(Sha256::digest(context.files.get(key).await?)) != wanted {
        return Err(refused(format_args!("another file lies under {key} in {}", context.files.place())));
    }
    Ok(())
}

async fn fill(context: &Context, archive: &Archive, about: &About, other_key: bool) -> Result<(), BackupError> {
    let filling = Filling::begin(&context.db).await?;
    for (table, known) in &about.tables {
        let part = table_part(table);
        let (mut lines, mut run, mut long) = (archive.lines(&part).await?, Vec::new(), 0);
        while let Some(line) = lines.next_line().await.map_err(|error| refused(format_args!("{part}: {error}")))? {
            long += line.len();
            run.push(line);
            if run.len() == RUN || long >= LONG {
                filling.add(table, &known.columns, &run).await?;
                run.clear();
                long = 0;
            }
        }
        if !run.is_empty() {
            filling.add(table, &known.columns, &run).await?;
        }
        let rows = filling.count(table).await?;
        if rows != known.rows {
            return Err(refused(format_args!("{table}: {rows} rows came in, not {}", known.rows)));
        }
    }
    after_restore::end_what_was_open(filling.connection(), &filling.tables(), context.now()).await?;
    if other_key {
        after_restore::forget_sealed(filling.connection()).await?;
    }
    filling.finish().await?;
    Ok(())
}
