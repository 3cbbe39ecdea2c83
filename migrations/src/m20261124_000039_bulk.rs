//! Batches: one act of an administrator on many applications, done row by row.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// A row waits until its state is another one; `reasons` are the names of what kept it back, separated by spaces. The id of a batch is made
// with its page, so that a page that is sent twice makes one batch. `application_id` is empty where the actor may not know of the number.
const UP: &str = r#"
CREATE TABLE bulk_jobs (
    id {uuid} NOT NULL PRIMARY KEY,
    owner_id {uuid} NOT NULL REFERENCES accounts (id),
    act TEXT NOT NULL,
    assignee_id {uuid} REFERENCES accounts (id),
    proven_at {bigint} NOT NULL,
    address TEXT,
    correlation {uuid} NOT NULL,
    created_at {bigint} NOT NULL
);
CREATE INDEX bulk_jobs_owner ON bulk_jobs (owner_id, created_at, id);
CREATE INDEX bulk_jobs_created ON bulk_jobs (created_at, id);
CREATE TABLE bulk_rows (
    id {uuid} NOT NULL PRIMARY KEY,
    job_id {uuid} NOT NULL REFERENCES bulk_jobs (id),
    position INTEGER NOT NULL,
    application_id {uuid} REFERENCES applications (id),
    number TEXT NOT NULL,
    seen_version INTEGER NOT NULL,
    queued_at {bigint} NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'failed')),
    reasons TEXT NOT NULL DEFAULT '',
    settled_at {bigint},
    UNIQUE (job_id, position),
    UNIQUE (job_id, number)
);
CREATE INDEX bulk_rows_application ON bulk_rows (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX bulk_rows_waiting ON bulk_rows (attempts, queued_at, position) WHERE state = 'waiting';
"#;

const DOWN: &str = r#"
DROP TABLE bulk_rows;
DROP TABLE bulk_jobs;
"#;
