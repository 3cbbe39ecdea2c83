//! Proves that the audit trail is whole, and writes it out, both in bounded memory.

mod chain;

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEntry, AuditEvent, AuditObject, Outcome};
use crate::domain::audit_proof::Provable;
use crate::domain::erasure::MARK;
use crate::domain::permission::{Permission, Target};
use crate::storage::{audit_entries, audit_seals};
use chain::Chain;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Rows read at a time.
const RUN: u64 = 1000;
/// Two machines' clocks may differ by so much.
const CLOCK_SKEW_MS: i64 = 5 * 60_000;
/// So many faults are enough to know.
const MOST_FINDINGS: usize = 100;

/// A seal that somebody has noted elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// Its number.
    pub number: i64,
    /// Its hash, 64 hex digits.
    pub hash: String,
}

impl std::fmt::Display for Noted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.hash)
    }
}

impl std::str::FromStr for Noted {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let read = || {
            let (number, hash) = text.split_once(':')?;
            let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
            Some(Self { number: number.parse().ok()?, hash: hash.to_ascii_lowercase() }).filter(|_| is_hash)
        };
        read().ok_or_else(|| "a seal is a number, a colon and 64 hexadecimal digits, as `audit verify` and the log tell it".to_owned())
    }
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Verified {
    /// Entries read.
    pub entries: u64,
    /// Of these, after the last seal: nothing proves them yet.
    pub unsealed: u64,
    /// The last seal.
    pub seal: Option<Noted>,
    /// Faults, for the operator.
    pub findings: Vec<String>,
}

/// Checks that the database refuses to change entries and seals, that positions and times only grow, that each entry reads, and by the
/// seals that no entry was altered, removed or added since it was sealed. Seals that were noted elsewhere must be there.
///
/// # Errors
/// `Denied`; of the database.
pub async fn verify_audit(context: &Context, actor: &Actor, noted: &[Noted]) -> Result<Verified, ServiceError> {
    context.policy.check(actor, Permission::AuditView, &Target::default())?;
    let mut verified = Verified::default();
    if !audit_entries::is_append_only(&context.db).await? || !audit_seals::is_append_only(&context.db).await? {
        let missing = "the triggers on audit_entries or audit_seals are missing or disabled";
        verified.findings.push(format!("the database does not refuse changes: {missing}"));
    }
    let (mut chain, mut names) = (Chain::new(context, noted), Names::default());
    let mut last: Option<AuditEntry> = None;
    let mut turned_back: Vec<String> = Vec::new();
    loop {
        let run = audit_entries::list_provable(&context.db, last.as_ref().map_or(0, |e| e.id), RUN).await?;
        if run.is_empty() || verified.findings.len() + turned_back.len() + chain.findings.len() >= MOST_FINDINGS {
            if run.is_empty() {
                chain.end().await?;
                names.end(&mut verified.findings);
            }
            verified.findings.append(&mut turned_back);
            verified.findings.append(&mut chain.findings);
            verified.unsealed = chain.unsealed;
            verified.seal = chain.last();
            return Ok(verified);
        }
        for provable in run {
            chain.entry(&provable).await?;
            names.entry(&provable);
            let entry = provable.entry;
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

/// Whoever takes names out of an entry says of whom: an erasure that the trail itself tells of.
#[derive(Default)]
struct Names {
    /// Of what names were taken out, with the first such entry.
    taken: BTreeMap<String, i64>,
    /// What was erased.
    erased: BTreeSet<String>,
}

impl Names {
    fn entry(&mut self, provable: &Provable) {
        let entry = &provable.entry;
        if entry.event == AuditEvent::AccountErased.key() {
            self.erased.insert(format!("{MARK}{}", entry.object_id));
        }
        if entry.event == AuditEvent::ApplicationErased.key() {
            self.erased.insert(entry.object_id.clone());
            self.erased.extend(entry.details["id"].as_str().map(|id| format!("{MARK}{id}")));
        }
        if !provable.is_nameless() {
            return;
        }
        let places = [Some(&entry.actor), entry.on_behalf_of.as_ref(), Some(&entry.object_id)];
        let marks: Vec<&String> = places.into_iter().flatten().filter(|text| text.starts_with(MARK)).collect();
        // Without a mark only an address went, from an entry about an application.
        let of = if marks.is_empty() { vec![&entry.object_id] } else { marks };
        for name in of {
            self.taken.entry(name.clone()).or_insert(entry.id);
        }
    }

    fn end(self, findings: &mut Vec<String>) {
        for (name, entry) in self.taken.into_iter().filter(|(name, _)| !self.erased.contains(name)) {
            findings.push(format!("entry {entry}: names were taken out for {name}, and nothing tells of its erasure"));
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
