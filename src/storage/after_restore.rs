//! What must not live again in rows that come out of a backup: whatever is good once may have been used since, whatever waits for an
//! answer may have got it, and numbers may have been given to others. It works on the schema of the backup, which may be older than the
//! one of this program. What may not live here: erasures.

use super::StorageError;
use crate::domain::moment::Moment;
use sea_orm::{ConnectionTrait, Statement};

/// So many numbers of applications are left out in each voivodeship: those given since the backup stand on printed forms.
pub const SERIALS_LEFT_OUT: i64 = 1000;

/// Length of a step of one-time codes.
const STEP_MS: i64 = 30_000;

/// What ends, one by one; `{now}` is now, `{year}` the year in Warsaw, `{step}` the last step of one-time codes that counts as used.
const ENDINGS: &[(&str, &str)] = &[
    ("sessions", "DELETE FROM sessions"),
    ("mailed_tokens", "DELETE FROM mailed_tokens"),
    ("passkey_challenges", "DELETE FROM passkey_challenges"),
    ("kept_forms", "DELETE FROM kept_forms"),
    ("recovery_codes", "DELETE FROM recovery_codes"),
    ("totp_secrets", "UPDATE totp_secrets SET last_step = {step}, offered = NULL, offered_at = NULL WHERE last_step < {step}"),
    ("email_changes", "UPDATE email_changes SET status = 'cancelled', settled_at = {now} WHERE status = 'pending'"),
    ("email_changes", "UPDATE email_changes SET confirm_hash = NULL, code_hash = NULL, undo_hash = NULL"),
    ("waiting_email_changes", "UPDATE waiting_email_changes SET state = 'dropped', ended_at = {now} WHERE state = 'waiting'"),
    // The files of an upload that was under way may have got their row since, in a portal that still uses the same store.
    ("unwanted_files", "DELETE FROM unwanted_files WHERE is_erased = {false}"),
    (
        "outbox_messages",
        "UPDATE outbox_messages SET status = 'given_up', finished_at = {now}, lease_until = NULL, lease_owner = NULL, \
         last_error = 'restored from a backup: it may have left before' WHERE status = 'waiting'",
    ),
    // Of an announcement that had begun, the letters may have been queued since.
    (
        "announcements",
        "UPDATE announcements SET mailed_at = {now} WHERE published_at IS NOT NULL AND mailed_at IS NULL AND shown_from <= {now}",
    ),
    // A device that was forgotten since („to nie ja”) is not known again. Networks stay: they are blocked, not let in.
    ("sign_in_sources", "DELETE FROM sign_in_sources WHERE kind = 'device'"),
    // What waited for somebody's answer may have been refused or taken back since.
    ("first_approvals", "DELETE FROM first_approvals"),
    ("role_proposals", "UPDATE role_proposals SET outcome = 'lapsed', settled_at = {now}, settled_by = 'operator' WHERE outcome IS NULL"),
    ("account_joins", "UPDATE account_joins SET state = 'lapsed', ended_at = {now} WHERE state IN ('proposed', 'confirmed')"),
    // What a batch had not done yet may have been done since; its owner reads which rows that were.
    ("bulk_rows", "UPDATE bulk_rows SET state = 'failed', reasons = 'restored', settled_at = {now} WHERE state = 'waiting'"),
    // Also where the first number of the year was given after the backup.
    (
        "application_serials",
        "INSERT INTO application_serials (voivodeship, year, last_serial) SELECT code, {year}, {serials} FROM voivodeships WHERE TRUE \
         ON CONFLICT (voivodeship, year) DO UPDATE SET last_serial = application_serials.last_serial + {serials}",
    ),
];

/// The tables in which something ends.
pub fn tables() -> impl Iterator<Item = &'static str> {
    ENDINGS.iter().map(|(table, _)| *table)
}

