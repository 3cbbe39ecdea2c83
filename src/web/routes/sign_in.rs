//! `/login`, `/logout`, `/session/extend`, `/password/…`, `/activate/<token>`.

use super::admin::href;
use super::second_factor::passkeys_at;
use crate::domain::account::AccountStatus;
use crate::domain::actor::{Actor, ActorKind, SignedIn};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::services::ServiceError;
use crate::services::activate_account::{activate_account, find_activation};
use crate::services::keep_session::extend_session;
use crate::services::known_device::Browser;
use crate::services::request_password_reset::request_password_reset;
use crate::services::reset_password::{exchange_reset_code, fewest_characters, find_reset, reset_password};
use crate::services::sign_in::{Entered, SignIn, SignInForm, sign_in};
use crate::services::sign_out::sign_out;
use crate::services::view_application::list_own;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Anyone, Member, is_administrator};
use crate::web::in_flight::InFlight;
use crate::web::metrics;
use crate::web::pages::sign_in_pages::{ActivatePage, DeadLinkPage, ForgotPasswordPage, ResetCodePage, ResetPasswordPage, SignInPage};
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::session::{self, CookieName};
use crate::web::visit::Visit;
use rocket::http::Status;
use rocket::time;
use rocket::tokio::time::{Instant, sleep_until};
use rocket::{Route, State, get, post, routes};
use std::time::Duration;

/// What was typed when a letter was asked for is kept as long as the letter's link works.
const ASKED_KEEP: time::Duration = time::Duration::minutes(30);
/// A typed code is answered after so long, right or wrong: looking for nobody's account would be quicker.
const CODE_ANSWER: Duration = Duration::from_millis(300);

/// A path of ours to go on to. Anything that a browser could read as another site is refused.
pub(super) fn local_path(next: &str) -> Option<&str> {
    let is_local = next.starts_with('/') && !next.starts_with("//") && next.len() <= 500;
    let is_plain = !next.chars().any(|c| c.is_control() || c == '\\');
    let comes_back = ["/login", "/logout", "/session"].iter().any(|p| next.starts_with(p));
    (is_local && is_plain && !comes_back).then_some(next)
}

/// Where somebody begins: administrators at their desk, an applicant at the application, others at their own data.
pub(super) async fn home(who: &Visit<'_>, signed_in: SignedIn) -> Result<String, PageError> {
    let is_pending = signed_in.status == AccountStatus::Pending;
    let actor = Actor { kind: ActorKind::Account(signed_in), ..who.actor().clone() };
    if is_administrator(&who.context().policy, &actor) {
        return Ok("/admin".to_owned());
    }
    if is_pending && let [only] = &list_own(who.context(), &actor).await?[..] {
        return Ok(format!("/applications/{}", only.number.to_path()));
    }
    Ok("/account".to_owned())
}

#[get("/login?<next>")]
async fn show_login(who: Anyone<'_>, next: Option<&str>) -> Answer {
    if let Some(signed_in) = who.signed_in() {
        return who.redirect(home(&who, signed_in.clone()).await?);
    }
    let next = next.and_then(local_path).unwrap_or_default().to_owned();
    who.show(&SignInPage { next, has_passkeys: passkeys_at(&who) == (true, None), ..SignInPage::default() })
}

#[post("/login", data = "<form>")]
async fn create_session(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    let next = local_path(form.text("next"));
    let mut page = SignInPage {
        login: form.text("login").chars().take(100).collect(),
        next: next.unwrap_or_default().to_owned(),
        has_passkeys: passkeys_at(&who) == (true, None),
        ..SignInPage::default()
    };
    for field in ["login", "password"] {
        if form.text(field).trim().is_empty() {
            page.errors.add(field, Invalid::Required);
        }
    }
    if !page.errors.is_empty() {
        return who.show_again(&page);
    }
    let browser = who.browser();
    let typed = SignInForm {
        login: form.text("login"),
        password: form.text("password"),
        device: who.header("User-Agent"),
        browser: browser.as_ref(),
        replaces: who.any_session().map(|open| open.token_hash),
    };
    let outcome = sign_in(who.context(), who.actor(), typed).await?;
    // One that awaits its second factor is counted when it has got it.
    if !matches!(outcome, SignIn::Held { .. }) {
        metrics::sign_in(matches!(outcome, SignIn::Done(_)));
    }
    match outcome {
        SignIn::Failed => {
            page.failed = true;
            who.show_again(&page)
        }
        SignIn::GivenUp => {
            page.given_up = true;
            who.show_again(&page)
        }
        SignIn::Throttled { wait } => {
            metrics::rate_limited("sign_in_failures");
            Err(PageError::TooMany(wait))
        }
        SignIn::Held { token } => {
            who.open_session(token);
            who.redirect(href("/login/factor", &[("next", next.unwrap_or_default())]))
        }
        SignIn::Done(entered) => enter(&who, entered, next).await,
    }
}

