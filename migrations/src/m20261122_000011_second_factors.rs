//! Second factors: one-time codes, recovery codes, passkeys; what a session has proven and when; the length class of passwords.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// Every password set before this migration has at least 15 characters: there was no other minimum.
const UP: &str = r#"
ALTER TABLE accounts ADD COLUMN password_is_long BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE sessions ADD COLUMN is_raised BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE sessions ADD COLUMN proven_at {bigint} NOT NULL DEFAULT 0;
CREATE TABLE totp_secrets (
    account_id {uuid} NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
    sealed {bytes},
    last_step {bigint} NOT NULL DEFAULT 0,
    added_at {bigint},
    offered {bytes},
    offered_at {bigint}
);
CREATE TABLE recovery_codes (
    account_id {uuid} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    selector TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    created_at {bigint} NOT NULL,
    used_at {bigint},
    PRIMARY KEY (account_id, selector)
);
CREATE TABLE passkeys (
    id {uuid} NOT NULL PRIMARY KEY,
    account_id {uuid} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    credential_id {bytes} NOT NULL,
    name TEXT NOT NULL,
    credential TEXT NOT NULL,
    created_at {bigint} NOT NULL,
    last_used_at {bigint}
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_account ON passkeys (account_id, created_at);
CREATE TABLE passkey_challenges (
    token_hash {bytes} NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    account_id {uuid} REFERENCES accounts (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    expires_at {bigint} NOT NULL
);
CREATE INDEX passkey_challenges_expires ON passkey_challenges (expires_at);
"#;

const DOWN: &str = r#"
DROP TABLE passkey_challenges;
DROP TABLE passkeys;
DROP TABLE recovery_codes;
DROP TABLE totp_secrets;
ALTER TABLE sessions DROP COLUMN proven_at;
ALTER TABLE sessions DROP COLUMN is_raised;
ALTER TABLE accounts DROP COLUMN password_is_long;
"#;
