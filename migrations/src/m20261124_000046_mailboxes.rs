//! Mailboxes of offices: what is read from them, by whom, and which messages were taken.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE post_items ADD COLUMN mailbox TEXT;
ALTER TABLE post_items ADD COLUMN subject TEXT;
ALTER TABLE post_items ADD COLUMN message_text TEXT;
ALTER TABLE post_items ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE post_items ADD COLUMN is_cut BOOLEAN NOT NULL DEFAULT FALSE;
CREATE TABLE post_mailboxes (
    voivodeship TEXT NOT NULL PRIMARY KEY REFERENCES voivodeships (code),
    lease_owner TEXT,
    lease_until {bigint},
    read_at {bigint},
    failing_since {bigint},
    failure TEXT
);
CREATE TABLE post_messages (
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    digest TEXT NOT NULL,
    validity {bigint} NOT NULL,
    uid {bigint} NOT NULL,
    taken_at {bigint} NOT NULL,
    PRIMARY KEY (voivodeship, digest)
);
CREATE UNIQUE INDEX post_messages_uid ON post_messages (voivodeship, validity, uid);
"#;

const DOWN: &str = r#"
DROP TABLE post_messages;
DROP TABLE post_mailboxes;
ALTER TABLE post_items DROP COLUMN is_cut;
ALTER TABLE post_items DROP COLUMN skipped;
ALTER TABLE post_items DROP COLUMN message_text;
ALTER TABLE post_items DROP COLUMN subject;
ALTER TABLE post_items DROP COLUMN mailbox;
"#;
