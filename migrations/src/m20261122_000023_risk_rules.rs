//! Which applications two persons must approve, the first of the two approvals, and applications that wait too long for one.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// `kind` is empty in a rule for any kind. `threshold`: more than so many. The latest row that has begun counts.
const UP: &str = r#"
CREATE TABLE risk_rules (
    risk TEXT NOT NULL,
    kind TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    threshold INTEGER NOT NULL,
    is_active BOOLEAN NOT NULL,
    PRIMARY KEY (risk, kind, valid_from)
);
INSERT INTO risk_rules (risk, kind, valid_from, threshold, is_active) VALUES
    ('another_voivodeship', '', '2026-01-01', 0, TRUE),
    ('coordinator', '', '2026-01-01', 0, TRUE),
    ('persons', '', '2026-01-01', 20, TRUE);
CREATE TABLE first_approvals (
    application_id {uuid} NOT NULL PRIMARY KEY REFERENCES applications (id),
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    role_assignment_id {uuid} NOT NULL REFERENCES role_assignments (id),
    in_place_of {uuid} REFERENCES accounts (id),
    revision INTEGER NOT NULL,
    approved_at {bigint} NOT NULL
);
ALTER TABLE applications ADD COLUMN decided_for {uuid};
ALTER TABLE applications ADD COLUMN office_since {bigint};
ALTER TABLE applications ADD COLUMN escalated_at {bigint};
UPDATE applications SET office_since = status_since WHERE status IN ('form_received', 'in_review');
CREATE INDEX applications_office_since ON applications (office_since) WHERE office_since IS NOT NULL AND escalated_at IS NULL;
CREATE INDEX applications_escalated ON applications (escalated_at, id) WHERE escalated_at IS NOT NULL;
INSERT INTO time_limits (code, days) VALUES ('escalation', 5);
"#;

const DOWN: &str = r#"
DELETE FROM time_limits WHERE code = 'escalation';
DROP INDEX applications_escalated;
DROP INDEX applications_office_since;
ALTER TABLE applications DROP COLUMN escalated_at;
ALTER TABLE applications DROP COLUMN office_since;
ALTER TABLE applications DROP COLUMN decided_for;
DROP TABLE first_approvals;
DROP TABLE risk_rules;
"#;
