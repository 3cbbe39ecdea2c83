//! Restores a backup into an empty database, and its files into the file store. The rows come to be true at once, at the end; what was
//! good once is not good any more (`storage/after_restore.rs`).

use super::{About, BackupError, JOURNAL_PART, check_backup, file_part, key_mark, open, refused, table_part};
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::erasure::{Erasure, Subject};
use crate::files::JOURNAL;
use crate::files::archive::Archive;
use crate::services::erase::{erase_account, erase_application, keep_journal, remove_files};
use crate::services::verify_audit::{Verified, verify_audit};
use crate::services::{Context, ServiceError, record};
use crate::storage::portable::Filling;
use crate::storage::{accounts, after_restore, applications, database};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Rows written at a time, or as soon as they are so long.
const RUN: usize = 500;
const LONG: usize = 2 * 1024 * 1024;
/// Files written beside each other.
const AT_ONCE: usize = 8;

/// How it is to be done.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// A copy of the journal of erasures that was kept elsewhere (`cas-portal erasures`).
    pub journal: Option<PathBuf>,
    /// The secret key is another one than at the backup: what was sealed with that one is forgotten.
    pub other_key: bool,
    /// Other systems' tokens stay in force, also those that were revoked after the backup.
    pub keep_machines: bool,
}

/// What was restored.
#[derive(Debug, Clone)]
pub struct Restored {
    /// What the backup says of itself.
    pub about: About,
    /// The audit trail afterwards.
    pub verified: Verified,
    /// Tokens of other systems that were in force at the backup and are revoked.
    pub revoked_machines: u64,
    /// Those that are in force again, because that was wished.
    pub machines: u64,
    /// Applications and accounts that had been erased since the backup, and are again.
    pub erased: u64,
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
    if about.key != key_mark(&context.key) && !wishes.other_key {
        return Err(refused(
            "the secret key is not the one that was in force at the backup: one-time codes could not be read. Set that key, or say \
             --other-key; then whoever had one-time codes adds them anew.",
        ));
    }
    let (archive, _) = open(folder).await?;
    let erased = journal(context, &archive, wishes).await?;
    make_room(context, &about).await?;
    put_files(context, &archive).await?;
    let revoked_machines = fill(context, &archive, &about, wishes).await?;
    database::migrate(&context.db).await?;
    let erased = erase_again(context, actor, erased).await?;
    let verified = verify_audit(context, actor, &[]).await?;
    let details =
        json!({ "files": about.files, "entries": verified.entries, "erased_again": erased, "machines_revoked": revoked_machines });
    let object = AuditObject::new("backup", &about.taken_at);
    record::done(context, &context.db, actor, AuditEvent::BackupRestored, object, None, details).await?;
    let machines = after_restore::count_machines(&context.db).await?;
    Ok(Restored { about, verified, revoked_machines, machines, erased })
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

/// Fills the database; gives the number of other systems' tokens that it revoked.
async fn fill(context: &Context, archive: &Archive, about: &About, wishes: &Wishes) -> Result<u64, BackupError> {
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
    let (db, tables, now) = (filling.connection(), filling.tables(), context.now());
    after_restore::end_what_was_open(db, &tables, now).await?;
    if about.key != key_mark(&context.key) {
        after_restore::forget_sealed(db).await?;
    }
    let revoked = if wishes.keep_machines { 0 } else { after_restore::revoke_machines(db, &tables, now).await? };
    filling.finish().await?;
    Ok(revoked)
}

/// Everything that was ever erased, as far as anybody knows: by the backup itself, by the journal beside the files, by the operator's copy.
async fn journal(context: &Context, archive: &Archive, wishes: &Wishes) -> Result<BTreeSet<Subject>, BackupError> {
    let mut known = BTreeSet::new();
    let mut take = |text: &str, from: &str| {
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let erasure =
                Erasure::from_line(line).ok_or_else(|| refused(format_args!("{from}: {line:?} is no line of a journal of erasures")))?;
            known.insert(erasure.subject);
        }
        Ok::<(), BackupError>(())
    };
    // An older program kept none.
    if archive.parts().contains_key(JOURNAL_PART) {
        take(&String::from_utf8_lossy(&archive.get(JOURNAL_PART).await?), JOURNAL_PART)?;
    }
    if let Some(path) = &wishes.journal {
        let text = tokio::fs::read_to_string(path).await.map_err(|error| refused(format_args!("{}: {error}", path.display())))?;
        take(&text, &path.display().to_string())?;
    }
    let beside = context.files.list(JOURNAL).await?;
    known.extend(beside.iter().filter_map(|key| Subject::from_journal_name(key.rsplit('/').next()?)));
    Ok(known)
}

/// Erases once more what had been erased since the backup: applications first, which hold accounts.
async fn erase_again(context: &Context, actor: &Actor, known: BTreeSet<Subject>) -> Result<u64, BackupError> {
    let mut erased = 0;
    for subject in known {
        let is_done = match subject {
            Subject::Application(id) => erase_application(context, actor, id, None).await?,
            Subject::Account(id) => erase_account(context, actor, id).await?,
        };
        erased += u64::from(is_done);
        if !is_done && is_there(context, subject).await? {
            return Err(refused(format_args!(
                "{} was erased after the backup, and something in the backup holds it: the database is not to be used. Please report this.",
                subject.journal_name()
            )));
        }
    }
    remove_files(context).await?;
    keep_journal(context).await?;
    Ok(erased)
}

async fn is_there(context: &Context, subject: Subject) -> Result<bool, BackupError> {
    Ok(match subject {
        Subject::Application(id) => applications::find(&context.db, id).await?.is_some(),
        Subject::Account(id) => accounts::find(&context.db, id).await?.is_some(),
    })
}
