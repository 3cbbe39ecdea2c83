//! Rights that were taken away: by whom, in which capacity and why, with what the person leaves to a successor.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE revocation_reasons (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    position INTEGER NOT NULL
);
INSERT INTO revocation_reasons (code, name, position) VALUES ('left_work', 'odejście z pracy', 0);
INSERT INTO revocation_reasons (code, name, position) VALUES ('other_duties', 'zmiana obowiązków', 1);
INSERT INTO revocation_reasons (code, name, position) VALUES ('other', 'inne', 2);
CREATE TABLE revocations (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    unit_id {uuid} NOT NULL REFERENCES units (id),
    revoked_at {bigint} NOT NULL,
    revoked_by TEXT NOT NULL,
    capacity TEXT NOT NULL,
    reason TEXT NOT NULL REFERENCES revocation_reasons (code),
    note TEXT,
    letter_date TEXT,
    letter_reference TEXT,
    left_behind {json} NOT NULL
);
CREATE INDEX revocations_account ON revocations (account_id, revoked_at);
CREATE INDEX revocations_unit ON revocations (unit_id, revoked_at);
ALTER TABLE grants ADD COLUMN revocation_id {uuid};
"#;

const DOWN: &str = r#"
ALTER TABLE grants DROP COLUMN revocation_id;
DROP TABLE revocations;
DROP TABLE revocation_reasons;
"#;
