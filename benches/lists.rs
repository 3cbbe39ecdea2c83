//! Lists of grants and of their changes, and whole lists as files, at a thousand and at a hundred thousand grants, on both databases:
//! pages must stay flat, and the memory of an export must not grow with the list.
//! `cargo bench --bench lists` takes a minute or two; `-- --quick` stops at ten thousand, `-- sqlite` or `-- postgres` keeps to one
//! database. What may not live here: the queries (storage), HTTP (`load`).

// Its tables are what it is for.
#![allow(clippy::print_stdout)]

mod stage;

use cas_portal::domain::account::Role;
use cas_portal::domain::actor::Actor;
use cas_portal::domain::grant::GrantState;
use cas_portal::domain::id::UnitId;
use cas_portal::domain::permission::UnitScope;
use cas_portal::services::export_list::{Format, List, export_list};
use cas_portal::services::view_grants::{ChangeFilter, GrantFilter, PAGE_SIZE, list_changes, list_grants};
use cas_portal::storage::grants::listing;
use jiff::civil::date;
use sea_orm::DatabaseBackend;
use stage::database::TestDatabase;
use stage::fixtures::unit_data;
use stage::memory::{grown, remember};
use stage::portal::TestPortal;
use stage::seeder::{GRANTS_EACH, Seeder};
use std::time::{Duration, Instant};

const SMALL: u64 = 1_000;
/// Grants of one unit.
const PER_UNIT: u64 = 10;
/// Rounds of one row of the table at most, and how long it may take.
const ROUNDS: usize = 100;
const PATIENCE: Duration = Duration::from_secs(4);

/// A database with so many grants, and who looks at them.
struct Stage {
    portal: TestPortal,
    administrator: Actor,
    central: Actor,
    coordinator: Actor,
    count: u64,
    // Last: the folder goes after the connections.
    _db: TestDatabase,
}

/// Where in the list a page lies.
#[derive(Clone, Copy)]
enum Place {
    First,
    Middle,
    Last,
}

/// One row of the table.
struct Case {
    name: &'static str,
    who: fn(&Stage) -> &Actor,
    filter: fn() -> GrantFilter,
    place: Place,
}

fn any() -> GrantFilter {
    GrantFilter { state: Some(GrantState::Current), ..GrantFilter::default() }
}

fn person(words: &str) -> GrantFilter {
    GrantFilter { person: words.to_owned(), ..any() }
}

const CASES: &[Case] = {
    const OWN: fn(&Stage) -> &Actor = |s| &s.administrator;
    const ALL: fn(&Stage) -> &Actor = |s| &s.central;
    const UNIT: fn(&Stage) -> &Actor = |s| &s.coordinator;
    const fn case(name: &'static str, who: fn(&Stage) -> &Actor, filter: fn() -> GrantFilter, place: Place) -> Case {
        Case { name, who, filter, place }
    }
    &[
        case("first page, one voivodeship", OWN, any, Place::First),
        case("page in the middle, one voivodeship", OWN, any, Place::Middle),
        case("last page, one voivodeship", OWN, any, Place::Last),
        case("first page, whole country", ALL, any, Place::First),
        case("page in the middle, whole country", ALL, any, Place::Middle),
        case("last page, whole country", ALL, any, Place::Last),
        case("a coordinator's unit", UNIT, any, Place::First),
        case("one person, whole country", ALL, || person("konto150"), Place::First),
        case("a common name, whole country", ALL, || person("nowak"), Place::First),
        case("one unit by its REGON", ALL, || GrantFilter { unit: "10000040".to_owned(), ..any() }, Place::First),
        case(
            "one function of one sub-area",
            OWN,
            || GrantFilter { sub_area: "SR".to_owned(), function: "editor".to_owned(), ..any() },
            Place::First,
        ),
        case("nothing ends by that day", OWN, || GrantFilter { until: Some(date(2026, 12, 1)), ..any() }, Place::First),
    ]
};

impl Stage {
    async fn set(db: TestDatabase, count: u64) -> Self {
        let portal = TestPortal::new(&db);
        let data = serde_json::to_string(&unit_data(portal.regon())).expect("JSON");
        let seeder = Seeder::open(db.url()).await;
        seeder.accounts(count / GRANTS_EACH, None).await;
        seeder.units(count / PER_UNIT, &data).await;
        seeder.grants(count / GRANTS_EACH, count / PER_UNIT).await;
        seeder.close().await;
        let administrator = portal.actor(portal.administrator().await).await;
        let central = portal.actor(portal.official(Role::CentralAdministrator, None).await).await;
        let of_unit = portal.account("koordynator", cas_portal::domain::account::AccountStatus::Active).await;
        portal.assign(of_unit, Role::UnitCoordinator, None, Some(UnitId(Seeder::unit_id(4)))).await;
        let coordinator = portal.actor(of_unit).await;
        Stage { administrator, central, coordinator, portal, count, _db: db }
    }

