//! Recovery codes: ten, shown once, each good for one sign-in when the phone is lost. A new set retires the older one.

use super::{Change, Secured, check};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::domain::second_factor::{ALPHABET, RECOVERY_CODE_CHARACTERS, RECOVERY_CODES, SELECTOR_CHARACTERS, grouped};
use crate::secrets::random_text;
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::keep_session::OpenSession;
use crate::storage::database::begin;
use crate::storage::recovery_codes::{self, StoredCode};
use crate::storage::{Connection, passkeys};
use serde_json::json;

/// A set that nobody has seen yet.
pub(in crate::services) struct NewCodes {
    /// For the screen.
    pub(super) shown: Vec<String>,
    /// For the rows.
    pub(super) stored: Vec<StoredCode>,
}

impl NewCodes {
    /// Makes a set. Hashing takes a while: not to be called while others wait for the database.
    ///
    /// # Errors
    /// Of hashing.
    pub(in crate::services) async fn make(context: &Context) -> Result<Self, ServiceError> {
        let mut codes: Vec<String> = Vec::with_capacity(RECOVERY_CODES);
        while codes.len() < RECOVERY_CODES {
            let code = random_text(RECOVERY_CODE_CHARACTERS, ALPHABET);
            // The selector finds a code within its set.
            if codes.iter().all(|other| other[..SELECTOR_CHARACTERS] != code[..SELECTOR_CHARACTERS]) {
                codes.push(code);
            }
        }
        let mut stored = Vec::with_capacity(RECOVERY_CODES);
        for code in &codes {
            let code_hash = context.hasher.hash(code[SELECTOR_CHARACTERS..].to_owned()).await.map_err(ServiceError::internal)?;
            stored.push(StoredCode { selector: code[..SELECTOR_CHARACTERS].to_owned(), code_hash });
        }
        Ok(Self { shown: codes.iter().map(|code| grouped(code, "-")).collect(), stored })
    }

    /// The first set of an account that has none.
    ///
    /// # Errors
    /// Of the database, of hashing.
    pub(in crate::services) async fn first<C: Connection>(context: &Context, db: &C, id: AccountId) -> Result<Option<Self>, ServiceError> {
        if recovery_codes::left(db, id).await?.is_some() {
            return Ok(None);
        }
        Self::make(context).await.map(Some)
    }
}

/// Makes a new set; the older one is dead.
///
/// # Errors
/// `NotFound` without a second factor; `Denied`, `ProofTooOld`.
pub async fn make_recovery_codes(context: &Context, actor: &Actor, session: &OpenSession) -> Result<Secured, ServiceError> {
    check(context, actor, session)?;
    let codes = NewCodes::make(context).await?;
    let tx = begin(&context.db).await?;
    let change = Change::begin(context, actor, &tx, session).await?;
    let id = change.account();
    if !passkeys::has_factor(&tx, id).await? {
        return Err(ServiceError::NotFound);
    }
    recovery_codes::replace(&tx, id, &codes.stored, context.now()).await?;
    let secured = change.finish(AuditEvent::RecoveryCodesMade, json!({}), None, None).await?;
    tx.commit().await?;
    Ok(Secured { codes: codes.shown, ..secured })
}
