//! The clock of the server jumps ahead and is put right again, or jumps back: nothing that was done is lost, nothing is kept waiting, and
//! what nobody can undo waits for a clock that is believed.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, system};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::Application;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::moment::MINUTE_MS;
use cas_portal::domain::notice::Notice;
use cas_portal::services::deliver_outbox::deliver_due;
use cas_portal::services::record;
use cas_portal::services::review_application::take;
use cas_portal::storage::{applications, outbox_messages};
use cas_portal::worker::{Pace, run};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

const LETTERS: usize = 12;
const DAY_MS: i64 = 1440 * MINUTE_MS;

async fn queue(portal: &TestPortal, count: usize) {
    let account = portal.account("anna", AccountStatus::Active).await;
    for _ in 0..count {
        record::tell(&portal.context, portal.db(), &system(), &Notice::PasswordChanged { account }).await.expect("queued");
    }
}

on_both! {
    /// A server began with a wrong clock, and the time was put right while it worked.
    async fn letters_of_a_clock_that_was_ahead_leave_at_once_when_it_is_put_right(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        for (round, ahead) in [DAY_MS, 400 * DAY_MS, 20 * MINUTE_MS].into_iter().enumerate() {
            portal.advance_ms(ahead);
            queue(&portal, LETTERS).await;
            // One worker holds some of them while the clock is put right, and ends there.
            let held = portal.second(&db).await;
            let taken = outbox_messages::take(
                held.db(), "a worker that ended", held.now(), held.now().plus_ms(2 * MINUTE_MS), 3,
            ).await.expect("taken");
            assert_eq!(taken.len(), 3);
            portal.advance_ms(-ahead);
            while deliver_due(&portal.context, "worker", 50).await.expect("the outbox").taken() > 0 {}
            assert_eq!(portal.mailbox.received().len(), LETTERS * (round + 1), "after {ahead} ms");
        }
        let ids: BTreeSet<String> = portal.mailbox.received().into_iter().map(|letter| letter.message_id).collect();
        assert_eq!(ids.len(), 3 * LETTERS, "each letter left once");
    }

    /// What a lease protects is not taken away by a clock that differs a little.
    async fn a_lease_holds_between_processes_whose_clocks_differ_by_minutes(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        queue(&portal, LETTERS).await;
        let take = async |portal: &TestPortal, owner| {
            let (now, until) = (portal.now(), portal.now().plus_ms(2 * MINUTE_MS));
            outbox_messages::take(portal.db(), owner, now, until, 50).await.expect("taken").len()
        };
        assert_eq!(take(&portal, "one").await, LETTERS);
        portal.advance_minutes(-4);
        assert_eq!(take(&portal, "another, four minutes behind").await, 0);
        portal.advance_minutes(5);
        assert_eq!(take(&portal, "another, a minute ahead").await, 0);
    }

    /// Forty days ahead for a moment would end every application that waits for its form.
    async fn a_clock_that_jumps_ahead_and_is_put_right_ends_no_application(db: TestDatabase) {
        let portal = TestPortal::new(&db);
        let status = async |application: &Application| {
            applications::find(portal.db(), application.id).await.expect("applications").expect("it is there").status
        };
        // A worker that keeps deadlines: one that is over shows it.
        let over = portal.application(Status::AwaitingForm).await.application;
        portal.advance_days(40);
        let waiting = [
            portal.application(Status::AwaitingForm).await.application,
            portal.application(Status::Returned).await.application,
        ];
        let mut received = Vec::new();
        for _ in 0..5 {
            received.push(portal.application(Status::FormReceived).await.application);
        }
        let administrator = portal.actor(portal.administrator().await).await;
        let pace = Pace { deadlines: Duration::from_millis(20), seals: Duration::from_millis(20), ..Pace::NORMAL };
        let (stop, stopped) = oneshot::channel::<()>();
        let context = portal.context.clone();
        let worker = tokio::spawn(run(context, pace, async move {
            let _ = stopped.await;
        }));
        let start = Instant::now();
        while status(&over).await != Status::Expired {
            assert!(start.elapsed() < Duration::from_secs(30), "the worker keeps no deadlines");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        portal.advance_days(40);
        // Until the worker has done other work several times.
        for application in received {
            let sealed = portal.number("SELECT count(*) FROM audit_seals").await;
            take(&portal.context, &administrator, &application.number, application.version).await.expect("taken");
            while portal.number("SELECT count(*) FROM audit_seals").await == sealed {
                assert!(start.elapsed() < Duration::from_secs(60), "the worker does nothing");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        assert_eq!((status(&waiting[0]).await, status(&waiting[1]).await), (Status::AwaitingForm, Status::Returned));
        portal.advance_days(-40);
        stop.send(()).expect("it runs");
        worker.await.expect("it ends");
        assert_eq!((status(&waiting[0]).await, status(&waiting[1]).await), (Status::AwaitingForm, Status::Returned));
        // By a clock that is believed they end, as they should.
        portal.advance_days(40);
        portal.keep().await;
        assert_eq!((status(&waiting[0]).await, status(&waiting[1]).await), (Status::Expired, Status::Expired));
    }
}
