//! A database that has no room or no time is away, and not broken: trying again helps. Real time-outs, deadlocks and full files where a test
//! can bring them about.

use super::conflicts::insert_account;
use super::number;
use crate::support::database::{TestDatabase, on_both};
use cas_portal::storage::{StorageError, database};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr};

fn is_away(result: Result<impl std::fmt::Debug, DbErr>) -> bool {
    StorageError::from(result.expect_err("it fails")).is_away()
}

/// One connection, so that what is set stays set.
async fn one(db: &TestDatabase) -> DatabaseConnection {
    database::connect(db.url(), 1).await.expect("a connection")
}

fn rename(login: &str) -> String {
    format!("UPDATE accounts SET first_name = 'Ewa' WHERE login_key = '{login}'")
}

on_both! {
    async fn a_lock_that_is_not_given_in_time_can_be_tried_again(db: TestDatabase) {
        db.connection().execute_unprepared(&insert_account(db.is_postgres(), 1, "jan")).await.expect("an account");
        let holder = database::begin(db.connection()).await.expect("a transaction");
        holder.execute_unprepared(&rename("jan")).await.expect("locked");
        let other = one(&db).await;
        let impatient = if db.is_postgres() { "SET lock_timeout = '50ms'" } else { "PRAGMA busy_timeout = 50" };
        other.execute_unprepared(impatient).await.expect("set");
        assert!(is_away(other.execute_unprepared(&rename("jan")).await));
        drop(holder);
        other.execute_unprepared(&rename("jan")).await.expect("free again");
        // What is wrong stays wrong, however often it is tried.
        assert!(!is_away(other.execute_unprepared("SELECT nothing FROM nowhere").await));
        assert!(!is_away(other.execute_unprepared(&insert_account(db.is_postgres(), 2, "jan")).await));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_sqlite_file_can_be_tried_again() {
    let db = TestDatabase::sqlite().await;
    let full = one(&db).await;
    let pages = number(&full, "PRAGMA page_count").await;
    full.execute_unprepared(&format!("PRAGMA max_page_count = {pages}")).await.expect("set");
    let filled = "CREATE TABLE filler AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 20000) SELECT x, hex(randomblob(50)) FROM n";
    assert!(is_away(full.execute_unprepared(filled).await));
    full.execute_unprepared("PRAGMA max_page_count = 1000000").await.expect("set");
    full.execute_unprepared(filled).await.expect("there is room again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_postgres_refuses_for_want_of_room_or_time_can_be_tried_again() {
    let db = TestDatabase::postgres().await;
    let raised = async |code: &str| {
        let sql = format!("DO $$ BEGIN RAISE EXCEPTION 'as the server would' USING ERRCODE = '{code}'; END $$");
        is_away(db.connection().execute_unprepared(&sql).await)
    };
    for code in ["08006", "25P03", "40001", "40P01", "53100", "53200", "53300", "55P03", "57014", "57P01", "57P02", "57P03"] {
        assert!(raised(code).await, "{code}");
    }
    for code in ["22001", "23502", "23503", "23505", "23514", "25P02", "42501", "42P01", "XX000"] {
        assert!(!raised(code).await, "{code}");
    }
    // By itself: a statement that takes too long.
    let impatient = one(&db).await;
    impatient.execute_unprepared("SET statement_timeout = '50ms'").await.expect("set");
    assert!(is_away(impatient.execute_unprepared("SELECT pg_sleep(30)").await));
    // Two that wait for each other.
    for (n, login) in [(1, "jan"), (2, "ewa")] {
        db.connection().execute_unprepared(&insert_account(true, n, login)).await.expect("an account");
    }
    let (first, second) = (database::begin(db.connection()).await.expect("one"), database::begin(db.connection()).await.expect("another"));
    first.execute_unprepared(&rename("jan")).await.expect("locked");
    second.execute_unprepared(&rename("ewa")).await.expect("locked");
    let (jan, ewa) = (rename("jan"), rename("ewa"));
    let (one, other) = tokio::join!(async { (first.execute_unprepared(&ewa).await, first.rollback().await) }, async {
        (second.execute_unprepared(&jan).await, second.rollback().await)
    },);
    let refused = [one.0, other.0].into_iter().filter_map(Result::err).map(|error| StorageError::from(error).is_away());
    assert_eq!(refused.collect::<Vec<_>>(), [true], "one of the two is refused");
}
