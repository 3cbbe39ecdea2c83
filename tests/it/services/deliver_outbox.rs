//! The outbox: nothing is lost, nothing is sent twice knowingly, and what cannot be sent is seen.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, system};
use crate::support::smtp_sink::{Manner, SmtpSink};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::id::{AccountId, MessageId};
use cas_portal::domain::moment::MINUTE_MS;
use cas_portal::domain::notice::Notice;
use cas_portal::secrets::token_hash;
use cas_portal::services::deliver_outbox::{Delivered, deliver_due, deliver_until};
use cas_portal::services::record;
use cas_portal::storage::database::begin;
use cas_portal::storage::mailed_tokens;
use cas_portal::storage::outbox_messages::{self, MessageStatus, OutboxMessage};
use sea_orm::ConnectionTrait;
use std::collections::HashSet;

async fn queue(portal: &TestPortal, notice: &Notice) -> MessageId {
    record::tell(&portal.context, portal.db(), &system(), notice).await.expect("queued");
    outbox_messages::list(portal.db(), None, 1).await.expect("the outbox")[0].id
}

async fn deliver(portal: &TestPortal) -> Delivered {
    deliver_due(&portal.context, "worker", 10).await.expect("delivered")
}

async fn message(portal: &TestPortal, id: MessageId) -> OutboxMessage {
    outbox_messages::find(portal.db(), id).await.expect("the outbox").expect("the message")
}

async fn account(portal: &TestPortal) -> AccountId {
    portal.account("anna", AccountStatus::Active).await
}

/// The events that the audit trail has about a letter.
async fn events(portal: &TestPortal, id: MessageId) -> Vec<String> {
    let entries = portal.trail("letter", &id.to_string()).await;
    assert!(entries.iter().all(|entry| !entry.details.to_string().contains('@')), "{entries:?}");
    entries.into_iter().map(|entry| entry.event).collect()
}

fn token_of(link: &str) -> [u8; 32] {
    token_hash(link.rsplit('/').next().expect("a token"))
}

