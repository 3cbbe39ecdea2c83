//! placeholder until merged
use sea_orm::DbErr;
/// Storage error.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// Database.
    #[error("database: {0}")]
    Database(DbErr),
    /// Nothing there.
    #[error("not found")]
    NotFound,
    /// Violated constraint.
    #[error("conflict: {0}")]
    Conflict(String),
}
impl From<DbErr> for StorageError {
    fn from(e: DbErr) -> Self {
        Self::Database(e)
    }
}
impl StorageError {
    /// Name of the violated constraint.
    pub fn conflict(&self) -> Option<&str> {
        match self {
            Self::Conflict(c) => Some(c),
            _ => None,
        }
    }
}
