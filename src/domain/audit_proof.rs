//! What proves that an entry of the audit trail is what was written. Names and addresses go into the proof through a hash with a salt of
//! the entry's own, so that they can be erased later: the hash stays, and without the salt nobody finds out what was in it.

use super::application::revision::canonical;
use super::audit::AuditEntry;
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
