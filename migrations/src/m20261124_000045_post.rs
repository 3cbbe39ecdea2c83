//! Post („Wpływy”): what came to an office, and its files.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// `has_proposed`, `has_unassigned` and `settled_at` follow from the files; each view of the list walks its own index.
const UP: &str = r#"
CREATE TABLE post_items (
    id {uuid} NOT NULL PRIMARY KEY,
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    channel TEXT NOT NULL,
    received_on TEXT NOT NULL,
    sender TEXT,
    reference TEXT,
    case_sign TEXT,
    recorded_by {uuid} REFERENCES accounts (id),
    recorded_at {bigint} NOT NULL,
    passed_from TEXT REFERENCES voivodeships (code),
    has_proposed BOOLEAN NOT NULL,
    has_unassigned BOOLEAN NOT NULL,
    settled_at {bigint}
);
CREATE INDEX post_items_proposed ON post_items (voivodeship, recorded_at, id) WHERE has_proposed;
CREATE INDEX post_items_unassigned ON post_items (voivodeship, recorded_at, id) WHERE has_unassigned;
CREATE INDEX post_items_settled ON post_items (voivodeship, settled_at, id) WHERE settled_at IS NOT NULL;
CREATE TABLE post_files (
    id {uuid} NOT NULL PRIMARY KEY,
    item_id {uuid} NOT NULL REFERENCES post_items (id),
    voivodeship TEXT NOT NULL,
    position INTEGER NOT NULL,
    part_of {uuid},
    first_page INTEGER,
    last_page INTEGER,
    media_type TEXT NOT NULL,
    size {bigint} NOT NULL,
    sha256 TEXT NOT NULL,
    object_key TEXT NOT NULL,
    page_keys {json} NOT NULL,
    has_signature BOOLEAN NOT NULL,
    clue {json},
    state TEXT NOT NULL,
    application_id {uuid} REFERENCES applications (id),
    passed_to TEXT,
    reason TEXT,
    note TEXT,
    settled_by {uuid} REFERENCES accounts (id),
    settled_at {bigint},
    repeats {uuid}
);
CREATE INDEX post_files_item ON post_files (item_id, position);
CREATE INDEX post_files_application ON post_files (application_id) WHERE application_id IS NOT NULL;
CREATE UNIQUE INDEX post_files_same ON post_files (voivodeship, sha256) WHERE part_of IS NULL AND state <> 'repeated';
ALTER TABLE unwanted_files ADD COLUMN kind TEXT NOT NULL DEFAULT 'signed_form';
"#;

const DOWN: &str = r#"
ALTER TABLE unwanted_files DROP COLUMN kind;
DROP TABLE post_files;
DROP TABLE post_items;
"#;
