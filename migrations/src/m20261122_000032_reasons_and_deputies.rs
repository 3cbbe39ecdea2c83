//! Reasons of revocations that nobody chooses, and who named a deputy for somebody who is away.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE revocation_reasons ADD COLUMN is_offered BOOLEAN NOT NULL DEFAULT TRUE;
INSERT INTO revocation_reasons (code, name, position, is_offered) VALUES ('account_closed', 'zamknięcie konta', 3, FALSE);
INSERT INTO revocation_reasons (code, name, position, is_offered) VALUES ('closing_asked', 'zamknięcie konta na prośbę właściciela', 4, FALSE);
INSERT INTO revocation_reasons (code, name, position, is_offered) VALUES ('not_confirmed', 'coroczne potwierdzenie: do cofnięcia', 5, FALSE);
ALTER TABLE stand_ins ADD COLUMN named_by {uuid};
"#;

const DOWN: &str = r#"
ALTER TABLE stand_ins DROP COLUMN named_by;
UPDATE revocations SET reason = 'other' WHERE reason IN ('account_closed', 'closing_asked', 'not_confirmed');
DELETE FROM revocation_reasons WHERE NOT is_offered;
ALTER TABLE revocation_reasons DROP COLUMN is_offered;
"#;
