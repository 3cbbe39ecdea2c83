//! What an office sent back, discarded or passed on may come again: only what waits or belongs to an application is the one of its kind.

use crate::dialect::Statements;

/// See the file's head.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = "
DROP INDEX post_files_same;
CREATE UNIQUE INDEX post_files_same ON post_files (voivodeship, sha256)
    WHERE part_of IS NULL AND state IN ('proposed', 'unassigned', 'assigned', 'split');
CREATE INDEX post_files_hash ON post_files (voivodeship, sha256);
";

const DOWN: &str = "
DROP INDEX post_files_hash;
DROP INDEX post_files_same;
CREATE UNIQUE INDEX post_files_same ON post_files (voivodeship, sha256) WHERE part_of IS NULL AND state <> 'repeated';
";
