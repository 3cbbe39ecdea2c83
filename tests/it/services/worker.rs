//! The worker: delivers without being told, and stops without leaving anything half done.

use crate::support::database::{TestDatabase, on_both};
use crate::support::portal::{TestPortal, system};
use crate::support::smtp_sink::{Manner, SmtpSink};
use cas_portal::domain::account::AccountStatus;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::notice::Notice;
use cas_portal::services::record;
use cas_portal::storage::outbox_messages::{self, MessageStatus};
use cas_portal::worker::{Pace, run};
use std::time::Duration;
use tokio::sync::oneshot;

const QUICK: Pace = Pace {
    outbox: Duration::from_millis(20),
    deadlines: Duration::from_millis(50),
    seals: Duration::from_millis(50),
    mailboxes: Duration::from_millis(50),
    batch: 3,
    hold: Duration::from_millis(50),
};

/// A running worker, and what stops it.
fn start(portal: &TestPortal) -> (oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    let context = portal.context.clone();
    let worker = tokio::spawn(run(context, QUICK, async move {
        let _ = stopped.await;
    }));
    (stop, worker)
}

async fn queue(portal: &TestPortal, count: usize) {
    let account = portal.account("anna", AccountStatus::Active).await;
    for _ in 0..count {
        record::tell(&portal.context, portal.db(), &system(), &Notice::PasswordChanged { account }).await.expect("queued");
    }
}

on_both! {
    async fn it_delivers_and_keeps_deadlines_until_it_is_stopped(db: TestDatabase) {
        let sink = SmtpSink::start();
        let portal = TestPortal::new(&db).with_mail(&sink.setting(""));
        portal.application(Status::AwaitingForm).await;
        let (stop, worker) = start(&portal);
        queue(&portal, 10).await;
        sink.wait_for(10, Duration::from_secs(20)).await;
        portal.advance_days(30);
        let letters = sink.wait_for(11, Duration::from_secs(20)).await;
        assert!(letters[10].subject.contains("W/26/2026/000001"), "{}", letters[10].subject);
        stop.send(()).expect("it runs");
        worker.await.expect("it ends");
        let rows = outbox_messages::list(portal.db(), Some(MessageStatus::Sent), 100).await.expect("the outbox");
        assert_eq!(rows.len(), 11);
        queue(&portal, 1).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(sink.letters().len(), 11, "it has stopped");
    }

    async fn a_stop_ends_the_letter_in_hand_and_gives_back_the_rest(db: TestDatabase) {
        let sink = SmtpSink::start();
        sink.behave(Manner::Stalls);
        let portal = TestPortal::new(&db).with_mail(&sink.setting("?timeout=1"));
        queue(&portal, 3).await;
        let (stop, worker) = start(&portal);
        while sink.connections() == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        stop.send(()).expect("it runs");
        tokio::time::timeout(Duration::from_secs(30), worker).await.expect("it ends soon").expect("it ends");
        let rows = outbox_messages::list(portal.db(), Some(MessageStatus::Waiting), 10).await.expect("the outbox");
        let mut attempts: Vec<i32> = rows.iter().map(|row| row.attempts).collect();
        attempts.sort_unstable();
        assert_eq!(attempts, [0, 0, 1]);
        // Another process goes on at once.
        sink.behave(Manner::Takes);
        let (stop, worker) = start(&portal.second(&db).await);
        sink.wait_for(2, Duration::from_secs(20)).await;
        stop.send(()).expect("it runs");
        worker.await.expect("it ends");
    }
}
