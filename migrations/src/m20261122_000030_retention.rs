//! What is erased after its time: ended applications without their content, the journal of erasures, files to be removed; and a trail
//! whose entries can lose names without losing their proof.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

// Whoever takes a row out asks who refers to it: each such column has its index.
// An entry's names and address are proven by a hash with a salt of its own. Where they are erased, the salt goes and the hash stays; that,
// and nothing else, may be changed in an entry.
const UP: &str = r#"
CREATE TABLE ended_applications (
    id {uuid} NOT NULL PRIMARY KEY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    voivodeship TEXT NOT NULL REFERENCES voivodeships (code),
    submitted_at {bigint} NOT NULL,
    ended_at {bigint} NOT NULL,
    decided_by {uuid} REFERENCES accounts (id),
    decided_for {uuid},
    decided_at {bigint},
    erased_at {bigint} NOT NULL
);
CREATE UNIQUE INDEX ended_applications_number ON ended_applications (number);
CREATE TABLE erasures (
    subject TEXT NOT NULL,
    subject_id {uuid} NOT NULL,
    erased_at {bigint} NOT NULL,
    kept_at {bigint},
    PRIMARY KEY (subject, subject_id)
);
CREATE INDEX erasures_unkept ON erasures (erased_at) WHERE kept_at IS NULL;
CREATE TABLE unwanted_files (
    signed_form_id {uuid} NOT NULL PRIMARY KEY,
    due_at {bigint} NOT NULL,
    is_erased BOOLEAN NOT NULL
);
CREATE INDEX unwanted_files_due ON unwanted_files (due_at);
CREATE INDEX grants_application ON grants (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX unit_changes_application ON unit_changes (application_id) WHERE application_id IS NOT NULL;
CREATE INDEX drafts_submitted_as ON drafts (submitted_as) WHERE submitted_as IS NOT NULL;
CREATE INDEX applications_taken_by ON applications (taken_by) WHERE taken_by IS NOT NULL;
CREATE INDEX applications_decided_by ON applications (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX signed_forms_recorded_by ON signed_forms (recorded_by);
CREATE INDEX signed_forms_compared_by ON signed_forms (compared_by) WHERE compared_by IS NOT NULL;
CREATE INDEX attestation_answers_by ON attestation_answers (answered_by);
CREATE INDEX ended_applications_decided_by ON ended_applications (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX accounts_pending ON accounts (created_at, id) WHERE status = 'pending';
--sqlite
DROP TRIGGER audit_entries_no_update;
ALTER TABLE audit_entries ADD COLUMN salt BLOB;
ALTER TABLE audit_entries ADD COLUMN commitment BLOB;
UPDATE audit_entries SET salt = randomblob(16);
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries
WHEN NOT (
    NEW.salt IS NULL AND NEW.commitment IS NOT NULL AND (OLD.commitment IS NULL OR NEW.commitment = OLD.commitment)
    AND NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.actor_id IS OLD.actor_id AND NEW.event = OLD.event
    AND NEW.object_kind = OLD.object_kind AND NEW.voivodeship IS OLD.voivodeship AND NEW.outcome = OLD.outcome
    AND NEW.correlation = OLD.correlation AND NEW.details = OLD.details
    AND (NEW.address IS NULL OR NEW.address IS OLD.address)
    AND (NEW.actor = OLD.actor OR NEW.actor LIKE 'erased:%')
    AND (NEW.on_behalf_of IS OLD.on_behalf_of OR NEW.on_behalf_of LIKE 'erased:%')
    AND (NEW.object_id = OLD.object_id OR NEW.object_id LIKE 'erased:%')
)
BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
--end
--postgres
DROP TRIGGER audit_entries_append_only ON audit_entries;
ALTER TABLE audit_entries ADD COLUMN salt BYTEA;
ALTER TABLE audit_entries ADD COLUMN commitment BYTEA;
UPDATE audit_entries SET salt = uuid_send(gen_random_uuid());
CREATE FUNCTION audit_entries_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.salt IS NULL AND NEW.commitment IS NOT NULL AND (OLD.commitment IS NULL OR NEW.commitment = OLD.commitment)
        AND NEW.id = OLD.id AND NEW.at = OLD.at AND NEW.actor_id IS NOT DISTINCT FROM OLD.actor_id AND NEW.event = OLD.event
        AND NEW.object_kind = OLD.object_kind AND NEW.voivodeship IS NOT DISTINCT FROM OLD.voivodeship AND NEW.outcome = OLD.outcome
        AND NEW.correlation = OLD.correlation AND NEW.details = OLD.details
        AND (NEW.address IS NULL OR NEW.address = OLD.address)
        AND (NEW.actor = OLD.actor OR NEW.actor LIKE 'erased:%')
        AND (NEW.on_behalf_of IS NOT DISTINCT FROM OLD.on_behalf_of OR NEW.on_behalf_of LIKE 'erased:%')
        AND (NEW.object_id = OLD.object_id OR NEW.object_id LIKE 'erased:%')
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'audit entries are append-only';
END $$;
CREATE TRIGGER audit_entries_append_only BEFORE DELETE OR TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse();
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse_change();
--end
"#;

const DOWN: &str = r#"
--sqlite
DROP TRIGGER audit_entries_no_update;
ALTER TABLE audit_entries DROP COLUMN commitment;
ALTER TABLE audit_entries DROP COLUMN salt;
CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries BEGIN SELECT RAISE(ABORT, 'audit entries are append-only'); END;
--end
--postgres
DROP TRIGGER audit_entries_no_update ON audit_entries;
DROP FUNCTION audit_entries_refuse_change();
DROP TRIGGER audit_entries_append_only ON audit_entries;
ALTER TABLE audit_entries DROP COLUMN commitment;
ALTER TABLE audit_entries DROP COLUMN salt;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse();
--end
DROP INDEX accounts_pending;
DROP INDEX attestation_answers_by;
DROP INDEX signed_forms_compared_by;
DROP INDEX signed_forms_recorded_by;
DROP INDEX applications_decided_by;
DROP INDEX applications_taken_by;
DROP INDEX drafts_submitted_as;
DROP INDEX unit_changes_application;
DROP INDEX grants_application;
DROP TABLE unwanted_files;
DROP TABLE erasures;
DROP TABLE ended_applications;
"#;
