//! Proves that the audit trail is whole, and writes it out, both in bounded memory.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEntry, AuditEvent, AuditObject, Outcome};
use crate::domain::permission::{Permission, Target};
use crate::storage::audit_entries;
use serde_json::{Value, json};

/// Rows read at a time.
const RUN: u64 = 1000;
/// Two machines' clocks may differ by so much.
const CLOCK_SKEW_MS: i64 = 5 * 60_000;
/// So many faults are enough to know.
const MOST_FINDINGS: usize = 100;

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// Entries read.
    pub entries: u64,
    /// Faults, for the operator.
    pub findings: Vec<String>,
}

/// Checks that the database refuses to change entries, that positions and times only grow, and that each entry reads.
///
/// # Errors
/// `Denied`; of the database.
pub async fn verify_audit(context: &Context, actor: &Actor) -> Result<Verified, ServiceError> {
    context.policy.check(actor, Permission::AuditView, &Target::default())?;
    let mut verified = Verified::default();
    if !audit_entries::is_append_only(&context.db).await? {
        verified.findings.push("the database does not refuse changes: the triggers on audit_entries are missing or disabled".to_owned());
    }
    let mut last: Option<AuditEntry> = None;
    let mut turned_back: Vec<String> = Vec::new();
    loop {
        let run = audit_entries::list_from(&context.db, last.as_ref().map_or(0, |e| e.id), RUN).await?;
        if run.is_empty() || verified.findings.len() + turned_back.len() >= MOST_FINDINGS {
            verified.findings.append(&mut turned_back);
            return Ok(verified);
        }
        for entry in run {
            verified.entries += 1;
            verified.findings.extend(faults(&entry));
            if last.as_ref().is_some_and(|last| entry.at.since(last.at) < -CLOCK_SKEW_MS) {
                turned_back.push(format!("entry {}: its time {} lies before that of the entry before it", entry.id, entry.at.to_iso()));
            }
            // A demonstration tells the past of one unit after the other; only databases that were empty before it have this entry.
            if entry.event == AuditEvent::DemoFilled.key() {
                turned_back.clear();
            }
            last = Some(entry);
        }
    }
}

fn faults(entry: &AuditEntry) -> Vec<String> {
    let mut faults = Vec::new();
    if AuditEvent::from_key(&entry.event).is_none() {
        faults.push(format!("entry {}: there is no event {:?}", entry.id, entry.event));
    }
    if Outcome::from_key(&entry.outcome).is_none() {
        faults.push(format!("entry {}: there is no outcome {:?}", entry.id, entry.outcome));
    }
    if entry.actor.is_empty() || !entry.details.is_object() {
        faults.push(format!("entry {}: it has no actor or no details", entry.id));
    }
    faults
}

/// Gives each entry after a position as one line of JSON. That it was done is itself an entry, written first.
///
/// # Errors
/// `Denied`; of the database; of the writer.
pub async fn export_audit(
    context: &Context,
    actor: &Actor,
    after: i64,
    mut write: impl FnMut(&Value) -> std::io::Result<()>,
) -> Result<(), ServiceError> {
    context.policy.check(actor, Permission::AuditView, &Target::default())?;
    let details = json!({ "export_after": after });
    record::done(context, &context.db, actor, AuditEvent::AuditRead, AuditObject::new("audit", ""), None, details).await?;
    let mut position = after;
    loop {
        let run = audit_entries::list_from(&context.db, position, RUN).await?;
        let Some(end) = run.last().map(|e| e.id) else { return Ok(()) };
        for entry in &run {
            write(&line_of(entry)).map_err(ServiceError::internal)?;
        }
        position = end;
    }
}

fn line_of(entry: &AuditEntry) -> Value {
    json!({
        "id": entry.id, "at": entry.at.to_iso(), "actor": entry.actor, "on_behalf_of": entry.on_behalf_of, "event": entry.event,
        "object_kind": entry.object_kind, "object_id": entry.object_id, "voivodeship": entry.voivodeship,
        "outcome": entry.outcome, "address": entry.address, "correlation": entry.correlation, "details": entry.details,
    })
}
