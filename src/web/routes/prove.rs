//! `/account/prove`: „Potwierdź, że to Ty”, before a sensitive change, and back to where one was.

use super::second_factor::{challenge, passkey_of};
use super::sign_in::local_path;
use crate::domain::invalid::FieldErrors;
use crate::domain::second_factor::PasskeyUse;
use crate::services::ServiceError;
use crate::services::passkeys::ask;
use crate::services::prove_again::{prove_by_passkey, prove_by_password};
use crate::services::raise_session::Raised;
use crate::services::second_factor::awaited_factors;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::Securing;
use crate::web::pages::security_pages::ProvePage;
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::PROVEN;
use rocket::{Route, get, post, routes};

async fn page(who: &Securing<'_>, next: Option<&str>, interrupted: bool, errors: FieldErrors) -> Result<ProvePage, PageError> {
    let (_, has_passkey) = awaited_factors(who.context(), who.open()).await?;
    let next = next.and_then(local_path).unwrap_or("/account").to_owned();
    Ok(ProvePage { login: who.me().login.clone(), next, interrupted, has_passkey, errors })
}

#[get("/account/prove?<next>&<interrupted>")]
async fn show(who: Securing<'_>, next: Option<&str>, interrupted: Option<bool>) -> Answer {
    who.show(&page(&who, next, interrupted.unwrap_or(false), FieldErrors::default()).await?)
}

#[post("/account/prove", data = "<form>")]
async fn create(who: Securing<'_>, form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    let proven = if form.has("credential") {
        prove_by_passkey(who.context(), who.actor(), who.open(), passkey_of(&form)).await
    } else {
        prove_by_password(who.context(), who.actor(), who.open(), form.text("current_password"), who.browser().as_ref()).await
    };
    let interrupted = form.text("interrupted") == "true";
    match proven {
        Ok(Raised { token, .. }) => {
            who.open_session(token);
            let next = local_path(form.text("next")).unwrap_or("/account");
            if interrupted { who.redirect_with(next, PROVEN) } else { who.redirect(next) }
        }
        Err(ServiceError::Invalid(errors)) => who.show_again(&page(&who, Some(form.text("next")), interrupted, errors).await?),
        Err(error) => Err(error.into()),
    }
}

#[post("/account/prove/challenge", data = "<_form>")]
async fn ask_for_proof(who: Securing<'_>, _form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    Ok(challenge(&ask(who.context(), PasskeyUse::Prove, Some(who.open().signed_in.account)).await?))
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, create, ask_for_proof]
}
