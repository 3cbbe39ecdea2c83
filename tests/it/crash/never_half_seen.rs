//! What a kill could leave half done, an onlooker could see half done. A blow between two commits that follow each other at once
//! falls there once in thousands; somebody who looks all the time sees the gap. So here nobody is killed, and everybody is watched.

use super::prepared::Stage;
use super::shift::Shift;
use super::traces::glimpse;
use crate::support::smtp_sink::Manner;
use std::sync::atomic::{AtomicBool, Ordering};

const PIECES: usize = 40;
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
    let (shift, _server) = Shift::begin(&stage, PEOPLE, PIECES, Manner::Takes).await;

    // When everything is approved and filed, and onlookers look
    let over = AtomicBool::new(false);
    let working = async {
        shift.work().await;
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
    assert_eq!((shift.approvals.acknowledged().len(), shift.filings.acknowledged().len()), (PIECES, PIECES));
    assert_eq!(shift.interrupted(), 0);
    stage.crash_and_open().await;
    shift.assert_found(&stage, "watched").await;
}
