//! People file and approve over HTTP while the database server crashes and comes back again and again. The portal itself goes on: who
//! clicks meanwhile is told that the database is away, and nobody restarts anything.

use super::clicks::{Work, approve, assert_acknowledged_is_there, come_again, file, tell, wait_until, work};
use super::letters::{assert_every_letter_left, deliver_what_waits};
use super::prepared::Stage;
use super::traces::{count_whole, messages};
use crate::support::client::Client;
use crate::support::smtp_sink::SmtpSink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// More than can be done between the crashes.
const APPLICATIONS: usize = 60;
const DRAFTS: usize = 60;
const PEOPLE: usize = 2;
const CRASHES: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_crashes_loses_nothing_that_was_acknowledged() {
    // Given work that waits
    let (sink, mut stage) = (SmtpSink::start(), Stage::postgres().await);
    let administrators = stage.administrators(PEOPLE).await;
    let approvals = Work::new(stage.received_applications(APPLICATIONS).await);
    let filings = Work::new(stage.ready_drafts(DRAFTS).await);
    stage.close().await;
    let mail = sink.setting("");
    let mut server = stage.serve(&[("CAS_PORTAL_MAIL_URL", &mail)]).await;
    let base = server.url("");
    let desks: Vec<Client> = administrators.iter().map(|cookie| Client::with_cookie(&base, "cas-session", cookie)).collect();

    // When everybody works and the database crashes under it
    let over = AtomicBool::new(false);
    let probes: Vec<Client> = (0..PEOPLE).map(|_| Client::new(&base)).collect();
    let working = desks.iter().map(|desk| work(&approvals, desk, &over, move |path: String| async move { approve(desk, &path).await }));
    let filing = probes.iter().map(|probe| work(&filings, probe, &over, |draft| file(&base, draft)));
    let crashing = async {
        for _ in 0..CRASHES {
            let told = || approvals.acknowledged().len() + filings.acknowledged().len();
            let before = told();
            wait_until("somebody gets an answer", || told() > before).await;
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..200))).await;
            stage.stop_database();
            let probe = Client::new(&base);
            probe.get("/help").await.assert_status(200);
            probe.get("/health/ready").await.assert_status(503);
            stage.start_database();
        }
        let (told, heal) = (approvals.acknowledged().len(), filings.acknowledged().len());
        wait_until("it heals by itself", || approvals.acknowledged().len() > told && filings.acknowledged().len() > heal).await;
        over.store(true, Ordering::SeqCst);
    };
    tokio::join!(futures::future::join_all(working), futures::future::join_all(filing), crashing);

    // Then what was acknowledged is there and nothing is half there
    stage.crash_and_open().await;
    let found = count_whole(stage.portal.db()).await;
    tell("database restarted", &approvals, &filings, &found);
    assert_acknowledged_is_there(&approvals, &filings, &found);
    let interrupted = approvals.interrupted().len() + filings.interrupted().len();
    assert!(interrupted > 0, "no click was interrupted, so nothing was tested");

    // And whoever was told to come again comes again, on the same portal
    for path in approvals.interrupted() {
        come_again(|| approve(&desks[0], &path)).await;
        approvals.note(path);
    }
    for draft in filings.interrupted() {
        come_again(|| file(&base, draft.clone())).await;
        filings.note(draft);
    }
    assert!(server.terminate().success(), "{}", server.log());
    assert_acknowledged_is_there(&approvals, &filings, &count_whole(stage.portal.db()).await);
    deliver_what_waits(&stage, &mail, 5).await;
    assert_every_letter_left("database restarted", &messages(stage.portal.db()).await, &sink.letters());
}
