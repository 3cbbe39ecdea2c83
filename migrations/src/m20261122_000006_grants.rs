//! Grants: account x unit x sub-area x function, valid from-to, traceable to the application that gave it.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE grants (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    unit_id {uuid} NOT NULL REFERENCES units (id),
    sub_area TEXT NOT NULL REFERENCES sub_areas (code),
    function TEXT NOT NULL REFERENCES functions (code),
    valid_from TEXT NOT NULL,
    valid_until TEXT NOT NULL,
    application_id {uuid} REFERENCES applications (id),
    created_at {bigint} NOT NULL,
    revoked_at {bigint}
);
CREATE INDEX grants_account ON grants (account_id);
CREATE INDEX grants_unit ON grants (unit_id);
CREATE UNIQUE INDEX grants_current ON grants (account_id, unit_id, sub_area, function) WHERE revoked_at IS NULL;
"#;

const DOWN: &str = r#"
DROP TABLE grants;
"#;
