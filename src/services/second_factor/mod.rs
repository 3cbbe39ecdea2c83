//! One's own second factor: looking, adding, removing, recovery codes, and passing it at the sign-in.
//! Each change wants a fresh proof, ends the other sessions, gives this one a new cookie, and is told by letter.

mod codes;
mod pass;
mod qr;
mod totp;
mod view;

pub use codes::make_recovery_codes;
pub use pass::{FactorAnswer, Passed, awaited_factors, pass_factor};
pub use totp::{TotpOffer, confirm_totp, offer_totp, remove_totp, view_offer};
pub use view::{OwnPasskey, Security, view_security};

use super::context::Context;
use super::error::ServiceError;
use super::keep_session::OpenSession;
use super::raise_session::raise;
use super::{prove_again, record};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::domain::notice::Notice;
use crate::domain::permission::{Permission, Target};
use crate::domain::second_factor::is_required;
use crate::storage::accounts::{self, Credentials};
use crate::storage::{Connection, passkeys, recovery_codes, sessions};
pub(super) use codes::NewCodes;
use serde_json::{Value, json};

/// After a change: the session's new cookie, and recovery codes where the change brought the first set. They are shown once.
#[derive(Debug, Clone)]
pub struct Secured {
    /// For the cookie.
    pub token: String,
    /// „ABCD-EFGH-JKMN-PQRS”; mostly none.
    pub codes: Vec<String>,
}

fn check(context: &Context, actor: &Actor, session: &OpenSession) -> Result<AccountId, ServiceError> {
    let id = session.signed_in.account;
    context.policy.check(actor, Permission::AccountSecure, &Target { account: Some(id), ..Target::default() })?;
    prove_again::required(context, actor)?;
    Ok(id)
}

/// A change of one's own factors within a transaction: the account is locked.
pub(super) struct Change<'a, C> {
    context: &'a Context,
    actor: &'a Actor,
    tx: &'a C,
    session: &'a OpenSession,
    credentials: Credentials,
}

impl<'a, C: Connection> Change<'a, C> {
    /// Begins.
    ///
    /// # Errors
    /// `Denied`, `ProofTooOld`.
    pub(super) async fn begin(
        context: &'a Context,
        actor: &'a Actor,
        tx: &'a C,
        session: &'a OpenSession,
    ) -> Result<Change<'a, C>, ServiceError> {
        let id = check(context, actor, session)?;
        let credentials = accounts::find_for_update(tx, id).await?.ok_or(ServiceError::NotFound)?;
        Ok(Self { context, actor, tx, session, credentials })
    }

    /// Whose.
    pub(super) const fn account(&self) -> AccountId {
        self.credentials.account.id
    }

    /// Whether the account may be left as it is now: with another factor, or with a role that asks for none and a password
    /// that is long enough without one.
    ///
    /// # Errors
    /// `FactorRequired`, `PasswordTooShort`.
    pub(super) async fn may_do_without(&self) -> Result<(), ServiceError> {
        if passkeys::has_factor(self.tx, self.account()).await? {
            return Ok(());
        }
        if is_required(&self.session.signed_in.acting_roles(), &self.context.settings.second_factor_roles) {
            return Err(ServiceError::FactorRequired);
        }
        if !self.credentials.password_is_long {
            return Err(ServiceError::PasswordTooShort);
        }
        // Without a factor there is nothing that they would stand in for.
        recovery_codes::remove_all(self.tx, self.account()).await?;
        Ok(())
    }

    /// Ends the other sessions, raises this one, writes and tells what happened; keeps `codes` when the account has none yet.
    ///
    /// # Errors
    /// `Stale` when the session is gone meanwhile.
    pub(super) async fn finish(
        self,
        event: AuditEvent,
        details: Value,
        notice: Option<&Notice>,
        codes: Option<NewCodes>,
    ) -> Result<Secured, ServiceError> {
        let (context, tx, id) = (self.context, self.tx, self.account());
        sessions::remove_all_of(tx, id, Some(self.session.token_hash)).await?;
        let raised = raise(context, tx, self.session).await?;
        record::of_account(context, tx, self.actor, &self.credentials, event, details).await?;
        if let Some(notice) = notice {
            record::tell(context, tx, self.actor, notice).await?;
        }
        let mut shown = Vec::new();
        if let Some(codes) = codes
            && recovery_codes::left(tx, id).await?.is_none()
        {
            recovery_codes::replace(tx, id, &codes.stored, context.now()).await?;
            record::of_account(context, tx, self.actor, &self.credentials, AuditEvent::RecoveryCodesMade, json!({})).await?;
            shown = codes.shown;
        }
        Ok(Secured { token: raised.token, codes: shown })
    }
}
