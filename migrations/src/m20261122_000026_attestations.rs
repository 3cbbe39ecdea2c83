//! The yearly confirmation of a unit's permissions, what was said of each grant, and grants that are suspended for want of it.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE grants ADD COLUMN suspended_at {bigint};
ALTER TABLE grants ADD COLUMN restored_at {bigint};
CREATE INDEX grants_suspended ON grants (suspended_at, id) WHERE suspended_at IS NOT NULL;
CREATE INDEX grants_restored ON grants (restored_at, id) WHERE restored_at IS NOT NULL;
CREATE TABLE attestations (
    id {uuid} NOT NULL PRIMARY KEY,
    unit_id {uuid} NOT NULL REFERENCES units (id),
    opened_at {bigint} NOT NULL,
    due_at {bigint} NOT NULL,
    state TEXT NOT NULL,
    reminded INTEGER,
    application_id {uuid} REFERENCES applications (id),
    answered_at {bigint},
    done_at {bigint}
);
CREATE UNIQUE INDEX attestations_current ON attestations (unit_id) WHERE state <> 'done';
CREATE INDEX attestations_unit ON attestations (unit_id, opened_at);
CREATE INDEX attestations_due ON attestations (due_at, id) WHERE state = 'open';
CREATE INDEX attestations_listed ON attestations (state, due_at, id);
CREATE INDEX attestations_application ON attestations (application_id) WHERE application_id IS NOT NULL;
CREATE TABLE attestation_answers (
    attestation_id {uuid} NOT NULL REFERENCES attestations (id),
    grant_id {uuid} NOT NULL REFERENCES grants (id),
    answer TEXT NOT NULL,
    answered_by {uuid} NOT NULL REFERENCES accounts (id),
    answered_at {bigint} NOT NULL,
    PRIMARY KEY (attestation_id, grant_id)
);
INSERT INTO time_limits (code, days) VALUES ('attestation', 30);
INSERT INTO time_limits (code, days) VALUES ('attestation_reminder', 15);
INSERT INTO time_limits (code, days) VALUES ('attestation_reminder_last', 3);
"#;

const DOWN: &str = r#"
DELETE FROM time_limits WHERE code IN ('attestation', 'attestation_reminder', 'attestation_reminder_last');
DROP TABLE attestation_answers;
DROP TABLE attestations;
DROP INDEX grants_restored;
DROP INDEX grants_suspended;
ALTER TABLE grants DROP COLUMN restored_at;
ALTER TABLE grants DROP COLUMN suspended_at;
"#;
