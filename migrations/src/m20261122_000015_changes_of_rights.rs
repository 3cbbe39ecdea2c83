//! Indexes for the list of what changed in people's rights since a day.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE INDEX grants_created ON grants (created_at, id);
CREATE INDEX grants_revoked ON grants (revoked_at, id) WHERE revoked_at IS NOT NULL;
CREATE INDEX grants_until ON grants (valid_until, id) WHERE revoked_at IS NULL;
CREATE INDEX role_assignments_assigned ON role_assignments (assigned_at, id);
CREATE INDEX role_assignments_revoked ON role_assignments (revoked_at, id) WHERE revoked_at IS NOT NULL;
"#;

const DOWN: &str = r#"
DROP INDEX role_assignments_revoked;
DROP INDEX role_assignments_assigned;
DROP INDEX grants_until;
DROP INDEX grants_revoked;
DROP INDEX grants_created;
"#;
