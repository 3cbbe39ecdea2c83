//! Rights that end: how long they last by default, when a renewal comes too late, who was reminded, and which right took another one's
//! place.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE sub_areas ADD COLUMN default_months INTEGER NOT NULL DEFAULT 36;
ALTER TABLE applications ADD COLUMN undecided_until {bigint};
CREATE INDEX applications_undecided ON applications (undecided_until) WHERE undecided_until IS NOT NULL;
ALTER TABLE grants ADD COLUMN reminded_days INTEGER;
ALTER TABLE grants ADD COLUMN unit_reminded_days INTEGER;
CREATE INDEX grants_replaced ON grants (replaced_at, id) WHERE replaced_at IS NOT NULL;
INSERT INTO time_limits (code, days) VALUES ('grant_end_early', 90);
INSERT INTO time_limits (code, days) VALUES ('grant_end', 30);
INSERT INTO time_limits (code, days) VALUES ('grant_end_last', 7);
"#;

const DOWN: &str = r#"
DELETE FROM time_limits WHERE code IN ('grant_end_early', 'grant_end', 'grant_end_last');
DROP INDEX grants_replaced;
ALTER TABLE grants DROP COLUMN unit_reminded_days;
ALTER TABLE grants DROP COLUMN reminded_days;
DROP INDEX applications_undecided;
ALTER TABLE applications DROP COLUMN undecided_until;
ALTER TABLE sub_areas DROP COLUMN default_months;
"#;
