//! In whose place something was done is found by an index: an erasure takes the name out.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE INDEX audit_entries_on_behalf_of ON audit_entries (on_behalf_of) WHERE on_behalf_of IS NOT NULL;
"#;

const DOWN: &str = r#"
DROP INDEX audit_entries_on_behalf_of;
"#;
