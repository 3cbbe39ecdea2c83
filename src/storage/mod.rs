//! REMEMBERS. The only place with SeaORM: rows in, domain values out. What may not live here: rules.

mod entities;

pub mod account_joins;
pub mod accounts;
pub mod after_restore;
pub mod announcements;
pub mod applications;
pub mod attestations;
pub mod audit_entries;
pub mod audit_seals;
pub mod bulk_jobs;
pub mod closing_requests;
pub mod database;
pub mod days_off;
pub mod dictionaries;
pub mod dictionary_changes;
pub mod drafts;
pub mod email_changes;
pub mod erasing;
pub mod erasures;
pub mod error;
pub mod figures;
pub mod first_approvals;
pub mod gminas;
pub mod grants;
pub mod kept_forms;
pub mod machine_clients;
pub mod mailed_tokens;
pub mod offices;
pub mod outbox_messages;
pub mod page;
pub mod passkeys;
pub mod portable;
pub mod post;
pub mod post_mailboxes;
pub mod profile_changes;
pub mod recovery_codes;
pub mod reminder_days;
pub mod reset_requests;
pub mod revocations;
pub mod rights;
pub mod risk_rules;
pub mod role_assignments;
pub mod role_proposals;
pub mod searched;
pub mod security_reports;
pub mod sessions;
pub mod sign_in_failures;
pub mod sign_in_sources;
pub mod signed_forms;
pub mod stand_ins;
pub mod target_times;
pub mod time_limits;
pub mod totp_secrets;
mod transaction;
pub mod unit_changes;
pub mod units;
pub mod unwanted_files;
pub mod waiting_changes;

pub use error::StorageError;

/// SeaORM's names for what other rooms hold and pass on, so that the crate itself is named in this room only:
/// a pool or a transaction, the pool, and what a commit fails with.
pub use sea_orm::{ConnectionTrait as Connection, DatabaseConnection as Pool, DbErr as DatabaseError};
pub use transaction::Transaction;
