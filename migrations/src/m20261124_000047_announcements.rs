//! Announcements, which of them somebody has put aside, and whether somebody wants them by letter.

use crate::dialect::Statements;

/// See the file's head. `mail_after` is the last account for which a letter was queued: accounts are walked by their id.
pub(crate) const MIGRATION: Statements = Statements { module: module_path!(), up: UP, down: DOWN };

const UP: &str = r#"
CREATE TABLE announcements (
    id {uuid} NOT NULL PRIMARY KEY,
    author_id {uuid} NOT NULL REFERENCES accounts (id),
    voivodeship TEXT,
    audience {json} NOT NULL,
    urgency TEXT NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    shown_from {bigint} NOT NULL,
    shown_until {bigint} NOT NULL,
    is_mailed BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    created_at {bigint} NOT NULL,
    published_at {bigint},
    published_by TEXT,
    ended_at {bigint},
    ended_by TEXT,
    mail_after {uuid},
    mailed INTEGER NOT NULL DEFAULT 0,
    mailed_at {bigint},
    CHECK (shown_from < shown_until)
);
CREATE INDEX announcements_live ON announcements (shown_until) WHERE published_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX announcements_shown ON announcements (shown_from, id) WHERE published_at IS NOT NULL;
CREATE INDEX announcements_newest ON announcements (created_at, id);
CREATE INDEX announcements_place ON announcements (voivodeship, created_at, id);
CREATE INDEX announcements_author ON announcements (author_id);
CREATE INDEX announcements_to_mail ON announcements (shown_from) WHERE mailed_at IS NULL AND published_at IS NOT NULL AND ended_at IS NULL;
CREATE TABLE announcement_dismissals (
    account_id {uuid} NOT NULL REFERENCES accounts (id),
    announcement_id {uuid} NOT NULL REFERENCES announcements (id),
    dismissed_at {bigint} NOT NULL,
    PRIMARY KEY (account_id, announcement_id)
);
ALTER TABLE accounts ADD COLUMN mails_announcements BOOLEAN NOT NULL DEFAULT TRUE;
"#;

const DOWN: &str = r#"
ALTER TABLE accounts DROP COLUMN mails_announcements;
DROP TABLE announcement_dismissals;
DROP TABLE announcements;
"#;
