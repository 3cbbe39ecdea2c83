//! The load generator: the real binary on a full database, visitors who sign in and keep their cookies, and beside them, in the
//! same run, a bare Rocket route and bare Argon2. `cargo bench --bench load` on SQLite, `-- --postgres` on PostgreSQL,
//! `-- --monday` for everybody at once on a million applications (`monday.rs`), `-- --quick` with fewer rows and shorter. What may
//! not live here: HTTP (`http.rs`), counting (`measure.rs`), processes (`running.rs`), yardsticks.

// Its tables are what it is for.
#![allow(clippy::print_stdout)]

mod bare;
mod guarded;
mod http;
mod measure;
mod monday;
mod running;
#[path = "../stage/mod.rs"]
mod stage;

use cas_portal::clock::Clock;
use cas_portal::domain::application::Payload;
use cas_portal::domain::application::status::Status;
use cas_portal::pdf::{FormPrinter, samples};
use cas_portal::secrets::{Cost, PasswordHasher, SecretKey};
use cas_portal::services::review_application::take;
use cas_portal::storage::{accounts, applications};
use guarded::Guarded;
use http::{Visitor, field};
use measure::{Measured, cpu, drive, memory};
use running::{KEY, start, start_bare};
use stage::database::TestDatabase;
use stage::fixtures::PASSWORD;
use stage::portal::TestPortal;
use stage::seeder::{Seeder, login};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

/// How much there is, and how long each row takes.
struct Size {
    accounts: u64,
    applications: u64,
    /// Ready to be approved.
    reviewed: usize,
    /// Accounts with one-time codes, and as many with a letter.
    guarded: u64,
    row: Duration,
}

const FULL: Size = Size { accounts: 100_000, applications: 100_000, reviewed: 600, guarded: 600, row: Duration::from_secs(6) };
const QUICK: Size = Size { accounts: 2_000, applications: 2_000, reviewed: 60, guarded: 150, row: Duration::from_secs(2) };
/// Visitors at once in a row, unless it says otherwise.
const VISITORS: usize = 16;
/// Visitors in the floods.
const FLOODS: [usize; 2] = [200, 500];
/// What was prepared.
struct Prepared {
    administrator: String,
    /// Path of an application whose page is shown.
    shown: String,
    /// Paths of applications in review by the administrator.
    reviewed: Vec<String>,
    guarded: Guarded,
    portal: TestPortal,
}

async fn prepare(db: &TestDatabase, size: &Size) -> Prepared {
    let mut portal = TestPortal::new(db);
    portal.context.clock = Clock::System;
    portal.context.key = SecretKey::from_text(KEY).expect("a key");
    let real = PasswordHasher::with_cost(Cost::STANDARD, 1).expect("a hasher");
    let hash = real.hash(PASSWORD.to_owned()).await.expect("a hash");
    let payload = serde_json::to_string(&Payload::Registration(portal.registration(1))).expect("JSON");
    let form = serde_json::to_string(&samples::typical()).expect("JSON");
    let seeder = Seeder::open(db.url()).await;
    seeder.accounts(size.accounts, Some(&hash)).await;
    seeder.applications(size.applications, size.accounts.min(1000), &payload, &form).await;
    seeder.close().await;
    let cheap = std::mem::replace(&mut portal.context.hasher, real);
    let administrator = portal.administrator().await;
    portal.context.hasher = cheap;
    let actor = portal.actor(administrator).await;
    let mut reviewed = Vec::new();
    for _ in 0..=size.reviewed {
        let filed = portal.application(Status::FormReceived).await.application;
        take(&portal.context, &actor, &filed.number, filed.version).await.expect("taken");
        reviewed.push(filed.number.to_path());
    }
    let seeder = Seeder::open(db.url()).await;
    seeder.run(&format!("UPDATE application_revisions SET printed_form = '{}' WHERE pdf IS NULL", form.replace('\'', "''"))).await;
    seeder.close().await;
    let row = accounts::find(portal.db(), administrator).await.expect("accounts").expect("the administrator");
    let shown = reviewed.pop().expect("one more than is approved");
    let number = cas_portal::domain::identifiers::ApplicationNumber::parse(&shown).expect("a number");
    assert!(applications::find_by_number(portal.db(), &number).await.expect("applications").is_some());
    let guarded = guarded::prepare(&portal, size.guarded).await;
    Prepared { administrator: row.login.to_string(), shown, reviewed, guarded, portal }
}

fn visitors(one: &Visitor, count: usize) -> Vec<Visitor> {
    (0..count).map(|_| one.double()).collect()
}

/// Many ask for the same page.
async fn pages(one: &Visitor, path: &str, time: Duration) -> Measured {
    let path: Arc<str> = path.into();
    drive(visitors(one, VISITORS), time, move |mut visitor| {
        let path = Arc::clone(&path);
        async move {
            let is_fine = visitor.get(&path).await.is_ok_and(|answer| answer.status == 200);
            (visitor, Some(is_fine))
        }
    })
    .await
}

