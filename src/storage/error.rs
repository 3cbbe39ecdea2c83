//! What can go wrong in the storage room, with the same names for violated constraints on both databases.

use sea_orm::sqlx::{self, error::ErrorKind, sqlite::SqliteError};
use sea_orm::{DbErr, RuntimeErr};

/// Why the storage room could not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// The database failed or could not be reached.
    #[error("database: {0}")]
    Database(#[source] DbErr),
    /// The row is not there, or not any more.
    #[error("not found")]
    NotFound,
    /// The row would break a unique constraint: its name as in `migrations/`, or `<table>_pkey`.
    #[error("conflict: {0}")]
    Conflict(String),
}

impl StorageError {
    /// Name of the violated constraint, e.g. `accounts_login_key`.
    pub fn conflict(&self) -> Option<&str> {
        match self {
            Self::Conflict(constraint) => Some(constraint),
            Self::Database(_) | Self::NotFound => None,
        }
    }
    /// Whether the database is away or has no room or time just now, so that trying again later helps.
    pub fn is_away(&self) -> bool {
        match self {
            Self::Database(DbErr::Conn(_) | DbErr::ConnectionAcquire(_)) => true,
            Self::Database(DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) => is_away(error),
            Self::Database(_) | Self::NotFound | Self::Conflict(_) => false,
        }
    }
}

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        match violated(&error) {
            Some(constraint) => Self::Conflict(constraint),
            None => Self::Database(error),
        }
    }
}

/// SQLite names the columns, not the index, so the indexes of `migrations/` stand here by their columns.
/// A test compares this list with a fresh schema.
const UNIQUE_INDEXES: [(&str, &str); 27] = [
    ("accounts.login_key", "accounts_login_key"),
    ("units.regon", "units_regon_active"),
    ("applications.number", "applications_number"),
    ("applications.regon", "applications_regon_open"),
    ("applications.unit_id", "applications_unit_change_open"),
    ("sign_in_sources.id", "sign_in_sources_id"),
    ("drafts.token_hash", "drafts_token_hash"),
    ("drafts.application_id", "drafts_correction"),
    ("grants.account_id, grants.unit_id, grants.sub_area, grants.function", "grants_current"),
    ("role_assignments.account_id, role_assignments.unit_id", "role_assignments_coordinator"),
    ("passkeys.credential_id", "passkeys_credential"),
    ("sessions.id", "sessions_id"),
    ("email_changes.account_id", "email_changes_pending"),
    ("email_changes.confirm_hash", "email_changes_confirm"),
    ("email_changes.undo_hash", "email_changes_undo"),
    ("closing_requests.account_id", "closing_requests_open"),
    ("machine_clients.token_hash", "machine_clients_token"),
    ("machine_clients.name_key", "machine_clients_name"),
    ("waiting_email_changes.account_id", "waiting_email_changes_waiting"),
    ("waiting_email_changes.application_id", "waiting_email_changes_application"),
    ("attestations.unit_id", "attestations_current"),
    ("account_joins.given_up_id", "account_joins_given_up"),
    ("account_joins.kept_id", "account_joins_kept"),
    ("ended_applications.number", "ended_applications_number"),
    ("role_proposals.subject", "role_proposals_subject"),
    ("post_files.voivodeship, post_files.sha256", "post_files_same"),
    ("post_messages.voivodeship, post_messages.validity, post_messages.uid", "post_messages_uid"),
];

/// What PostgreSQL says when it is away or has no room or time: its connection broke, it is stopping or starting, it has no memory, disk or
/// connection left (class 53), or a statement met the time-outs that we set, a deadlock, or a change at the same time.
const AWAY_ON_POSTGRES: [&str; 10] = ["08", "53", "57P01", "57P02", "57P03", "57014", "55P03", "25P03", "40001", "40P01"];
/// The same on SQLite: another writer outlasted our patience (BUSY, LOCKED), or the disk is full.
const AWAY_ON_SQLITE: [u32; 3] = [5, 6, 13];

/// A connection that broke in the middle, or a database that has no room or time.
fn is_away(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            let Some(code) = error.code() else { return false };
            if error.try_downcast_ref::<SqliteError>().is_none() {
                return AWAY_ON_POSTGRES.iter().any(|away| code.starts_with(away));
            }
            // The upper bits say more about it.
            code.parse::<u32>().is_ok_and(|code| AWAY_ON_SQLITE.contains(&(code & 0xff)))
        }
        _ => false,
    }
}

fn violated(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) = error else {
        return None;
    };
    let sqlx::Error::Database(error) = error.as_ref() else {
        return None;
    };
    if error.kind() != ErrorKind::UniqueViolation {
        return None;
    }
    // Only PostgreSQL tells the name.
    Some(error.constraint().map_or_else(|| name_on_sqlite(error.message()), str::to_owned))
}

fn name_on_sqlite(message: &str) -> String {
    let columns = message.split_once("constraint failed: ").map_or(message, |(_, columns)| columns).trim();
    if let Some((_, name)) = UNIQUE_INDEXES.iter().find(|(indexed, _)| *indexed == columns) {
        return (*name).to_owned();
    }
    // An index over an expression is the one that SQLite does name: „index 'name'”.
    if let Some(name) = columns.strip_prefix("index '").and_then(|rest| rest.strip_suffix('\'')) {
        return name.to_owned();
    }
    let table = columns.split_once('.').map_or(columns, |(table, _)| table);
    format!("{table}_pkey")
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrations::Migrator;
    use sea_orm::{ConnectionTrait, Database, Statement};
    use sea_orm_migration::MigratorTrait;

    #[tokio::test]
    async fn every_unique_index_of_the_schema_has_its_name() {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let sql = "SELECT m.name || '.' || group_concat(c.name, ', ' || m.name || '.') AS columns, i.name AS name \
                   FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c \
                   WHERE m.type = 'table' AND i.\"unique\" = 1 AND i.origin = 'c' GROUP BY i.name ORDER BY i.name";
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let found: Vec<(String, String)> =
            rows.iter().map(|row| (row.try_get("", "columns").unwrap(), row.try_get("", "name").unwrap())).collect();
        let mut listed = UNIQUE_INDEXES.map(|(columns, name)| (columns.to_owned(), name.to_owned())).to_vec();
        listed.sort_by(|a, b| a.1.cmp(&b.1));
        assert_eq!(found, listed);
    }

    #[test]
    fn messages_of_sqlite_become_names() {
        assert_eq!(name_on_sqlite("UNIQUE constraint failed: accounts.login_key"), "accounts_login_key");
        assert_eq!(name_on_sqlite("UNIQUE constraint failed: index 'by_expression'"), "by_expression");
        assert_eq!(
            name_on_sqlite("UNIQUE constraint failed: office_channels.voivodeship, office_channels.channel"),
            "office_channels_pkey"
        );
    }
}
