//! Outbox: what is to be told to whom, taken with a lease.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE outbox_messages (
    id {uuid} NOT NULL PRIMARY KEY,
    notice {json} NOT NULL,
    kind TEXT NOT NULL,
    account_id {uuid},
    application_id {uuid},
    draft_id {uuid},
    status TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at {bigint} NOT NULL,
    lease_until {bigint},
    lease_owner TEXT,
    last_error TEXT,
    created_at {bigint} NOT NULL,
    finished_at {bigint},
    correlation {uuid} NOT NULL
);
CREATE INDEX outbox_messages_due ON outbox_messages (next_attempt_at) WHERE status = 'waiting';
CREATE INDEX outbox_messages_status ON outbox_messages (status, created_at);
CREATE INDEX outbox_messages_application ON outbox_messages (application_id);
CREATE INDEX outbox_messages_draft ON outbox_messages (draft_id);
CREATE INDEX outbox_messages_account ON outbox_messages (account_id, kind, created_at);
"#;

const DOWN: &str = r#"
DROP TABLE outbox_messages;
"#;
