//! The whole database as rows of text, table by table, the same from both databases: read in one snapshot while others write, and
//! written into a schema without rows, whole or not at all. What may not live here: what the rows mean, files.
//!
//! A row is a JSON array in the order of the table's columns. Bytes and identifiers are hexadecimal digits, truth values 0 and 1,
//! JSON columns texts; so a copy of one database fills the other one.

use super::{StorageError, Transaction, database};
use sea_orm::{
    AccessMode, ConnectionTrait, DatabaseBackend, DatabaseConnection, DatabaseTransaction, DbErr, IsolationLevel, QueryResult,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};
use std::collections::BTreeMap;

/// The table in which the migrations that have run are listed: not copied, but compared.
const MIGRATIONS: &str = "seaql_migrations";
/// Rows read at a time: some are as long as the PDF in them.
const RUN: u32 = 200;
/// The pool's time-outs protect requests; a copy takes as long as it takes.
const PATIENT: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = 0";

/// How a column's values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Number,
    Truth,
    Text,
    Json,
    Uuid,
    Bytes,
}

#[derive(Debug, Clone)]
struct Column {
    name: String,
    shape: Shape,
}

/// Tables with their columns, in the order of their names.
type Schema = BTreeMap<String, Vec<Column>>;

fn odd(what: impl std::fmt::Display) -> StorageError {
    StorageError::Database(DbErr::Custom(what.to_string()))
}

fn shape_of(kind: &str) -> Option<Shape> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "integer" | "bigint" => Shape::Number,
        "boolean" => Shape::Truth,
        "text" => Shape::Text,
        "jsonb" => Shape::Json,
        "uuid" => Shape::Uuid,
        "bytea" | "blob" => Shape::Bytes,
        _ => return None,
    })
}

async fn schema<C: ConnectionTrait>(db: &C) -> Result<Schema, StorageError> {
    let backend = db.get_database_backend();
    let sql = match backend {
        DatabaseBackend::Postgres => {
            "SELECT c.table_name::text AS t, c.column_name::text AS c, c.data_type::text AS k FROM information_schema.columns c \
             JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name \
             WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position"
        }
        _ => {
            "SELECT m.name AS t, p.name AS c, p.type AS k FROM sqlite_master m, pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, p.cid"
        }
    };
    let mut tables = Schema::new();
    for row in db.query_all_raw(Statement::from_string(backend, sql)).await? {
        let (table, name, kind): (String, String, String) = (row.try_get("", "t")?, row.try_get("", "c")?, row.try_get("", "k")?);
        if table == MIGRATIONS {
            continue;
        }
        let shape = shape_of(&kind).ok_or_else(|| odd(format_args!("{table}.{name} is a {kind}, which a copy does not know")))?;
        tables.entry(table).or_default().push(Column { name, shape });
    }
    Ok(tables)
}

async fn migrations<C: ConnectionTrait>(db: &C) -> Result<Vec<String>, StorageError> {
    let sql = format!("SELECT version FROM {MIGRATIONS} ORDER BY version");
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    Ok(rows.iter().map(|row| row.try_get("", "version")).collect::<Result<_, _>>()?)
}

/// The database at one moment, whatever is written meanwhile. It holds up nobody: PostgreSQL keeps old versions of rows, SQLite its
/// write-ahead log, until it is dropped.
#[derive(Debug)]
pub struct Snapshot {
    tx: DatabaseTransaction,
    schema: Schema,
    migrations: Vec<String>,
}

impl Snapshot {
    /// Takes one.
    ///
    /// # Errors
    /// Of the database.
    pub async fn take(db: &DatabaseConnection) -> Result<Self, StorageError> {
        let is_postgres = db.get_database_backend() == DatabaseBackend::Postgres;
        let options = TransactionOptions {
            isolation_level: is_postgres.then_some(IsolationLevel::RepeatableRead),
            access_mode: is_postgres.then_some(AccessMode::ReadOnly),
            // It must not take the write lock.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
        };
        let tx = db.begin_with_options(options).await?;
        if is_postgres {
            tx.execute_unprepared(PATIENT).await?;
        }
        // The first reading fixes the moment for all that follow.
        let migrations = migrations(&tx).await?;
        let schema = schema(&tx).await?;
        Ok(Self { tx, schema, migrations })
    }

    /// Which migrations had run, in their order.
    pub fn migrations(&self) -> &[String] {
        &self.migrations
    }

    /// The tables, by name.
    pub fn tables(&self) -> Vec<String> {
        self.schema.keys().cloned().collect()
    }

    /// The names of a table's columns, in the order of its rows' values.
    pub fn columns(&self, table: &str) -> Vec<String> {
        self.schema.get(table).into_iter().flatten().map(|column| column.name.clone()).collect()
    }

