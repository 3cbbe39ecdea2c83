//! Stand-ins: an administrator's deputy for some days.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE stand_ins (
    id {uuid} NOT NULL PRIMARY KEY,
    deputy_id {uuid} NOT NULL REFERENCES accounts (id),
    deputised_id {uuid} NOT NULL REFERENCES accounts (id),
    role_assignment_id {uuid} NOT NULL REFERENCES role_assignments (id),
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    named_at {bigint} NOT NULL,
    ended_at {bigint},
    ended_by TEXT,
    CHECK (deputy_id <> deputised_id)
);
CREATE INDEX stand_ins_deputy ON stand_ins (deputy_id, valid_until) WHERE ended_at IS NULL;
CREATE INDEX stand_ins_deputised ON stand_ins (deputised_id);
CREATE INDEX stand_ins_role ON stand_ins (role_assignment_id) WHERE ended_at IS NULL;
"#;

const DOWN: &str = r#"
DROP TABLE stand_ins;
"#;
