//! The audit trail: the database itself refuses to change or delete an entry.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE audit_entries (
    id {serial},
    at {bigint} NOT NULL,
    actor_id {uuid},
    actor TEXT NOT NULL,
    on_behalf_of TEXT,
    event TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    voivodeship TEXT,
    outcome TEXT NOT NULL,
    address TEXT,
    correlation {uuid} NOT NULL,
    details {json} NOT NULL
);
CREATE INDEX audit_entries_voivodeship ON audit_entries (voivodeship, id);
CREATE INDEX audit_entries_actor ON audit_entries (actor, id);
CREATE INDEX audit_entries_object ON audit_entries (object_id, id);
CREATE INDEX audit_entries_event ON audit_entries (event, id);
CREATE INDEX audit_entries_at ON audit_entries (at);
--sqlite
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
--end
--postgres
CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit entries are append-only'; END $$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse();
--end
"#;

const DOWN: &str = r#"
--sqlite
DROP TRIGGER audit_entries_no_update;
DROP TRIGGER audit_entries_no_delete;
--end
--postgres
DROP TRIGGER audit_entries_append_only ON audit_entries;
DROP FUNCTION audit_entries_refuse();
--end
DROP TABLE audit_entries;
"#;
