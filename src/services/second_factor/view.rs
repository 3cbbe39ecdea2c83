//! What the security page of one's own account shows.

use crate::domain::actor::Actor;
use crate::domain::id::PasskeyId;
use crate::domain::moment::Moment;
use crate::domain::permission::{Permission, Target};
use crate::domain::second_factor::is_required;
use crate::services::context::Context;
use crate::services::error::ServiceError;
use crate::services::keep_session::OpenSession;
use crate::storage::{accounts, passkeys, recovery_codes, totp_secrets};

/// One's own factors.
#[derive(Debug, Clone)]
pub struct Security {
    /// One-time codes are asked for, since when.
    pub totp_since: Option<Moment>,
    /// Passkeys, the oldest first.
    pub passkeys: Vec<OwnPasskey>,
    /// Unused recovery codes, and when the set was made.
    pub recovery: Option<(u64, Moment)>,
    /// The account's role must have a second factor.
    pub is_required: bool,
    /// The password would do without a second factor.
    pub password_is_long: bool,
}

/// One passkey.
#[derive(Debug, Clone)]
pub struct OwnPasskey {
    /// Row.
    pub id: PasskeyId,
    /// What its owner calls it.
    pub name: String,
    /// Added.
    pub created_at: Moment,
    /// Last used.
    pub last_used_at: Option<Moment>,
}

impl Security {
    /// Whether the sign-in asks for anything besides the password.
    pub fn has_factor(&self) -> bool {
        self.totp_since.is_some() || !self.passkeys.is_empty()
    }
}

/// Reads them.
///
/// # Errors
/// `Denied`.
pub async fn view_security(context: &Context, actor: &Actor, session: &OpenSession) -> Result<Security, ServiceError> {
    let id = session.signed_in.account;
    context.policy.check(actor, Permission::AccountSecure, &Target { account: Some(id), ..Target::default() })?;
    let db = &context.db;
    let credentials = accounts::find_credentials(db, id).await?.ok_or(ServiceError::NotFound)?;
    let own = passkeys::list_of(db, id).await?.into_iter();
    Ok(Security {
        totp_since: totp_secrets::find(db, id).await?.and_then(|row| row.active).map(|(_, since)| since),
        passkeys: own.map(|p| OwnPasskey { id: p.id, name: p.name, created_at: p.created_at, last_used_at: p.last_used_at }).collect(),
        recovery: recovery_codes::left(db, id).await?,
        is_required: is_required(&session.signed_in.acting_roles(), &context.settings.second_factor_roles),
        password_is_long: credentials.password_is_long,
    })
}
