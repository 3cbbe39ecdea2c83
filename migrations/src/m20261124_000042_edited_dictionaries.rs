//! What administrators edit in the portal: office data and dictionaries with their versions, single days that are free or worked on
//! otherwise than the law of 1951 says, and the history of all of it.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// `last_day` is the last day on which an entry is offered; codes never change and rows never go. `is_counted` is false until the worker
// has let the clocks of open applications be set by the changed day. `fields` is an array of {field, was, is}; `told` is the address of
// the office before the change.
const UP: &str = r#"
ALTER TABLE voivodeships ADD COLUMN form_text TEXT NOT NULL DEFAULT '';
ALTER TABLE voivodeships ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE unit_kinds ADD COLUMN last_day TEXT;
ALTER TABLE unit_kinds ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sub_areas ADD COLUMN last_day TEXT;
ALTER TABLE sub_areas ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
CREATE TABLE days_off (
    day TEXT NOT NULL PRIMARY KEY,
    is_free BOOLEAN NOT NULL,
    reason TEXT NOT NULL,
    is_withdrawn BOOLEAN NOT NULL,
    changed_at {bigint} NOT NULL,
    is_counted BOOLEAN NOT NULL
);
CREATE TABLE dictionary_changes (
    id {uuid} NOT NULL PRIMARY KEY,
    subject TEXT NOT NULL,
    code TEXT NOT NULL,
    version INTEGER NOT NULL,
    changed_at {bigint} NOT NULL,
    changed_by {uuid} NOT NULL REFERENCES accounts (id),
    fields {json} NOT NULL,
    told TEXT
);
CREATE INDEX dictionary_changes_subject ON dictionary_changes (subject, code, changed_at, id);
CREATE INDEX dictionary_changes_changed_by ON dictionary_changes (changed_by);
"#;

const DOWN: &str = r#"
DROP TABLE dictionary_changes;
DROP TABLE days_off;
ALTER TABLE sub_areas DROP COLUMN version;
ALTER TABLE sub_areas DROP COLUMN last_day;
ALTER TABLE unit_kinds DROP COLUMN version;
ALTER TABLE unit_kinds DROP COLUMN last_day;
ALTER TABLE voivodeships DROP COLUMN version;
ALTER TABLE voivodeships DROP COLUMN form_text;
"#;
