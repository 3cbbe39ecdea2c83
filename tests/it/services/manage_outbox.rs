//! The outbox as a list: each office sees its own letters, sees where one went wrong, and has it tried again once.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, system};
use crate::support::smtp_sink::{Manner, SmtpSink};
use cas_portal::domain::account::{AccountStatus, Role};
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::delivery::DeliveryFailure;
use cas_portal::domain::id::{AccountId, MessageId};
use cas_portal::domain::notice::Notice;
use cas_portal::services::ServiceError;
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::keep_deadlines::keep_deadlines;
use cas_portal::services::manage_outbox::{
    FailureClass, LetterQuery, ListedLetter, MessageStatus, list_letters, retry_failed, retry_message, view_message,
};
use cas_portal::services::record;
use cas_portal::storage::{accounts, erasing, outbox_messages};
use sea_orm::{ConnectionTrait, Statement};

async fn tell(portal: &TestPortal, notice: &Notice) -> MessageId {
    record::tell(&portal.context, portal.db(), &system(), notice).await.expect("queued");
    portal.advance_ms(1);
    outbox_messages::list(portal.db(), None, 1).await.expect("the outbox")[0].id
}

async fn deliver(portal: &TestPortal) {
    deliver_due(&portal.context, "worker", 100).await.expect("delivered");
}

async fn letters(portal: &TestPortal, actor: &Actor, q: &str) -> Vec<ListedLetter> {
    let query = LetterQuery { q: q.to_owned(), ..LetterQuery::default() };
    list_letters(&portal.context, actor, &query, None).await.expect("the list").slice.rows
}

fn ids(letters: &[ListedLetter]) -> Vec<MessageId> {
    letters.iter().map(|letter| letter.message.id).collect()
}

async fn status(portal: &TestPortal, id: MessageId) -> MessageStatus {
    outbox_messages::find(portal.db(), id).await.expect("the outbox").expect("the message").status
}

/// An account of another voivodeship than those of the fixtures.
async fn account_in_24(portal: &TestPortal) -> AccountId {
    let id = portal.account("ewa", AccountStatus::Active).await;
    let sql = "UPDATE accounts SET voivodeship = '24' WHERE id = $1";
    let moved = Statement::from_sql_and_values(portal.db().get_database_backend(), sql, [id.0.into()]);
    portal.db().execute_raw(moved).await.expect("moved");
    id
}