on_both! {
    async fn what_was_rolled_back_is_not_told(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = account(&portal).await;
        let tx = begin(portal.db()).await.expect("a transaction");
        record::tell(&portal.context, &tx, &system(), &Notice::PasswordChanged { account }).await.expect("queued");
        tx.rollback().await.expect("rolled back");
        assert_eq!(deliver(&portal).await, Delivered::default());
        assert!(portal.mailbox.received().is_empty());
    }

    async fn four_workers_send_each_of_500_letters_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let sink = SmtpSink::start();
        let notice = Notice::PasswordChanged { account: account(&portal).await };
        let tx = begin(portal.db()).await.expect("a transaction");
        for _ in 0..500 {
            record::tell(&portal.context, &tx, &system(), &notice).await.expect("queued");
        }
        tx.commit().await.expect("committed");
        let mut workers = Vec::new();
        for number in 0..4 {
            let worker = portal.second(&db).await.with_mail(&sink.setting(""));
            workers.push(tokio::spawn(async move {
                let mut sent = 0;
                loop {
                    let delivered = deliver_due(&worker.context, &format!("worker {number}"), 20).await.expect("delivered");
                    assert_eq!(delivered.taken(), delivered.sent, "{delivered:?}");
                    sent += delivered.sent;
                    if delivered.taken() == 0 {
                        return sent;
                    }
                }
            }));
        }
        let mut sent = 0;
        for worker in workers {
            sent += worker.await.expect("a worker");
        }
        let letters = sink.letters();
        assert_eq!((sent, letters.len()), (500, 500));
        assert_eq!(letters.iter().map(|letter| &letter.message_id).collect::<HashSet<_>>().len(), 500);
        let rows = outbox_messages::list(portal.db(), Some(MessageStatus::Sent), 1000).await.expect("the outbox");
        assert!(rows.len() == 500 && rows.iter().all(|row| row.attempts == 1));
        assert_eq!(events(&portal, rows[0].id).await, ["letter.delivered"]);
    }

    /// The process dies when the letter has left and nothing is noted yet: the audit trail cannot be written.
    async fn after_a_crash_the_same_letter_leaves_again(db: TestDatabase) {
        let sink = SmtpSink::start();
        let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
        let id = queue(&portal, &Notice::PasswordResetRequested { accounts: vec![account(&portal).await] }).await;
        portal.db().execute_unprepared("ALTER TABLE audit_entries RENAME TO audit_away").await.expect("away");
        deliver_due(&portal.context, "worker that dies", 10).await.expect_err("it dies");
        portal.db().execute_unprepared("ALTER TABLE audit_away RENAME TO audit_entries").await.expect("back");
        assert_eq!(sink.letters().len(), 1);
        assert_eq!(message(&portal, id).await.status, MessageStatus::Waiting);

        let other = portal.second(&db).await;
        assert_eq!(deliver_due(&other.context, "other", 10).await.expect("nothing to do").taken(), 0, "the lease holds");
        portal.advance_ms(2 * MINUTE_MS);
        assert_eq!(deliver_due(&other.context, "other", 10).await.expect("delivered").sent, 1);
        let letters = sink.letters();
        assert_eq!(letters.len(), 2);
        assert_eq!(letters[0].message_id, format!("{id}@portal.example.pl"));
        assert_eq!(letters[0].message_id, letters[1].message_id);
        let links = letters[1].links.iter().filter(|link| link.contains("/password/reset/")).collect::<Vec<_>>();
        assert_eq!(links.len(), 1);
        assert!(letters[0].links.contains(links[0]), "the same link");
        let token = mailed_tokens::find(portal.db(), token_of(links[0])).await.expect("tokens").expect("the token");
        assert_eq!(token.expires_at, portal.now().plus_minutes(30), "its half an hour counts from the letter that came last");
        assert_eq!(events(&portal, id).await, ["letter.delivered"]);
    }

    async fn an_unsure_delivery_is_repeated_under_the_same_name(db: TestDatabase) {
        let sink = SmtpSink::start();
        let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
        let id = queue(&portal, &Notice::PasswordResetRequested { accounts: vec![account(&portal).await] }).await;
        sink.behave(Manner::HangsUpAfterTaking);
        assert_eq!(deliver(&portal).await.postponed, 1);
        sink.behave(Manner::Takes);
        portal.advance_minutes(2);
        assert_eq!(deliver(&portal).await.sent, 1);
        let letters = sink.letters();
        assert_eq!((letters.len(), &letters[0].message_id), (2, &letters[1].message_id));
        assert_eq!(letters[0].links, letters[1].links);
        assert_eq!(message(&portal, id).await.attempts, 2);
    }

    async fn a_letter_that_is_refused_now_comes_back_later_and_later(db: TestDatabase) {
        let sink = SmtpSink::start();
        let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
        let account = account(&portal).await;
        let email = cas_portal::storage::accounts::find(portal.db(), account).await.expect("accounts").expect("it").profile.email;
        let id = queue(&portal, &Notice::PasswordChanged { account }).await;
        sink.behave(Manner::RefusesTemporarily);
        let mut last = 0;
        for attempt in 1..=9 {
            assert_eq!(deliver(&portal).await, Delivered { postponed: 1, ..Delivered::default() }, "attempt {attempt}");
            let waiting = message(&portal, id).await;
            assert_eq!((waiting.status, waiting.attempts), (MessageStatus::Waiting, attempt));
            let delay = waiting.next_attempt_at.since(portal.now());
            assert!(delay > last || delay >= 24 * 60 * MINUTE_MS, "{delay} after {last}");
            last = delay;
            portal.advance_ms(delay - 1);
            assert_eq!(deliver(&portal).await.taken(), 0, "not before its time");
            portal.advance_ms(1);
        }
        assert_eq!(deliver(&portal).await.given_up, 1);
        let given_up = outbox_messages::list(portal.db(), Some(MessageStatus::GivenUp), 10).await.expect("the outbox");
        assert_eq!(given_up.iter().map(|m| m.id).collect::<Vec<_>>(), [id]);
        let reason = given_up[0].last_error.clone().expect("a reason");
        assert!(reason.contains("451") && !reason.contains(email.as_str()), "{reason}");
        assert_eq!(events(&portal, id).await, ["letter.given_up"]);

        assert!(outbox_messages::retry(portal.db(), id, portal.now()).await.expect("the outbox"));
        sink.behave(Manner::Takes);
        assert_eq!(deliver(&portal).await.sent, 1);
        assert_eq!(sink.letters().len(), 1);
        assert_eq!(events(&portal, id).await, ["letter.given_up", "letter.delivered"]);
    }

    async fn a_letter_that_is_refused_for_good_is_given_up_and_seen(db: TestDatabase) {
        let sink = SmtpSink::start();
        let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
        let id = queue(&portal, &Notice::PasswordChanged { account: account(&portal).await }).await;
        sink.behave(Manner::RefusesForGood);
        assert_eq!(deliver(&portal).await.given_up, 1);
        assert_eq!(message(&portal, id).await.status, MessageStatus::GivenUp);
        portal.advance_days(3);
        assert_eq!(deliver(&portal).await.taken(), 0);
        assert!(!outbox_messages::retry(portal.db(), MessageId(uuid::Uuid::nil()), portal.now()).await.expect("the outbox"));
        assert!(outbox_messages::retry(portal.db(), id, portal.now()).await.expect("the outbox"));
        sink.behave(Manner::Takes);
        assert_eq!(deliver(&portal).await.sent, 1);
    }

    /// A mail server that makes strangers wait refuses the first letters for longer than a reset link lives.
    async fn a_link_works_for_its_time_from_the_delivery_that_came_through(db: TestDatabase) {
        let sink = SmtpSink::start();
        let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
        queue(&portal, &Notice::PasswordResetRequested { accounts: vec![account(&portal).await] }).await;
        sink.behave(Manner::RefusesTemporarily);
        deliver(&portal).await;
        portal.advance_minutes(60);
        sink.behave(Manner::Takes);
        assert_eq!(deliver(&portal).await.sent, 1);
        let letter = sink.letters().remove(0);
        let link = letter.links.iter().find(|link| link.contains("/password/reset/")).expect("the link");
        let token = mailed_tokens::find(portal.db(), token_of(link)).await.expect("tokens").expect("the token");
        assert_eq!(token.expires_at, portal.now().plus_minutes(30));
        assert!(letter.body.contains(&token.expires_at.to_time_text()), "{}", letter.body);
    }

    async fn a_letter_whose_link_was_used_is_not_sent_again(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = queue(&portal, &Notice::PasswordResetRequested { accounts: vec![account(&portal).await] }).await;
        portal.db().execute_unprepared("ALTER TABLE audit_entries RENAME TO audit_away").await.expect("away");
        deliver_due(&portal.context, "worker that dies", 10).await.expect_err("it dies");
        portal.db().execute_unprepared("ALTER TABLE audit_away RENAME TO audit_entries").await.expect("back");
        let letter = portal.mailbox.received().remove(0);
        let link = letter.links.iter().find(|link| link.contains("/password/reset/")).expect("the link");
        mailed_tokens::mark_used(portal.db(), token_of(link), portal.now()).await.expect("used");
        portal.advance_minutes(3);
        // What the dead worker held is let go by its connection, a moment later; until then the row is skipped.
        let mut done = deliver(&portal).await;
        for _ in 0..100 {
            if done != Delivered::default() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            done = deliver(&portal).await;
        }
        assert_eq!(done, Delivered { dropped: 1, ..Delivered::default() });
        assert_eq!(message(&portal, id).await.status, MessageStatus::Dropped);
    }

    async fn the_outbox_holds_no_secret_and_of_the_person_only_where_the_letter_went(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = account(&portal).await;
        let row = cas_portal::storage::accounts::find(portal.db(), account).await.expect("accounts").expect("the account");
        let id = queue(&portal, &Notice::PasswordResetRequested { accounts: vec![account] }).await;
        let before = message(&portal, id).await;
        assert_eq!(deliver(&portal).await.sent, 1);
        let letter = portal.mailbox.received().remove(0);
        let token = letter.links.iter().find_map(|link| link.split("/password/reset/").nth(1)).expect("the token");
        let after = message(&portal, id).await;
        assert_eq!((before.sent_to.as_deref(), after.sent_to.as_deref()), (None, Some(row.profile.email.key().as_str())));
        for text in [format!("{before:?}"), format!("{:?}", OutboxMessage { sent_to: None, ..after })] {
            for secret in [token, row.login.as_str(), row.profile.email.as_str(), row.profile.last_name.as_str()] {
                assert!(!text.contains(secret), "{secret} in {text}");
            }
        }
        let stored = mailed_tokens::find(portal.db(), token_hash(token)).await.expect("tokens").expect("the token");
        assert!(!format!("{stored:?}").contains(token));
    }

    async fn a_stop_gives_back_what_was_not_begun(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let notice = Notice::PasswordChanged { account: account(&portal).await };
        for _ in 0..5 {
            queue(&portal, &notice).await;
        }
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let stop_after_two = || asked.fetch_add(1, std::sync::atomic::Ordering::SeqCst) >= 2;
        let delivered = deliver_until(&portal.context, "stopping", 10, stop_after_two).await.expect("delivered");
        assert_eq!(delivered, Delivered { sent: 2, released: 3, ..Delivered::default() });
        let other = deliver_due(&portal.context, "other", 10).await.expect("delivered");
        assert_eq!(other.sent, 3, "at once, without waiting for a lease");
        let rows = outbox_messages::list(portal.db(), None, 10).await.expect("the outbox");
        assert!(rows.iter().all(|row| row.attempts == 1), "what was given back does not count: {rows:?}");
    }

    /// A letter that ends its process each time is not begun for ever.
    async fn a_letter_that_never_comes_to_an_end_is_given_up(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = queue(&portal, &Notice::PasswordChanged { account: account(&portal).await }).await;
        for _ in 0..10 {
            let taken = outbox_messages::take(portal.db(), "dies", portal.now(), portal.now().plus_minutes(2), 10).await.expect("taken");
            assert_eq!(taken.len(), 1);
            portal.advance_minutes(2);
        }
        assert_eq!(deliver(&portal).await.given_up, 1);
        assert!(portal.mailbox.received().is_empty());
        assert_eq!(message(&portal, id).await.status, MessageStatus::GivenUp);
    }

    /// After an update was taken back, the outbox may hold what this program does not know.
    async fn a_message_that_cannot_be_read_does_not_hold_up_the_others(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let notice = Notice::PasswordChanged { account: account(&portal).await };
        let strange = queue(&portal, &notice).await;
        let sql = r#"UPDATE outbox_messages SET notice = '{"notice":"of_tomorrow"}'"#;
        portal.db().execute_unprepared(sql).await.expect("changed");
        queue(&portal, &notice).await;
        assert_eq!(deliver(&portal).await.sent, 1);
        assert_eq!(portal.mailbox.received().len(), 1);
        assert!(outbox_messages::find(portal.db(), strange).await.is_err(), "it still is there");
    }
}