/// Ends sessions, mailed links and codes, recovery codes, questions to passkeys, known devices, changes of addresses under way, first
/// approvals, proposals about roles and of joinings, and letters that waited; leaves numbers of applications out. `tables` are those
/// that there are.
///
/// # Errors
/// Of the database.
pub async fn end_what_was_open<C: ConnectionTrait>(db: &C, tables: &[String], now: Moment) -> Result<(), StorageError> {
    // A code of the next step is accepted, too.
    let step = now.0 / STEP_MS + 1;
    let values = [
        ("{now}", now.0.to_string()),
        ("{step}", step.to_string()),
        ("{year}", now.warsaw_date().year().to_string()),
        ("{serials}", SERIALS_LEFT_OUT.to_string()),
        ("{false}", "FALSE".to_owned()),
    ];
    for (table, sql) in ENDINGS {
        if has(tables, table) {
            db.execute_unprepared(&values.iter().fold((*sql).to_owned(), |sql, (name, value)| sql.replace(name, value))).await?;
        }
    }
    Ok(())
}

fn has(tables: &[String], table: &str) -> bool {
    tables.iter().any(|name| name == table)
}

/// Revokes other systems' tokens, of which nobody knows which were revoked since; gives their number.
///
/// # Errors
/// Of the database.
pub async fn revoke_machines<C: ConnectionTrait>(db: &C, tables: &[String], now: Moment) -> Result<u64, StorageError> {
    if !has(tables, "machine_clients") {
        return Ok(0);
    }
    let sql = format!("UPDATE machine_clients SET revoked_at = {} WHERE revoked_at IS NULL", now.0);
    Ok(db.execute_unprepared(&sql).await?.rows_affected())
}

/// Forgets the secrets of one-time codes, which another key cannot open: their owners add the factor anew.
///
/// # Errors
/// Of the database.
pub async fn forget_sealed<C: ConnectionTrait>(db: &C) -> Result<(), StorageError> {
    db.execute_unprepared("DELETE FROM totp_secrets").await?;
    Ok(())
}

/// How many other systems' tokens are in force, where they were kept: the operator looks whether one was revoked since the backup.
///
/// # Errors
/// Of the database.
pub async fn count_machines<C: ConnectionTrait>(db: &C) -> Result<u64, StorageError> {
    let sql = "SELECT count(*) AS n FROM machine_clients WHERE revoked_at IS NULL";
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let count: i64 = row.ok_or(StorageError::NotFound)?.try_get("", "n")?;
    Ok(count.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use migrations::Migrator;
    use sea_orm::Database;
    use sea_orm_migration::MigratorTrait;

    /// Secrets and proofs that stand after a restore as they stood before, and why they may.
    const STAND: [(&str, &str, &str); 8] = [
        ("accounts", "password_hash", "whether a password was changed since cannot be known: the operator is told"),
        ("application_search", "token", "a word to search by"),
        ("audit_seals", "hash", "a proof that everybody may know"),
        ("drafts", "password_hash", "belongs to unfinished work that nobody else can open"),
        ("drafts", "token_hash", "unfinished work of its holder; what it became is lost, and can be filed again"),
        ("machine_clients", "token_hash", "revoked by a statement of its own, unless the operator keeps them"),
        ("passkeys", "credential", "a public key; whether it was taken off since cannot be known: the operator is told"),
        ("passkeys", "credential_id", "as the key"),
    ];

    fn is_secret(column: &str) -> bool {
        let is_version = column == "credentials_version";
        column == "sealed" || !is_version && ["hash", "token", "secret", "credential"].iter().any(|mark| column.contains(mark))
    }

    #[tokio::test]
    async fn every_secret_of_the_schema_ends_or_stands_for_a_reason() {
        let db = Database::connect("sqlite::memory:").await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        let sql = "SELECT m.name AS t, p.name AS c FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1, 2";
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
        let columns: Vec<(String, String)> =
            rows.iter().map(|row| (row.try_get("", "t").unwrap(), row.try_get("", "c").unwrap())).collect();
        let stands: Vec<(&str, &str)> = columns
            .iter()
            .map(|(table, column)| (table.as_str(), column.as_str()))
            .filter(|(table, column)| is_secret(column) && !tables().any(|ended| ended == *table))
            .collect();
        assert_eq!(stands, STAND.map(|(table, column, _)| (table, column)));
        for table in tables() {
            assert!(columns.iter().any(|(known, _)| known == table), "{table}");
        }
    }
}
