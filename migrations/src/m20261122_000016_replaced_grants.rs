//! Grants that ended and were given anew: the old row stays for the record, and does not stand in the way of the new one.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE grants ADD COLUMN replaced_at {bigint};
DROP INDEX grants_current;
CREATE UNIQUE INDEX grants_current ON grants (account_id, unit_id, sub_area, function)
    WHERE revoked_at IS NULL AND replaced_at IS NULL;
"#;

const DOWN: &str = r#"
UPDATE grants SET revoked_at = replaced_at WHERE replaced_at IS NOT NULL AND revoked_at IS NULL;
DROP INDEX grants_current;
CREATE UNIQUE INDEX grants_current ON grants (account_id, unit_id, sub_area, function) WHERE revoked_at IS NULL;
ALTER TABLE grants DROP COLUMN replaced_at;
"#;