/// Somebody on the sign-in page: the cookie and the token of its form. The cookies of a sign-in are not kept, so that one page
/// serves for many.
async fn at_the_door(port: u16) -> (Visitor, Arc<str>) {
    let mut visitor = Visitor::new(port);
    let page = visitor.get("/login").await.expect("the sign-in page");
    let token = field(&page.body, "csrf_token").expect("a token in the sign-in form");
    visitor.keeps_cookies = false;
    (visitor, token.into())
}

/// Each time another of the seeded accounts signs in.
async fn sign_ins(port: u16, accounts: u64, count: usize, time: Duration) -> Measured {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    // The first of them have second factors or new passwords.
    let usual = FULL.guarded.min(accounts / 4) * 2;
    let (one, token) = at_the_door(port).await;
    let mut all = visitors(&one, count);
    all.iter_mut().for_each(|visitor| visitor.keeps_cookies = false);
    drive(all, time, move |mut visitor| {
        let token = Arc::clone(&token);
        async move {
            let login = login(usual + NEXT.fetch_add(1, Ordering::Relaxed) % (accounts - usual));
            let fields = [("csrf_token", &*token), ("login", &login), ("password", PASSWORD)];
            let is_fine = visitor.post("/login", &fields).await.is_ok_and(|answer| answer.status == 303);
            (visitor, Some(is_fine))
        }
    })
    .await
}

/// Each application once, by eight at a time. The page before is read too, as an administrator would, but not measured.
async fn approvals(administrator: &Visitor, paths: Vec<String>, time: Duration) -> Measured {
    let (paths, next) = (Arc::new(paths), Arc::new(AtomicUsize::new(0)));
    let mut forms = Vec::new();
    let mut reader = administrator.double();
    for path in paths.iter() {
        let page = reader.get(&format!("/admin/applications/{path}/approve")).await.expect("the page of a decision");
        forms.push((field(&page.body, "csrf_token"), field(&page.body, "version")));
    }
    let forms = Arc::new(forms);
    drive(visitors(administrator, 8), time, move |mut visitor| {
        let (paths, next, forms) = (Arc::clone(&paths), Arc::clone(&next), Arc::clone(&forms));
        async move {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(path) = paths.get(at) else { return (visitor, None) };
            let (Some(token), Some(version)) = &forms[at] else { return (visitor, Some(false)) };
            let place = format!("/admin/applications/{path}/approve");
            let sent = visitor.post(&place, &[("csrf_token", token), ("version", version), ("signature", "seen")]).await;
            let is_fine = sent.is_ok_and(|answer| answer.status == 303);
            (visitor, Some(is_fine))
        }
    })
    .await
}

fn row(name: &str, measured: &Measured, bare: f64, argon: f64) {
    if measured.times.is_empty() {
        println!("| {name} | not answered as expected ({} tries) | | | | |", measured.failures);
        return;
    }
    let failures = if measured.failures == 0 { String::new() } else { format!(" ({} failed)", measured.failures) };
    let to_argon = if argon.is_nan() { String::new() } else { format!("{:.0} %", measured.rate() / argon * 100.0) };
    println!(
        "| {name} | {:.0}{failures} | {:.2} | {:.2} | {:.1} % | {to_argon} |",
        measured.rate(),
        measured.quantile(50),
        measured.quantile(99),
        measured.rate() / bare * 100.0,
    );
}

/// What the first printing of the usual form costs, in this process: milliseconds of CPU and bytes.
fn print_cost() -> (f64, usize) {
    let printer = FormPrinter::new().expect("fonts");
    let form = samples::typical();
    let size = printer.print(&form).expect("a form").len();
    let before = cpu(std::process::id());
    for _ in 0..100 {
        printer.print(&form).expect("a form");
    }
    ((cpu(std::process::id()) - before) * 10.0, size)
}

fn load_of_machine() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(1).collect()
}

