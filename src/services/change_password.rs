//! A signed-in person changes the own password, knowing the present one.

use super::context::Context;
use super::error::ServiceError;
use super::keep_session::OpenSession;
use super::mailed_link::new_password_hash;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject, NewAuditEntry, Outcome};
use crate::domain::invalid::Invalid;
use crate::domain::lockout::{Failure, Lockout};
use crate::domain::notice::{BlockedPlace, Notice};
use crate::domain::password::normalise;
use crate::domain::permission::{Permission, Target};
use crate::domain::sign_in_limits::Network;
use crate::storage::database::begin;
use crate::storage::{accounts, sessions};
use serde_json::json;

/// Changes the password; the person's other sessions end.
///
/// # Errors
/// `Invalid` at `current_password`, `new_password` or `password_repeat`; `Denied`.
pub async fn change_password(
    context: &Context,
    actor: &Actor,
    session: &OpenSession,
    current: &str,
    (password, repeat): (&str, &str),
) -> Result<(), ServiceError> {
    let id = session.signed_in.account;
    let target = Target { account: Some(id), ..Target::default() };
    context.policy.check(actor, Permission::AccountChangePassword, &target)?;
    let found = accounts::find_credentials(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if current.is_empty() {
        return Err(ServiceError::field("current_password", Invalid::Required));
    }
    let verified = context.hasher.verify(normalise(current), found.password_hash).await.map_err(ServiceError::internal)?;
    let hash = if verified.ok { Some(new_password_hash(context, &found.account, password, repeat).await?) } else { None };

    let tx = begin(&context.db).await?;
    let account = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let object = AuditObject::new("account", &account.account.login);
    let lockout = account.account.lockout;
    let (Some(hash), false) = (hash, lockout.is_blocked(context.now())) else {
        // A wrong password here is worth as much to a thief as at the sign-in, so it counts as much.
        let (lockout, failure) = lockout.after_failure(context.now());
        accounts::save_lockout(&tx, id, lockout).await?;
        let entry = NewAuditEntry {
            event: AuditEvent::SignInFailed,
            object: object.clone(),
            voivodeship: account.voivodeship.clone(),
            outcome: Outcome::Failed,
            details: json!({ "reason": "wrong_password", "at": "password_change" }),
        };
        record::entry(context, &tx, actor, entry).await?;
        if let Failure::Blocked { until } = failure {
            let details = json!({ "until": until.to_iso() });
            record::done(context, &tx, actor, AuditEvent::AccountBlocked, object, account.voivodeship.as_ref(), details).await?;
            let network = actor.address.map(|address| Network::provider(address).to_string());
            let notice = Notice::AccountBlocked { account: id, until, place: BlockedPlace::UnknownDevices, network };
            record::tell(context, &tx, actor, &notice).await?;
        }
        tx.commit().await?;
        return Err(ServiceError::field("current_password", Invalid::PasswordWrong));
    };
    if account.credentials_version != found.credentials_version {
        return Err(ServiceError::Stale);
    }
    accounts::save_password(&tx, id, &hash).await?;
    accounts::save_lockout(&tx, id, Lockout::cleared()).await?;
    sessions::remove_all_of(&tx, id, Some(session.token_hash)).await?;
    record::done(context, &tx, actor, AuditEvent::PasswordChanged, object, account.voivodeship.as_ref(), json!({})).await?;
    record::tell(context, &tx, actor, &Notice::PasswordChanged { account: id }).await?;
    tx.commit().await?;
    Ok(())
}
