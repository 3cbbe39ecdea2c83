//! Coordinators of units: found by their units, and each of a unit once.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE INDEX role_assignments_unit ON role_assignments (unit_id) WHERE revoked_at IS NULL AND unit_id IS NOT NULL;
CREATE UNIQUE INDEX role_assignments_coordinator ON role_assignments (account_id, unit_id)
    WHERE revoked_at IS NULL AND role = 'unit_coordinator';
"#;

const DOWN: &str = r#"
DROP INDEX role_assignments_coordinator;
DROP INDEX role_assignments_unit;
"#;
