//! Letters kept in memory, for tests.

use super::message::OutgoingLetter;
use super::received::ReceivedLetter;
use super::setting::Sender;
use parking_lot::Mutex;
use std::sync::Arc;

/// Keeps letters in memory; clones share them.
#[derive(Debug, Clone)]
pub struct MemoryMailer {
    sender: Sender,
    letters: Arc<Mutex<Vec<(String, Vec<u8>)>>>,
}

impl MemoryMailer {
    pub(super) fn new(sender: Sender) -> Self {
        Self { sender, letters: Arc::default() }
    }
    pub(super) fn sender(&self) -> &Sender {
        &self.sender
    }
    /// A repeated delivery takes the place of the first.
    pub(super) fn keep(&self, letter: &OutgoingLetter, raw: Vec<u8>) {
        let mut letters = self.letters.lock();
        match letters.iter_mut().find(|(id, _)| *id == letter.message_id) {
            Some(kept) => kept.1 = raw,
            None => letters.push((letter.message_id.clone(), raw)),
        }
    }
    /// All letters in the order in which they came, as their readers see them.
    pub fn received(&self) -> Vec<ReceivedLetter> {
        self.letters.lock().iter().filter_map(|(_, raw)| ReceivedLetter::parse(raw)).collect()
    }
    /// Forgets all letters.
    pub fn clear(&self) {
        self.letters.lock().clear();
    }
}
