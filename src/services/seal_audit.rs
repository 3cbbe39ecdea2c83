//! Seals the audit trail: what the worker has sealed nobody alters, removes or adds to unseen. It holds no lock while it reads and hashes,
//! so no request waits for it.

use super::{Context, ServiceError};
use crate::domain::audit_proof::{Seal, Sealing};
use crate::storage::database::begin;
use crate::storage::{StorageError, audit_entries, audit_seals};
use std::time::Duration;

/// Most entries of one seal.
const MOST: u64 = 1000;
/// How often and how long it is looked whether those who were writing have ended.
const LOOKS: u32 = 50;
const PAUSE: Duration = Duration::from_millis(100);
/// For what the portal's key signs a seal.
pub(super) const PURPOSE: &str = "audit_seal";

/// Seals what is not sealed yet; gives the number of entries. Of several workers each entry is sealed by one.
///
/// # Errors
/// Of the database.
pub async fn seal_audit(context: &Context) -> Result<u64, ServiceError> {
    let newest = audit_entries::newest(&context.db).await?;
    let sealed = audit_seals::last(&context.db).await?.map_or(0, |seal| seal.last_entry);
    // A position may be taken before another one and be seen after it: whoever was writing ends first.
    if newest <= sealed || !writers_have_ended(context).await? {
        return Ok(0);
    }
    let mut done = 0;
    loop {
        let entries = seal_next(context, newest).await?;
        done += entries;
        if entries < MOST {
            return Ok(done);
        }
    }
}

async fn writers_have_ended(context: &Context) -> Result<bool, ServiceError> {
    let mut writing = audit_seals::writers(&context.db).await?;
    for _ in 0..LOOKS {
        if writing.is_empty() {
            return Ok(true);
        }
        tokio::time::sleep(PAUSE).await;
        let still = audit_seals::writers(&context.db).await?;
        // Who has begun since takes positions after the newest one.
        writing.retain(|name| still.contains(name));
    }
    Ok(writing.is_empty())
}

async fn seal_next(context: &Context, newest: i64) -> Result<u64, ServiceError> {
    let before = audit_seals::last(&context.db).await?;
    let (number, after, hash) = before.map_or((1, 0, [0; 32]), |seal| (seal.number + 1, seal.last_entry, seal.hash));
    let mut entries = audit_entries::list_provable(&context.db, after, MOST).await?;
    entries.retain(|provable| provable.entry.id <= newest);
    let Some(last_entry) = entries.last().map(|provable| provable.entry.id) else { return Ok(0) };
    let mut sealing = Sealing::begin(number, &hash);
    for entry in &entries {
        sealing.add(entry);
    }
    let (count, sealed_at) = (sealing.entries(), context.now());
    let hash = sealing.finish(last_entry, sealed_at);
    let mac = context.key.mac(PURPOSE, &hash).to_vec();
    let seal = Seal { number, last_entry, entries: count, sealed_at, hash, mac };
    let tx = begin(&context.db).await?;
    match audit_seals::add(&tx, &seal).await {
        Ok(()) => {}
        // Another worker was quicker, and goes on.
        Err(StorageError::Conflict(_)) => return Ok(0),
        Err(error) => return Err(error.into()),
    }
    tx.commit().await?;
    // Whoever keeps the log elsewhere can prove that no seal was taken away (`audit verify --seal`).
    tracing::info!(seal = number, last_entry, entries = count, hash = hex::encode(hash), "the audit trail is sealed");
    Ok(entries.len() as u64)
}