/// Gives the browser its cookies and leads to where the person was going, or to the first page of their work.
pub(super) async fn enter(who: &Visit<'_>, entered: Entered, next: Option<&str>) -> Answer {
    who.sign_in(entered.token, &entered.browser);
    match next {
        Some(next) => who.redirect(next),
        None => who.redirect(home(who, entered.signed_in).await?),
    }
}

/// A session that has ended already needs no token to be forgotten.
#[post("/logout", data = "<form>")]
async fn end_session(who: Anyone<'_>, form: Result<Posted, ()>) -> Answer {
    if let Some(open) = who.any_session() {
        form.map_err(|()| PageError::StaleForm)?;
        let owner = who.held().map_or(who.actor(), |(_, owner)| owner);
        sign_out(who.context(), owner, open).await?;
    }
    session::clear(who.cookies(), who.settings(), CookieName::Session);
    who.redirect_with("/", "signed_out")
}

/// The time-out warning's „stay”.
#[post("/session/extend", data = "<_form>")]
async fn extend(who: Member<'_>, _form: Posted) -> Answer {
    let open = who.session().ok_or(PageError::SignedOut)?;
    extend_session(who.context(), open).await?;
    Ok(Reply::nothing())
}

#[get("/password/forgot")]
fn show_forgot(who: Anyone<'_>) -> Answer {
    who.show(&ForgotPasswordPage::default())
}

/// The answer stands before anything is looked up, so it is the same and as quick for everybody.
#[post("/password/forgot", data = "<form>")]
fn create_reset(who: Anyone<'_>, form: Posted, in_flight: &State<InFlight>) -> Answer {
    who.limit(Limit::Reset)?;
    let typed = form.text("login_or_email").trim().to_owned();
    if typed.is_empty() {
        let errors = FieldErrors::one("login_or_email", Invalid::Required);
        return who.show_again(&ForgotPasswordPage { login_or_email: String::new(), errors });
    }
    let (context, actor, counted) = (who.context().clone(), who.actor().clone(), in_flight.count());
    rocket::tokio::spawn(async move {
        if let Err(error) = request_password_reset(&context, &actor, &typed).await {
            tracing::error!(request_id = %actor.correlation, %error, "a reset letter could not be queued");
        }
        drop(counted);
    });
    session::set_text(who.cookies(), who.settings(), CookieName::Asked, form.text("login_or_email").trim(), ASKED_KEEP);
    who.redirect_with("/password/code", "password_link_sent")
}

#[get("/password/code")]
fn show_code(who: Anyone<'_>) -> Answer {
    let login_or_email = session::read_text(who.cookies(), who.settings(), CookieName::Asked).unwrap_or_default();
    who.show(&ResetCodePage { login_or_email, errors: FieldErrors::default() })
}

/// The answer comes after the same time for everybody, found or not, unless the machine is busier than that.
#[post("/password/code", data = "<form>")]
async fn use_code(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    let earliest = Instant::now() + CODE_ANSWER;
    let (typed, code) = (form.text("login_or_email").trim(), form.text("code").trim());
    let mut page = ResetCodePage { login_or_email: typed.chars().take(254).collect(), errors: FieldErrors::default() };
    for (field, text) in [("login_or_email", typed), ("code", code)] {
        if text.is_empty() {
            page.errors.add(field, Invalid::Required);
        }
    }
    if !page.errors.is_empty() {
        return who.show_again(&page);
    }
    let exchanged = exchange_reset_code(who.context(), typed, code).await;
    sleep_until(earliest).await;
    match exchanged {
        Ok(token) => {
            session::clear(who.cookies(), who.settings(), CookieName::Asked);
            who.redirect(format!("/password/reset/{token}"))
        }
        Err(ServiceError::Invalid(errors)) => {
            page.errors = errors;
            who.show_again(&page)
        }
        Err(error) => Err(error.into()),
    }
}

