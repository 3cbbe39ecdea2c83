//! What other systems wait for: one question, a batch of a hundred and the gate, over HTTP, of the real binary with 100,000
//! accounts and 500,000 grants, on both databases, beside a bare Rocket route in the same run. `cargo bench --bench machine`;
//! `-- sqlite` or `-- postgres` for one, `-- --quick` with fewer rows and shorter. What may not live here: HTTP, counting and processes
//! (those are the load generator's).

// Its tables are what it is for.
#![allow(clippy::print_stdout)]

#[path = "load/bare.rs"]
#[allow(dead_code)] // The other yardstick is for sign-ins.
mod bare;
#[path = "load/http.rs"]
mod http;
#[path = "load/measure.rs"]
#[allow(dead_code)]
mod measure;
#[path = "load/running.rs"]
#[allow(dead_code)] // How quickly it starts is told by the load generator.
mod running;
mod stage;

use http::Visitor;
use measure::{Measured, drive, memory};
use running::{start, start_bare};
use serde_json::{Value, json};
use stage::database::TestDatabase;
use stage::fixtures::unit_data;
use stage::portal::TestPortal;
use stage::seeder::{GRANTS_EACH, Seeder, held, login, regon};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How much there is, and how long each row takes.
#[derive(Clone, Copy)]
struct Size {
    accounts: u64,
    units: u64,
    row: Duration,
}

const FULL: Size = Size { accounts: 100_000, units: 20_000, row: Duration::from_secs(6) };
const QUICK: Size = Size { accounts: 2_000, units: 400, row: Duration::from_millis(1_500) };
/// Connections at once.
const MANY: usize = 16;
/// Questions of a batch.
const BATCH: u64 = 100;

/// One row of the table.
#[derive(Clone, Copy, PartialEq)]
enum Case {
    Allowed,
    Refused,
    Gate,
    Batch,
}

impl Case {
    const ALL: [Self; 4] = [Self::Allowed, Self::Refused, Self::Gate, Self::Batch];
    const fn name(self) -> &'static str {
        match self {
            Self::Allowed => "one question: yes",
            Self::Refused => "one question: no",
            Self::Gate => "gate: yes",
            Self::Batch => "batch of 100, half of them yes",
        }
    }
    const fn questions(self) -> u64 {
        if matches!(self, Self::Batch) { BATCH } else { 1 }
    }
}

/// A question about another account each time, far from the last one; `no` asks for what nobody holds.
fn question(number: u64, size: &Size, is_held: bool) -> Value {
    let account = number.wrapping_mul(7_919) % size.accounts;
    let (unit, sub_area) = held(account, number, size.units);
    let verb = if is_held { "edit" } else { "approve" };
    json!({ "login": login(account), "unit": regon(unit), "sub_area": sub_area, "verb": verb })
}

/// Asks once; whether it was answered rightly.
async fn ask(visitor: &mut Visitor, case: Case, number: u64, size: &Size) -> bool {
    let answer = match case {
        Case::Allowed => visitor.post_json("/api/v1/decision", &question(number, size, true).to_string()).await,
        Case::Refused => visitor.post_json("/api/v1/decision", &question(number, size, false).to_string()).await,
        Case::Batch => {
            let questions: Vec<Value> = (0..BATCH).map(|n| question(number * BATCH + n, size, n % 2 == 0)).collect();
            visitor.post_json("/api/v1/decisions", &json!({ "questions": questions }).to_string()).await
        }
        Case::Gate => {
            let asked = question(number, size, true);
            let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
            visitor.headers.truncate(1); // The token stays.
            for (header, name) in [("Login", "login"), ("Unit", "unit"), ("Sub-Area", "sub_area"), ("Verb", "verb")] {
                visitor.headers.push(format!("X-CAS-{header}: {}", text(name)));
            }
            visitor.get("/api/v1/gate").await
        }
    };
    let Ok(answer) = answer else { return false };
    let body = || serde_json::from_str::<Value>(&answer.body).unwrap_or_default();
    match case {
        Case::Allowed => answer.status == 200 && body()["allowed"] == true,
        Case::Refused => answer.status == 200 && body()["allowed"] == false,
        Case::Gate => answer.status == 204,
        Case::Batch => answer.status == 200 && body()["allowed"] == json!((0..BATCH).map(|n| n % 2 == 0).collect::<Vec<_>>()),
    }
}

