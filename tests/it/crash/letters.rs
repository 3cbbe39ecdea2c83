//! The letters of what people did: sent late rather than never, and never as another letter. What may not live here: what breaks.

use super::prepared::{PUBLIC_URL, Stage};
use cas_portal::clock::Clock;
use cas_portal::domain::moment::MINUTE_MS;
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::deliver_outbox::deliver_due;
use std::collections::BTreeMap;

/// Delivers as a worker does, so many minutes later: in no other way could what a dead process held be taken, or what was put off.
pub(super) async fn deliver_what_waits(stage: &Stage, mail: &str, minutes: i64) {
    let mut portal = stage.portal.with_mail(mail);
    portal.context.clock = Clock::fixed(Clock::System.now_ms() + minutes * MINUTE_MS);
    let mut settings = (*portal.context.settings).clone();
    settings.public_url = PUBLIC_URL.to_owned();
    portal.context.settings = settings.into();
    while deliver_due(&portal.context, "the last worker", 50).await.expect("the outbox").taken() > 0 {}
}

/// Each message left, under one Message-ID of its own; what came again is the same letter.
pub(super) fn assert_every_letter_left(name: &str, messages: &[(uuid::Uuid, String)], letters: &[ReceivedLetter]) {
    let unsent: Vec<_> = messages.iter().filter(|(_, status)| status != "sent").collect();
    assert!(unsent.is_empty(), "letters that did not leave: {unsent:?}");
    let mut by_id: BTreeMap<&str, Vec<&ReceivedLetter>> = BTreeMap::new();
    for letter in letters {
        by_id.entry(&letter.message_id).or_default().push(letter);
    }
    println!("{name}: {} letters in the outbox, {} came, {} of them twice", messages.len(), letters.len(), letters.len() - by_id.len());
    for (id, _) in messages {
        assert!(by_id.contains_key(format!("{id}@localhost").as_str()), "the letter {id} never came");
    }
    assert_eq!(by_id.len(), messages.len(), "letters with a Message-ID that is no message's");
    // A letter that came again is the same letter.
    for (id, same) in by_id {
        let first = same[0];
        assert!(same.iter().all(|l| (&l.to, &l.subject, &l.links) == (&first.to, &first.subject, &first.links)), "{id}: {same:?}");
    }
}
