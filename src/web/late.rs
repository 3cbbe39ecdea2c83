//! A form that is sent after its session has ended by time is not lost: it is kept for the account that typed it, the person
//! signs in, and finds the form on its page as it was typed. The same where the page is older than the last sign-in, so that its
//! token is that of an ended session or of a cookie that a proof has replaced, and where a proof of who it is must come first.
//! What may not live here: what is kept and how long (services), how it is shown (`refill`).
//!
//! A guard that finds no session lets such a request go on ([`is_late`]) to the one handler that takes any path
//! (`routes/late_forms.rs`); everything else that finds no session is led to the sign-in as ever.

use super::csrf::{self, Binding};
use super::error::PageError;
use super::forms::Posted;
use super::session::{self, CookieName};
use super::visit::Visit;
use crate::domain::id::AccountId;
use crate::domain::session::FORM_KEPT_MS;
use crate::services::keep_form::{ended_sessions, forget_form, keep_form};
use rocket::http::Method;
use rocket::time::Duration;
use rocket::{Orbit, Request, Rocket};
use std::sync::OnceLock;

#[derive(Default)]
struct Noted(OnceLock<bool>);

/// Notes, for a handler that wants an account, whether the request is a form of an ended session.
pub(super) fn note(request: &Request<'_>, visit: &Visit<'_>) {
    let is_late = request.method() == Method::Post && visit.ended_session().is_some();
    request.local_cache(Noted::default).0.get_or_init(|| is_late);
}

/// Whether a handler that wants an account was asked for with a form of an ended session.
pub(super) fn is_late(request: &Request<'_>) -> bool {
    request.local_cache(Noted::default).0.get() == Some(&true)
}

/// Keeps a form for its account; gives what finds it again, when there was anything to keep.
///
/// # Errors
/// Of the database.
pub async fn keep(visit: &Visit<'_>, account: AccountId, form: &Posted) -> Result<Option<String>, PageError> {
    Ok(keep_form(visit.context(), account, &visit.path(), form.pairs()).await?)
}

/// Lets the browser find the kept form again.
pub fn set(visit: &Visit<'_>, token: String) {
    session::set(visit.cookies(), visit.settings(), CookieName::KeptForm, token, Some(Duration::milliseconds(FORM_KEPT_MS)));
}

/// Keeps a form whose page is older than the last sign-in of the same account: its token is that of a session that ended.
pub(super) async fn keep_older(visit: &Visit<'_>, form: &Posted) -> Result<Option<PageError>, PageError> {
    let Some(me) = visit.signed_in() else { return Ok(None) };
    let token = form.text(csrf::FIELD);
    let ended = ended_sessions(visit.context(), me.account).await?;
    let is_own = ended.into_iter().any(|hash| csrf::is_token(visit.context(), &Binding::Session(hash), token));
    if !is_own {
        return Ok(None);
    }
    let kept = keep(visit, me.account, form).await?;
    Ok(kept.map(|token| PageError::Kept { page: visit.form_page(), token }))
}

#[derive(Default)]
struct Sent(OnceLock<Posted>);

/// Remembers a form for as long as its request lasts.
pub(super) fn remember(request: &Request<'_>, form: &Posted) {
    request.local_cache(Sent::default).0.get_or_init(|| form.clone());
}

/// Keeps the form of this request until its sender has proven who it is.
pub(super) async fn keep_until_proven(request: &Request<'_>, visit: &Visit<'_>) -> Result<(), PageError> {
    let (Some(form), Some(open)) = (request.local_cache(Sent::default).0.get(), visit.any_session()) else { return Ok(()) };
    if let Some(token) = keep(visit, open.signed_in.account, form).await? {
        set(visit, token);
    }
    Ok(())
}

/// A kept form that is sent again is forgotten.
pub(super) async fn forget(request: &Request<'_>, visit: &Visit<'_>) -> Result<(), PageError> {
    if visit.kept_form().is_none_or(|kept| kept.action != request.uri().path().as_str()) {
        return Ok(());
    }
    if let Some(token) = session::read(visit.cookies(), visit.settings(), CookieName::KeptForm) {
        forget_form(visit.context(), token).await?;
    }
    session::clear(visit.cookies(), visit.settings(), CookieName::KeptForm);
    Ok(())
}

/// The page on which a form stands: at the form's own path, or at the nearest one above it that shows anything.
pub fn page_of(rocket: &Rocket<Orbit>, action: &str) -> String {
    let pages: Vec<&str> = rocket.routes().filter(|r| r.method == Method::Get).map(|r| r.uri.as_str()).collect();
    let mut path = action;
    while !path.is_empty() {
        if pages.iter().any(|pattern| is_match(pattern, path)) {
            return path.to_owned();
        }
        path = path.rfind('/').map_or("", |end| &path[..end]);
    }
    "/".to_owned()
}

/// Whether a route's pattern takes a path.
fn is_match(pattern: &str, path: &str) -> bool {
    let pattern = pattern.split('?').next().unwrap_or_default();
    let is_part = |part: &str| part.starts_with('<');
    if pattern.contains("..>") {
        return false;
    }
    let (pattern, path): (Vec<&str>, Vec<&str>) = (pattern.split('/').collect(), path.split('/').collect());
    pattern.len() == path.len() && pattern.iter().zip(&path).all(|(part, text)| is_part(part) || part == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_take_their_paths_only() {
        assert!(is_match("/admin/accounts/<id>/<action>", "/admin/accounts/17/suspend"));
        assert!(is_match("/admin/accounts?<q>&<after>", "/admin/accounts"));
        assert!(!is_match("/admin/accounts/<id>", "/admin/accounts"));
        assert!(!is_match("/static/<path..>", "/static/x"));
        assert!(!is_match("/account", "/accounts"));
    }
}
