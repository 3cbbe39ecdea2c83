//! `/not-me/<token>`: „to nie ja”, from a letter about a block or about a new device.

use crate::services::ServiceError;
use crate::services::report_not_me::{ReportKind, find_not_me, report_not_me};
use crate::web::forms::Posted;
use crate::web::guards::Anyone;
use crate::web::pages::sign_in_pages::{DeadLinkPage, NotMePage};
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::http::Status;
use rocket::{Route, get, post, routes};

fn dead_link(who: &Visit<'_>, error: ServiceError) -> Answer {
    match error {
        ServiceError::DeadLink => who.show_as(Status::Gone, &DeadLinkPage { is_activation: false, is_report: true }),
        other => Err(other.into()),
    }
}

#[get("/not-me/<token>")]
async fn show(who: Anyone<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    match find_not_me(who.context(), token).await {
        Ok((account, kind)) => who.show(&NotMePage { login: account.login.to_string(), kind: kind.key() }),
        Err(error) => dead_link(&who, error),
    }
}

#[post("/not-me/<token>", data = "<_form>")]
async fn create(who: Anyone<'_>, token: &str, _form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    match report_not_me(who.context(), who.actor(), token).await {
        Ok(ReportKind::Block) => who.redirect_with("/login", "not_me_block"),
        Ok(ReportKind::EmailChange | ReportKind::SignIn) => who.redirect_with("/password/forgot", "not_me_sign_in"),
        Err(error) => dead_link(&who, error),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, create]
}
