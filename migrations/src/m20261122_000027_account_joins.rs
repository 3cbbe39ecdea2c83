//! Two accounts of one person that become one: the proposal, its way, and which grant took whose place.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE account_joins (
    id {uuid} NOT NULL PRIMARY KEY,
    given_up_id {uuid} NOT NULL REFERENCES accounts (id),
    kept_id {uuid} REFERENCES accounts (id),
    named_login TEXT NOT NULL,
    state TEXT NOT NULL,
    proposed_at {bigint} NOT NULL,
    due_at {bigint} NOT NULL,
    application_id {uuid} REFERENCES applications (id),
    joined_at {bigint},
    ended_at {bigint}
);
CREATE UNIQUE INDEX account_joins_given_up ON account_joins (given_up_id)
    WHERE state IN ('proposed', 'confirmed', 'filed', 'joined');
CREATE UNIQUE INDEX account_joins_kept ON account_joins (kept_id) WHERE state IN ('confirmed', 'filed', 'joined');
CREATE INDEX account_joins_asked ON account_joins (kept_id, proposed_at);
CREATE INDEX account_joins_made ON account_joins (given_up_id, proposed_at);
CREATE INDEX account_joins_due ON account_joins (due_at, id) WHERE state IN ('proposed', 'confirmed', 'joined');
CREATE TABLE account_join_grants (
    join_id {uuid} NOT NULL REFERENCES account_joins (id),
    old_grant_id {uuid} NOT NULL REFERENCES grants (id),
    new_grant_id {uuid} NOT NULL REFERENCES grants (id),
    PRIMARY KEY (join_id, old_grant_id)
);
ALTER TABLE accounts ADD COLUMN join_hint_hidden_at {bigint};
INSERT INTO time_limits (code, days) VALUES ('account_join_file', 14);
INSERT INTO time_limits (code, days) VALUES ('account_join_undo', 30);
"#;

const DOWN: &str = r#"
DELETE FROM time_limits WHERE code IN ('account_join_file', 'account_join_undo');
ALTER TABLE accounts DROP COLUMN join_hint_hidden_at;
DROP TABLE account_join_grants;
DROP TABLE account_joins;
"#;
