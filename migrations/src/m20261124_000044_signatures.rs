//! What was found of the electronic signatures of a file. No value: nobody checked them, as with files from before.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE signed_form_files ADD COLUMN signatures {json};
"#;

const DOWN: &str = r#"
ALTER TABLE signed_form_files DROP COLUMN signatures;
"#;
