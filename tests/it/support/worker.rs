//! What the worker does, when a test lets it: deadlines are kept, letters leave and come to whom they are for.
//! What may not live here: what letters say.

use super::portal::TestPortal;
use cas_portal::domain::id::AccountId;
use cas_portal::domain::notice::Notice;
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::keep_deadlines::{Kept, keep_deadlines};
use cas_portal::storage::outbox_messages;

impl TestPortal {
    /// Does what is due by the clock, and says what was done.
    pub async fn keep(&self) -> Kept {
        keep_deadlines(&self.context).await.expect("kept")
    }

    /// Sends everything that is due.
    pub async fn deliver(&self) {
        while deliver_due(&self.context, "worker", 100).await.expect("delivered").taken() > 0 {}
    }

    /// The letters that leave now, and none from before.
    pub async fn new_letters(&self) -> Vec<ReceivedLetter> {
        self.mailbox.clear();
        self.deliver().await;
        self.mailbox.received()
    }

    /// The letters to an account's address, once all that is due has left, the oldest first.
    pub async fn letters_of(&self, account: AccountId) -> Vec<ReceivedLetter> {
        self.deliver().await;
        self.letters_to(&self.email_of(account).await)
    }

    /// The newest letter to an account with these words in its subject.
    pub async fn letter(&self, account: AccountId, words: &str) -> ReceivedLetter {
        self.letter_to(&self.email_of(account).await, words).await
    }

    /// The newest letter to an address with these words in its subject.
    pub async fn letter_to(&self, email: &str, words: &str) -> ReceivedLetter {
        self.deliver().await;
        let letters = self.letters_to(email);
        let found = letters.iter().rev().find(|letter| letter.subject.contains(words));
        let subjects = || letters.iter().map(|letter| &letter.subject).collect::<Vec<_>>();
        found.unwrap_or_else(|| panic!("no letter {words:?} to {email}, only {:?}", subjects())).clone()
    }

    /// What the outbox was told to send so far, whether it has left or not, the oldest first.
    pub async fn notices(&self) -> Vec<Notice> {
        let rows = outbox_messages::list(self.db(), None, 1000).await.expect("the outbox");
        rows.into_iter().rev().map(|row| row.notice).collect()
    }

    /// The kinds of [`TestPortal::notices`].
    pub async fn notice_keys(&self) -> Vec<&'static str> {
        self.notices().await.iter().map(Notice::key).collect()
    }
}
