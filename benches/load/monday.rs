//! A Monday in January: administrators page, search, open and approve while applicants file, all at once, on a PostgreSQL server that
//! keeps what it acknowledges, with a million applications in it. In the end one counts what was acknowledged and what is there.
//! What may not live here: HTTP, single pages (`main.rs`).

use super::http::{Visitor, field};
use super::measure::{Measured, memory};
use super::running::{KEY, Running, start, start_bare};
use super::stage::database::{PostgresServer, TestDatabase};
use super::stage::drafts::ReadyDraft;
use super::stage::portal::TestPortal;
use super::stage::seeder::Seeder;
use super::{VISITORS, load_of_machine, pages};
use cas_portal::clock::Clock;
use cas_portal::domain::application::Payload;
use cas_portal::domain::application::status::Status;
use cas_portal::domain::identifiers::{Line, TercCode};
use cas_portal::pdf::samples;
use cas_portal::secrets::SecretKey;
use cas_portal::services::review_application::take;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How much there is and how many are at work.
struct Size {
    applications: u64,
    administrators: usize,
    /// Ready to be approved, for each administrator.
    reviewed: usize,
    applicants: usize,
    /// Ready to be filed, for each applicant.
    drafts: usize,
    /// How long each of both halves takes at most.
    time: Duration,
}

const FULL: Size =
    Size { applications: 1_000_000, administrators: 16, reviewed: 40, applicants: 100, drafts: 25, time: Duration::from_secs(60) };
const QUICK: Size =
    Size { applications: 20_000, administrators: 16, reviewed: 6, applicants: 100, drafts: 2, time: Duration::from_secs(10) };
/// Accounts that filed what is there already.
const ACCOUNTS: u64 = 100_000;
/// What administrators look for, each with hits on the first tab: an odd number, so that everybody's turn comes round with everything.
const WORDS: [&str; 5] = ["gmina400", "nazwisko0400", "000000400", "pomocy", "pomocy nazwisko0020"];

/// An application in review by somebody, its form of approval as the page gave it.
struct Reviewed {
    path: String,
    token: String,
    version: String,
}

/// One at a desk: a session, and what is to be approved.
struct Desk {
    visitor: Visitor,
    reviewed: Vec<Reviewed>,
}

