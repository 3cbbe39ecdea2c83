//! The history of units, from the registration on; one open change of a unit at a time.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE unit_changes (
    id {uuid} NOT NULL PRIMARY KEY,
    unit_id {uuid} NOT NULL REFERENCES units (id),
    application_id {uuid} REFERENCES applications (id),
    event TEXT NOT NULL,
    before {json},
    after {json},
    last_day TEXT,
    successor_id {uuid} REFERENCES units (id),
    justification TEXT,
    changed_at {bigint} NOT NULL
);
CREATE INDEX unit_changes_unit ON unit_changes (unit_id, changed_at, id);
--sqlite
INSERT INTO unit_changes (id, unit_id, event, after, changed_at) SELECT randomblob(16), id, 'registered', data, created_at FROM units;
--end
--postgres
INSERT INTO unit_changes (id, unit_id, event, after, changed_at) SELECT gen_random_uuid(), id, 'registered', data, created_at FROM units;
--end
CREATE INDEX units_ending ON units (valid_until) WHERE status = 'active' AND valid_until IS NOT NULL;
CREATE INDEX units_successor ON units (successor_id) WHERE successor_id IS NOT NULL;
CREATE UNIQUE INDEX applications_unit_change_open ON applications (unit_id)
    WHERE kind = 'unit_change' AND status IN ('awaiting_form', 'form_received', 'in_review', 'returned');
"#;

const DOWN: &str = r#"
DROP INDEX applications_unit_change_open;
DROP INDEX units_successor;
DROP INDEX units_ending;
DROP TABLE unit_changes;
"#;
