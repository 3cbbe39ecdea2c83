//! What protects a sign-in: known devices and blocked networks with their own counters, failures by address, letters asked for,
//! reports of „to nie ja”, forms that outlive their session.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE accounts ADD COLUMN signed_in_at {bigint};
ALTER TABLE accounts ADD COLUMN announces_sign_ins BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE sessions ADD COLUMN ended_at {bigint};
CREATE TABLE sign_in_sources (
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    source_hash {bytes} NOT NULL,
    id {uuid} NOT NULL,
    label TEXT NOT NULL,
    network TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0,
    blocks INTEGER NOT NULL DEFAULT 0,
    blocked_until {bigint},
    created_at {bigint} NOT NULL,
    last_used_at {bigint} NOT NULL,
    PRIMARY KEY (account_id, kind, source_hash)
);
CREATE UNIQUE INDEX sign_in_sources_id ON sign_in_sources (id);
CREATE INDEX sign_in_sources_last_used ON sign_in_sources (last_used_at);
CREATE TABLE sign_in_failures (
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    window_started_at {bigint} NOT NULL,
    failures INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX sign_in_failures_window ON sign_in_failures (window_started_at);
CREATE TABLE reset_requests (
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    message_id {uuid} NOT NULL,
    asked_at {bigint} NOT NULL,
    PRIMARY KEY (account_id, message_id)
);
CREATE INDEX reset_requests_account ON reset_requests (account_id, asked_at);
CREATE TABLE security_reports (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    reported_at {bigint} NOT NULL,
    closed_at {bigint},
    closed_by TEXT
);
CREATE INDEX security_reports_account ON security_reports (account_id);
CREATE INDEX security_reports_open ON security_reports (reported_at) WHERE closed_at IS NULL;
CREATE TABLE kept_forms (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    action TEXT NOT NULL,
    fields {json} NOT NULL,
    expires_at {bigint} NOT NULL
);
CREATE INDEX kept_forms_account ON kept_forms (account_id);
CREATE INDEX kept_forms_expires ON kept_forms (expires_at);
"#;

const DOWN: &str = r#"
DROP TABLE kept_forms;
DROP TABLE security_reports;
DROP TABLE reset_requests;
DROP TABLE sign_in_failures;
DROP TABLE sign_in_sources;
ALTER TABLE sessions DROP COLUMN ended_at;
ALTER TABLE accounts DROP COLUMN announces_sign_ins;
ALTER TABLE accounts DROP COLUMN signed_in_at;
"#;
