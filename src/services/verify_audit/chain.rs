//! The seals against the entries, in one walk and in bounded memory.

use super::Noted;
use crate::domain::audit_proof::{Provable, Seal, Sealing};
use crate::services::seal_audit::PURPOSE;
use crate::services::{Context, ServiceError};
use crate::storage::audit_seals;
use std::collections::VecDeque;

/// Seals read at a time.
const RUN: u64 = 1000;

/// Where the walk is.
pub(super) struct Chain<'a> {
    context: &'a Context,
    noted: Vec<Noted>,
    ahead: VecDeque<Seal>,
    /// The seal that the entries at hand belong to, as it stands and as it comes out.
    open: Option<(Seal, Sealing)>,
    number: i64,
    hash: [u8; 32],
    has_told_key: bool,
    /// What was found.
    pub(super) findings: Vec<String>,
    /// Entries after the last seal.
    pub(super) unsealed: u64,
}

impl<'a> Chain<'a> {
    pub(super) fn new(context: &'a Context, noted: &[Noted]) -> Self {
        Self {
            context,
            noted: noted.to_vec(),
            ahead: VecDeque::new(),
            open: None,
            number: 0,
            hash: [0; 32],
            has_told_key: false,
            findings: Vec::new(),
            unsealed: 0,
        }
    }

    /// The last seal so far.
    pub(super) fn last(&self) -> Option<Noted> {
        (self.number > 0).then(|| Noted { number: self.number, hash: hex::encode(self.hash) })
    }

    /// Opens the next seal; false when there is none.
    async fn open(&mut self) -> Result<bool, ServiceError> {
        if self.ahead.is_empty() {
            self.ahead = audit_seals::list(&self.context.db, self.number, RUN).await?.into();
        }
        let Some(seal) = self.ahead.pop_front() else { return Ok(false) };
        if seal.number != self.number + 1 {
            self.findings.push(format!("seal {}: the one before it is missing", seal.number));
        }
        let sealing = Sealing::begin(seal.number, &self.hash);
        self.open = Some((seal, sealing));
        Ok(true)
    }

    fn close(&mut self, seal: Seal, sealing: Sealing) {
        let (number, entries) = (seal.number, sealing.entries());
        if sealing.finish(seal.last_entry, seal.sealed_at) != seal.hash {
            let counted = if entries == seal.entries { String::new() } else { format!(" ({entries} entries, not {})", seal.entries) };
            self.findings.push(format!(
                "seal {number}, up to entry {}: an entry was altered, removed or added since it was sealed{counted}",
                seal.last_entry
            ));
        }
        if !self.context.key.is_mac(PURPOSE, &seal.hash, &seal.mac) && !self.has_told_key {
            self.has_told_key = true;
            self.findings.push(format!("seal {number}: it was not made with this portal's secret key"));
        }
        if let Some(at) = self.noted.iter().position(|noted| noted.number == number)
            && self.noted.remove(at).hash != hex::encode(seal.hash)
        {
            self.findings.push(format!("seal {number}: it is not the one that was noted"));
        }
        (self.number, self.hash) = (number, seal.hash);
    }

    /// The next entry of the trail.
    pub(super) async fn entry(&mut self, entry: &Provable) -> Result<(), ServiceError> {
        loop {
            if self.open.is_none() && !self.open().await? {
                self.unsealed += 1;
                return Ok(());
            }
            if let Some((seal, mut sealing)) = self.open.take() {
                if entry.entry.id <= seal.last_entry {
                    sealing.add(entry);
                    self.open = Some((seal, sealing));
                    return Ok(());
                }
                self.close(seal, sealing);
            }
        }
    }

    /// After the last entry.
    pub(super) async fn end(&mut self) -> Result<(), ServiceError> {
        while self.open.is_some() || self.open().await? {
            if let Some((seal, sealing)) = self.open.take() {
                self.close(seal, sealing);
            }
        }
        for noted in self.noted.drain(..) {
            self.findings.push(format!("seal {}: it was noted, and is not there", noted.number));
        }
        Ok(())
    }
}
