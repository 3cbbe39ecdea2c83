//! What time alone brings: exactly once, however many workers there are and however often they start anew.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::TestPortal;
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::draft::DraftTexts;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::id::ApplicationId;
use cas_portal::domain::moment::{HOUR_MS, MINUTE_MS};
use cas_portal::domain::notice::Notice;
use cas_portal::secrets::token_hash;
use cas_portal::services::keep_deadlines::Kept;
use cas_portal::storage::mailed_tokens::{MailedToken, Purpose};
use cas_portal::storage::{accounts, applications, drafts, mailed_tokens, sessions};

async fn status(portal: &TestPortal, id: ApplicationId) -> Status {
    applications::find(portal.db(), id).await.expect("applications").expect("the application").status
}

on_both! {
    async fn applications_lapse_when_their_time_is_over_and_not_before(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let mut all = Vec::new();
        for status in Status::ALL.into_iter().filter(|s| *s != Status::Draft) {
            all.push((status, portal.application(status).await.application));
        }
        portal.advance_days(14);
        portal.advance_ms(-1);
        assert_eq!(portal.keep().await.expired, 0);
        portal.advance_ms(1);
        assert_eq!(portal.keep().await.expired, 1, "the returned one");
        portal.advance_days(16);
        assert_eq!(portal.keep().await.expired, 1, "the unsigned one");
        portal.advance_days(1000);
        assert_eq!(portal.keep().await.expired, 0);
        for (before, application) in all {
            let now = applications::find(portal.db(), application.id).await.expect("applications").expect("it");
            if before.waits_for_applicant() {
                assert_eq!((now.status, Some(now.status_since), now.lapses_at), (Status::Expired, application.lapses_at, None));
                let trail = portal.trail("application", application.number.as_str()).await;
                assert_eq!(trail.iter().map(|e| (e.event.as_str(), e.actor.as_str())).collect::<Vec<_>>(), [("application.expired", "system")]);
                assert!(portal.notices().await.contains(&Notice::ApplicationExpired { application: application.id }));
            } else {
                assert_eq!(now.status, before);
            }
        }
    }

    async fn two_workers_let_each_application_lapse_once(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for _ in 0..12 {
            portal.application(Status::AwaitingForm).await;
        }
        portal.advance_days(30);
        let other = portal.second(&db).await;
        let (one, two) = tokio::join!(portal.keep(), other.keep());
        assert_eq!(one.expired + two.expired, 12);
        assert_eq!(portal.notices().await.len(), 12);
    }

    async fn a_lapsed_application_frees_regon_and_logins(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let registration = portal.registration(3);
        let filed = portal.application_of(registration.clone(), Status::AwaitingForm).await;
        let is_taken = async |i: usize| {
            accounts::find_by_login(portal.db(), &registration.persons[i].login.key()).await.expect("accounts").is_some()
        };
        assert!(is_taken(0).await && is_taken(1).await && is_taken(2).await);
        portal.advance_days(30);
        portal.keep().await;
        assert_eq!(status(&portal, filed.application.id).await, Status::Expired);
        assert!(is_taken(0).await, "the applicant can still see what became of it");
        assert!(!is_taken(1).await && !is_taken(2).await);
        assert!(!applications::is_regon_open(portal.db(), registration.unit.regon.as_str(), None).await.expect("applications"));
        // The same people try again; only the first needs another login.
        let mut again = registration;
        again.persons.remove(0);
        portal.application_of(again, Status::AwaitingForm).await;
    }

    async fn each_reminder_comes_once_with_two_workers_and_after_restarts(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let other = portal.second(&db).await;
        let id = portal.application(Status::AwaitingForm).await.application.id;
        let keep_twice = async || {
            let (one, two) = tokio::join!(portal.keep(), other.keep());
            let third = portal.second(&db).await.keep().await;
            one.reminded + two.reminded + third.reminded
        };
        let mut reminded_on = Vec::new();
        for day in 0..30 {
            let count = keep_twice().await;
            if count > 0 {
                reminded_on.push((day, count));
            }
            portal.advance_days(1);
        }
        assert_eq!(reminded_on, [(7, 1), (14, 1), (25, 1)]);
        let near = |days_left| Notice::ApplicationDeadlineNear { application: id, days_left };
        assert_eq!(portal.notices().await, [near(23), near(16), near(5)]);
    }

    async fn after_a_long_stop_only_the_last_reminder_comes(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let id = portal.application(Status::Returned).await.application.id;
        portal.advance_days(13);
        portal.advance_ms(12 * HOUR_MS);
        assert_eq!(portal.keep().await.reminded, 1);
        assert_eq!(portal.keep().await.reminded, 0);
        assert_eq!(portal.notices().await, [Notice::ApplicationDeadlineNear { application: id, days_left: 1 }]);
    }

    async fn nobody_is_reminded_whose_form_has_come(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for status in [Status::Approved, Status::Rejected, Status::Withdrawn, Status::Expired] {
            portal.application(status).await;
        }
        for _ in 0..40 {
            assert_eq!(portal.keep().await, Kept::default());
            portal.advance_days(1);
        }
        for status in [Status::FormReceived, Status::InReview] {
            portal.application(status).await;
        }
        for _ in 0..40 {
            assert_eq!(portal.keep().await.reminded, 0, "now the office has the move");
            portal.advance_days(1);
        }
    }

    async fn dead_rows_go_and_live_ones_stay(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let draft = portal.context.new_draft_id();
        drafts::add(portal.db(), draft, token_hash("draft"), &DraftTexts::default(), None, None, portal.now()).await.expect("a draft");
        sessions::add(portal.db(), portal.context.new_session_id(), token_hash("idle"), account, "", "", portal.now()).await.expect("a session");
        sessions::add(portal.db(), portal.context.new_session_id(), token_hash("busy"), account, "", "", portal.now()).await.expect("a session");
        let token = MailedToken {
            token_hash: token_hash("token"),
            purpose: Purpose::PasswordReset,
            account: Some(account),
            draft: None,
            code_hash: None,
            attempts: 0,
            email_key: String::new(),
            credentials_version: 0,
            created_at: portal.now(),
            expires_at: portal.now().plus_minutes(30),
            used_at: None,
        };
        mailed_tokens::add(portal.db(), &token).await.expect("a token");

        portal.advance_ms(30 * MINUTE_MS - 1);
        sessions::touch(portal.db(), token_hash("busy"), portal.now()).await.expect("touched");
        assert_eq!(portal.keep().await.removed, 0);
        // An ended session stays an hour, for a form that comes too late.
        portal.advance_ms(HOUR_MS);
        assert_eq!(portal.keep().await.removed, 0);
        portal.advance_ms(1);
        assert_eq!(portal.keep().await.removed, 1, "the idle session");
        portal.advance_ms(11 * HOUR_MS + 30 * MINUTE_MS);
        sessions::touch(portal.db(), token_hash("busy"), portal.now()).await.expect("touched");
        assert_eq!(portal.keep().await.removed, 1, "twelve hours are the longest");
        portal.advance_days(14);
        assert_eq!(portal.keep().await.removed, 1, "the draft");
        assert!(drafts::find(portal.db(), draft).await.expect("drafts").is_none());
        assert!(mailed_tokens::find(portal.db(), token.token_hash).await.expect("tokens").is_some(), "its user is told why it is dead");
        portal.advance_days(17);
        assert_eq!(portal.keep().await.removed, 1, "the token");
        assert_eq!(portal.keep().await, Kept::default());
    }

    async fn many_dead_rows_go_in_several_steps(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let account = portal.account("anna", AccountStatus::Active).await;
        let tx = cas_portal::storage::database::begin(portal.db()).await.expect("a transaction");
        for n in 0..1203 {
            sessions::add(&tx, portal.context.new_session_id(), token_hash(&n.to_string()), account, "", "", portal.now()).await.expect("a session");
        }
        tx.commit().await.expect("committed");
        portal.advance_days(1);
        assert_eq!(portal.keep().await.removed, 1203);
    }
}
