//! What proves that an entry of the audit trail is what was written. Names and addresses go into the proof through a hash with a salt of
//! the entry's own, so that they can be erased later: the hash stays, and without the salt nobody finds out what was in it.

use super::application::revision::canonical;
use super::audit::AuditEntry;
use super::moment::Moment;
use sha2::{Digest, Sha256};

/// An entry with what proves its names.
#[derive(Debug, Clone, PartialEq)]
pub struct Provable {
    /// As it reads now.
    pub entry: AuditEntry,
    /// Random; none where names were erased.
    pub salt: Option<Vec<u8>>,
    /// The hash of the names that were erased.
    pub kept: Option<Vec<u8>>,
}

/// Fields one after the other, each with its length, so that no two lists of fields run together into the same bytes.
#[derive(Default)]
struct Fields(Sha256);

impl Fields {
    fn add(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }
    /// What is not there is not what is empty.
    fn maybe(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.add(&[1]).add(text.as_bytes()),
            None => self.add(&[0]),
        }
    }
    fn hash(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

impl Provable {
    /// The hash of the names: who, for whom, about whom, from where.
    pub fn commitment(&self) -> [u8; 32] {
        if let Some(kept) = self.kept.as_deref().and_then(|kept| kept.try_into().ok()) {
            return kept;
        }
        let entry = &self.entry;
        Fields::default()
            .add(self.salt.as_deref().unwrap_or_default())
            .add(entry.actor.as_bytes())
            .maybe(entry.on_behalf_of.as_deref())
            .add(entry.object_id.as_bytes())
            .maybe(entry.address.as_deref())
            .hash()
    }

    /// The hash of the whole entry, which erased names do not change.
    pub fn digest(&self) -> [u8; 32] {
        let (entry, mut details) = (&self.entry, String::new());
        canonical(&entry.details, &mut details);
        Fields::default()
            .add(&entry.id.to_be_bytes())
            .add(&entry.at.0.to_be_bytes())
            .maybe(entry.actor_id.map(|id| id.to_string()).as_deref())
            .add(entry.event.as_bytes())
            .add(entry.object_kind.as_bytes())
            .maybe(entry.voivodeship.as_ref().map(|code| code.as_str()))
            .add(entry.outcome.as_bytes())
            .add(entry.correlation.0.as_bytes())
            .add(details.as_bytes())
            .add(&self.commitment())
            .hash()
    }

    /// Names of this entry were erased.
    pub const fn is_nameless(&self) -> bool {
        self.kept.is_some()
    }
}

/// A seal: a hash over some entries and over the seal before it, so that whoever changes one entry has to change every seal after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    /// From 1, without gaps.
    pub number: i64,
    /// Position of the last entry that it seals; it begins after the last one of the seal before it.
    pub last_entry: i64,
    /// How many.
    pub entries: i64,
    /// When.
    pub sealed_at: Moment,
    /// See [`Sealing`].
    pub hash: [u8; 32],
    /// Of the hash, with the portal's key: who can write to the database alone cannot make one.
    pub mac: Vec<u8>,
}

/// The hash of a seal in the making.
#[derive(Debug, Clone)]
pub struct Sealing {
    hash: Sha256,
    entries: i64,
}

impl Sealing {
    /// Begins the seal of this number after the hash of the one before it; before the first one there are zeros.
    pub fn begin(number: i64, before: &[u8; 32]) -> Self {
        let mut hash = Sha256::new();
        hash.update(before);
        hash.update(number.to_be_bytes());
        Self { hash, entries: 0 }
    }
    /// Takes an entry in.
    pub fn add(&mut self, entry: &Provable) {
        self.hash.update(entry.digest());
        self.entries += 1;
    }
    /// How many entries are in it.
    pub const fn entries(&self) -> i64 {
        self.entries
    }
    /// The hash.
    pub fn finish(mut self, last_entry: i64, sealed_at: Moment) -> [u8; 32] {
        self.hash.update(self.entries.to_be_bytes());
        self.hash.update(last_entry.to_be_bytes());
        self.hash.update(sealed_at.0.to_be_bytes());
        self.hash.finalize().into()
    }
}
