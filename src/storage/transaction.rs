//! A transaction that may write, and the queue of this process's writers on SQLite. What may not live here: SQL.

use parking_lot::Mutex;
use sea_orm::{
    ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, ExecResult, QueryResult, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use tokio::sync::OwnedMutexGuard;

/// Whose turn it is to write, by database file. SQLite has one writer at a time, and those who wait for it sleep and look again:
/// under load they oversleep, in no order. In one process they queue here instead, first come, first served.
static TURNS: LazyLock<Mutex<HashMap<PathBuf, Arc<tokio::sync::Mutex<()>>>>> = LazyLock::new(Mutex::default);

/// A transaction that may write. Dropped without a commit, it is rolled back.
#[derive(Debug)]
pub struct Transaction {
    // In this order: the turn is given on when the database has let go.
    inner: DatabaseTransaction,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Transaction {
    /// Begins. On SQLite it waits for its turn before it takes a connection, and takes the write lock at once: a transaction
    /// that reads first and writes later fails as soon as another one has written in between.
    pub(super) async fn begin(db: &DatabaseConnection) -> Result<Self, DbErr> {
        let turn = match turn_of(db) {
            Some(turns) => Some(turns.lock_owned().await),
            None => None,
        };
        let options =
            TransactionOptions { sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate), ..TransactionOptions::default() };
        Ok(Self { inner: db.begin_with_options(options).await?, turn })
    }

    /// Makes everything true that was written.
    ///
    /// # Errors
    /// Of the database; then nothing of it is true.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, turn } = self;
        let done = inner.commit().await;
        drop(turn);
        done
    }

    /// Undoes everything, and waits until it is undone.
    ///
    /// # Errors
    /// Of the database.
    pub async fn rollback(self) -> Result<(), DbErr> {
        let Self { inner, turn } = self;
        let done = inner.rollback().await;
        drop(turn);
        done
    }
}

/// The queue of the database's file; none on PostgreSQL, which has many writers, and none for a database in memory, which has one
/// connection.
fn turn_of(db: &DatabaseConnection) -> Option<Arc<tokio::sync::Mutex<()>>> {
    if db.get_database_backend() != DatabaseBackend::Sqlite {
        return None;
    }
    let file = super::database::database_file(&db.get_sqlite_connection_pool().connect_options())?;
    let mut turns = TURNS.lock();
    Some(Arc::clone(turns.entry(file).or_default()))
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.inner.get_database_backend()
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(statement).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(statement).await
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(statement).await
    }
}