fn dead_link(who: &Visit<'_>, error: ServiceError, is_activation: bool) -> Answer {
    match error {
        ServiceError::DeadLink => who.show_as(Status::Gone, &DeadLinkPage { is_activation, ..DeadLinkPage::default() }),
        other => Err(other.into()),
    }
}

#[get("/password/reset/<token>")]
async fn show_reset(who: Anyone<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    reset_page(&who, token, FieldErrors::default()).await
}

async fn reset_page(who: &Visit<'_>, token: &str, errors: FieldErrors) -> Answer {
    match find_reset(who.context(), token).await {
        Ok(account) => {
            let status = if errors.is_empty() { Status::Ok } else { Status::UnprocessableEntity };
            let fewest = fewest_characters(who.context(), &account).await?;
            who.show_as(status, &ResetPasswordPage { login: account.login.to_string(), fewest, errors })
        }
        Err(error) => dead_link(who, error, false),
    }
}

#[post("/password/reset/<token>", data = "<form>")]
async fn update_reset(who: Anyone<'_>, token: &str, form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    let passwords = (form.text("new_password"), form.text("password_repeat"));
    let browser = who.browser().unwrap_or_else(|| Browser::new(who.context()));
    match reset_password(who.context(), who.actor(), token, passwords, (&browser, who.header("User-Agent"))).await {
        Ok(()) => {
            who.set_browser(&browser);
            session::clear(who.cookies(), who.settings(), CookieName::Session);
            who.redirect_with("/login", "password_reset")
        }
        Err(ServiceError::Invalid(errors)) => reset_page(&who, token, errors).await,
        Err(error) => dead_link(&who, error, false),
    }
}

#[get("/activate/<token>")]
async fn show_activation(who: Anyone<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    activation_page(&who, token, Vec::new(), FieldErrors::default()).await
}

#[post("/activate/<token>", data = "<form>")]
async fn update_activation(who: Anyone<'_>, token: &str, form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    let ticked: Vec<String> = form.all("statements").map(str::to_owned).collect();
    let passwords = (form.text("new_password"), form.text("password_repeat"));
    let browser = who.browser().unwrap_or_else(|| Browser::new(who.context()));
    match activate_account(who.context(), who.actor(), token, passwords, &ticked, (&browser, who.header("User-Agent"))).await {
        Ok(()) => {
            who.set_browser(&browser);
            who.redirect_with("/login", "account_activated")
        }
        Err(ServiceError::Invalid(errors)) => activation_page(&who, token, ticked, errors).await,
        Err(error) => dead_link(&who, error, true),
    }
}

async fn activation_page(who: &Visit<'_>, token: &str, ticked: Vec<String>, errors: FieldErrors) -> Answer {
    match find_activation(who.context(), token).await {
        Ok(account) => {
            let status = if errors.is_empty() { Status::Ok } else { Status::UnprocessableEntity };
            let full_name = account.profile.full_name();
            let fewest = fewest_characters(who.context(), &account).await?;
            who.show_as(status, &ActivatePage { login: account.login.to_string(), full_name, ticked, fewest, errors })
        }
        Err(error) => dead_link(who, error, true),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        show_login,
        create_session,
        end_session,
        extend,
        show_forgot,
        create_reset,
        show_code,
        use_code,
        show_reset,
        update_reset,
        show_activation,
        update_activation,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_goes_on_to_paths_of_ours_only() {
        for ours in ["/", "/account", "/admin/applications?status=in_review&q=a%20b"] {
            assert_eq!(local_path(ours), Some(ours));
        }
        let long = format!("/{}", "a".repeat(600));
        for foreign in
            ["", "account", "//evil.pl", "/\\evil.pl", "/a\\b", "https://evil.pl", "/\n/evil.pl", "/login?next=/", "/logout", &long]
        {
            assert_eq!(local_path(foreign), None, "{foreign}");
        }
    }
}
