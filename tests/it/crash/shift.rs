//! People at work at a portal of their own: administrators who approve, applicants who file, and where their letters go.
//! What may not live here: what breaks.

use super::clicks::{Answer, Work, approve, assert_acknowledged_is_there, file, tell, work};
use super::letters::{assert_every_letter_left, deliver_what_waits};
use super::prepared::{ReadyDraft, Stage};
use super::traces::{count_whole, messages};
use crate::support::client::Client;
use crate::support::server::Server;
use crate::support::smtp_sink::{Manner, SmtpSink};
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Who works, and what there is to do.
pub(super) struct Shift {
    pub(super) sink: SmtpSink,
    mail: String,
    base: String,
    desks: Vec<Client>,
    applicants: Vec<Client>,
    pub(super) approvals: Work<String>,
    pub(super) filings: Work<ReadyDraft>,
    over: AtomicBool,
}

impl Shift {
    /// So many administrators and as many applicants, `pieces` for each of the two, and the portal that serves them; nobody else has the
    /// database open.
    pub(super) async fn begin(stage: &Stage, people: usize, pieces: usize, manner: Manner) -> (Shift, Server) {
        let sink = SmtpSink::start();
        sink.behave(manner);
        let administrators = stage.administrators(people).await;
        let (approvals, filings) = (stage.received_applications(pieces).await, stage.ready_drafts(pieces).await);
        stage.close().await;
        let mail = sink.setting("");
        let server = stage.serve(&[("CAS_PORTAL_MAIL_URL", &mail)]).await;
        let base = server.url("");
        let shift = Shift {
            desks: administrators.iter().map(|cookie| Client::with_cookie(&base, "cas-session", cookie)).collect(),
            applicants: (0..people).map(|_| Client::new(&base)).collect(),
            approvals: Work::new(approvals),
            filings: Work::new(filings),
            over: AtomicBool::new(false),
            sink,
            mail,
            base,
        };
        (shift, server)
    }

    /// Everybody works until it is over, or until nothing is left.
    pub(super) async fn work(&self) {
        let deciding = self
            .desks
            .iter()
            .map(|desk| work(&self.approvals, desk, &self.over, move |path: String| async move { approve(desk, &path).await }));
        let filing = self.applicants.iter().map(|probe| work(&self.filings, probe, &self.over, |draft| file(&self.base, draft)));
        tokio::join!(futures::future::join_all(deciding), futures::future::join_all(filing));
    }

    /// Nobody begins anything more.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    /// What was acknowledged so far.
    pub(super) fn acknowledged(&self) -> usize {
        self.approvals.acknowledged().len() + self.filings.acknowledged().len()
    }

    /// What got no answer.
    pub(super) fn interrupted(&self) -> usize {
        self.approvals.interrupted().len() + self.filings.interrupted().len()
    }

    /// Whoever got no answer comes again as one is told to, until it is done, half a minute each at most. Gives how often somebody was told
    /// to come once more.
    pub(super) async fn come_again(&self) -> usize {
        let mut told = 0;
        for path in self.approvals.interrupted() {
            told += until_done(|| approve(&self.desks[0], &path)).await;
            self.approvals.note(path);
        }
        for draft in self.filings.interrupted() {
            told += until_done(|| file(&self.base, draft.clone())).await;
            self.filings.note(draft);
        }
        told
    }

    /// Everything is whole, and what was acknowledged is there.
    pub(super) async fn assert_found(&self, stage: &Stage, name: &str) {
        let found = count_whole(stage.portal.db()).await;
        tell(name, &self.approvals, &self.filings, &found);
        assert_acknowledged_is_there(&self.approvals, &self.filings, &found);
    }

    /// Every letter leaves, by a worker that comes so many minutes later.
    pub(super) async fn assert_letters(&self, stage: &Stage, name: &str, minutes: i64) {
        deliver_what_waits(stage, &self.mail, minutes).await;
        assert_every_letter_left(name, &messages(stage.portal.db()).await, &self.sink.letters());
    }
}

async fn until_done<F>(act: impl Fn() -> F) -> usize
where
    F: Future<Output = reqwest::Result<Answer>>,
{
    let (start, mut told) = (Instant::now(), 0);
    while act().await.expect("the portal runs") == Answer::Away {
        assert!(start.elapsed() < Duration::from_secs(30), "it does not heal");
        told += 1;
    }
    told
}
