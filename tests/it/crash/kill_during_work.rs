//! People file and approve applications over HTTP while the portal is killed again and again. Whoever got an answer finds
//! the work done; whoever got none finds it done or not begun; every letter leaves, under one Message-ID each.

use super::clicks::wait_until;
use super::prepared::Stage;
use super::shift::Shift;
use crate::support::smtp_sink::Manner;
use std::time::Duration;

/// More than can be done between the blows.
const PIECES: usize = 90;
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
    let (shift, mut server) = Shift::begin(&stage, PEOPLE, PIECES, Manner::Takes).await;

    // When everybody works and the portal is killed again and again
    let killing = async {
        for _ in 0..KILLS {
            let before = shift.acknowledged();
            wait_until("somebody gets an answer", || shift.acknowledged() > before).await;
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..200))).await;
            server.kill9();
            server.restart().await;
        }
        shift.end();
        // The last blow falls while the answers to the last clicks are on their way.
        tokio::time::sleep(Duration::from_millis(rand::random_range(0..60))).await;
        server.kill9();
    };
    tokio::join!(shift.work(), killing);

    // Then what was acknowledged is there, and nothing is half there
    stage.crash_and_open().await;
    shift.assert_found(&stage, name).await;
    assert!(shift.interrupted() > 0, "no click was interrupted, so nothing was tested");

    // And whoever got no answer tries again and gets one at once
    stage.close().await;
    server.restart().await;
    assert_eq!(shift.come_again().await, 0);
    assert!(server.terminate().success(), "{}", server.log());
    stage.crash_and_open().await;
    shift.assert_found(&stage, name).await;

    // And every letter leaves, the latest when the leases of the dead have run out
    shift.assert_letters(&stage, name, 5).await;
}
