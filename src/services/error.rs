//! How a service fails: the user's mistakes, what is not permitted, what came too late, and our own faults.

use crate::domain::application::bulk::Hindrance;
use crate::domain::application::decision::Barred;
use crate::domain::application::status::InvalidTransition;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::policy::Denied;
use crate::storage::StorageError;

/// Why a service did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Typed values to correct; nothing was written.
    #[error("invalid input")]
    Invalid(FieldErrors),
    /// Not permitted.
    #[error("not permitted")]
    Denied,
    /// No such thing, or none that this actor may know of.
    #[error("not found")]
    NotFound,
    /// A condition of a decision does not hold.
    #[error("barred: {0:?}")]
    Barred(Barred),
    /// Not in a batch: it is done on its own page.
    #[error("not in a batch: {0:?}")]
    Hindered(Hindrance),
    /// The state of the application does not allow it (any more).
    #[error(transparent)]
    Transition(#[from] InvalidTransition),
    /// Somebody was quicker; look again.
    #[error("stale")]
    Stale,
    /// A link or code that is unknown, used, retired or too old.
    #[error("dead link")]
    DeadLink,
    /// The last active central administrator must stay.
    #[error("last central administrator")]
    LastAdministrator,
    /// Another active central administrator must confirm, and there is none.
    #[error("a second central administrator is needed")]
    SecondNeeded,
    /// An application that names the account still waits for something.
    #[error("open application")]
    OpenApplication,
    /// A sensitive change, and the actor's last proof of who it is lies too far back.
    #[error("proof too old")]
    ProofTooOld,
    /// The role of the account must have a second factor: the last one stays.
    #[error("second factor required")]
    FactorRequired,
    /// Without a second factor the password would be too short: a longer one first.
    #[error("password too short without a second factor")]
    PasswordTooShort,
    /// Too often; try again later.
    #[error("too many attempts")]
    TooMany,
    /// A part that we depend on is away.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// The file store is away.
    #[error("the file store is away: {0}")]
    FilesAway(String),
    /// Our fault.
    #[error("internal: {0}")]
    Internal(String),
    /// Our fault, in the database.
    #[error(transparent)]
    Storage(StorageError),
}

impl ServiceError {
    /// One reason at one field.
    pub fn field(field: impl Into<String>, reason: Invalid) -> Self {
        Self::Invalid(FieldErrors::one(field, reason))
    }
    /// Whether a part that we depend on is away, so that trying again later helps.
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::Unavailable(_) | Self::FilesAway(_) => true,
            Self::Storage(error) => error.is_away(),
            _ => false,
        }
    }
    /// An internal fault with its cause for the log.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

impl From<FieldErrors> for ServiceError {
    fn from(errors: FieldErrors) -> Self {
        Self::Invalid(errors)
    }
}

impl From<Denied> for ServiceError {
    fn from(_: Denied) -> Self {
        Self::Denied
    }
}

impl From<Barred> for ServiceError {
    fn from(barred: Barred) -> Self {
        Self::Barred(barred)
    }
}

impl From<StorageError> for ServiceError {
    fn from(error: StorageError) -> Self {
        match error.conflict() {
            // A violated constraint, by name, is the user's to mend (uniqueness lives in `migrations/`).
            Some("accounts_login_key") => Self::field("login", Invalid::LoginTaken),
            Some("units_regon_active") => Self::field("regon", Invalid::RegonTaken),
            Some("applications_regon_open") => Self::field("regon", Invalid::RegonOpenApplication),
            Some("applications_unit_change_open") => Self::field("unit", Invalid::UnitChangeOpen),
            Some("machine_clients_name") => Self::field("name", Invalid::MachineNameTaken),
            Some("account_joins_given_up" | "account_joins_kept") => Self::field("login", Invalid::JoinRunning),
            Some("applications_version" | "post_files_same") => Self::Stale,
            _ => match error {
                StorageError::NotFound => Self::NotFound,
                other => Self::Storage(other),
            },
        }
    }
}

impl From<crate::storage::DatabaseError> for ServiceError {
    fn from(error: crate::storage::DatabaseError) -> Self {
        Self::from(StorageError::from(error))
    }
}