static LOAD: LazyLock<String> = LazyLock::new(load_of_machine);

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|a| a == word);
    if let Some(at) = arguments.iter().position(|a| a == "--bare-route") {
        bare::serve(arguments[at + 1].parse().expect("a port")).await;
        return;
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("Load of the machine before: {} on {cores} cores.", *LOAD);
    let folder = tempfile::Builder::new().prefix("cas-portal-load-").tempdir().expect("a folder");
    if has("--monday") {
        monday::measure(has("--quick"), folder.path()).await;
        return;
    }
    let size = if has("--quick") { QUICK } else { FULL };
    let (milliseconds, bytes) = print_cost();
    println!("Printing the two-page form for the first time: {milliseconds:.1} ms of CPU, {:.1} kB.", bytes as f64 / 1000.0);

    let (name, db, empty) = if has("--postgres") {
        ("PostgreSQL", TestDatabase::postgres().await, None)
    } else {
        let empty = format!("sqlite://{}", folder.path().join("empty.db").display());
        ("SQLite", TestDatabase::sqlite().await, Some(empty))
    };
    let begun = Instant::now();
    let prepared = prepare(&db, &size).await;
    let seconds = begun.elapsed().as_secs_f64();
    println!("{name} with {} accounts and {} applications, filled in {seconds:.0} s.", size.accounts, size.applications);

    if let Some(empty) = empty {
        let first = start(&empty, folder.path()).await;
        println!("First start, with all migrations: {:.0} ms to /health/ready.", first.ready_after);
    }
    let mut starts = Vec::new();
    for _ in 0..4 {
        starts.push(start(db.url(), folder.path()).await.ready_after);
    }
    starts.sort_by(f64::total_cmp);
    let running = start(db.url(), folder.path()).await;
    let (id, port) = (running.process.id(), running.port);
    println!("Start to /health/ready: {:.0} ms ({:.0} to {:.0}).", starts[starts.len() / 2], starts[0], starts[starts.len() - 1]);
    tokio::time::sleep(Duration::from_secs(3)).await;
    println!("Memory, idle: {:.1} MB.", memory(id, "VmRSS"));

    let (_bare, bare_port) = start_bare().await;

    let nobody = Visitor::new(port);
    let half = size.row / 2;
    // By turns with what they are measured against, because the machine does other things too.
    let mut bare = pages(&Visitor::new(bare_port), "/", half).await;
    let health = pages(&nobody, "/health/live", size.row).await;
    let door = pages(&nobody, "/login", size.row).await;
    let (mut signing, mut argon) = (Measured::default(), Vec::new());
    for _ in 0..3 {
        argon.push(bare::argon2(half));
        signing = signing.and(sign_ins(port, size.accounts, VISITORS, size.row / 2).await);
    }
    let codes = guarded::sign_ins_with_codes(&prepared.portal, port, prepared.guarded.apps, size.row).await;
    argon.push(bare::argon2(half));
    let resets = guarded::new_passwords(port, prepared.guarded.resets, size.row).await;
    argon.push(bare::argon2(half));
    let argon = argon.iter().sum::<f64>() / argon.len() as f64;

    let (mut administrator, token) = at_the_door(port).await;
    administrator.keeps_cookies = true;
    let fields = [("csrf_token", &*token), ("login", &prepared.administrator), ("password", PASSWORD)];
    assert_eq!(administrator.post("/login", &fields).await.expect("a sign-in").status, 303);
    let queue = pages(&administrator, "/admin/applications", size.row).await;
    let one = pages(&administrator, &format!("/admin/applications/{}", prepared.shown), size.row).await;
    let form = format!("/applications/{}/form.pdf", prepared.shown);
    let pdf = pages(&administrator, &form, size.row).await;
    let approve = approvals(&administrator, prepared.reviewed.clone(), size.row * 3).await;
    bare = bare.and(pages(&Visitor::new(bare_port), "/", half).await);
    let used = memory(id, "VmHWM");
    drop(running);

    println!("\n| what | requests/s | p50 ms | p99 ms | of the bare route | of bare Argon2 |\n|---|---|---|---|---|---|");
    let rate = bare.rate();
    println!("| bare Argon2, {cores} threads | {argon:.1} | | | | 100 % |");
    row("bare Rocket route", &bare, rate, f64::NAN);
    row("health", &health, rate, f64::NAN);
    row("sign-in page", &door, rate, f64::NAN);
    row("sign-in", &signing, rate, argon);
    row("sign-in with a one-time code", &codes, rate, argon);
    row("new password by letter", &resets, rate, argon);
    row("queue", &queue, rate, f64::NAN);
    row("application page", &one, rate, f64::NAN);
    row("PDF, stored bytes", &pdf, rate, f64::NAN);
    row("approve, 8 at once", &approve, rate, f64::NAN);
    println!("\nMemory at most, over all of this: {used:.1} MB.");

    for count in FLOODS {
        let running = start(db.url(), folder.path()).await;
        let begun = Instant::now();
        let flood = sign_ins(running.port, size.accounts, count, Duration::from_millis(1)).await;
        let seconds = begun.elapsed().as_secs_f64();
        println!(
            "{count} sign-ins at once: {} done, {} failed, in {seconds:.1} s ({:.0} % of bare Argon2), p50 {:.1} s, p99 {:.1} s; \
             memory at most {:.1} MB, afterwards {:.1} MB.",
            flood.times.len(),
            flood.failures,
            flood.times.len() as f64 / seconds / argon * 100.0,
            flood.quantile(50) / 1000.0,
            flood.quantile(99) / 1000.0,
            memory(running.process.id(), "VmHWM"),
            memory(running.process.id(), "VmRSS"),
        );
    }
    println!("Load of the machine after: {}.", load_of_machine());
}