async fn measure(one: &Visitor, case: Case, many: usize, size: Size) -> Measured {
    let next = Arc::new(AtomicU64::new(0));
    drive((0..many).map(|_| one.double()).collect(), size.row, move |mut visitor| {
        let next = Arc::clone(&next);
        async move {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let is_fine = ask(&mut visitor, case, number, &size).await;
            (visitor, Some(is_fine))
        }
    })
    .await
}

async fn bare_route(port: u16, many: usize, time: Duration) -> Measured {
    drive((0..many).map(|_| Visitor::new(port)).collect(), time, |mut visitor| async move {
        let is_fine = visitor.get("/").await.is_ok_and(|answer| answer.status == 200);
        (visitor, Some(is_fine))
    })
    .await
}

fn row(name: &str, many: usize, questions: u64, measured: &Measured, bare: f64) {
    let failures = if measured.failures == 0 { String::new() } else { format!(" ({} failed)", measured.failures) };
    println!(
        "| {name} | {many} | {:.0}{failures} | {:.0} | {:.2} | {:.2} | {:.1} % |",
        measured.rate(),
        measured.rate() * questions as f64,
        measured.quantile(50),
        measured.quantile(99),
        measured.rate() / bare * 100.0,
    );
}

async fn run(name: &str, db: TestDatabase, size: Size) {
    let portal = TestPortal::new(&db);
    let begun = Instant::now();
    let data = serde_json::to_string(&unit_data(portal.regon())).expect("JSON");
    let seeder = Seeder::open(db.url()).await;
    seeder.accounts(size.accounts, None).await;
    seeder.units(size.units, &data).await;
    seeder.grants(size.accounts, size.units).await;
    seeder.close().await;
    let made = portal.machine(&["PS", "WRiSPZ", "SR", "FA", "KDR"], &["view", "edit", "approve"], &[]).await;
    let (accounts, grants) = (size.accounts, size.accounts * GRANTS_EACH);
    println!(
        "\n{name} with {accounts} accounts, {} units and {grants} grants, filled in {:.0} s\n",
        size.units,
        begun.elapsed().as_secs_f64()
    );

    let folder = tempfile::Builder::new().prefix("cas-portal-machine-").tempdir().expect("a folder");
    let running = start(db.url(), folder.path()).await;
    let (_bare, bare_port) = start_bare().await;
    let mut one = Visitor::new(running.port);
    one.headers.push(format!("Authorization: Bearer {}", made.token));
    println!("| what | at once | requests/s | questions/s | p50 ms | p99 ms | of the bare route |\n|---|---|---|---|---|---|---|");
    for many in [1, MANY] {
        // Before and after the questions, because the machine does other things too.
        let mut bare = bare_route(bare_port, many, size.row / 2).await;
        let mut measured = Vec::new();
        for case in Case::ALL {
            assert!(ask(&mut one.double(), case, 1, &size).await, "{}", case.name());
            measured.push((case, measure(&one, case, many, size).await));
        }
        bare = bare.and(bare_route(bare_port, many, size.row / 2).await);
        row("bare Rocket route", many, 0, &bare, bare.rate());
        for (case, measured) in measured {
            row(case.name(), many, case.questions(), &measured, bare.rate());
        }
    }
    println!("\nMemory at most, over all of this: {:.1} MB.", memory(running.process.id(), "VmHWM"));
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|a| a == word);
    if let Some(at) = arguments.iter().position(|a| a == "--bare-route") {
        bare::serve(arguments[at + 1].parse().expect("a port")).await;
        return;
    }
    let size = if has("--quick") { QUICK } else { FULL };
    if !has("postgres") {
        run("SQLite", TestDatabase::sqlite().await, size).await;
    }
    if !has("sqlite") {
        run("PostgreSQL", TestDatabase::postgres().await, size).await;
    }
}
