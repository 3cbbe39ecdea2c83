//! Registered units.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE units (
    id {uuid} NOT NULL PRIMARY KEY,
    regon TEXT NOT NULL,
    name TEXT NOT NULL,
    name_sort {bytes} NOT NULL,
    search_key TEXT NOT NULL,
    kind TEXT NOT NULL REFERENCES unit_kinds (code),
    terc TEXT NOT NULL REFERENCES gminas (code),
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    status TEXT NOT NULL,
    data {json} NOT NULL,
    valid_from TEXT NOT NULL,
    valid_until TEXT,
    successor_id {uuid} REFERENCES units (id),
    created_at {bigint} NOT NULL,
    version INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX units_regon_active ON units (regon) WHERE status = 'active';
CREATE INDEX units_name ON units (name_sort, id);
CREATE INDEX units_voivodeship_name ON units (voivodeship, name_sort, id);
"#;

const DOWN: &str = r#"
DROP TABLE units;
"#;
