//! What people do with their own account: sessions that can be named, earlier values of the own data, changes of the e-mail
//! address, requests to close the account.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// A session's id names it on a page without telling anything about its cookie. The old cookie of a raised session has none.
const UP: &str = r#"
ALTER TABLE sessions ADD COLUMN id {uuid};
--sqlite
UPDATE sessions SET id = randomblob(16);
--end
--postgres
UPDATE sessions SET id = gen_random_uuid();
--end
CREATE UNIQUE INDEX sessions_id ON sessions (id);
CREATE INDEX audit_entries_actor_id ON audit_entries (actor_id, id);
CREATE TABLE profile_changes (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    old_value TEXT,
    changed_by TEXT NOT NULL,
    changed_at {bigint} NOT NULL
);
CREATE INDEX profile_changes_account ON profile_changes (account_id, changed_at);
CREATE TABLE email_changes (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    status TEXT NOT NULL,
    old_email TEXT NOT NULL,
    new_email TEXT NOT NULL,
    new_email_key TEXT NOT NULL,
    confirm_hash {bytes},
    code_hash {bytes},
    attempts INTEGER NOT NULL DEFAULT 0,
    undo_hash {bytes},
    requested_at {bigint} NOT NULL,
    confirm_until {bigint} NOT NULL,
    undo_until {bigint} NOT NULL,
    settled_at {bigint}
);
CREATE UNIQUE INDEX email_changes_pending ON email_changes (account_id) WHERE status = 'pending';
CREATE UNIQUE INDEX email_changes_confirm ON email_changes (confirm_hash);
CREATE UNIQUE INDEX email_changes_undo ON email_changes (undo_hash);
CREATE INDEX email_changes_account ON email_changes (account_id, requested_at);
CREATE INDEX email_changes_address ON email_changes (new_email_key, requested_at);
CREATE INDEX email_changes_over ON email_changes (undo_until);
CREATE TABLE closing_requests (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    requested_at {bigint} NOT NULL,
    settled_at {bigint},
    outcome TEXT,
    settled_by TEXT
);
CREATE UNIQUE INDEX closing_requests_open ON closing_requests (account_id) WHERE settled_at IS NULL;
CREATE INDEX closing_requests_account ON closing_requests (account_id, requested_at);
"#;

const DOWN: &str = r#"
DROP TABLE closing_requests;
DROP TABLE email_changes;
DROP TABLE profile_changes;
DROP INDEX audit_entries_actor_id;
DROP INDEX sessions_id;
ALTER TABLE sessions DROP COLUMN id;
"#;
