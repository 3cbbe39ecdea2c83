//! Machine clients: other systems that ask what an account may do, with the hashes of their tokens.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE machine_clients (
    id {uuid} NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    token_hash {bytes} NOT NULL,
    scope {json} NOT NULL,
    created_by TEXT NOT NULL,
    created_at {bigint} NOT NULL,
    last_used_at {bigint},
    revoked_at {bigint}
);
CREATE UNIQUE INDEX machine_clients_token ON machine_clients (token_hash);
CREATE UNIQUE INDEX machine_clients_name ON machine_clients (name_key) WHERE revoked_at IS NULL;
"#;

const DOWN: &str = r#"
DROP TABLE machine_clients;
"#;
