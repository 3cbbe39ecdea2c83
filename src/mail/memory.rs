//! Letters kept in memory, for tests.

use super::message::OutgoingLetter;
use super::received::ReceivedLetter;
use super::setting::Sender;
use parking_lot::Mutex;
use std::sync::Arc;

/// One letter as it would have left.
#[derive(Debug)]
struct Kept {
    message_id: String,
    raw: Vec<u8>,
}

/// Keeps letters in memory; clones share them.
#[derive(Debug, Clone)]
pub struct MemoryMailer {
    sender: Sender,
    letters: Arc<Mutex<Vec<Kept>>>,
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
        match letters.iter_mut().find(|kept| kept.message_id == letter.message_id) {
            Some(kept) => kept.raw = raw,
            None => letters.push(Kept { message_id: letter.message_id.clone(), raw }),
        }
    }
    /// All letters in the order in which they came, as their readers see them.
    pub fn received(&self) -> Vec<ReceivedLetter> {
        self.letters.lock().iter().filter_map(|kept| ReceivedLetter::parse(&kept.raw)).collect()
    }
    /// Forgets all letters.
    pub fn clear(&self) {
        self.letters.lock().clear();
    }
}
