//! Approved changes of e-mail addresses that wait before they take effect; drafts of more than registrations.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE drafts ADD COLUMN kind TEXT NOT NULL DEFAULT 'registration';
CREATE INDEX drafts_account ON drafts (account_id, kind) WHERE account_id IS NOT NULL;
CREATE TABLE waiting_email_changes (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    application_id {uuid} NOT NULL REFERENCES applications (id),
    old_email TEXT NOT NULL,
    new_email TEXT NOT NULL,
    approved_at {bigint} NOT NULL,
    takes_effect_at {bigint} NOT NULL,
    state TEXT NOT NULL,
    ended_at {bigint}
);
CREATE UNIQUE INDEX waiting_email_changes_waiting ON waiting_email_changes (account_id) WHERE state = 'waiting';
CREATE UNIQUE INDEX waiting_email_changes_application ON waiting_email_changes (application_id);
CREATE INDEX waiting_email_changes_due ON waiting_email_changes (takes_effect_at) WHERE state = 'waiting';
INSERT INTO time_limits (code, days) VALUES ('email_change', 3);
"#;

const DOWN: &str = r#"
DELETE FROM time_limits WHERE code = 'email_change';
DROP TABLE waiting_email_changes;
DROP INDEX drafts_account;
ALTER TABLE drafts DROP COLUMN kind;
"#;
