//! What a kill could leave half done, an onlooker could see half done. A blow between two commits that follow each other at once
//! falls there once in thousands; somebody who looks all the time sees the gap. So here nobody is killed, and everybody is watched.

use super::clicks::{Work, approve, file, work};
use super::prepared::Stage;
use super::traces::{count_whole, glimpse};
use crate::support::client::Client;
use std::sync::atomic::{AtomicBool, Ordering};

const APPLICATIONS: usize = 40;
const DRAFTS: usize = 40;
const PEOPLE: usize = 2;
const ONLOOKERS: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_moment_shows_half_a_change_on_sqlite() {
    watch_the_work(Stage::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_moment_shows_half_a_change_on_postgres() {
    watch_the_work(Stage::postgres().await).await;
}

async fn watch_the_work(mut stage: Stage) {
    // Given work that waits, and onlookers
    let administrators = stage.administrators(PEOPLE).await;
    let approvals = Work::new(stage.received_applications(APPLICATIONS).await);
    let filings = Work::new(stage.ready_drafts(DRAFTS).await);
    let server = stage.serve(&[]).await;
    let base = server.url("");
    let desks: Vec<Client> = administrators.iter().map(|cookie| Client::with_cookie(&base, "cas-session", cookie)).collect();
    let over = AtomicBool::new(false);
    let never = AtomicBool::new(false);

    // When everything is approved and filed
    let working = async {
        let deciding =
            desks.iter().map(|desk| work(&approvals, desk, &never, move |path: String| async move { approve(desk, &path).await }));
        let probes: Vec<Client> = (0..PEOPLE).map(|_| Client::new(&base)).collect();
        let filing = probes.iter().map(|probe| work(&filings, probe, &never, |draft| file(&base, draft)));
        tokio::join!(futures::future::join_all(deciding), futures::future::join_all(filing));
        over.store(true, Ordering::SeqCst);
    };
    let watching = futures::future::join_all((0..ONLOOKERS).map(|_| async {
        let db = stage.onlooker().await;
        let mut looks = 0;
        while !over.load(Ordering::SeqCst) {
            let faults = glimpse(&db).await;
            assert!(faults.is_empty(), "seen half done:\n{}", faults.join("\n"));
            looks += 1;
        }
        db.close().await.expect("the connection closes");
        looks
    }));
    let (looks, ()) = tokio::join!(watching, working);

    // Then every look saw whole changes only
    assert!(looks.iter().all(|looks| *looks > 0), "nobody looked while it was done: {looks:?}");
    assert_eq!((approvals.acknowledged().len(), filings.acknowledged().len()), (APPLICATIONS, DRAFTS));
    assert_eq!(approvals.interrupted().len() + filings.interrupted().len(), 0);
    stage.close().await;
    stage.crash_and_open().await;
    count_whole(stage.portal.db()).await;
}
