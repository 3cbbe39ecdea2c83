//! People file and approve over HTTP while the database server crashes and comes back again and again. The portal itself goes on: who
//! clicks meanwhile is told that the database is away, and nobody restarts anything.

use super::clicks::wait_until;
use super::prepared::Stage;
use super::shift::Shift;
use crate::support::client::Client;
use crate::support::smtp_sink::Manner;
use std::time::Duration;

/// More than can be done between the crashes.
const PIECES: usize = 60;
const PEOPLE: usize = 2;
const CRASHES: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_crashes_loses_nothing_that_was_acknowledged() {
    let name = "database restarted";
    let mut stage = Stage::postgres().await;
    let (shift, mut server) = Shift::begin(&stage, PEOPLE, PIECES, Manner::Takes).await;

    // When everybody works and the database crashes under it
    let probe = Client::new(&server.url(""));
    let crashing = async {
        for _ in 0..CRASHES {
            let before = shift.acknowledged();
            wait_until("somebody gets an answer", || shift.acknowledged() > before).await;
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..200))).await;
            stage.stop_database();
            probe.get("/help").await.assert_status(200);
            probe.get("/health/ready").await.assert_status(503);
            stage.start_database();
        }
        let (approved, filed) = (shift.approvals.acknowledged().len(), shift.filings.acknowledged().len());
        let heals = || shift.approvals.acknowledged().len() > approved && shift.filings.acknowledged().len() > filed;
        wait_until("it heals by itself", heals).await;
        shift.end();
    };
    tokio::join!(shift.work(), crashing);

    // Then what was acknowledged is there and nothing is half there
    stage.crash_and_open().await;
    shift.assert_found(&stage, name).await;
    assert!(shift.interrupted() > 0, "no click was interrupted, so nothing was tested");

    // And whoever was told to come again comes again, on the same portal
    shift.come_again().await;
    assert!(server.terminate().success(), "{}", server.log());
    shift.assert_found(&stage, name).await;
    shift.assert_letters(&stage, name, 5).await;
}
