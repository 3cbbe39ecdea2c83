//! Whenever somebody proves who it is, the session gets another cookie: one that was fixed or seen before opens nothing.

use super::context::Context;
use super::error::ServiceError;
use super::keep_session::OpenSession;
use crate::domain::actor::{Actor, ActorKind, SignedIn};
use crate::secrets::{random_token, token_hash};
use crate::storage::{Connection, sessions};

/// A session under its new cookie.
#[derive(Debug, Clone)]
pub struct Raised {
    /// For the cookie.
    pub token: String,
    /// Who.
    pub signed_in: SignedIn,
}

/// Gives the session its new cookie and notes the proof.
///
/// # Errors
/// `Stale` when the session is gone meanwhile; of the database.
pub(super) async fn raise<C: Connection>(context: &Context, tx: &C, session: &OpenSession) -> Result<Raised, ServiceError> {
    let (token, now) = (random_token(), context.now());
    let hash = token_hash(&token);
    if !sessions::raise(tx, session.token_hash, hash, now).await? {
        return Err(ServiceError::Stale);
    }
    let (_, signed_in) = sessions::find(tx, hash, &now.warsaw_date().to_string()).await?.ok_or(ServiceError::Stale)?;
    Ok(Raised { token, signed_in })
}

/// Whoever is behind a session that is not open yet, as the audit trail names it.
pub(super) fn owner(actor: &Actor, session: &OpenSession) -> Actor {
    Actor { kind: ActorKind::Account(session.signed_in.clone()), ..actor.clone() }
}
