//! Letters as administrators see them: in whose scope, to which address, and why one did not leave.

use crate::dialect::Statements;

/// See the file's head. `sent_to` is the address of the last attempt, as addresses are compared; it is taken out after some time.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
ALTER TABLE outbox_messages ADD COLUMN voivodeship TEXT;
ALTER TABLE outbox_messages ADD COLUMN sent_to TEXT;
ALTER TABLE outbox_messages ADD COLUMN failure TEXT;
ALTER TABLE outbox_messages ADD COLUMN failure_code INTEGER;
UPDATE outbox_messages SET voivodeship = COALESCE(
    (SELECT a.voivodeship FROM applications a WHERE a.id = outbox_messages.application_id),
    (SELECT c.voivodeship FROM accounts c WHERE c.id = outbox_messages.account_id));
DROP INDEX outbox_messages_status;
CREATE INDEX outbox_messages_status ON outbox_messages (status, created_at, id);
CREATE INDEX outbox_messages_newest ON outbox_messages (created_at, id);
CREATE INDEX outbox_messages_place ON outbox_messages (voivodeship, created_at, id);
CREATE INDEX outbox_messages_place_status ON outbox_messages (voivodeship, status, created_at, id);
CREATE INDEX outbox_messages_sent_to ON outbox_messages (sent_to, created_at) WHERE sent_to IS NOT NULL;
CREATE INDEX outbox_messages_addressed ON outbox_messages (finished_at) WHERE sent_to IS NOT NULL;
"#;

const DOWN: &str = r#"
DROP INDEX outbox_messages_addressed;
DROP INDEX outbox_messages_sent_to;
DROP INDEX outbox_messages_place_status;
DROP INDEX outbox_messages_place;
DROP INDEX outbox_messages_newest;
DROP INDEX outbox_messages_status;
CREATE INDEX outbox_messages_status ON outbox_messages (status, created_at);
ALTER TABLE outbox_messages DROP COLUMN failure_code;
ALTER TABLE outbox_messages DROP COLUMN failure;
ALTER TABLE outbox_messages DROP COLUMN sent_to;
ALTER TABLE outbox_messages DROP COLUMN voivodeship;
"#;
