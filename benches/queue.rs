//! The queue „Wnioski” at a thousand and at a million applications, on both databases: it must stay flat.
//! `cargo bench --bench queue` takes some minutes, most of them to fill the databases; `-- --quick` stops at a hundred thousand,
//! `-- sqlite` or `-- postgres` keeps to one database. What may not live here: the queries (storage), HTTP (`load.rs`).

// Its tables are what it is for.
#![allow(clippy::print_stdout)]

mod stage;

use cas_portal::domain::account::Role;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::application::Payload;
use cas_portal::domain::application::status::Status;
use cas_portal::services::review_application::{PAGE_SIZE, queue};
use cas_portal::storage::applications::queue::Sort;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use stage::database::TestDatabase;
use stage::fixtures::printed_form;
use stage::portal::TestPortal;
use stage::seeder::Seeder;
use std::time::{Duration, Instant};

const SMALL: u64 = 1_000;
const ACCOUNTS: u64 = 1_000;
/// Rounds of one row of the table at most, and how long it may take.
const ROUNDS: usize = 200;
const PATIENCE: Duration = Duration::from_secs(4);

/// A database with so many applications, and who looks at them.
struct Stage {
    portal: TestPortal,
    administrator: Actor,
    two_voivodeships: Actor,
    central: Actor,
    // Last: the folder goes after the connections.
    _db: TestDatabase,
}

/// One row of the table.
#[derive(Clone, Copy)]
struct Case {
    name: &'static str,
    who: fn(&Stage) -> &Actor,
    q: &'static str,
    sort: Sort,
    place: Place,
}

#[derive(Clone, Copy, PartialEq)]
enum Place {
    First,
    Middle,
    Last,
}

const CASES: &[Case] = {
    const fn case(name: &'static str, who: fn(&Stage) -> &Actor, q: &'static str, sort: Sort, place: Place) -> Case {
        Case { name, who, q, sort, place }
    }
    const OWN: fn(&Stage) -> &Actor = |s| &s.administrator;
    const TWO: fn(&Stage) -> &Actor = |s| &s.two_voivodeships;
    const ALL: fn(&Stage) -> &Actor = |s| &s.central;
    &[
        case("first page", OWN, "", Sort::Waiting, Place::First),
        case("page in the middle", OWN, "", Sort::Waiting, Place::Middle),
        case("last page", OWN, "", Sort::Waiting, Place::Last),
        case("last page, newest first", OWN, "", Sort::Newest, Place::Last),
        case("last page, by unit", OWN, "", Sort::Unit, Place::Last),
        case("first page, by deadline", OWN, "", Sort::Due, Place::First),
        case("last page, by deadline", OWN, "", Sort::Due, Place::Last),
        case("last page, by deadline, whole country", ALL, "", Sort::Due, Place::Last),
        case("first page, two voivodeships", TWO, "", Sort::Waiting, Place::First),
        case("last page, two voivodeships", TWO, "", Sort::Waiting, Place::Last),
        case("first page, whole country", ALL, "", Sort::Waiting, Place::First),
        case("last page, whole country", ALL, "", Sort::Waiting, Place::Last),
        case("search: a REGON", OWN, "000000400", Sort::Waiting, Place::First),
        case("search: a rare word", OWN, "nazwisko0400", Sort::Waiting, Place::First),
        case("search: one of a thousand", OWN, "gmina400", Sort::Waiting, Place::First),
        case("search: a common word", OWN, "pomocy", Sort::Waiting, Place::First),
        case("search: common and rare", OWN, "pomocy nazwisko0400", Sort::Waiting, Place::First),
        case("search: a common word, whole country", ALL, "pomocy", Sort::Waiting, Place::First),
    ]
};

impl Stage {
    async fn set(db: TestDatabase, count: u64) -> Self {
        let portal = TestPortal::new(&db);
        let payload = serde_json::to_string(&Payload::Registration(portal.registration(1))).expect("JSON");
        let filed = portal.application(Status::Approved).await;
        let form = serde_json::to_string(&printed_form(&filed.application)).expect("JSON");
        let seeder = Seeder::open(db.url()).await;
        seeder.accounts(ACCOUNTS, None).await;
        seeder.applications(count, ACCOUNTS, &payload, &form).await;
        seeder.close().await;
        let administrator = portal.actor(portal.administrator().await).await;
        let central = portal.actor(portal.official(Role::CentralAdministrator, None).await).await;
        let both = portal.administrator().await;
        portal.assign(both, Role::VoivodeshipAdministrator, Some("24"), None).await;
        let two_voivodeships = portal.actor(both).await;
        Stage { administrator, two_voivodeships, central, portal, _db: db }
    }

