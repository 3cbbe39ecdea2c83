//! What a proposal about roles changes: two that would change the same do not wait beside each other.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// Proposals from before have no subject; they lapse within a week.
const UP: &str = r#"
ALTER TABLE role_proposals ADD COLUMN subject TEXT;
CREATE UNIQUE INDEX role_proposals_subject ON role_proposals (subject) WHERE outcome IS NULL;
"#;

const DOWN: &str = r#"
DROP INDEX role_proposals_subject;
ALTER TABLE role_proposals DROP COLUMN subject;
"#;
