//! The schema goes up, down and up again; several processes may take it up at once.

use super::conflicts::insert_account;
use super::{column, number};
use crate::support::database::{PostgresServer, TestDatabase, on_both};
use cas_portal::storage::database;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection};
use std::time::{Duration, Instant};

/// Everything that a migration can make, by name.
async fn objects(db: &DatabaseConnection) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DatabaseBackend::Sqlite => {
            "SELECT type || ' ' || name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' AND name NOT LIKE 'seaql%' ORDER BY 1"
        }
        _ => {
            "SELECT c.relkind::text || ' ' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = 'public' AND c.relname NOT LIKE 'seaql%' \
             UNION ALL SELECT 'function ' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace \
             WHERE n.nspname = 'public' \
             UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
        }
    };
    column(db, sql).await
}

on_both! {
    async fn up_down_up_ends_where_it_began(db: TestDatabase) {
        let db = database::connect(db.url(), 4).await.unwrap();
        assert!(database::is_migrated(&db).await.unwrap());
        let before = objects(&db).await;
        assert!(before.iter().any(|name| name.ends_with("audit_entries")), "{before:?}");

        database::migrate_down_all(&db).await.unwrap();
        assert_eq!(objects(&db).await, Vec::<String>::new());
        assert!(!database::is_migrated(&db).await.unwrap());

        database::migrate(&db).await.unwrap();
        assert_eq!(objects(&db).await, before);
        assert_eq!(number(&db, "SELECT count(*) FROM gminas").await, 2479);
        database::migrate(&db).await.unwrap();
        assert!(database::is_empty(&db).await.unwrap());
    }

    async fn each_step_can_be_taken_back_alone(db: TestDatabase) {
        use migrations::Migrator;
        use sea_orm_migration::MigratorTrait;
        // One connection: another one of the pool may still know an index by the schema before, and SQLite does not look again.
        let db = database::connect(db.url(), 1).await.unwrap();
        for _ in Migrator::migrations() {
            Migrator::down(&db, Some(1)).await.unwrap();
            Migrator::up(&db, Some(1)).await.unwrap();
            Migrator::down(&db, Some(1)).await.unwrap();
        }
        assert_eq!(objects(&db).await, Vec::<String>::new());
    }

    async fn a_database_with_an_account_is_not_empty(db: TestDatabase) {
        assert!(database::is_empty(db.connection()).await.unwrap());
        db.connection().execute_unprepared(&insert_account(db.is_postgres(), 1, "jan")).await.unwrap();
        assert!(!database::is_empty(db.connection()).await.unwrap());
    }
}

/// As four processes would: each with a pool of its own, connecting and migrating at once.
async fn four_at_once(url: String) {
    let tasks: Vec<_> = (0..4)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move {
                let db = database::connect(&url, 2).await?;
                database::migrate(&db).await?;
                Ok::<_, cas_portal::storage::StorageError>(number(&db, "SELECT count(*) FROM gminas").await)
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap().unwrap(), 2479);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_migrate_one_sqlite_file_that_is_not_there_yet() {
    let folder = tempfile::tempdir().unwrap();
    four_at_once(format!("sqlite://{}/var/new/portal.db", folder.path().display())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_migrate_one_empty_postgres_database() {
    let server = PostgresServer::of_this_run();
    four_at_once(server.url(&server.empty_database().await)).await;
}

#[tokio::test]
async fn sqlite_is_opened_for_safety() {
    let folder = tempfile::tempdir().unwrap();
    let db = database::connect(&format!("sqlite://{}/portal.db", folder.path().display()), 4).await.unwrap();
    assert_eq!(column::<String>(&db, "PRAGMA journal_mode").await, ["wal"]);
    assert_eq!(number(&db, "PRAGMA synchronous").await, 2);
    assert_eq!(number(&db, "PRAGMA foreign_keys").await, 1);
    assert_eq!(number(&db, "PRAGMA busy_timeout").await, 10_000);
}

#[tokio::test]
async fn postgres_is_opened_with_time_outs() {
    let server = PostgresServer::of_this_run();
    let url = server.url(&server.empty_database().await);
    for url in [url.clone(), url.replacen("postgres://", "postgresql://", 1)] {
        let db = database::connect(&url, 4).await.unwrap();
        assert_eq!(column::<String>(&db, "SHOW statement_timeout").await, ["30s"]);
        assert_eq!(column::<String>(&db, "SHOW lock_timeout").await, ["10s"]);
        assert_eq!(column::<String>(&db, "SHOW idle_in_transaction_session_timeout").await, ["1min"]);
        assert_eq!(column::<String>(&db, "SHOW application_name").await, ["cas-portal"]);
    }
}

/// A process that waits for another one's migration waits as long as that takes, and not as long as the pool would.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_waits_for_a_migration_on_postgres_is_patient() {
    let server = PostgresServer::of_this_run();
    let url = server.url(&server.empty_database().await);
    let holder = database::connect(&url, 1).await.unwrap();
    column::<i64>(&holder, "SELECT 1::bigint FROM pg_advisory_lock(18930650013329266)").await;
    let waiting = tokio::spawn(async move { database::migrate(&database::connect(&url, 1).await.unwrap()).await });
    tokio::time::sleep(Duration::from_secs(11)).await;
    assert!(!waiting.is_finished(), "the lock is respected, and outlasts the pool's lock_timeout of 10 s");
    holder.close().await.unwrap();
    waiting.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn transactions_that_read_and_then_write_do_not_fail_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let db = database::connect(&format!("sqlite://{}/portal.db", folder.path().display()), 8).await.unwrap();
    db.execute_unprepared("CREATE TABLE counter (n INTEGER NOT NULL); INSERT INTO counter VALUES (0)").await.unwrap();
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let db = db.clone();
            tokio::spawn(async move {
                let transaction = database::begin(&db).await.unwrap();
                let n = number(&transaction, "SELECT n FROM counter").await;
                transaction.execute_unprepared(&format!("UPDATE counter SET n = {}", n + 1)).await.unwrap();
                transaction.commit().await.unwrap();
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(number(&db, "SELECT n FROM counter").await, 40);
}

#[tokio::test]
async fn an_address_of_another_database_is_refused() {
    assert!(database::connect("mysql://localhost/portal", 1).await.is_err());
    assert!(database::connect("portal.db", 1).await.is_err());
}

/// The first start of a newcomer waits for this, in a debug build too.
#[tokio::test]
async fn the_schema_with_its_reference_data_is_there_at_once() {
    let db = database::connect("sqlite::memory:", 1).await.unwrap();
    let start = Instant::now();
    database::migrate(&db).await.unwrap();
    let taken = start.elapsed();
    assert_eq!(number(&db, "SELECT count(*) FROM gminas").await, 2479);
    // Usually 0.2 s; the bound leaves room for a busy machine and still notices a row-by-row insert.
    assert!(taken < Duration::from_secs(3), "{taken:?}");
}
