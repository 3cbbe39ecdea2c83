//! The working-day clock of applications, its targets, the days on which people are reminded, and what an office keeps at its desk:
//! who is to deal with an application, until when it is put off, and notes.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// `kind` is empty in a target for any kind; the latest row that has begun counts. `occasion` is the state in which the applicant has
// the move, `day` is counted from its beginning. `remind_at` is the next moment at which somebody is to be reminded: at 0 the worker
// sets the clock of what was filed before there was one. Until then a day and a half stands for a working day. The indexes by
// `status_since` hold `snoozed_until`, so that what is not put off is counted without reading rows.
const UP: &str = r#"
CREATE TABLE target_times (
    kind TEXT NOT NULL,
    valid_from TEXT NOT NULL,
    working_days INTEGER NOT NULL CHECK (working_days > 0),
    PRIMARY KEY (kind, valid_from)
);
INSERT INTO target_times (kind, valid_from, working_days) VALUES
    ('', '2026-01-01', 10),
    ('email_change', '2026-01-01', 5),
    ('permission_renewal', '2026-01-01', 5);
CREATE TABLE reminder_days (
    occasion TEXT NOT NULL,
    day INTEGER NOT NULL CHECK (day > 0),
    PRIMARY KEY (occasion, day)
);
INSERT INTO reminder_days (occasion, day) VALUES
    ('awaiting_form', 7), ('awaiting_form', 14), ('awaiting_form', 25), ('returned', 7), ('returned', 12);
DELETE FROM time_limits WHERE code IN ('reminder', 'reminder_last');
ALTER TABLE applications DROP COLUMN reminded_days;
ALTER TABLE applications ADD COLUMN clock_target INTEGER NOT NULL DEFAULT 10;
ALTER TABLE applications ADD COLUMN clock_used INTEGER NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN due_at {bigint};
ALTER TABLE applications ADD COLUMN remind_at {bigint};
ALTER TABLE applications ADD COLUMN reminded_day INTEGER NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN reminded_step INTEGER NOT NULL DEFAULT 0;
ALTER TABLE applications ADD COLUMN assigned_to {uuid};
ALTER TABLE applications ADD COLUMN snoozed_until {bigint};
UPDATE applications SET assigned_to = taken_by;
UPDATE applications SET clock_target = 5 WHERE kind IN ('email_change', 'permission_renewal');
UPDATE applications SET due_at = office_since + clock_target * 129600000 WHERE office_since IS NOT NULL;
UPDATE applications SET remind_at = 0 WHERE status IN ('awaiting_form', 'form_received', 'in_review', 'returned');
DROP INDEX applications_queue_since;
DROP INDEX applications_all_since;
CREATE INDEX applications_queue_since ON applications (voivodeship, status, status_since, id, snoozed_until);
CREATE INDEX applications_all_since ON applications (status, status_since, id, snoozed_until);
CREATE INDEX applications_queue_due ON applications (voivodeship, status, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX applications_all_due ON applications (status, due_at, id) WHERE due_at IS NOT NULL;
CREATE INDEX applications_queue_snoozed ON applications (voivodeship, status, snoozed_until, id) WHERE snoozed_until IS NOT NULL;
CREATE INDEX applications_all_snoozed ON applications (status, snoozed_until, id) WHERE snoozed_until IS NOT NULL;
CREATE INDEX applications_queue_assigned ON applications (assigned_to, voivodeship, status, status_since, id)
    WHERE assigned_to IS NOT NULL;
CREATE INDEX applications_all_assigned ON applications (assigned_to, status, status_since, id) WHERE assigned_to IS NOT NULL;
CREATE INDEX applications_remind ON applications (remind_at) WHERE remind_at IS NOT NULL;
CREATE TABLE application_notes (
    id {uuid} NOT NULL PRIMARY KEY,
    application_id {uuid} NOT NULL REFERENCES applications (id),
    author_id {uuid} NOT NULL REFERENCES accounts (id),
    text TEXT NOT NULL,
    written_at {bigint} NOT NULL
);
CREATE INDEX application_notes_application ON application_notes (application_id, written_at, id);
"#;

const DOWN: &str = r#"
DROP TABLE application_notes;
DROP INDEX applications_remind;
DROP INDEX applications_all_assigned;
DROP INDEX applications_queue_assigned;
DROP INDEX applications_all_snoozed;
DROP INDEX applications_queue_snoozed;
DROP INDEX applications_all_due;
DROP INDEX applications_queue_due;
DROP INDEX applications_all_since;
DROP INDEX applications_queue_since;
CREATE INDEX applications_queue_since ON applications (voivodeship, status, status_since, id);
CREATE INDEX applications_all_since ON applications (status, status_since, id);
ALTER TABLE applications DROP COLUMN snoozed_until;
ALTER TABLE applications DROP COLUMN assigned_to;
ALTER TABLE applications DROP COLUMN reminded_step;
ALTER TABLE applications DROP COLUMN reminded_day;
ALTER TABLE applications DROP COLUMN remind_at;
ALTER TABLE applications DROP COLUMN due_at;
ALTER TABLE applications DROP COLUMN clock_used;
ALTER TABLE applications DROP COLUMN clock_target;
ALTER TABLE applications ADD COLUMN reminded_days INTEGER;
INSERT INTO time_limits (code, days) VALUES ('reminder', 7);
INSERT INTO time_limits (code, days) VALUES ('reminder_last', 1);
DROP TABLE reminder_days;
DROP TABLE target_times;
"#;