    /// The rows of a table, a run at a time.
    ///
    /// # Errors
    /// `NotFound` for a table that is not there.
    pub fn rows(&self, table: &str) -> Result<Rows<'_>, StorageError> {
        let columns = self.schema.get(table).ok_or(StorageError::NotFound)?;
        let backend = self.tx.get_database_backend();
        let values: Vec<String> = columns.iter().map(|column| written(column, backend)).collect();
        let select = match backend {
            DatabaseBackend::Postgres => format!("SELECT json_build_array({})::text AS row FROM \"{table}\"", values.join(", ")),
            _ => format!("SELECT json_array({}) AS row, rowid AS at FROM \"{table}\"", values.join(", ")),
        };
        Ok(Rows { tx: &self.tx, select, after: None })
    }

    /// The connection that sees this moment.
    pub fn connection(&self) -> &DatabaseTransaction {
        &self.tx
    }
}

/// Where the reading of a table is.
#[derive(Debug)]
pub struct Rows<'a> {
    tx: &'a DatabaseTransaction,
    select: String,
    /// On SQLite the last row's own number; on PostgreSQL only whether the cursor is open.
    after: Option<i64>,
}

impl Rows<'_> {
    /// The next rows; none at the end.
    ///
    /// # Errors
    /// Of the database.
    pub async fn next(&mut self) -> Result<Vec<String>, StorageError> {
        let backend = self.tx.get_database_backend();
        if backend != DatabaseBackend::Postgres {
            let sql = format!("{} WHERE rowid > ?1 ORDER BY rowid LIMIT {RUN}", self.select);
            let after = self.after.unwrap_or(i64::MIN);
            let rows = self.tx.query_all_raw(Statement::from_sql_and_values(backend, sql, [after.into()])).await?;
            if let Some(last) = rows.last() {
                self.after = Some(last.try_get("", "at")?);
            }
            return texts(&rows);
        }
        if self.after.is_none() {
            self.tx.execute_unprepared(&format!("DECLARE copied NO SCROLL CURSOR FOR {}", self.select)).await?;
            self.after = Some(0);
        }
        let rows = self.tx.query_all_raw(Statement::from_string(backend, format!("FETCH {RUN} FROM copied"))).await?;
        if rows.is_empty() {
            self.tx.execute_unprepared("CLOSE copied").await?;
            self.after = None;
        }
        texts(&rows)
    }
}

fn texts(rows: &[QueryResult]) -> Result<Vec<String>, StorageError> {
    Ok(rows.iter().map(|row| row.try_get("", "row")).collect::<Result<_, _>>()?)
}

fn written(column: &Column, backend: DatabaseBackend) -> String {
    let name = format!("\"{}\"", column.name);
    match (column.shape, backend) {
        (Shape::Number, _) | (Shape::Text, _) => name,
        (Shape::Truth, DatabaseBackend::Postgres) => format!("{name}::int"),
        (Shape::Json, DatabaseBackend::Postgres) => format!("{name}::text"),
        (Shape::Uuid, DatabaseBackend::Postgres) => format!("encode(uuid_send({name}), 'hex')"),
        (Shape::Bytes, DatabaseBackend::Postgres) => format!("encode({name}, 'hex')"),
        (Shape::Truth | Shape::Json, _) => name,
        // hex() makes an empty text of what is not there.
        (Shape::Uuid | Shape::Bytes, _) => format!("CASE WHEN {name} IS NULL THEN NULL ELSE lower(hex({name})) END"),
    }
}

fn read(column: &Column, position: usize, backend: DatabaseBackend) -> String {
    if backend != DatabaseBackend::Postgres {
        let value = format!("json_extract(value, '$[{position}]')");
        return if matches!(column.shape, Shape::Uuid | Shape::Bytes) { format!("unhex({value})") } else { value };
    }
    let value = format!("(row ->> {position})");
    match column.shape {
        Shape::Number => format!("{value}::bigint"),
        Shape::Truth => format!("{value}::int::boolean"),
        Shape::Text => value,
        Shape::Json => format!("{value}::jsonb"),
        Shape::Uuid => format!("{value}::uuid"),
        Shape::Bytes => format!("decode({value}, 'hex')"),
    }
}

/// Fills a schema without people in it. Nothing of it is true before [`Filling::finish`].
#[derive(Debug)]
pub struct Filling {
    tx: Transaction,
    schema: Schema,
    /// On PostgreSQL: table and name of each reference between rows.
    references: Vec<(String, String)>,
}

