//! What people click while something breaks, what they were told, and what is there of it afterwards.
//! What may not live here: what breaks.

use super::prepared::ReadyDraft;
use super::traces::Traces;
use crate::support::client::{Client, Page};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{Duration, Instant};

/// Takes an application and approves it, as an administrator clicks.
pub(super) async fn approve(desk: &Client, path: &str) -> reqwest::Result<Answer> {
    let place = format!("/admin/applications/{path}");
    let mut page = desk.try_get(&place).await?;
    if page.status == 503 {
        return Ok(Answer::Away);
    }
    page.assert_status(200);
    if page.attribute("main", "data-status").as_deref() == Some("approved") {
        return Ok(Answer::Done);
    }
    // Who was interrupted after taking it has it already; a colleague takes it over.
    if let Some(take) = page.forms_to("/take").first() {
        let taken = answer(desk.try_submit(take).await?, &place);
        if taken == Answer::Away {
            return Ok(taken);
        }
    }
    page = desk.try_get(&format!("{place}/approve")).await?;
    if page.status == 503 {
        return Ok(Answer::Away);
    }
    page.assert_status(200);
    Ok(answer(desk.try_submit(&page.form("/approve").choose("signature", &["seen"])).await?, "/admin/applications"))
}

/// Files a draft, as the applicant clicks; a second time shows what was filed.
pub(super) async fn file(base: &str, draft: ReadyDraft) -> reqwest::Result<Answer> {
    let browser = Client::with_cookie(base, "cas-draft", &draft.token);
    let page = browser.try_get("/register/check").await?;
    if page.status == 503 {
        return Ok(Answer::Away);
    }
    if page.status == 303 {
        return Ok(answer(page, "/register/submitted"));
    }
    page.assert_status(200);
    Ok(answer(browser.try_submit(&page.form("/register/check")).await?, "/register/submitted"))
}

#[track_caller]
fn answer(page: Page, leads_to: &str) -> Answer {
    if page.status == 503 {
        assert!(page.headers.contains_key("retry-after"), "{} says when to come again", page.path);
        return Answer::Away;
    }
    page.assert_status(303);
    assert!(page.location().starts_with(leads_to), "{} leads to {}", page.path, page.location());
    Answer::Done
}

/// What somebody was told. Who was told nothing got an error of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It is done.
    Done,
    /// A part of the portal is away; whether it was done, nobody says.
    Away,
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
    pub(super) fn add(&self, more: &[T]) {
        lock(&self.waiting).extend_from_slice(more);
    }
    pub(super) fn take_all(&self) -> Vec<T> {
        std::mem::take(&mut *lock(&self.waiting))
    }
    pub(super) fn note(&self, done: T) {
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
            Ok(Answer::Away) | Err(_) => {
                lock(&work.interrupted).push(piece);
                while !over.load(Ordering::SeqCst) && !probe.try_get("/health/ready").await.is_ok_and(|page| page.status == 200) {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
            }
        }
    }
}

/// The number and what became of it.
pub(super) fn tell(name: &str, approvals: &Work<String>, filings: &Work<ReadyDraft>, found: &BTreeMap<String, Traces>) {
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

pub(super) fn assert_acknowledged_is_there(approvals: &Work<String>, filings: &Work<ReadyDraft>, found: &BTreeMap<String, Traces>) {
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

/// Waits until it is so, a minute at most.
pub(super) async fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < Duration::from_secs(60), "waited a minute until {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
