//! Grants that ended and were given anew: the old row stays for the record, and does not stand in the way of the new one.

use crate::dialect;
use sea_orm_migration::prelude::*;

/// See the file's head.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r#"
ALTER TABLE grants ADD COLUMN replaced_at {bigint};
DROP INDEX grants_current;
CREATE UNIQUE INDEX grants_current ON grants (account_id, unit_id, sub_area, function)
    WHERE revoked_at IS NULL AND replaced_at IS NULL;
"#;

const DOWN: &str = r#"
UPDATE grants SET revoked_at = replaced_at WHERE replaced_at IS NOT NULL AND revoked_at IS NULL;
DROP INDEX grants_current;
CREATE UNIQUE INDEX grants_current ON grants (account_id, unit_id, sub_area, function) WHERE revoked_at IS NULL;
ALTER TABLE grants DROP COLUMN replaced_at;
"#;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, UP).await
    }
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        dialect::run(manager, DOWN).await
    }
}
