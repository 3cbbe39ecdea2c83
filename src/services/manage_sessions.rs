//! The sessions of one's own account: where one is signed in, and the end of those that one does not want. Ending asks for no
//! proof: whoever fears a stranger must not be kept waiting.

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::device::DeviceName;
use crate::domain::id::SessionId;
use crate::domain::moment::Moment;
use crate::domain::permission::Permission;
use crate::domain::session::is_live;
use crate::domain::sign_in_limits::Network;
use crate::storage::database::begin;
use crate::storage::{accounts, sessions};
use serde_json::json;

/// One session, as its owner sees it: nothing of its cookie, and of its network only what names a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnSession {
    /// Names it; none for one that an earlier program began.
    pub id: Option<SessionId>,
    /// The one that asks.
    pub is_current: bool,
    /// Sign-in.
    pub created_at: Moment,
    /// Last activity.
    pub last_seen_at: Moment,
    /// „Firefox, Windows”; empty when the browser does not say.
    pub device: String,
    /// „192.0.0.0/16”; empty when it is not known.
    pub network: String,
}

/// The sessions that last, the present one first. `current` is the hash of its cookie.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn list_own_sessions(context: &Context, actor: &Actor, current: [u8; 32]) -> Result<Vec<OwnSession>, ServiceError> {
    let (account, now) = (context.own_account(actor, Permission::AccountView)?, context.now());
    let held = sessions::list_held_by(&context.db, account).await?;
    let mut live: Vec<OwnSession> = held
        .into_iter()
        .filter(|session| is_live(session.created_at, session.last_seen_at, now))
        .map(|session| OwnSession {
            id: session.id,
            is_current: session.token_hash == current,
            created_at: session.created_at,
            last_seen_at: session.last_seen_at,
            device: DeviceName::of(&session.device).to_string(),
            network: coarse(&session.network),
        })
        .collect();
    live.sort_by_key(|session| !session.is_current);
    Ok(live)
}

/// A stored address, cut so that it names a provider and nobody in particular.
pub(super) fn coarse(address: &str) -> String {
    address.parse().map(|address| Network::provider(address).to_string()).unwrap_or_default()
}

/// Ends one of one's own sessions.
///
/// # Errors
/// `Denied`; `Stale` when it has ended already, or is somebody else's.
pub async fn end_session(context: &Context, actor: &Actor, id: SessionId) -> Result<(), ServiceError> {
    let account = context.own_account(actor, Permission::AccountView)?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, account).await?.ok_or(ServiceError::NotFound)?;
    if !sessions::remove_by_id(&tx, account, id).await? {
        return Err(ServiceError::Stale);
    }
    let details = json!({ "session": id });
    record::of_account(context, &tx, actor, &found, AuditEvent::OtherSessionsEnded, details).await?;
    tx.commit().await?;
    Ok(())
}

/// Ends all of one's own sessions but the one with the hash `current`.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn end_other_sessions(context: &Context, actor: &Actor, current: [u8; 32]) -> Result<(), ServiceError> {
    let account = context.own_account(actor, Permission::AccountView)?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, account).await?.ok_or(ServiceError::NotFound)?;
    sessions::remove_all_of(&tx, account, Some(current)).await?;
    record::of_account(context, &tx, actor, &found, AuditEvent::OtherSessionsEnded, json!({})).await?;
    tx.commit().await?;
    Ok(())
}