on_both! {
    async fn each_office_sees_its_own_letters_and_where_they_went_wrong(db: TestDatabase) {
        let sink = SmtpSink::start();
        let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
        let (anna, ewa) = (portal.account("anna", AccountStatus::Active).await, account_in_24(&portal).await);
        let filed = portal.application(Status::FormReceived).await;
        let number = filed.application.number.to_string();
        let about = tell(&portal, &Notice::SignedFormReceived { application: filed.application.id }).await;
        let hers = tell(&portal, &Notice::PasswordChanged { account: ewa }).await;
        deliver(&portal).await;
        sink.behave(Manner::RefusesForGood);
        let wrong = tell(&portal, &Notice::PasswordChanged { account: anna }).await;
        deliver(&portal).await;
        sink.behave(Manner::RefusesTemporarily);
        let waits = tell(&portal, &Notice::PasswordChanged { account: anna }).await;
        deliver(&portal).await;

        let (here, there) = (portal.actor(portal.administrator_of("26").await).await, portal.actor(portal.administrator_of("24").await).await);
        let (helper, central) = (portal.actor(portal.official(Role::Helpdesk, Some("26")).await).await, portal.actor(portal.central().await).await);
        assert_eq!(ids(&letters(&portal, &here, "").await), [waits, wrong, about]);
        assert_eq!(ids(&letters(&portal, &helper, "").await), [waits, wrong, about]);
        assert_eq!(ids(&letters(&portal, &there, "").await), [hers]);
        assert_eq!(letters(&portal, &central, "").await.len(), 4);
        for (role, voivodeship) in [(Role::Auditor, Some("26")), (Role::UnitCoordinator, None)] {
            let actor = portal.actor(portal.official(role, voivodeship).await).await;
            assert!(matches!(list_letters(&portal.context, &actor, &LetterQuery::default(), None).await, Err(ServiceError::Denied)));
        }

        let listed = letters(&portal, &here, "").await;
        let email = portal.email_of(anna).await.to_lowercase();
        assert_eq!(listed[1].message.failure, Some((DeliveryFailure::NoAddress, Some(550))));
        assert_eq!(listed[1].address.as_deref(), Some(email.as_str()), "whoever puts it right needs the address");
        assert_eq!(listed[0].message.failure.map(|(failure, _)| failure), Some(DeliveryFailure::Refused));
        assert!(listed[0].message.next_attempt_at > portal.now());
        assert_eq!(listed[1].addressee.as_ref().map(|one| one.account), Some(anna));
        assert_eq!(listed[2].application.as_ref().map(ToString::to_string), Some(number.clone()));
        let shown = listed[2].address.as_deref().expect("an address");
        assert!(shown.contains("…@") && listed[2].addressee.is_some(), "{shown}");

        let login = portal.login_of(anna).await;
        for (q, found) in [
            (login.clone(), vec![waits, wrong]),
            (login.to_uppercase(), vec![waits, wrong]),
            (number.clone(), vec![about]),
            (number.replace('/', "-"), vec![about]),
            (email.to_uppercase(), vec![waits, wrong]),
            ("nikt".to_owned(), vec![]),
            ("x@example.pl".to_owned(), vec![]),
            ("W/26/2026/999999".to_owned(), vec![]),
        ] {
            assert_eq!(ids(&letters(&portal, &here, &q).await), found, "{q}");
        }
        assert!(letters(&portal, &there, &login).await.is_empty(), "whom the other office writes to");
        let given_up = list_letters(&portal.context, &here, &LetterQuery::default(), None).await.expect("the list").given_up;
        assert_eq!(given_up, [(FailureClass::Known(DeliveryFailure::NoAddress), 1)]);
        let page = list_letters(&portal.context, &there, &LetterQuery::default(), None).await.expect("the list");
        assert!(page.given_up.is_empty());

        // Of another office it does not exist, and that somebody tried is known.
        assert!(matches!(retry_message(&portal.context, &there, wrong).await, Err(ServiceError::NotFound)));
        assert!(matches!(view_message(&portal.context, &there, wrong).await, Err(ServiceError::NotFound)));
        assert_eq!(retry_failed(&portal.context, &there, FailureClass::Known(DeliveryFailure::NoAddress)).await.expect("none"), 0);
        assert_eq!(status(&portal, wrong).await, MessageStatus::GivenUp);
        let trail = portal.trail("letter", &wrong.to_string()).await;
        assert_eq!(trail.iter().filter(|entry| entry.event == "access.refused").count(), 2);
        assert!(trail.iter().all(|entry| !entry.details.to_string().contains('@')));

        sink.behave(Manner::Takes);
        let (one, two) = tokio::join!(retry_message(&portal.context, &here, wrong), retry_message(&portal.context, &central, wrong));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        // A connection that lay idle while others worked may be gone: then it leaves at the next try.
        for _ in 0..3 {
            deliver(&portal).await;
            if status(&portal, wrong).await == MessageStatus::Sent {
                break;
            }
            portal.advance_minutes(10);
        }
        let sent = &letters(&portal, &here, &login).await[1];
        assert_eq!((sent.message.status, sent.message.failure), (MessageStatus::Sent, None));
        assert!(sent.address.as_deref().is_some_and(|address| address.contains('…')));
    }

    async fn all_of_a_reason_are_tried_again_and_what_makes_no_sense_any_more_is_not_sent(db: TestDatabase) {
        let sink = SmtpSink::start();
        let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
        sink.behave(Manner::RefusesForGood);
        let mut invited = Vec::new();
        for _ in 0..3 {
            let account = portal.account("ola", AccountStatus::Invited).await;
            invited.push((account, tell(&portal, &Notice::AccountInvited { account }).await));
        }
        let other = tell(&portal, &Notice::PasswordChanged { account: account_in_24(&portal).await }).await;
        deliver(&portal).await;
        accounts::save_status(portal.db(), invited[0].0, AccountStatus::Active).await.expect("activated meanwhile");
        sink.behave(Manner::Takes);
        let here = portal.actor(portal.administrator_of("26").await).await;
        let class = FailureClass::Known(DeliveryFailure::NoAddress);
        assert_eq!(retry_failed(&portal.context, &here, class).await.expect("retried"), 3);
        assert_eq!(retry_failed(&portal.context, &here, class).await.expect("a second click"), 0);
        assert_eq!(status(&portal, other).await, MessageStatus::GivenUp);
        deliver(&portal).await;
        assert_eq!(status(&portal, invited[0].1).await, MessageStatus::Dropped);
        assert_eq!((status(&portal, invited[1].1).await, status(&portal, invited[2].1).await), (MessageStatus::Sent, MessageStatus::Sent));
        let letters = sink.letters();
        assert_eq!(letters.len(), 2);
        assert!(letters.iter().all(|letter| letter.links.iter().any(|link| link.contains("/activate/"))));
        let trail = portal.trail("letters", "no_address").await;
        assert_eq!(trail.iter().map(|entry| entry.event.as_str()).collect::<Vec<_>>(), ["letter.retried"]);
    }

    async fn an_address_goes_with_its_person_and_after_its_time(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let (gone, stays) = (portal.account("anna", AccountStatus::Pending).await, portal.account("ewa", AccountStatus::Active).await);
        let both = Notice::PasswordResetRequested { accounts: vec![gone, stays] };
        let (reset, changed) = (tell(&portal, &both).await, tell(&portal, &Notice::PasswordChanged { account: stays }).await);
        deliver(&portal).await;
        let known = "SELECT COUNT(*) FROM outbox_messages WHERE sent_to IS NOT NULL";
        assert_eq!(portal.number(known).await, 2);
        assert!(erasing::remove_account(portal.db(), gone).await.expect("erased"));
        let left = outbox_messages::find(portal.db(), reset).await.expect("the outbox").expect("the message");
        let other = portal.email_of(stays).await.to_lowercase();
        assert!(left.sent_to.is_none_or(|address| address == other), "the address of who is erased");
        portal.advance_days(89);
        keep_deadlines(&portal.context).await.expect("kept");
        assert!(outbox_messages::find(portal.db(), changed).await.expect("the outbox").expect("it").sent_to.is_some());
        portal.advance_days(2);
        keep_deadlines(&portal.context).await.expect("kept");
        assert_eq!(portal.number(known).await, 0);
        assert_eq!(status(&portal, changed).await, MessageStatus::Sent);
    }
}
