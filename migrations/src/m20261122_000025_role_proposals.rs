//! Proposals about the roles of officials, which another central administrator confirms.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE role_proposals (
    id {uuid} NOT NULL PRIMARY KEY,
    content {json} NOT NULL,
    proposed_by {uuid} NOT NULL REFERENCES accounts (id),
    proposed_at {bigint} NOT NULL,
    lapses_at {bigint} NOT NULL,
    outcome TEXT,
    settled_at {bigint},
    settled_by TEXT
);
CREATE INDEX role_proposals_open ON role_proposals (lapses_at) WHERE outcome IS NULL;
CREATE INDEX role_proposals_proposed ON role_proposals (proposed_at, id);
"#;

const DOWN: &str = r#"
DROP TABLE role_proposals;
"#;
