//! People work while the mail server refuses, stalls or hangs up: nobody waits for it, and every letter leaves afterwards.

use super::clicks::{Work, approve, assert_acknowledged_is_there, file, tell, wait_until, work};
use super::letters::{assert_every_letter_left, deliver_what_waits};
use super::prepared::Stage;
use super::traces::{count_whole, messages};
use crate::support::client::Client;
use crate::support::smtp_sink::{Manner, SmtpSink};
use std::sync::atomic::AtomicBool;

const APPLICATIONS: usize = 12;
const DRAFTS: usize = 12;
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
    // Given work that waits
    let sink = SmtpSink::start();
    let administrators = stage.administrators(1).await;
    let (applications, drafts) = (stage.received_applications(APPLICATIONS).await, stage.ready_drafts(DRAFTS).await);
    stage.close().await;
    let mail = sink.setting("");
    sink.behave(MANNERS[0]);
    let mut server = stage.serve(&[("CAS_PORTAL_MAIL_URL", &mail)]).await;
    let base = server.url("");
    let (desk, probe) = (Client::with_cookie(&base, "cas-session", &administrators[0]), Client::new(&base));

    // When it is done while letters are refused, turned away at the door, or taken without a word
    let never = AtomicBool::new(false);
    let (approvals, filings) = (Work::new(Vec::new()), Work::new(Vec::new()));
    let parts = applications.chunks(APPLICATIONS / MANNERS.len()).zip(drafts.chunks(DRAFTS / MANNERS.len()));
    for (manner, (applications, drafts)) in MANNERS.into_iter().zip(parts) {
        sink.behave(manner);
        let before = sink.connections();
        approvals.add(applications);
        filings.add(drafts);
        tokio::join!(
            work(&approvals, &desk, &never, |path: String| async { approve(&desk, &{ path }).await }),
            work(&filings, &probe, &never, |draft| file(&base, draft))
        );
        wait_until("a letter is tried", || sink.connections() > before).await;
    }

    // Then everybody got an answer
    assert_eq!((approvals.acknowledged().len(), filings.acknowledged().len()), (APPLICATIONS, DRAFTS));
    assert_eq!(approvals.interrupted().len() + filings.interrupted().len(), 0, "somebody waited for a letter");
    assert!(server.terminate().success(), "{}", server.log());
    stage.crash_and_open().await;
    let found = count_whole(stage.portal.db()).await;
    tell(name, &approvals, &filings, &found);
    assert_acknowledged_is_there(&approvals, &filings, &found);

    // And the letters leave when somebody takes them, those that may have come before under their old Message-ID
    sink.behave(Manner::Takes);
    deliver_what_waits(&stage, &mail, 30).await;
    assert_every_letter_left(name, &messages(stage.portal.db()).await, &sink.letters());
}
