//! Dictionaries as rows: voivodeships and their offices, TERC, unit kinds, sub-areas, functions, time limits.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE voivodeships (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_sort {bytes} NOT NULL,
    office_name TEXT NOT NULL,
    office_address TEXT NOT NULL,
    office_email TEXT NOT NULL,
    office_phone TEXT NOT NULL
);
CREATE TABLE office_channels (
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    channel TEXT NOT NULL,
    address TEXT NOT NULL,
    is_open BOOLEAN NOT NULL,
    PRIMARY KEY (voivodeship, channel)
);
CREATE TABLE gminas (
    code TEXT NOT NULL PRIMARY KEY,
    type_digit TEXT NOT NULL,
    type_name TEXT NOT NULL,
    name TEXT NOT NULL,
    name_sort {bytes} NOT NULL,
    search_key TEXT NOT NULL,
    powiat_code TEXT NOT NULL,
    powiat_name TEXT NOT NULL,
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    state_date TEXT NOT NULL
);
CREATE INDEX gminas_name_sort ON gminas (name_sort, code);
CREATE TABLE unit_kinds (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    position INTEGER NOT NULL
);
CREATE TABLE sub_areas (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    position INTEGER NOT NULL,
    longest_months INTEGER NOT NULL
);
CREATE TABLE functions (
    code TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    position INTEGER NOT NULL
);
CREATE TABLE unit_kind_sub_areas (
    unit_kind TEXT NOT NULL REFERENCES unit_kinds (code),
    sub_area TEXT NOT NULL REFERENCES sub_areas (code),
    PRIMARY KEY (unit_kind, sub_area)
);
CREATE TABLE time_limits (
    code TEXT NOT NULL PRIMARY KEY,
    days INTEGER NOT NULL
);
"#;

const DOWN: &str = r#"
DROP TABLE time_limits;
DROP TABLE unit_kind_sub_areas;
DROP TABLE functions;
DROP TABLE sub_areas;
DROP TABLE unit_kinds;
DROP TABLE gminas;
DROP TABLE office_channels;
DROP TABLE voivodeships;
"#;
