//! Accounts, their roles, sessions and mailed tokens.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE accounts (
    id {uuid} NOT NULL PRIMARY KEY,
    login TEXT NOT NULL,
    login_key TEXT NOT NULL,
    password_hash TEXT,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    name_sort {bytes} NOT NULL,
    search_key TEXT NOT NULL,
    position TEXT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    phone TEXT,
    status TEXT NOT NULL,
    voivodeship TEXT REFERENCES voivodeships (code),
    failures INTEGER NOT NULL DEFAULT 0,
    blocks INTEGER NOT NULL DEFAULT 0,
    blocked_until {bigint},
    credentials_version INTEGER NOT NULL DEFAULT 0,
    created_at {bigint} NOT NULL,
    version INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX accounts_login_key ON accounts (login_key);
CREATE INDEX accounts_email_key ON accounts (email_key);
CREATE INDEX accounts_name ON accounts (name_sort, id);
CREATE INDEX accounts_voivodeship_name ON accounts (voivodeship, name_sort, id);
CREATE TABLE role_assignments (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    role TEXT NOT NULL,
    voivodeship TEXT REFERENCES voivodeships (code),
    unit_id {uuid},
    assigned_by TEXT NOT NULL,
    assigned_at {bigint} NOT NULL,
    revoked_at {bigint}
);
CREATE INDEX role_assignments_account ON role_assignments (account_id);
CREATE INDEX role_assignments_role ON role_assignments (role) WHERE revoked_at IS NULL;
CREATE TABLE sessions (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    created_at {bigint} NOT NULL,
    last_seen_at {bigint} NOT NULL,
    device TEXT NOT NULL,
    network TEXT NOT NULL
);
CREATE INDEX sessions_account ON sessions (account_id);
CREATE INDEX sessions_last_seen ON sessions (last_seen_at);
CREATE TABLE mailed_tokens (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    account_id {uuid} REFERENCES accounts (id),
    draft_id {uuid},
    code_hash {bytes},
    attempts INTEGER NOT NULL DEFAULT 0,
    email_key TEXT NOT NULL,
    credentials_version INTEGER NOT NULL DEFAULT 0,
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    used_at {bigint}
);
CREATE INDEX mailed_tokens_account ON mailed_tokens (account_id, purpose);
CREATE INDEX mailed_tokens_draft ON mailed_tokens (draft_id, purpose);
"#;

const DOWN: &str = r#"
DROP TABLE mailed_tokens;
DROP TABLE sessions;
DROP TABLE role_assignments;
DROP TABLE accounts;
"#;
