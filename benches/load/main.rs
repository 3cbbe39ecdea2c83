//! The load generator: the real binary on a full database, visitors who sign in and keep their cookies, and beside them, in the
//! same run, a bare Rocket route and bare Argon2. `cargo bench --bench load` on SQLite, `-- --postgres` on PostgreSQL,
//! `-- --quick` with fewer rows and shorter. What may not live here: HTTP (`http.rs`), counting (`measure.rs`), yardsticks.

// Its tables are what it is for.
#![allow(clippy::print_stdout)]

mod bare;
mod guarded;
mod http;
mod measure;
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
use stage::database::TestDatabase;
use stage::fixtures::PASSWORD;
use stage::portal::TestPortal;
use stage::process::{Watched, free_port};
use stage::seeder::{Seeder, login};
use std::process::Command;
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
/// Of the portal, in both processes: what one seals the other opens.
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

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

/// The portal, as an operator would start it.
struct Running {
    process: Watched,
    port: u16,
    /// Milliseconds from the start of the process to the first `ready`.
    ready_after: f64,
}

async fn start(url: &str, folder: &std::path::Path) -> Running {
    let port = free_port();
    let program = std::env::var("CAS_PORTAL_BINARY").unwrap_or_else(|_| env!("CARGO_BIN_EXE_cas-portal").to_owned());
    let mut command = Command::new(program);
    command.arg("serve").current_dir(folder);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CAS_PORTAL_")) {
        command.env_remove(name);
    }
    let log = std::fs::File::create(folder.join("log")).expect("a log");
    command.stdout(log.try_clone().expect("a handle")).stderr(log);
    command.envs([
        ("CAS_PORTAL_LISTEN", format!("127.0.0.1:{port}")),
        ("CAS_PORTAL_DATABASE_URL", url.to_owned()),
        ("CAS_PORTAL_RATE_LIMITS", "off".to_owned()),
        ("CAS_PORTAL_SECRET_KEY", KEY.to_owned()),
        ("CAS_PORTAL_SECOND_FACTOR_ROLES", "none".to_owned()),
        ("CAS_PORTAL_LOG", "warn".to_owned()),
    ]);
    let begun = Instant::now();
    let mut process = Watched::spawn(command, "KILL", None).expect("the portal starts");
    loop {
        let answer = Visitor::new(port).get("/health/ready").await;
        if answer.is_ok_and(|answer| answer.status == 200) {
            return Running { process, port, ready_after: begun.elapsed().as_secs_f64() * 1000.0 };
        }
        let log = || std::fs::read_to_string(folder.join("log")).unwrap_or_default();
        assert!(process.try_wait().is_none(), "the portal ended:\n{}", log());
        assert!(begun.elapsed() < Duration::from_secs(60), "the portal is not ready:\n{}", log());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
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
    let size = if has("--quick") { QUICK } else { FULL };
    let (milliseconds, bytes) = print_cost();
    println!("Printing the two-page form for the first time: {milliseconds:.1} ms of CPU, {:.1} kB.", bytes as f64 / 1000.0);

    let folder = tempfile::Builder::new().prefix("cas-portal-load-").tempdir().expect("a folder");
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

    let (bare_port, mut command) = (free_port(), Command::new(std::env::current_exe().expect("this program")));
    command.args(["--bare-route", &bare_port.to_string()]);
    let _bare = Watched::spawn(command, "KILL", None).expect("the bare route starts");
    while Visitor::new(bare_port).get("/").await.is_err() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

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
