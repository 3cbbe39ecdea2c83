//! Connecting, beginning a transaction, migrating. Which database it is, is said by the URL alone.

use super::{StorageError, Transaction};
use crate::disk::{make_private_folder, private_file};
use log::LevelFilter;
use migrations::Migrator;
use sea_orm::sea_query::{Expr, Query};
use sea_orm::sqlx::{
    Connection, Executor, PgConnection,
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection, DbErr, RuntimeErr};
use sea_orm_migration::MigratorTrait;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Held on PostgreSQL while migrating: „CAS” and „migr” as ASCII codes, so that no other program takes the same by chance.
const MIGRATION_LOCK: i64 = 0x43_41_53_6d_69_67_72;
/// A statement that takes longer is written to the log, without its values.
const SLOW: Duration = Duration::from_millis(500);
/// How long PostgreSQL is tried before it counts as away, and how long a request waits for a free connection.
const AWAY: Duration = Duration::from_secs(6);
/// How long a writer on SQLite waits for another one.
const BUSY: Duration = Duration::from_secs(10);

fn failed(what: impl std::fmt::Display) -> StorageError {
    StorageError::Database(DbErr::Conn(RuntimeErr::Internal(what.to_string())))
}

/// Which database a URL names.
///
/// # Errors
/// [`StorageError::Database`] for a URL of neither.
pub fn backend(url: &str) -> Result<DatabaseBackend, StorageError> {
    match url.split_once(':') {
        Some(("sqlite", _)) => Ok(DatabaseBackend::Sqlite),
        Some(("postgres" | "postgresql", _)) => Ok(DatabaseBackend::Postgres),
        _ => Err(failed("the address is neither sqlite:… nor postgres://…")),
    }
}

/// Opens the database; a SQLite file is made with its folder when it is not there.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn connect(url: &str, max_connections: u32) -> Result<DatabaseConnection, StorageError> {
    match backend(url)? {
        DatabaseBackend::Sqlite => connect_sqlite(url, max_connections).await,
        _ => connect_postgres(url, max_connections).await,
    }
}

fn options(url: &str, max_connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(max_connections.max(1))
        .acquire_timeout(Duration::from_secs(15))
        .sqlx_logging(true)
        .sqlx_logging_level(LevelFilter::Off)
        .sqlx_slow_statements_logging_settings(LevelFilter::Warn, SLOW)
        .record_stmt_in_spans(false);
    options
}

async fn connect_sqlite(url: &str, max_connections: u32) -> Result<DatabaseConnection, StorageError> {
    let parsed: SqliteConnectOptions = url.parse().map_err(failed)?;
    let file = database_file(&parsed);
    // Each connection to a database in memory would see a database of its own.
    let mut options = options(url, if file.is_some() { max_connections } else { 1 });
    // No least number: the pool would open its first connection twice at once, and of two that turn a new file to WAL at once one fails.
    options.min_connections(0).idle_timeout(None).max_lifetime(None).test_before_acquire(false).map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
    });
    // Turning to WAL does not wait for another process that does the same to a new file.
    let _lock = match &file {
        Some(file) => Some(lock_file(file).await?),
        None => None,
    };
    Ok(Database::connect(options).await?)
}

async fn connect_postgres(url: &str, max_connections: u32) -> Result<DatabaseConnection, StorageError> {
    let url = url.replacen("postgresql://", "postgres://", 1);
    let mut options = options(&url, max_connections);
    options
        .min_connections(0)
        // A server that is away refuses at once, and sqlx goes on trying for so long: nobody waits longer to be told.
        .acquire_timeout(AWAY)
        .connect_timeout(AWAY)
        .idle_timeout(Duration::from_secs(10 * 60))
        .max_lifetime(Duration::from_secs(60 * 60))
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .set_application_name("cas-portal")
        .statement_timeout(Duration::from_secs(30))
        .map_sqlx_postgres_opts(|postgres| postgres.options([("lock_timeout", "10s"), ("idle_in_transaction_session_timeout", "60s")]));
    Ok(Database::connect(options).await?)
}

/// Begins a transaction that may write (`transaction.rs`).
///
/// # Errors
/// [`StorageError::Database`].
pub async fn begin(db: &DatabaseConnection) -> Result<Transaction, StorageError> {
    Ok(Transaction::begin(db).await?)
}

/// Brings the schema up to date. Several processes may do so at once: one works, the others wait.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn migrate(db: &DatabaseConnection) -> Result<(), StorageError> {
    migrate_with(db, Direction::Up).await
}

/// Takes the whole schema down again; refused by the database where rows would lose what they refer to.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn migrate_down_all(db: &DatabaseConnection) -> Result<(), StorageError> {
    migrate_with(db, Direction::Down).await
}

