//! Reads the session behind a cookie, with its account and roles as they are now, and notes activity.

use super::context::Context;
use super::error::ServiceError;
use crate::domain::actor::SignedIn;
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

/// The session of a cookie's token, if it lasts. One that has ended by time, or whose account may not sign in any more, is removed.
///
/// # Errors
/// Of the database.
pub async fn keep_session(context: &Context, token: &str) -> Result<Option<OpenSession>, ServiceError> {
    let now = context.now();
    let hash = token_hash(token);
    let Some((session, signed_in)) = sessions::find(&context.db, hash, &now.warsaw_date().to_string()).await? else {
        return Ok(None);
    };
    if !is_live(session.created_at, session.last_seen_at, now) || !signed_in.status.can_sign_in() {
        sessions::remove(&context.db, hash).await?;
        return Ok(None);
    }
    let is_required = is_required(&signed_in.roles, &context.settings.second_factor_roles);
    let standing = standing(session.is_raised, session.has_factor, is_required, session.password_is_long);
    // A sign-in that waits too long for its second factor, or whose factor was taken off meanwhile, begins again.
    let is_over = !session.has_factor || now.since(session.created_at) >= HELD_MS;
    if standing == Standing::AwaitsFactor && is_over {
        sessions::remove(&context.db, hash).await?;
        return Ok(None);
    }
    let mut seen = session.last_seen_at;
    if now.since(seen) >= TOUCH_MS {
        sessions::touch(&context.db, hash, now).await?;
        seen = now;
    }
    Ok(Some(OpenSession { token_hash: hash, signed_in, left_ms: left_ms(session.created_at, seen, now), standing }))
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