    /// Where a page begins, found by reading all before it as one page.
    async fn cursor(&self, case: &Case) -> Option<String> {
        let scope = self.portal.context.policy.unit_scope((case.who)(self), cas_portal::domain::permission::Permission::GrantList);
        let scope = scope.unwrap_or(UnitScope::Country);
        let today = self.portal.now().warsaw_date();
        let filter = any();
        let before = async |size| listing::list(self.portal.db(), &scope, &filter, today, None, size).await.expect("a list");
        let all = match case.place {
            Place::First => return None,
            _ => before(usize::try_from(self.count).expect("a size")).await.rows.len(),
        };
        let size = if matches!(case.place, Place::Middle) { all / 2 } else { all.saturating_sub(PAGE_SIZE) };
        before(size).await.next
    }

    async fn read(&self, case: &Case, after: Option<&str>) -> (f64, usize) {
        let filter = (case.filter)();
        let begun = Instant::now();
        let read = list_grants(&self.portal.context, (case.who)(self), &filter, after).await.expect("a page");
        (begun.elapsed().as_secs_f64() * 1000.0, read.rows.len())
    }

    async fn changes(&self, who: fn(&Stage) -> &Actor) -> (f64, usize) {
        let filter = ChangeFilter { since: date(2026, 1, 1), only: None, is_own: false };
        let begun = Instant::now();
        let read = list_changes(&self.portal.context, who(self), &filter, None).await.expect("a page");
        (begun.elapsed().as_secs_f64() * 1000.0, read.rows.len())
    }
}

/// The middle and the 95th of a hundred.
fn quantiles(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], times[times.len() * 95 / 100])
}

/// One row: both databases by turns, so that whatever else the machine does falls on both.
async fn row(name: &str, small: impl AsyncFn() -> (f64, usize), big: impl AsyncFn() -> (f64, usize)) {
    let rows = (small().await.1, big().await.1);
    let (mut small_times, mut big_times) = (Vec::new(), Vec::new());
    let begun = Instant::now();
    while small_times.len() < ROUNDS && (small_times.len() < 5 || begun.elapsed() < PATIENCE) {
        small_times.push(small().await.0);
        big_times.push(big().await.0);
    }
    let (small, big) = (quantiles(small_times), quantiles(big_times));
    let (rows, ratio) = (format!("{}, {}", rows.0, rows.1), big.0 / small.0);
    println!("| {name} | {rows} | {:.2} | {:.2} | {:.2} | {:.2} | **{ratio:.2}** |", small.0, small.1, big.0, big.1);
}

async fn compare(name: &str, small: &Stage, big: &Stage) {
    println!("\n{name}: {} and {} grants; whole page, milliseconds\n", small.count, big.count);
    println!("| page | rows | {} p50 | p95 | {} p50 | p95 | ratio of p50 |", small.count, big.count);
    println!("|---|---|---|---|---|---|---|");
    for case in CASES {
        let (near, far) = (small.cursor(case).await, big.cursor(case).await);
        row(case.name, async || small.read(case, near.as_deref()).await, async || big.read(case, far.as_deref()).await).await;
    }
    row("changes, one voivodeship", async || small.changes(|s| &s.administrator).await, async || big.changes(|s| &s.administrator).await)
        .await;
    row("changes, whole country", async || small.changes(|s| &s.central).await, async || big.changes(|s| &s.central).await).await;
    row("changes, a coordinator's unit", async || small.changes(|s| &s.coordinator).await, async || big.changes(|s| &s.coordinator).await)
        .await;
}

/// Whole lists: how long, how big, and how much memory they took at most beyond what the process held before.
async fn export(name: &str, stage: &Stage) {
    println!("\n{name}: whole lists as files, of the whole country\n");
    println!("| list | format | rows | seconds | MB | memory at most, MB more |");
    println!("|---|---|---|---|---|---|");
    for list in [
        List::Grants(GrantFilter::default()),
        List::Changes(ChangeFilter { since: date(2026, 1, 1), only: None, is_own: false }),
        List::Accounts { q: String::new(), asks_to_close: false },
    ] {
        for format in Format::ALL {
            let before = remember();
            let begun = Instant::now();
            let exported = export_list(&stage.portal.context, &stage.central, &list, format).await.expect("a file");
            let (seconds, megabytes) = (begun.elapsed().as_secs_f64(), exported.size as f64 / 1e6);
            println!(
                "| {} | {} | {} | {seconds:.2} | {megabytes:.1} | **{:.1}** |",
                list.key(),
                format.key(),
                exported.rows,
                grown(before)
            );
        }
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|a| a == word);
    let count = if has("--quick") { 10_000 } else { 100_000 };
    for (name, backend) in [("SQLite", DatabaseBackend::Sqlite), ("PostgreSQL", DatabaseBackend::Postgres)] {
        let other = if backend == DatabaseBackend::Sqlite { "postgres" } else { "sqlite" };
        if has(other) {
            continue;
        }
        let open =
            || async { if backend == DatabaseBackend::Sqlite { TestDatabase::sqlite().await } else { TestDatabase::postgres().await } };
        let small = Stage::set(open().await, SMALL).await;
        let big = Stage::set(open().await, count).await;
        // Files first: reading half of the list at once, to find its middle, would leave memory behind.
        export(name, &small).await;
        export(name, &big).await;
        compare(name, &small, &big).await;
    }
}
