//! People work while the mail server refuses, stalls or hangs up: nobody waits for it, and every letter leaves afterwards.

use super::clicks::wait_until;
use super::prepared::Stage;
use super::shift::Shift;
use crate::support::smtp_sink::Manner;

/// For each manner of refusing.
const PIECES: usize = 4;
const MANNERS: [Manner; 3] = [Manner::RefusesTemporarily, Manner::IsClosed, Manner::HangsUpAfterTaking];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_refuses_keeps_nobody_from_work_and_loses_no_letter_on_sqlite() {
    work_without_mail("SQLite", Stage::sqlite().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_that_refuses_keeps_nobody_from_work_and_loses_no_letter_on_postgres() {
    work_without_mail("PostgreSQL", Stage::postgres().await).await;
}

async fn work_without_mail(name: &str, mut stage: Stage) {
    let (shift, mut server) = Shift::begin(&stage, 1, PIECES * MANNERS.len(), MANNERS[0]).await;

    // When work is done while letters are refused, turned away at the door, or taken without a word
    let approvals = shift.approvals.take_all();
    let filings = shift.filings.take_all();
    for (manner, (approvals, filings)) in MANNERS.into_iter().zip(approvals.chunks(PIECES).zip(filings.chunks(PIECES))) {
        shift.sink.behave(manner);
        let before = shift.sink.tries();
        shift.approvals.add(approvals);
        shift.filings.add(filings);
        shift.work().await;
        wait_until("a letter is tried", || shift.sink.tries() > before).await;
    }

    // Then everybody got an answer
    let each = PIECES * MANNERS.len();
    assert_eq!((shift.approvals.acknowledged().len(), shift.filings.acknowledged().len()), (each, each));
    assert_eq!(shift.interrupted(), 0, "somebody waited for a letter");
    assert!(server.terminate().success(), "{}", server.log());
    stage.crash_and_open().await;
    shift.assert_found(&stage, name).await;

    // And the letters leave when somebody takes them, those that may have come before under their old Message-ID
    shift.sink.behave(Manner::Takes);
    shift.assert_letters(&stage, name, 30).await;
}
