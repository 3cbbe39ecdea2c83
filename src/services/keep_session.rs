//! Reads the session behind a cookie, with its account and roles as they are now, and notes activity.

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::SignedIn;
use crate::domain::id::AccountId;
use crate::domain::second_factor::{HELD_MS, Standing, is_required, standing};
use crate::domain::session::{TOUCH_MS, is_live, left_ms};
use crate::secrets::token_hash;
use crate::storage::sessions;

/// A session that lasts.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// Hash of the cookie: names the session without being able to open it.
    pub token_hash: [u8; 32],
    /// Who.
    pub signed_in: SignedIn,
    /// Milliseconds until it ends if nothing more happens.
    pub left_ms: i64,
    /// What it may reach.
    pub standing: Standing,
}

/// A session that ended by time not long ago: it opens nothing, but what was typed in it still has an owner.
#[derive(Debug, Clone, Copy)]
pub struct EndedSession {
    /// Hash of the cookie.
    pub token_hash: [u8; 32],
    /// Whose it was.
    pub account: AccountId,
}

/// What stands behind a cookie's token.
#[derive(Debug, Clone)]
pub enum SessionState {
    /// It lasts.
    Open(OpenSession),
    /// It ended by time.
    Ended(EndedSession),
    /// There is none, or none any more: signed out, ended from elsewhere, invented.
    Unknown,
}

/// The session of a cookie's token, if it lasts.
///
/// # Errors
/// Of the database.
pub async fn keep_session(context: &Context, token: &str) -> Result<Option<OpenSession>, ServiceError> {
    match look_at_session(context, token).await? {
        SessionState::Open(open) => Ok(Some(open)),
        SessionState::Ended(_) | SessionState::Unknown => Ok(None),
    }
}

/// The session of a cookie's token, noting activity. One that has ended by time is marked, whatever the clock says later; one
/// whose account may not sign in any more is removed.
///
/// # Errors
/// Of the database.
pub async fn look_at_session(context: &Context, token: &str) -> Result<SessionState, ServiceError> {
    let now = context.now();
    let hash = token_hash(token);
    let Some((session, signed_in)) = sessions::find(&context.db, hash, &now.warsaw_date().to_string()).await? else {
        return Ok(SessionState::Unknown);
    };
    if !signed_in.status.can_sign_in() {
        sessions::remove(&context.db, hash).await?;
        return Ok(SessionState::Unknown);
    }
    let is_required = is_required(&signed_in.acting_roles(), &context.settings.second_factor_roles);
    let standing = standing(session.is_raised, session.has_factor, is_required, session.password_is_long);
    // A sign-in that waits too long for its second factor, or whose factor was taken off meanwhile, begins again. It was never
    // anybody's session, so nothing is left of it.
    let is_over =
        !session.has_factor || now.since(session.created_at) >= HELD_MS || !is_live(session.created_at, session.last_seen_at, now);
    if standing == Standing::AwaitsFactor && is_over {
        sessions::remove(&context.db, hash).await?;
        return Ok(SessionState::Unknown);
    }
    if session.ended_at.is_some() || !is_live(session.created_at, session.last_seen_at, now) {
        sessions::mark_ended(&context.db, hash, now).await?;
        return Ok(SessionState::Ended(EndedSession { token_hash: hash, account: session.account }));
    }
    let mut seen = session.last_seen_at;
    if now.since(seen) >= TOUCH_MS {
        sessions::touch(&context.db, hash, now).await?;
        seen = now;
    }
    Ok(SessionState::Open(OpenSession { token_hash: hash, signed_in, left_ms: left_ms(session.created_at, seen, now), standing }))
}

/// Notes activity now, because the reader asked to stay. The milliseconds until the session ends.
///
/// # Errors
/// [`ServiceError::NotFound`] when the session is gone; of the database.
pub async fn extend_session(context: &Context, open: &OpenSession) -> Result<i64, ServiceError> {
    let now = context.now();
    let found = sessions::find(&context.db, open.token_hash, &now.warsaw_date().to_string()).await?;
    let (session, _) = found.ok_or(ServiceError::NotFound)?;
    sessions::touch(&context.db, open.token_hash, now).await?;
    Ok(left_ms(session.created_at, now, now))
}
