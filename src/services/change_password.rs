//! A signed-in person changes the own password, knowing the present one.

use super::context::Context;
use super::error::ServiceError;
use super::keep_session::OpenSession;
use super::known_device::Browser;
use super::mailed_link::{is_still_enough, new_password_hash};
use super::raise_session::{Raised, raise};
use super::sign_in::Counter;
use super::{record, wrong_guess};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::domain::password::normalise;
use crate::domain::permission::{Permission, Target};
use crate::storage::database::begin;
use crate::storage::{accounts, sessions};
use serde_json::json;

/// Changes the password; the person's other sessions end, and this one gets a new cookie.
///
/// # Errors
/// `Invalid` at `current_password`, `new_password` or `password_repeat`; `Denied`.
pub async fn change_password(
    context: &Context,
    actor: &Actor,
    session: &OpenSession,
    current: &str,
    (password, repeat): (&str, &str),
    browser: Option<&Browser>,
) -> Result<Raised, ServiceError> {
    let id = session.signed_in.account;
    let target = Target { account: Some(id), ..Target::default() };
    context.policy.check(actor, Permission::AccountChangePassword, &target)?;
    let found = accounts::find_credentials(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if current.is_empty() {
        return Err(ServiceError::field("current_password", Invalid::Required));
    }
    let verified = context.hasher.verify(normalise(current), found.password_hash).await.map_err(ServiceError::internal)?;
    // What is wrong with the new one is told only after the counter has judged: the answer must not tell whether a guess was right.
    let hash = if verified.ok { Some(new_password_hash(context, &found.account, password, repeat).await) } else { None };

    let tx = begin(&context.db).await?;
    let account = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let mut counter = Counter::of(context, &tx, Some(&account), (browser, actor.address)).await?;
    let (Some(hash), false) = (hash, counter.is_blocked(context.now())) else {
        wrong_guess::count(context, actor, &tx, &account, &mut counter, ("wrong_password", "password_change")).await?;
        tx.commit().await?;
        return Err(ServiceError::field("current_password", Invalid::PasswordWrong));
    };
    let hash = hash?;
    if account.credentials_version != found.credentials_version {
        return Err(ServiceError::Stale);
    }
    is_still_enough(&tx, id, &hash).await?;
    accounts::save_password(&tx, id, &hash).await?;
    counter.clear(context, &tx, &account).await?;
    sessions::remove_all_of(&tx, id, Some(session.token_hash)).await?;
    let raised = raise(context, &tx, session).await?;
    record::of_account(context, &tx, actor, &account, AuditEvent::PasswordChanged, json!({})).await?;
    record::tell(context, &tx, actor, &Notice::PasswordChanged { account: id }).await?;
    tx.commit().await?;
    Ok(raised)
}
