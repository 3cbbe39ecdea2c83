//! People file and approve applications over HTTP while the portal is killed again and again. Whoever got an answer finds
//! the work done; whoever got none finds it done or not begun; every letter leaves, under one Message-ID each.

use super::prepared::{PUBLIC_URL, ReadyDraft, Stage};
use super::traces::{Traces, count_whole, messages};
use crate::support::client::{Client, Page};
use crate::support::smtp_sink::SmtpSink;
use cas_portal::clock::Clock;
use cas_portal::domain::moment::MINUTE_MS;
use cas_portal::mail::ReceivedLetter;
use cas_portal::services::deliver_outbox::deliver_due;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

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
    deliver_what_waits(&stage, &mail).await;
    let waiting: Vec<_> = messages(stage.portal.db()).await;
    assert_every_letter_left(name, &waiting, &sink.letters());
}

/// Takes an application and approves it, as an administrator clicks.
pub(super) async fn approve(desk: &Client, path: &str) -> reqwest::Result<Answer> {
    let place = format!("/admin/applications/{path}");
    let mut page = desk.try_get(&place).await?;
    page.assert_status(200);
    if page.attribute("main", "data-status").as_deref() == Some("approved") {
        return Ok(Answer::Done);
    }
    // Who was interrupted after taking it has it already; a colleague takes it over.
    if let Some(take) = page.forms_to("/take").first() {
        answer(desk.try_submit(take).await?, &place);
    }
    page = desk.try_get(&format!("{place}/approve")).await?;
    page.assert_status(200);
    Ok(answer(desk.try_submit(&page.form("/approve").choose("signature", &["seen"])).await?, "/admin/applications"))
}

/// Files a draft, as the applicant clicks; a second time shows what was filed.
pub(super) async fn file(base: &str, draft: ReadyDraft) -> reqwest::Result<Answer> {
    let browser = Client::with_cookie(base, "cas-draft", &draft.token);
    let page = browser.try_get("/register/check").await?;
    if page.status == 303 {
        return Ok(answer(page, "/register/submitted"));
    }
    page.assert_status(200);
    Ok(answer(browser.try_submit(&page.form("/register/check")).await?, "/register/submitted"))
}

#[track_caller]
fn answer(page: Page, leads_to: &str) -> Answer {
    page.assert_status(303);
    assert!(page.location().starts_with(leads_to), "{} leads to {}", page.path, page.location());
    Answer::Done
}

/// What somebody was told. Who was told nothing got an error of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Done,
}

/// Pieces of work of one kind: those that wait, those that were acknowledged, those that got no answer.
pub(super) struct Work<T> {
    waiting: Mutex<Vec<T>>,
    acknowledged: Mutex<Vec<T>>,
    interrupted: Mutex<Vec<T>>,
}

fn lock<T>(list: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    list.lock().expect("nobody panics while holding it")
}

impl<T: Clone> Work<T> {
    pub(super) fn new(waiting: Vec<T>) -> Self {
        Self { waiting: Mutex::new(waiting), acknowledged: Mutex::default(), interrupted: Mutex::default() }
    }
    fn note(&self, done: T) {
        lock(&self.acknowledged).push(done);
    }
    pub(super) fn acknowledged(&self) -> Vec<T> {
        lock(&self.acknowledged).clone()
    }
    pub(super) fn interrupted(&self) -> Vec<T> {
        lock(&self.interrupted).clone()
    }
    fn next(&self) -> Option<T> {
        lock(&self.waiting).pop()
    }
}

/// Does one piece after the other until it is over; after an interruption waits for the portal.
pub(super) async fn work<T: Clone, F>(work: &Work<T>, probe: &Client, over: &AtomicBool, act: impl Fn(T) -> F)
where
    F: Future<Output = reqwest::Result<Answer>>,
{
    while !over.load(Ordering::SeqCst)
        && let Some(piece) = work.next()
    {
        match act(piece.clone()).await {
            Ok(Answer::Done) => work.note(piece),
            Err(_) => {
                lock(&work.interrupted).push(piece);
                while !over.load(Ordering::SeqCst) && !probe.try_get("/health/ready").await.is_ok_and(|page| page.status == 200) {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }
}

/// The number and what became of it.
fn tell(name: &str, approvals: &Work<String>, filings: &Work<ReadyDraft>, found: &BTreeMap<String, Traces>) {
    let approved = found.values().filter(|row| row.status == "approved").count();
    let filed = found.values().filter(|row| row.filed == 1).count();
    println!(
        "{name}: {} approvals acknowledged, {} without an answer, {approved} found; {} filings acknowledged, {} without an answer, {filed} found",
        approvals.acknowledged().len(),
        approvals.interrupted().len(),
        filings.acknowledged().len(),
        filings.interrupted().len(),
    );
}

fn assert_acknowledged_is_there(approvals: &Work<String>, filings: &Work<ReadyDraft>, found: &BTreeMap<String, Traces>) {
    let lost: Vec<String> =
        approvals.acknowledged().into_iter().filter(|path| found.get(path).is_none_or(|row| row.status != "approved")).collect();
    assert!(lost.is_empty(), "acknowledged approvals are lost: {lost:?}");
    let is_filed = |draft: &ReadyDraft| found.values().filter(|row| row.regon == draft.regon && row.filed == 1).count() == 1;
    let lost: Vec<ReadyDraft> = filings.acknowledged().into_iter().filter(|draft| !is_filed(draft)).collect();
    assert!(lost.is_empty(), "acknowledged filings are lost: {lost:?}");
    // Nobody did more than people asked for.
    let asked = approvals.acknowledged().len() + approvals.interrupted().len();
    let approved = found.values().filter(|row| row.status == "approved").count();
    assert!(approved <= asked, "{approved} approvals of {asked} clicks");
}

/// Delivers as a worker does, a lease later: in no other way could what the dead process held be taken.
async fn deliver_what_waits(stage: &Stage, mail: &str) {
    let mut portal = stage.portal.with_mail(mail);
    portal.context.clock = Clock::fixed(Clock::System.now_ms() + 5 * MINUTE_MS);
    let mut settings = (*portal.context.settings).clone();
    settings.public_url = PUBLIC_URL.to_owned();
    portal.context.settings = settings.into();
    while deliver_due(&portal.context, "the last worker", 50).await.expect("the outbox").taken() > 0 {}
}

fn assert_every_letter_left(name: &str, messages: &[(uuid::Uuid, String)], letters: &[ReceivedLetter]) {
    let unsent: Vec<_> = messages.iter().filter(|(_, status)| status != "sent").collect();
    assert!(unsent.is_empty(), "letters that did not leave: {unsent:?}");
    let mut by_id: BTreeMap<&str, Vec<&ReceivedLetter>> = BTreeMap::new();
    for letter in letters {
        by_id.entry(&letter.message_id).or_default().push(letter);
    }
    println!("{name}: {} letters in the outbox, {} came, {} of them twice", messages.len(), letters.len(), letters.len() - by_id.len());
    for (id, _) in messages {
        assert!(by_id.contains_key(format!("{id}@localhost").as_str()), "the letter {id} never came");
    }
    assert_eq!(by_id.len(), messages.len(), "letters with a Message-ID that is no message's");
    // A letter that came again is the same letter.
    for (id, same) in by_id {
        let first = same[0];
        assert!(same.iter().all(|l| (&l.to, &l.subject, &l.links) == (&first.to, &first.subject, &first.links)), "{id}: {same:?}");
    }
}

async fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited a minute until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
