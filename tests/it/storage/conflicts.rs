//! A violated unique constraint has the same name on both databases.

use crate::support::database::{TestDatabase, on_both};
use cas_portal::storage::StorageError;
use sea_orm::ConnectionTrait;

/// A literal of a row id.
fn id(postgres: bool, n: u32) -> String {
    let hex = format!("{n:032x}");
    if postgres { format!("'{hex}'") } else { format!("X'{hex}'") }
}

/// A literal of bytes that are not looked at.
fn bytes(postgres: bool) -> &'static str {
    if postgres { "'\\x00'" } else { "X'00'" }
}

pub(super) fn insert_account(postgres: bool, n: u32, login: &str) -> String {
    format!(
        "INSERT INTO accounts (id, login, login_key, first_name, last_name, name_sort, search_key, email, email_key, status, created_at) \
         VALUES ({}, '{login}', '{login}', 'Jan', 'Nowak', {}, 'jan nowak', 'jan@example.org', 'jan@example.org', 'active', 0)",
        id(postgres, n),
        bytes(postgres)
    )
}

fn insert_unit(postgres: bool, n: u32, regon: &str, status: &str) -> String {
    format!(
        "INSERT INTO units (id, regon, name, name_sort, search_key, kind, terc, voivodeship, status, data, valid_from, created_at) \
         VALUES ({}, '{regon}', 'OPS', {}, 'ops', 'ops_gminny', '260101', '26', '{status}', '{{}}', '2026-01-01', 0)",
        id(postgres, n),
        bytes(postgres)
    )
}

fn insert_application(postgres: bool, n: u32, number: &str, regon: &str, status: &str) -> String {
    format!(
        "INSERT INTO applications (id, number, kind, status, voivodeship, regon, unit_name, unit_name_sort, applicant_id, applicant_name, \
         revision, persons_count, submitted_at, revised_at, status_since) \
         VALUES ({}, '{number}', 'unit_registration', '{status}', '26', '{regon}', 'OPS', {}, {}, 'Jan Nowak', 1, 1, 0, 0, 0)",
        id(postgres, n),
        bytes(postgres),
        id(postgres, 1)
    )
}

fn insert_grant(postgres: bool, n: u32) -> String {
    format!(
        "INSERT INTO grants (id, account_id, unit_id, sub_area, function, valid_from, valid_until, created_at) \
         VALUES ({}, {1}, {1}, 'PS', 'viewer', '2026-01-01', '2026-12-31', 0)",
        id(postgres, n),
        id(postgres, 1)
    )
}

fn insert_draft(postgres: bool, n: u32, token: u8) -> String {
    let hash = if postgres { format!("'\\x{token:02x}'") } else { format!("X'{token:02x}'") };
    format!(
        "INSERT INTO drafts (id, token_hash, texts, application_id, created_at, expires_at) VALUES ({}, {hash}, '{{}}', {}, 0, 0)",
        id(postgres, n),
        id(postgres, 1)
    )
}

async fn conflict(db: &TestDatabase, sql: &str) -> Option<String> {
    match db.connection().execute_unprepared(sql).await {
        Ok(_) => None,
        Err(error) => Some(StorageError::from(error).conflict().unwrap_or("another error").to_owned()),
    }
}

on_both! {
    async fn constraints_have_one_name(db: TestDatabase) {
        let pg = db.is_postgres();
        let expected = [
            (insert_account(pg, 1, "jan"), None),
            (insert_account(pg, 2, "jan"), Some("accounts_login_key")),
            (insert_account(pg, 1, "anna"), Some("accounts_pkey")),
            (insert_unit(pg, 1, "123456785", "active"), None),
            (insert_unit(pg, 2, "123456785", "closed"), None),
            (insert_unit(pg, 3, "123456785", "active"), Some("units_regon_active")),
            (insert_application(pg, 1, "W/26/2026/000001", "123456785", "in_review"), None),
            (insert_application(pg, 2, "W/26/2026/000002", "123456785", "rejected"), None),
            (insert_application(pg, 3, "W/26/2026/000003", "123456785", "awaiting_form"), Some("applications_regon_open")),
            (insert_application(pg, 4, "W/26/2026/000001", "123456785", "rejected"), Some("applications_number")),
            (insert_grant(pg, 1), None),
            (insert_grant(pg, 2), Some("grants_current")),
            (insert_draft(pg, 1, 1), None),
            (insert_draft(pg, 2, 2), Some("drafts_correction")),
            ("INSERT INTO office_channels VALUES ('26', 'post', '', TRUE)".to_owned(), Some("office_channels_pkey")),
            ("INSERT INTO office_channels VALUES ('99', 'post', '', TRUE)".to_owned(), Some("another error")),
        ];
        for (sql, name) in expected {
            assert_eq!(conflict(&db, &sql).await.as_deref(), name, "{sql}");
        }
    }
}