/// What one person did: milliseconds and failures by deed.
#[derive(Default)]
struct Deeds(BTreeMap<&'static str, Measured>);

impl Deeds {
    fn note(&mut self, deed: &'static str, since: Instant, is_fine: bool) {
        let measured = self.0.entry(deed).or_default();
        match is_fine {
            true => measured.times.push(since.elapsed().as_secs_f64() * 1000.0),
            false => measured.failures += 1,
        }
    }

    fn add(&mut self, other: Deeds) {
        for (deed, measured) in other.0 {
            let mine = self.0.entry(deed).or_default();
            mine.times.extend(measured.times);
            mine.failures += measured.failures;
        }
    }

    fn count(&self, deed: &str) -> usize {
        self.0.get(deed).map_or(0, |measured| measured.times.len())
    }
}

const PAGE: &str = "queue, next page";
const SEARCH: &str = "search";
const OPEN: &str = "application page";
const APPROVE: &str = "approve";
const CHECK: &str = "check page";
const FILE: &str = "file";

/// The address of the next page of a list.
fn next_page(body: &str) -> Option<String> {
    let tag = body.split('<').find(|tag| tag.starts_with("a ") && tag.contains("rel=\"next\""))?;
    Some(tag.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&"))
}

/// The address of a row of the queue.
fn some_row(body: &str, which: usize) -> Option<String> {
    let rows: Vec<&str> = body.split("<a href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let rows: Vec<&&str> = rows.iter().filter(|href| href.starts_with("/admin/applications/W-")).collect();
    rows.get(which % rows.len().max(1)).map(|href| href.to_string())
}

/// Turns pages, looks for words, opens what is there and approves what is ready, one after the other, until the time is over.
async fn at_the_desk(mut desk: Desk, number: usize, until: Instant) -> (Desk, Deeds) {
    let mut deeds = Deeds::default();
    let mut place = "/admin/applications".to_owned();
    let mut round = number;
    while Instant::now() < until {
        round += 1;
        let since = Instant::now();
        let page = desk.visitor.get(&place).await.ok().filter(|answer| answer.status == 200);
        deeds.note(PAGE, since, page.is_some());
        let Some(page) = page else { continue };
        place = next_page(&page.body).unwrap_or_else(|| "/admin/applications".to_owned());
        if let Some(row) = some_row(&page.body, round) {
            let since = Instant::now();
            let is_fine = desk.visitor.get(&row).await.is_ok_and(|answer| answer.status == 200);
            deeds.note(OPEN, since, is_fine);
        }
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", WORDS[round % WORDS.len()]).finish();
        let since = Instant::now();
        let found = desk.visitor.get(&format!("/admin/applications?{query}")).await;
        deeds.note(SEARCH, since, found.is_ok_and(|answer| answer.status == 200 && answer.body.contains("data-application=")));
        if let Some(Reviewed { path, token, version }) = desk.reviewed.pop() {
            let since = Instant::now();
            let fields = [("csrf_token", &*token), ("version", &*version), ("signature", "seen")];
            let sent = desk.visitor.post(&format!("/admin/applications/{path}/approve"), &fields).await;
            deeds.note(APPROVE, since, sent.is_ok_and(|answer| answer.status == 303));
        }
    }
    (desk, deeds)
}

/// Files one draft after the other, as the applicant's last page does.
async fn filing(port: u16, drafts: Vec<ReadyDraft>, until: Instant) -> Deeds {
    let mut deeds = Deeds::default();
    let mut visitor = Visitor::new(port);
    for draft in drafts {
        if Instant::now() >= until {
            break;
        }
        visitor.cookies = BTreeMap::from([("cas-draft".to_owned(), draft.token)]);
        let since = Instant::now();
        let page = visitor.get("/register/check").await.ok().filter(|answer| answer.status == 200);
        deeds.note(CHECK, since, page.is_some());
        let Some(token) = page.and_then(|page| field(&page.body, "csrf_token")) else { continue };
        let since = Instant::now();
        let sent = visitor.post("/register/check", &[("csrf_token", &token)]).await;
        deeds.note(FILE, since, sent.is_ok_and(|answer| answer.status == 303));
    }
    deeds
}

struct Prepared {
    portal: TestPortal,
    desks: Vec<(String, Vec<String>)>,
    drafts: Vec<Vec<ReadyDraft>>,
}

async fn prepare(db: &TestDatabase, size: &Size) -> Prepared {
    let mut portal = TestPortal::new(db);
    portal.context.clock = Clock::System;
    portal.context.key = SecretKey::from_text(KEY).expect("a key");
    // What is there already lies elsewhere: no gmina has hundreds of units, as the one has to which the fixtures belong.
    let mut there = portal.registration(1);
    there.unit.terc = TercCode::parse("260404").expect("a code");
    there.unit.address.town = Line::parse("Chmielnik", 80).expect("a line");
    let payload = serde_json::to_string(&Payload::Registration(there)).expect("JSON");
    let form = serde_json::to_string(&samples::typical()).expect("JSON");
    let seeder = Seeder::open(db.url()).await;
    seeder.accounts(ACCOUNTS, None).await;
    seeder.applications(size.applications, ACCOUNTS, &payload, &form).await;
    seeder.close().await;
    let mut desks = Vec::new();
    for _ in 0..size.administrators {
        let account = portal.administrator().await;
        let (actor, mut paths) = (portal.actor(account).await, Vec::new());
        for _ in 0..2 * size.reviewed {
            let filed = portal.application(Status::FormReceived).await.application;
            take(&portal.context, &actor, &filed.number, filed.version).await.expect("taken");
            paths.push(filed.number.to_path());
        }
        desks.push((portal.session_cookie_of(account).await, paths));
    }
    let mut drafts = Vec::new();
    for _ in 0..size.applicants {
        drafts.push(portal.ready_drafts(size.drafts).await);
    }
    Prepared { portal, desks, drafts }
}

/// Sits down: reads the pages of what is to be approved, as an administrator would before.
async fn sit_down(port: u16, cookie: &str, paths: &[String]) -> Desk {
    let mut visitor = Visitor::new(port);
    visitor.cookies.insert("cas-session".to_owned(), cookie.to_owned());
    let mut reviewed = Vec::new();
    for path in paths {
        let page = visitor.get(&format!("/admin/applications/{path}/approve")).await.expect("the page of a decision");
        let (token, version) = (field(&page.body, "csrf_token"), field(&page.body, "version"));
        reviewed.push(Reviewed { path: path.clone(), token: token.expect("a token"), version: version.expect("a version") });
    }
    Desk { visitor, reviewed }
}

/// Everybody at once, until the time is over: the desks, and beside them the applicants if there are any. With how long it took.
async fn together(port: u16, desks: Vec<Desk>, drafts: Vec<Vec<ReadyDraft>>, time: Duration) -> (Vec<Desk>, Deeds, f64) {
    let begun = Instant::now();
    let until = begun + time;
    let desks: Vec<_> = desks.into_iter().enumerate().map(|(at, desk)| tokio::spawn(at_the_desk(desk, at, until))).collect();
    let applicants: Vec<_> = drafts.into_iter().map(|drafts| tokio::spawn(filing(port, drafts, until))).collect();
    let (mut all, mut back) = (Deeds::default(), Vec::new());
    for desk in desks {
        let (desk, deeds) = desk.await.expect("a desk");
        back.push(desk);
        all.add(deeds);
    }
    for applicant in applicants {
        all.add(applicant.await.expect("an applicant"));
    }
    (back, all, begun.elapsed().as_secs_f64())
}

fn table(title: &str, deeds: &Deeds, seconds: f64, bare: f64) {
    println!("\n| {title} | requests/s | p50 ms | p99 ms | errors | of the bare route |\n|---|---|---|---|---|---|");
    let mut total = 0;
    for (deed, measured) in &deeds.0 {
        let rate = measured.times.len() as f64 / seconds;
        total += measured.times.len();
        println!(
            "| {deed} | {rate:.1} | {:.1} | {:.1} | {} | {:.2} % |",
            measured.quantile(50),
            measured.quantile(99),
            measured.failures,
            rate / bare * 100.0
        );
    }
    println!("| all | {:.1} | | | | |", total as f64 / seconds);
}

fn weight(running: &Running) -> String {
    let id = running.process.id();
    format!("now {:.1} MB, at most {:.1} MB", memory(id, "VmRSS"), memory(id, "VmHWM"))
}

/// Measures it and prints its tables.
///
/// # Panics
/// Where something that was acknowledged is not there afterwards.
pub async fn measure(is_quick: bool, folder: &std::path::Path) {
    let size = if is_quick { QUICK } else { FULL };
    let server = PostgresServer::start_durable();
    let db = TestDatabase::on(&server).await;
    let begun = Instant::now();
    let prepared = prepare(&db, &size).await;
    let (number, seconds) = (size.applications, begun.elapsed().as_secs_f64());
    println!("PostgreSQL (with fsync) with {number} applications, filled in {seconds:.0} s.");
    let running = start(db.url(), folder).await;
    let port = running.port;
    let (_bare, bare_port) = start_bare().await;
    let mut bare = pages(&Visitor::new(bare_port), "/", Duration::from_secs(3)).await;
    let (mut alone, mut beside) = (Vec::new(), Vec::new());
    for (cookie, paths) in &prepared.desks {
        let (first, second) = paths.split_at(paths.len() / 2);
        alone.push(sit_down(port, cookie, first).await);
        beside.push(sit_down(port, cookie, second).await);
    }
    println!("Memory before: {}.", weight(&running));
    let (_, quiet, quiet_seconds) = together(port, alone, Vec::new(), size.time).await;
    println!("Memory after the first half: {}.", weight(&running));
    let (_, busy, busy_seconds) = together(port, beside, prepared.drafts, size.time).await;
    println!("Memory after the second half: {}.", weight(&running));
    bare = bare.and(pages(&Visitor::new(bare_port), "/", Duration::from_secs(3)).await);
    println!("Bare Rocket route, {VISITORS} at once: {:.0} requests/s.", bare.rate());
    table(&format!("{} administrators", size.administrators), &quiet, quiet_seconds, bare.rate());
    table(&format!("the same and {} applicants", size.applicants), &busy, busy_seconds, bare.rate());

    let approved = quiet.count(APPROVE) + busy.count(APPROVE);
    let found = prepared.portal.number("SELECT count(*) FROM audit_entries WHERE event = 'application.approved'").await;
    let filed = busy.count(FILE);
    let drafts = prepared.portal.number("SELECT count(*) FROM drafts WHERE submitted_as IS NOT NULL").await;
    println!("\nAcknowledged and found: {approved} and {found} approvals, {filed} and {drafts} filings.");
    assert_eq!((approved as i64, filed as i64), (found, drafts), "what was acknowledged is what is there");
    let failures: usize = [&quiet, &busy].iter().flat_map(|deeds| deeds.0.values()).map(|measured| measured.failures).sum();
    println!("Errors: {failures}. Load of the machine after: {}.", load_of_machine());
}
