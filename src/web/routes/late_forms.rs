//! Forms that come after their session has ended, whatever their path.

use crate::web::error::{PageError, QUERY};
use crate::web::forms::Late;
use crate::web::guards::Anyone;
use crate::web::late;
use crate::web::reply::Answer;
use percent_encoding::utf8_percent_encode;
use rocket::{Route, post, routes};

/// Keeps what was typed and leads to the sign-in, and from there to the form's page. Behind all other handlers.
#[post("/<_..>", data = "<form>", rank = 100)]
async fn keep(who: Anyone<'_>, form: Late) -> Answer {
    let ended = who.ended_session().ok_or(PageError::SignedOut)?;
    let kept = match &form.0 {
        Some(form) => late::keep(&who, ended.account, form).await?,
        None => None,
    };
    who.flash(if kept.is_some() { "form_waits" } else { "session_ended" });
    if let Some(token) = kept {
        late::set(&who, token);
    }
    let page = who.form_page();
    let path = if page == "/" { "/login".to_owned() } else { format!("/login?next={}", utf8_percent_encode(&page, QUERY)) };
    who.redirect(path)
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![keep]
}