    /// Where a page begins, found without turning all the pages before it. Written as the list itself writes it.
    async fn cursor(&self, case: &Case) -> Option<String> {
        let scope = match (case.name.contains("country"), case.name.contains("two")) {
            (true, _) => "",
            (_, true) => "AND voivodeship IN ('24', '26')",
            _ => "AND voivodeship = '26'",
        };
        let (column, order) = match case.sort {
            Sort::Waiting => ("status_since", "ASC"),
            Sort::Due => ("due_at", "ASC"),
            Sort::Newest => ("submitted_at", "DESC"),
            Sort::Unit => ("unit_name_sort", "ASC"),
        };
        let (order, offset) = match case.place {
            Place::First => return None,
            Place::Middle => (order, format!("(SELECT count(*) / 2 FROM applications WHERE status = 'form_received' {scope})")),
            Place::Last => (if order == "ASC" { "DESC" } else { "ASC" }, PAGE_SIZE.to_string()),
        };
        let sql = format!(
            "SELECT {column} AS place, id FROM applications WHERE status = 'form_received' {scope} \
             ORDER BY {column} {order}, id {order} LIMIT 1 OFFSET {offset}"
        );
        let db = self.portal.db();
        let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("a query").expect("a row");
        let id: uuid::Uuid = row.try_get("", "id").expect("an id");
        Some(match case.sort {
            Sort::Unit => format!("k{}.{}", hex::encode(row.try_get::<Vec<u8>>("", "place").expect("a key")), id.simple()),
            _ => format!("n{}.{}", row.try_get::<i64>("", "place").expect("a number"), id.simple()),
        })
    }

    /// The page as the service gives it, with its counts; milliseconds and rows.
    async fn read(&self, case: &Case, after: Option<&str>) -> (f64, usize) {
        let begun = Instant::now();
        let read = queue(&self.portal.context, (case.who)(self), Status::FormReceived, case.q, case.sort, after).await.expect("a page");
        (begun.elapsed().as_secs_f64() * 1000.0, read.rows.rows.len())
    }
}

/// The middle and the 95th of a hundred.
fn quantiles(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

async fn compare(name: &str, small: &Stage, big: &Stage, count: u64) {
    println!("\n{name}: {SMALL} and {count} applications; whole page with its counts, milliseconds\n");
    println!("| page | rows | {SMALL} p50 | p95 | {count} p50 | p95 | ratio of p50 |");
    println!("|---|---|---|---|---|---|---|");
    for case in CASES {
        let (near, far) = (small.cursor(case).await, big.cursor(case).await);
        let (mut small_times, mut big_times) = (Vec::new(), Vec::new());
        let mut rows = (0, 0);
        for _ in 0..3 {
            rows = (small.read(case, near.as_deref()).await.1, big.read(case, far.as_deref()).await.1);
        }
        if case.place == Place::Last {
            assert_eq!(rows, (PAGE_SIZE, PAGE_SIZE), "{}", case.name);
        }
        let begun = Instant::now();
        // By turns, so that whatever else the machine does falls on both.
        while small_times.len() < ROUNDS && (small_times.len() < 10 || begun.elapsed() < PATIENCE) {
            small_times.push(small.read(case, near.as_deref()).await.0);
            big_times.push(big.read(case, far.as_deref()).await.0);
        }
        let (small, big) = (quantiles(small_times), quantiles(big_times));
        println!(
            "| {} | {}, {} | {:.2} | {:.2} | {:.2} | {:.2} | **{:.2}** |",
            case.name,
            rows.0,
            rows.1,
            small.0,
            small.1,
            big.0,
            big.1,
            big.0 / small.0
        );
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|a| a == word);
    let count = if has("--quick") { 100_000 } else { 1_000_000 };
    for (name, backend) in [("SQLite", DatabaseBackend::Sqlite), ("PostgreSQL", DatabaseBackend::Postgres)] {
        let other = if backend == DatabaseBackend::Sqlite { "postgres" } else { "sqlite" };
        if has(other) {
            continue;
        }
        let open =
            || async { if backend == DatabaseBackend::Sqlite { TestDatabase::sqlite().await } else { TestDatabase::postgres().await } };
        let small = Stage::set(open().await, SMALL).await;
        let begun = Instant::now();
        let big = Stage::set(open().await, count).await;
        println!("\n{name} filled with {count} applications in {:.0} s", begun.elapsed().as_secs_f64());
        compare(name, &small, &big, count).await;
    }
}
