//! Figures of many applications: each question is answered from its index, whatever the number of rows.

use super::column;
use crate::support::database::{TestDatabase, on_both};
use cas_portal::domain::figures::period::Period;
use cas_portal::domain::voivodeship::VoivodeshipCode;
use cas_portal::storage::figures::Question;
use cas_portal::storage::grants::ending::ending_query;
use cas_portal::storage::{database, units};
use jiff::civil::date;
use sea_orm::sea_query::{PostgresQueryBuilder, SelectStatement, SqliteQueryBuilder};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

const ROWS: u32 = 40_000;

/// Applications of nearly three years in sixteen voivodeships, a few of them waiting, and as many returns.
async fn fill(db: &DatabaseConnection, is_postgres: bool) {
    let (series, voivodeship, day) = if is_postgres {
        (
            format!("generate_series(0, {ROWS} - 1) AS s(n)"),
            "lpad((2 * (n % 16 + 1))::text, 2, '0')",
            "to_char(date '2024-02-01' + n * 7919 % 1000, 'YYYY-MM-DD')",
        )
    } else {
        (
            format!("(WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < {ROWS} - 1) SELECT n FROM s) AS s"),
            "printf('%02d', 2 * (n % 16 + 1))",
            "date('2024-02-01', '+' || (n * 7919 % 1000) || ' days')",
        )
    };
    let number = "'W/' || CAST(n AS TEXT)";
    for sql in [
        format!(
            "INSERT INTO application_figures (number, voivodeship, kind, filed_on, office_since, office_days, ended_on, outcome, returns) \
             SELECT {number}, {voivodeship}, 'unit_registration', {day}, CASE WHEN n % 50 = 0 THEN {day} END, n % 15, \
             CASE WHEN n % 50 <> 0 THEN {day} END, CASE WHEN n % 50 <> 0 THEN 'approved' END, n % 3 FROM {series}"
        ),
        format!(
            "INSERT INTO return_figures (voivodeship, returned_on, place) SELECT {voivodeship}, {day}, CASE n % 3 WHEN 0 THEN '' ELSE 'unit.phone' END FROM {series}"
        ),
        "ANALYZE application_figures".to_owned(),
        "ANALYZE return_figures".to_owned(),
    ] {
        // SQLite has to do without: it keeps no statistics by itself.
        if is_postgres || !sql.starts_with("ANALYZE") {
            db.execute_unprepared(&sql).await.expect(&sql);
        }
    }
}

/// How the database would go about it.
async fn plan(db: &DatabaseConnection, is_postgres: bool, query: &SelectStatement) -> String {
    if is_postgres {
        return column::<String>(db, &format!("EXPLAIN {}", query.to_string(PostgresQueryBuilder))).await.join("\n");
    }
    let sql = format!("EXPLAIN QUERY PLAN {}", query.to_string(SqliteQueryBuilder));
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.expect("a plan");
    rows.iter().map(|row| row.try_get::<String>("", "detail").expect("a line")).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn walks(plan: &str, index: &str, tables: &[&str]) {
    assert!(plan.contains(index), "not by {index}:\n{plan}");
    for table in tables {
        let scans = [format!("Seq Scan on {table}"), format!("SCAN {table}")];
        // SQLite says SCAN also of a walk along an index.
        let is_whole = |line: &str| scans.iter().any(|scan| line.contains(scan)) && !line.contains("USING");
        assert!(!plan.lines().any(is_whole), "all of {table}:\n{plan}");
    }
}

on_both! {
    async fn each_question_is_answered_from_its_index(db: TestDatabase) {
        let is_postgres = db.is_postgres();
        let one = database::connect(db.url(), 1).await.expect("a connection");
        fill(&one, is_postgres).await;
        let month = Period { from: date(2026, 9, 1), until: date(2026, 9, 30) };
        let own = vec![VoivodeshipCode::trusted("26")];
        let all: Vec<VoivodeshipCode> = (1..=16).map(|n| VoivodeshipCode::trusted(format!("{:02}", 2 * n))).collect();
        for of in [own, all] {
            for (question, index) in [
                (Question::Filed(month), "application_figures_filed"),
                (Question::Ended(month), "application_figures_ended"),
                (Question::EndedByDay(month), "application_figures_ended"),
                (Question::Waiting, "application_figures_waiting"),
                (Question::Returned(month), "return_figures_day"),
            ] {
                let plan = plan(&one, is_postgres, &question.query(&of)).await;
                walks(&plan, index, &["application_figures", "return_figures"]);
                assert!(is_postgres || plan.contains("COVERING INDEX"), "{question:?}: {plan}");
            }
        }
    }

    async fn what_ends_soon_and_units_alone_are_found_by_an_index(db: TestDatabase) {
        let is_postgres = db.is_postgres();
        let one = database::connect(db.url(), 1).await.expect("a connection");
        if is_postgres {
            // There are no rows here, and then reading all is the quickest.
            one.execute_unprepared("SET enable_seqscan = off").await.expect("set");
        }
        let of = [VoivodeshipCode::trusted("26")];
        let ending = plan(&one, is_postgres, &ending_query(&of, date(2026, 11, 22), date(2027, 2, 20))).await;
        walks(&ending, "grants_", &["grants", "units", "accounts"]);
        assert!(is_postgres || ending.contains("grants_until"), "{ending}");
        let alone = plan(&one, is_postgres, &units::without_coordinator_query(&of)).await;
        walks(&alone, if is_postgres { "units_" } else { "units_voivodeship_name" }, &["units", "role_assignments"]);
    }
}