/// Whether the schema is up to date.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn is_migrated(db: &DatabaseConnection) -> Result<bool, StorageError> {
    Ok(Migrator::get_pending_migrations_read_only(db).await?.is_empty())
}

/// The migrations that this program knows, in their order.
pub fn known_migrations() -> Vec<String> {
    Migrator::migrations().iter().map(|migration| migration.name().to_owned()).collect()
}

/// The migrations that have run, in their order; none in a database that nobody has used.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn applied_migrations(db: &DatabaseConnection) -> Result<Vec<String>, StorageError> {
    let applied = Migrator::get_applied_migrations_read_only(db).await?;
    Ok(applied.iter().map(|migration| migration.name().to_owned()).collect())
}

/// As [`migrate`], but no further than so many migrations from the first.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn migrate_up_to(db: &DatabaseConnection, count: usize) -> Result<(), StorageError> {
    let missing = count.saturating_sub(applied_migrations(db).await?.len());
    match u32::try_from(missing) {
        Ok(0) | Err(_) => Ok(()),
        Ok(steps) => migrate_with(db, Direction::UpBy(steps)).await,
    }
}

/// Connections of the pool: open ones, and how many of them are idle.
pub fn pool_size(db: &DatabaseConnection) -> (u32, usize) {
    if db.get_database_backend() == DatabaseBackend::Postgres {
        let pool = db.get_postgres_connection_pool();
        (pool.size(), pool.num_idle())
    } else {
        let pool = db.get_sqlite_connection_pool();
        (pool.size(), pool.num_idle())
    }
}

/// Whether nobody has left anything here yet: no account, no begun application.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn is_empty<C: ConnectionTrait>(db: &C) -> Result<bool, StorageError> {
    for table in ["accounts", "drafts", "audit_entries"] {
        if db.query_one(Query::select().expr(Expr::val(1)).from(table).limit(1)).await?.is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

#[derive(Clone, Copy)]
enum Direction {
    Up,
    UpBy(u32),
    Down,
}

async fn run(db: &DatabaseConnection, direction: Direction) -> Result<(), StorageError> {
    match direction {
        Direction::Up => Migrator::up(db, None).await?,
        Direction::UpBy(steps) => Migrator::up(db, Some(steps)).await?,
        Direction::Down => Migrator::down(db, None).await?,
    }
    Ok(())
}

async fn migrate_with(db: &DatabaseConnection, direction: Direction) -> Result<(), StorageError> {
    if db.get_database_backend() == DatabaseBackend::Postgres {
        return migrate_postgres(db, direction).await;
    }
    let _lock = match database_file(&db.get_sqlite_connection_pool().connect_options()) {
        Some(file) => Some(lock_file(&file).await?),
        None => None,
    };
    run(db, direction).await
}

/// The lock is held by a connection of its own, and the work is done by another one outside the pool, because
/// neither may end at the time-outs that protect the pool.
async fn migrate_postgres(db: &DatabaseConnection, direction: Direction) -> Result<(), StorageError> {
    let patient = (*db.get_postgres_connection_pool().connect_options()).clone().options([
        ("statement_timeout", "0"),
        ("lock_timeout", "0"),
        ("idle_in_transaction_session_timeout", "0"),
    ]);
    let mut lock = PgConnection::connect_with(&patient).await.map_err(failed)?;
    lock.execute(sea_orm::sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION_LOCK)).await.map_err(failed)?;
    let worker = PgPoolOptions::new().max_connections(1).connect_with(patient).await.map_err(failed)?;
    let done = run(&DatabaseConnection::from(worker.clone()), direction).await;
    worker.close().await;
    // Closing the session frees the lock, whatever became of the work.
    lock.close().await.map_err(failed)?;
    done
}

/// The file of a database that has one.
pub(super) fn database_file(options: &SqliteConnectOptions) -> Option<PathBuf> {
    let file = options.get_filename();
    let in_memory = file == Path::new(":memory:") || file.to_string_lossy().starts_with("file:");
    (!in_memory).then(|| file.to_owned())
}

/// Waits for the lock file beside the database, on a thread that may wait. Dropping the file frees the lock, as does
/// the end of the process. A database that is not there yet is made, so that nobody else reads it, nor what SQLite writes beside it.
async fn lock_file(database: &Path) -> Result<File, StorageError> {
    let database_path = database.to_owned();
    let mut name = database.as_os_str().to_owned();
    name.push(".lock");
    let path = PathBuf::from(name);
    tokio::task::spawn_blocking(move || {
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            make_private_folder(folder)?;
        }
        let file = private_file().create(true).truncate(false).open(&path)?;
        file.lock()?;
        private_file().create(true).truncate(false).open(&database_path)?;
        Ok::<File, std::io::Error>(file)
    })
    .await
    .map_err(failed)?
    .map_err(|error| failed(format!("lock file of {}: {error}", database.display())))
}
