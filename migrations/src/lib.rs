//! Schema and reference data of the portal: one subject per file, up and down, the same on SQLite and PostgreSQL.

use sea_orm_migration::prelude::*;

#[path = "../../src/domain/collation.rs"]
mod collation; // The portal's very own code: a key made here must equal one made there.
mod csv;
mod dialect;
mod m20261122_000001_dictionaries;
mod m20261122_000002_accounts;
mod m20261122_000003_units;
mod m20261122_000004_applications;
mod m20261122_000005_signed_forms;
mod m20261122_000006_grants;
mod m20261122_000007_audit;
mod m20261122_000008_outbox;
mod m20261122_000009_reference_data;
mod m20261122_000010_sign_in_protection;
mod m20261122_000011_second_factors;
mod m20261122_000012_own_account;
mod m20261122_000013_email_changes;
mod m20261122_000014_machine_clients;
mod m20261122_000015_changes_of_rights;
mod m20261122_000016_replaced_grants;
mod m20261122_000017_unit_coordinators;
mod m20261122_000019_unit_changes;
mod m20261122_000021_renewals;
mod m20261122_000022_revocations;
mod m20261122_000023_risk_rules;
mod m20261122_000024_stand_ins;
mod m20261122_000025_role_proposals;
mod m20261122_000026_attestations;
mod m20261122_000027_account_joins;
mod m20261122_000028_clocks;
mod m20261122_000030_retention;
mod m20261122_000031_audit_seals;
mod m20261122_000032_reasons_and_deputies;
mod m20261123_000036_on_behalf;
mod m20261123_000038_proposal_subjects;
mod m20261124_000039_bulk;
mod m20261124_000041_figures;
mod m20261124_000042_edited_dictionaries;
mod m20261124_000044_signatures;
mod m20261124_000045_post;
mod m20261124_000046_mailboxes;
mod m20261124_000047_announcements;
mod m20261124_000048_letters;
mod m20261125_000049_similar;
mod m20261125_000050_post_again;
#[path = "../../src/domain/sameness.rs"]
mod sameness; // As collation.
mod whole;

/// Runs the migrations in order.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let subjects: Vec<Box<dyn MigrationTrait>> = vec![
            Box::new(m20261122_000001_dictionaries::MIGRATION),
            Box::new(m20261122_000002_accounts::MIGRATION),
            Box::new(m20261122_000003_units::MIGRATION),
            Box::new(m20261122_000004_applications::MIGRATION),
            Box::new(m20261122_000005_signed_forms::MIGRATION),
            Box::new(m20261122_000006_grants::MIGRATION),
            Box::new(m20261122_000007_audit::MIGRATION),
            Box::new(m20261122_000008_outbox::MIGRATION),
            Box::new(m20261122_000009_reference_data::Migration),
            Box::new(m20261122_000010_sign_in_protection::MIGRATION),
            Box::new(m20261122_000011_second_factors::MIGRATION),
            Box::new(m20261122_000012_own_account::MIGRATION),
            Box::new(m20261122_000013_email_changes::MIGRATION),
            Box::new(m20261122_000014_machine_clients::MIGRATION),
            Box::new(m20261122_000015_changes_of_rights::MIGRATION),
            Box::new(m20261122_000016_replaced_grants::MIGRATION),
            Box::new(m20261122_000017_unit_coordinators::MIGRATION),
            Box::new(m20261122_000019_unit_changes::MIGRATION),
            Box::new(m20261122_000021_renewals::MIGRATION),
            Box::new(m20261122_000022_revocations::MIGRATION),
            Box::new(m20261122_000023_risk_rules::MIGRATION),
            Box::new(m20261122_000024_stand_ins::MIGRATION),
            Box::new(m20261122_000025_role_proposals::MIGRATION),
            Box::new(m20261122_000026_attestations::MIGRATION),
            Box::new(m20261122_000027_account_joins::MIGRATION),
            Box::new(m20261122_000028_clocks::MIGRATION),
            Box::new(m20261122_000030_retention::MIGRATION),
            Box::new(m20261122_000031_audit_seals::MIGRATION),
            Box::new(m20261122_000032_reasons_and_deputies::MIGRATION),
            Box::new(m20261123_000036_on_behalf::MIGRATION),
            Box::new(m20261123_000038_proposal_subjects::MIGRATION),
            Box::new(m20261124_000039_bulk::MIGRATION),
            Box::new(m20261124_000041_figures::MIGRATION),
            Box::new(m20261124_000042_edited_dictionaries::MIGRATION),
            Box::new(m20261124_000044_signatures::MIGRATION),
            Box::new(m20261124_000045_post::MIGRATION),
            Box::new(m20261124_000046_mailboxes::MIGRATION),
            Box::new(m20261124_000047_announcements::MIGRATION),
            Box::new(m20261124_000048_letters::MIGRATION),
            Box::new(m20261125_000049_similar::Migration),
            Box::new(m20261125_000050_post_again::MIGRATION),
        ];
        subjects.into_iter().map(whole::whole).collect()
    }
}