impl Filling {
    /// Begins; takes out the reference data that migrations have put in. References between rows are looked at when all are there.
    ///
    /// # Errors
    /// Of the database.
    pub async fn begin(db: &DatabaseConnection) -> Result<Self, StorageError> {
        let tx = database::begin(db).await?;
        let schema = schema(&tx).await?;
        let backend = tx.get_database_backend();
        let mut references = Vec::new();
        if backend == DatabaseBackend::Postgres {
            tx.execute_unprepared(PATIENT).await?;
            let sql = "SELECT c.relname::text AS t, o.conname::text AS n FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid \
                       JOIN pg_namespace s ON s.oid = c.relnamespace WHERE o.contype = 'f' AND s.nspname = current_schema()";
            for row in tx.query_all_raw(Statement::from_string(backend, sql)).await? {
                references.push((row.try_get("", "t")?, row.try_get("", "n")?));
            }
        } else {
            tx.execute_unprepared("PRAGMA defer_foreign_keys = ON").await?;
        }
        let filling = Self { tx, schema, references };
        filling.set_references("DEFERRABLE INITIALLY DEFERRED").await?;
        for table in filling.schema.keys() {
            // Tables that refuse to lose rows are empty, or the database is not.
            if filling.tx.query_one_raw(Statement::from_string(backend, format!("SELECT 1 FROM \"{table}\" LIMIT 1"))).await?.is_some() {
                filling.tx.execute_unprepared(&format!("DELETE FROM \"{table}\"")).await?;
            }
        }
        Ok(filling)
    }

    async fn set_references(&self, when: &str) -> Result<(), StorageError> {
        for (table, name) in &self.references {
            self.tx.execute_unprepared(&format!("ALTER TABLE \"{table}\" ALTER CONSTRAINT \"{name}\" {when}")).await?;
        }
        Ok(())
    }

    /// The tables that this schema has.
    pub fn tables(&self) -> Vec<String> {
        self.schema.keys().cloned().collect()
    }

    /// Adds rows as [`Snapshot::rows`] gave them, with their columns' names.
    ///
    /// # Errors
    /// `NotFound` for a table or column that this schema does not have; of the database.
    pub async fn add(&self, table: &str, columns: &[String], rows: &[String]) -> Result<(), StorageError> {
        let known = self.schema.get(table).ok_or(StorageError::NotFound)?;
        if known.len() != columns.len() {
            return Err(StorageError::NotFound);
        }
        let backend = self.tx.get_database_backend();
        let mut values = Vec::new();
        for (position, name) in columns.iter().enumerate() {
            let column = known.iter().find(|column| column.name == *name).ok_or(StorageError::NotFound)?;
            values.push(read(column, position, backend));
        }
        let (names, values) = (columns.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "), values.join(", "));
        let from = match backend {
            DatabaseBackend::Postgres => "json_array_elements($1::json) AS rows(row)",
            _ => "json_each(?1)",
        };
        let sql = format!("INSERT INTO \"{table}\" ({names}) SELECT {values} FROM {from}");
        self.tx.execute_raw(Statement::from_sql_and_values(backend, sql, [format!("[{}]", rows.join(",")).into()])).await?;
        Ok(())
    }

    /// How many rows a table has now.
    ///
    /// # Errors
    /// Of the database.
    pub async fn count(&self, table: &str) -> Result<u64, StorageError> {
        let sql = format!("SELECT count(*) AS n FROM \"{table}\"");
        let row = self.tx.query_one_raw(Statement::from_string(self.tx.get_database_backend(), sql)).await?;
        let count: i64 = row.ok_or(StorageError::NotFound)?.try_get("", "n")?;
        Ok(count.unsigned_abs())
    }

    /// For what has to be changed in the rows before they count.
    pub fn connection(&self) -> &Transaction {
        &self.tx
    }

    /// Looks at the references between rows, sets the counters behind the last numbers, and makes it all true.
    ///
    /// # Errors
    /// Of the database, also for a row that refers to one that is not there; then nothing of it is true.
    pub async fn finish(self) -> Result<(), StorageError> {
        if self.tx.get_database_backend() == DatabaseBackend::Postgres {
            self.tx.execute_unprepared("SET CONSTRAINTS ALL IMMEDIATE").await?;
            self.set_references("NOT DEFERRABLE").await?;
            let sql = "SELECT c.table_name::text AS t, c.column_name::text AS c FROM information_schema.columns c \
                       WHERE c.table_schema = current_schema() AND c.column_default LIKE 'nextval(%'";
            for row in self.tx.query_all_raw(Statement::from_string(DatabaseBackend::Postgres, sql)).await? {
                let (table, column): (String, String) = (row.try_get("", "t")?, row.try_get("", "c")?);
                let sql = format!(
                    "SELECT setval(pg_get_serial_sequence('{table}', '{column}'), coalesce((SELECT max(\"{column}\") FROM \"{table}\"), 0) + 1, false)"
                );
                self.tx.execute_unprepared(&sql).await?;
            }
        }
        self.tx.commit().await?;
        Ok(())
    }
}
