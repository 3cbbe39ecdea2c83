//! `/login/factor`: the second step of a sign-in; `/login/passkey`: a sign-in without a password.

use super::sign_in::{enter, local_path};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::second_factor::PasskeyUse;
use crate::services::passkeys::{Answer as PasskeyAnswer, Asked, PasskeyHome, ask, passkey_home, sign_in_with_passkey};
use crate::services::second_factor::{FactorAnswer, Passed, awaited_factors, pass_factor};
use crate::services::sign_in::SignInForm;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Anyone, Held};
use crate::web::metrics;
use crate::web::pages::security_pages::FactorPage;
use crate::web::pages::sign_in_pages::SignInPage;
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use serde_json::json;

/// What the browser's script wants to know.
pub(super) fn challenge(asked: &Asked) -> Reply {
    Reply::json(&json!({ "challenge": asked.token, "options": asked.options }))
}

/// What the browser's script filled in.
pub(super) fn passkey_of(form: &Posted) -> PasskeyAnswer<'_> {
    PasskeyAnswer { token: form.text("challenge"), credential: form.text("credential") }
}

/// Whether passkeys work in this portal, and at which other address of it, when not at the one that the browser shows.
pub(super) fn passkeys_at(who: &Visit<'_>) -> (bool, Option<String>) {
    match passkey_home(who.context()) {
        PasskeyHome::Nowhere => (false, None),
        PasskeyHome::At(origin) => {
            let is_here = origin.split_once("://").is_some_and(|(_, host)| host == who.header("Host"));
            (true, (!is_here).then_some(origin))
        }
    }
}

async fn page(who: &Held<'_>, next: Option<&str>, errors: FieldErrors) -> Result<FactorPage, PageError> {
    let (has_codes, has_passkey) = awaited_factors(who.context(), who.open()).await?;
    let next = next.and_then(local_path).unwrap_or_default().to_owned();
    Ok(FactorPage { next, has_codes, has_passkey, errors })
}

#[get("/login/factor?<next>")]
async fn show(who: Held<'_>, next: Option<&str>) -> Answer {
    who.show(&page(&who, next, FieldErrors::default()).await?)
}

#[post("/login/factor", data = "<form>")]
async fn create(who: Held<'_>, form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    // One form for each kind of answer; each names its own field.
    let (field, wrong, answer) = if form.has("credential") {
        ("passkey", Invalid::PasskeyRefused, FactorAnswer::Passkey(passkey_of(&form)))
    } else if form.has("recovery_code") {
        ("recovery_code", Invalid::CodeWrong, FactorAnswer::RecoveryCode(form.text("recovery_code")))
    } else {
        ("code", Invalid::CodeWrong, FactorAnswer::Code(form.text("code")))
    };
    let next = Some(form.text("next"));
    let typed = match answer {
        FactorAnswer::Code(typed) | FactorAnswer::RecoveryCode(typed) => typed.trim(),
        FactorAnswer::Passkey(answer) => answer.credential,
    };
    if typed.is_empty() {
        let reason = if field == "passkey" { wrong } else { Invalid::Required };
        return who.show_again(&page(&who, next, FieldErrors::one(field, reason)).await?);
    }
    let passed = pass_factor(who.context(), who.actor(), who.open(), answer, who.browser().as_ref()).await?;
    metrics::sign_in(matches!(passed, Passed::Done(..)));
    match passed {
        Passed::Wrong => who.show_again(&page(&who, next, FieldErrors::one(field, wrong)).await?),
        Passed::Ended => who.redirect_with("/login", "factor_ended"),
        Passed::Throttled { wait } => {
            metrics::rate_limited("sign_in_failures");
            Err(PageError::TooMany(wait))
        }
        Passed::Done(entered, Some(_)) => {
            who.sign_in(entered.token, &entered.browser);
            // How many codes are left, and where to make new ones, comes before anything else.
            who.redirect_with("/account/security", "recovery_code_used")
        }
        Passed::Done(entered, None) => enter(&who, entered, next.and_then(local_path)).await,
    }
}

#[post("/login/factor/challenge", data = "<_form>")]
async fn ask_for_factor(who: Held<'_>, _form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    Ok(challenge(&ask(who.context(), PasskeyUse::SecondFactor, Some(who.open().signed_in.account)).await?))
}

#[post("/login/passkey/challenge", data = "<_form>")]
async fn ask_for_sign_in(who: Anyone<'_>, _form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    Ok(challenge(&ask(who.context(), PasskeyUse::SignIn, None).await?))
}

#[post("/login/passkey", data = "<form>")]
async fn sign_in(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    let next = local_path(form.text("next"));
    let browser = who.browser();
    let from = SignInForm {
        login: "",
        password: "",
        device: who.header("User-Agent"),
        browser: browser.as_ref(),
        replaces: who.any_session().map(|open| open.token_hash),
    };
    let entered = sign_in_with_passkey(who.context(), who.actor(), passkey_of(&form), from).await?;
    metrics::sign_in(entered.is_some());
    match entered {
        Some(entered) => enter(&who, entered, next).await,
        None => {
            let errors = FieldErrors::one("passkey", Invalid::PasskeyRefused);
            who.show_again(&SignInPage { next: next.unwrap_or_default().to_owned(), has_passkeys: true, errors, ..SignInPage::default() })
        }
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, create, ask_for_factor, ask_for_sign_in, sign_in]
}
