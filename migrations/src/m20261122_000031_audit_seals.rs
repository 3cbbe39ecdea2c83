//! Seals of the audit trail: each is a hash over some entries and over the seal before it.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE audit_seals (
    number {bigint} NOT NULL PRIMARY KEY,
    last_entry {bigint} NOT NULL,
    entries {bigint} NOT NULL,
    sealed_at {bigint} NOT NULL,
    hash {bytes} NOT NULL,
    mac {bytes} NOT NULL
);
--sqlite
CREATE TRIGGER audit_seals_no_update BEFORE UPDATE ON audit_seals BEGIN SELECT RAISE(ABORT, 'audit seals are append-only'); END;
CREATE TRIGGER audit_seals_no_delete BEFORE DELETE ON audit_seals BEGIN SELECT RAISE(ABORT, 'audit seals are append-only'); END;
--end
--postgres
CREATE FUNCTION audit_seals_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit seals are append-only'; END $$;
CREATE TRIGGER audit_seals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_seals FOR EACH STATEMENT EXECUTE FUNCTION audit_seals_refuse();
--end
"#;

const DOWN: &str = r#"
--sqlite
DROP TRIGGER audit_seals_no_update;
DROP TRIGGER audit_seals_no_delete;
--end
--postgres
DROP TRIGGER audit_seals_append_only ON audit_seals;
DROP FUNCTION audit_seals_refuse();
--end
DROP TABLE audit_seals;
"#;
