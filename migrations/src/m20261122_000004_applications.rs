//! Drafts, applications, their frozen revisions, persons and remarks.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE application_serials (
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    year INTEGER NOT NULL,
    last_serial INTEGER NOT NULL,
    PRIMARY KEY (voivodeship, year)
);
CREATE TABLE applications (
    id {uuid} NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    unit_id {uuid} REFERENCES units (id),
    regon TEXT NOT NULL,
    unit_name TEXT NOT NULL,
    unit_name_sort {bytes} NOT NULL,
    applicant_id {uuid} NOT NULL REFERENCES accounts (id),
    applicant_name TEXT NOT NULL,
    revision INTEGER NOT NULL,
    persons_count INTEGER NOT NULL,
    submitted_at {bigint} NOT NULL,
    revised_at {bigint} NOT NULL,
    status_since {bigint} NOT NULL,
    lapses_at {bigint},
    reminded_days INTEGER,
    taken_by {uuid} REFERENCES accounts (id),
    decided_by {uuid} REFERENCES accounts (id),
    decided_at {bigint},
    reason TEXT,
    version INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX applications_number ON applications (number);
CREATE UNIQUE INDEX applications_regon_open ON applications (regon)
    WHERE kind = 'unit_registration' AND status IN ('awaiting_form', 'form_received', 'in_review', 'returned');
CREATE INDEX applications_applicant ON applications (applicant_id);
CREATE INDEX applications_unit ON applications (unit_id);
CREATE INDEX applications_regon ON applications (regon);
CREATE INDEX applications_queue_since ON applications (voivodeship, status, status_since, id);
CREATE INDEX applications_queue_submitted ON applications (voivodeship, status, submitted_at, id);
CREATE INDEX applications_queue_unit ON applications (voivodeship, status, unit_name_sort, id);
CREATE INDEX applications_all_since ON applications (status, status_since, id);
CREATE INDEX applications_all_submitted ON applications (status, submitted_at, id);
CREATE INDEX applications_all_unit ON applications (status, unit_name_sort, id);
CREATE INDEX applications_lapse ON applications (lapses_at) WHERE lapses_at IS NOT NULL;
CREATE TABLE application_revisions (
    application_id {uuid} NOT NULL REFERENCES applications (id),
    revision INTEGER NOT NULL,
    payload {json} NOT NULL,
    fingerprint TEXT NOT NULL,
    printed_form {json} NOT NULL,
    pdf {bytes},
    created_at {bigint} NOT NULL,
    PRIMARY KEY (application_id, revision)
);
CREATE TABLE application_persons (
    application_id {uuid} NOT NULL REFERENCES applications (id),
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    position INTEGER NOT NULL,
    email_key TEXT NOT NULL,
    PRIMARY KEY (application_id, account_id)
);
CREATE INDEX application_persons_account ON application_persons (account_id);
CREATE INDEX application_persons_email ON application_persons (email_key);
CREATE TABLE application_remarks (
    id {uuid} NOT NULL PRIMARY KEY,
    application_id {uuid} NOT NULL REFERENCES applications (id),
    revision INTEGER NOT NULL,
    field TEXT NOT NULL,
    text TEXT NOT NULL,
    position INTEGER NOT NULL
);
CREATE INDEX application_remarks_application ON application_remarks (application_id, revision);
CREATE TABLE application_search (
    token {ctext} NOT NULL,
    voivodeship TEXT NOT NULL,
    application_id {uuid} NOT NULL REFERENCES applications (id),
    PRIMARY KEY (token, voivodeship, application_id)
);
CREATE INDEX application_search_application ON application_search (application_id);
CREATE TABLE drafts (
    id {uuid} NOT NULL PRIMARY KEY,
    token_hash {bytes} NOT NULL,
    texts {json} NOT NULL,
    password_hash TEXT,
    application_id {uuid} REFERENCES applications (id),
    account_id {uuid} REFERENCES accounts (id),
    confirmed_email TEXT,
    submitted_as {uuid} REFERENCES applications (id),
    created_at {bigint} NOT NULL,
    expires_at {bigint} NOT NULL,
    version INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX drafts_token_hash ON drafts (token_hash);
CREATE UNIQUE INDEX drafts_correction ON drafts (application_id) WHERE application_id IS NOT NULL AND submitted_as IS NULL;
CREATE INDEX drafts_expires ON drafts (expires_at);
"#;

const DOWN: &str = r#"
DROP TABLE drafts;
DROP TABLE application_search;
DROP TABLE application_remarks;
DROP TABLE application_persons;
DROP TABLE application_revisions;
DROP TABLE applications;
DROP TABLE application_serials;
"#;
