//! Signed forms and their files.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE signed_forms (
    id {uuid} NOT NULL PRIMARY KEY,
    application_id {uuid} NOT NULL REFERENCES applications (id),
    revision INTEGER NOT NULL,
    channel TEXT NOT NULL,
    reference TEXT,
    received_on TEXT NOT NULL,
    recorded_by {uuid} NOT NULL REFERENCES accounts (id),
    recorded_at {bigint} NOT NULL,
    code_match TEXT NOT NULL,
    compared_by {uuid} REFERENCES accounts (id),
    compared_at {bigint}
);
CREATE INDEX signed_forms_application ON signed_forms (application_id, recorded_at);
CREATE TABLE signed_form_files (
    id {uuid} NOT NULL PRIMARY KEY,
    signed_form_id {uuid} NOT NULL REFERENCES signed_forms (id),
    position INTEGER NOT NULL,
    media_type TEXT NOT NULL,
    size {bigint} NOT NULL,
    sha256 TEXT NOT NULL,
    object_key TEXT NOT NULL,
    page_keys {json} NOT NULL,
    has_signature BOOLEAN NOT NULL
);
CREATE INDEX signed_form_files_form ON signed_form_files (signed_form_id, position);
CREATE INDEX signed_form_files_sha256 ON signed_form_files (sha256);
"#;

const DOWN: &str = r#"
DROP TABLE signed_form_files;
DROP TABLE signed_forms;
"#;
