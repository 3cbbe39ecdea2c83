//! Each migration whole or not at all, on both databases: a process killed in the middle of one leaves nothing behind.

use sea_orm_migration::prelude::*;

struct Whole(Box<dyn MigrationTrait>);

/// Wraps a migration in a transaction. SQLite can do that too, but is not asked to by default.
pub(crate) fn whole(migration: Box<dyn MigrationTrait>) -> Box<dyn MigrationTrait> {
    Box::new(Whole(migration))
}

impl MigrationName for Whole {
    fn name(&self) -> &str {
        self.0.name()
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Whole {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.up(manager).await
    }
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        self.0.down(manager).await
    }
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
