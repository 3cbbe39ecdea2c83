//! One text for both databases: type names in braces are put in for the database at hand.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

/// A migration that is nothing but statements: separated by `;\n`, with `{uuid}`, `{bytes}`, `{json}`, `{ctext}`, `{bigint}` and
/// `{serial}` put in. Parts between `--sqlite` or `--postgres` and `--end` lines are for that database only.
pub(crate) struct Statements {
    /// Where it is written (`module_path!()`): the file's name is the migration's.
    pub(crate) module: &'static str,
    /// What it does.
    pub(crate) up: &'static str,
    /// What takes that back.
    pub(crate) down: &'static str,
}

impl MigrationName for Statements {
    fn name(&self) -> &str {
        self.module.rsplit("::").next().unwrap_or(self.module)
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Statements {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.up).await
    }
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, self.down).await
    }
}

async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let postgres = connection.get_database_backend() == DatabaseBackend::Postgres;
    connection.execute_unprepared(&for_backend(sql, postgres)).await?;
    Ok(())
}

fn for_backend(sql: &str, postgres: bool) -> String {
    let types: [(&str, &str, &str); 6] = [
        // Prefix searches need byte order, whatever the collation of the database.
        ("{ctext}", "TEXT", "TEXT COLLATE \"C\""),
        ("{uuid}", "BLOB", "UUID"),
        ("{bytes}", "BLOB", "BYTEA"),
        ("{json}", "TEXT", "JSONB"),
        ("{bigint}", "INTEGER", "BIGINT"),
        ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT", "BIGSERIAL PRIMARY KEY"),
    ];
    let mut kept = String::new();
    let mut include = true;
    for line in sql.lines() {
        match line.trim() {
            "--sqlite" => include = !postgres,
            "--postgres" => include = postgres,
            "--end" => include = true,
            _ if include => {
                kept.push_str(line);
                kept.push('\n');
            }
            _ => {}
        }
    }
    types.iter().fold(kept, |text, (name, sqlite, pg)| text.replace(name, if postgres { pg } else { sqlite }))
}
