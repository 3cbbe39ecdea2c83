//! People file and approve applications over HTTP while the portal is killed again and again. Whoever got an answer finds
//! the work done; whoever got none finds it done or not begun; every letter leaves, under one Message-ID each.

use super::clicks::{Answer, Work, approve, assert_acknowledged_is_there, file, tell, wait_until, work};
use super::letters::{assert_every_letter_left, deliver_what_waits};
use super::prepared::Stage;
use super::traces::{count_whole, messages};
use crate::support::client::Client;
use crate::support::smtp_sink::SmtpSink;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// More than can be done between the blows.
const APPLICATIONS: usize = 90;
const DRAFTS: usize = 90;
/// Administrators at work at once, and as many applicants.
const PEOPLE: usize = 3;
const KILLS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_is_half_done_on_sqlite() {
    kill_during_work("SQLite", Stage::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_is_half_done_on_postgres() {
    kill_during_work("PostgreSQL", Stage::postgres().await).await;
}

async fn kill_during_work(name: &str, mut stage: Stage) {
    // Given work that waits, and a portal beside which nobody else has the database open
    let sink = SmtpSink::start();
    let administrators = stage.administrators(PEOPLE).await;
    let approvals = Work::new(stage.received_applications(APPLICATIONS).await);
    let filings = Work::new(stage.ready_drafts(DRAFTS).await);
    stage.close().await;
    let mail = sink.setting("");
    let mut server = stage.serve(&[("CAS_PORTAL_MAIL_URL", &mail)]).await;
    let base = server.url("");
    let desks: Vec<Client> = administrators.iter().map(|cookie| Client::with_cookie(&base, "cas-session", cookie)).collect();

    // When everybody works and the portal is killed again and again
    let over = AtomicBool::new(false);
    let working = desks.iter().map(|desk| work(&approvals, desk, &over, move |path: String| async move { approve(desk, &path).await }));
    let typing: Vec<Client> = (0..PEOPLE).map(|_| Client::new(&base)).collect();
    let filing = typing.iter().map(|probe| work(&filings, probe, &over, |draft| file(&base, draft)));
    let killing = async {
        for _ in 0..KILLS {
            let answered = || approvals.acknowledged().len() + filings.acknowledged().len();
            let before = answered();
            wait_until("somebody gets an answer", || answered() > before).await;
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..200))).await;
            server.kill9();
            server.restart().await;
        }
        over.store(true, Ordering::SeqCst);
        // The last blow falls while the answers to the last clicks are on their way.
        tokio::time::sleep(Duration::from_millis(rand::random_range(0..60))).await;
        server.kill9();
    };
    tokio::join!(futures::future::join_all(working), futures::future::join_all(filing), killing);

    // Then what was acknowledged is there, and nothing is half there
    stage.crash_and_open().await;
    let found = count_whole(stage.portal.db()).await;
    tell(name, &approvals, &filings, &found);
    assert_acknowledged_is_there(&approvals, &filings, &found);
    let interrupted = approvals.interrupted().len() + filings.interrupted().len();
    assert!(interrupted > 0, "no click was interrupted, so nothing was tested");

    // And whoever got no answer tries again and gets one
    stage.close().await;
    server.restart().await;
    for path in approvals.interrupted() {
        let answer = approve(&desks[0], &path).await.expect("the portal runs");
        assert_eq!(answer, Answer::Done, "{path}");
        approvals.note(path);
    }
    for draft in filings.interrupted() {
        assert_eq!(file(&base, draft.clone()).await.expect("the portal runs"), Answer::Done, "{draft:?}");
        filings.note(draft);
    }
    assert!(server.terminate().success(), "{}", server.log());
    stage.crash_and_open().await;
    let found = count_whole(stage.portal.db()).await;
    assert_acknowledged_is_there(&approvals, &filings, &found);

    // And every letter leaves, the latest when the leases of the dead have run out
    deliver_what_waits(&stage, &mail, 5).await;
    let waiting: Vec<_> = messages(stage.portal.db()).await;
    assert_every_letter_left(name, &waiting, &sink.letters());
}
