//! `/account/security`: one's own second factor, passkeys and recovery codes.

use super::second_factor::{challenge, passkey_of, passkeys_at};
use crate::domain::id::PasskeyId;
use crate::domain::invalid::FieldErrors;
use crate::domain::second_factor::{PasskeyUse, Standing};
use crate::services::ServiceError;
use crate::services::manage_sessions::list_own_sessions;
use crate::services::passkeys::{add_passkey, ask, remove_passkey};
use crate::services::second_factor::{
    Secured, Security, confirm_totp, make_recovery_codes, offer_totp, remove_totp, view_offer, view_security,
};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::Securing;
use crate::web::pages::own_records_pages::SessionRow;
use crate::web::pages::security_pages::{
    AddPasskeyPage, NewCodesPage, PasskeyRow, RecoveryCodesPage, RemoveFactorPage, SecurityPage, TotpPage,
};
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::session::{self, CookieName};
use rocket::time::Duration;
use rocket::{Route, get, post, routes};

/// New codes wait so long for the page that shows them.
const CODES_KEEP: Duration = Duration::minutes(10);

#[get("/account/security")]
async fn show(who: Securing<'_>) -> Answer {
    let security = view_security(who.context(), who.actor(), who.open()).await?;
    let (passkeys_work, passkeys_elsewhere) = passkeys_at(&who);
    let has_factor = security.has_factor();
    let sessions = match who.open().standing {
        Standing::Open => list_own_sessions(who.context(), who.actor(), who.open().token_hash).await?,
        _ => Vec::new(),
    };
    who.show(&SecurityPage {
        sessions: sessions.into_iter().map(SessionRow::from).collect(),
        must: match who.open().standing {
            Standing::MustEnrol => Some("enrol"),
            Standing::MustLengthen => Some("lengthen"),
            Standing::Open | Standing::AwaitsFactor => None,
        },
        has_factor,
        totp_since: security.totp_since,
        codes_left: security.recovery.map(|(left, _)| i64::try_from(left).unwrap_or(0)),
        codes_made_at: security.recovery.map(|(_, made_at)| made_at),
        passkeys: security
            .passkeys
            .into_iter()
            .map(|p| PasskeyRow { id: p.id.to_string(), name: p.name, created_at: p.created_at, last_used_at: p.last_used_at })
            .collect(),
        is_required: security.is_required,
        passkeys_work,
        passkeys_elsewhere,
    })
}

/// After a change: the new cookie, and the codes on a page of their own, where there are any.
fn secured(who: &Securing<'_>, secured: Secured, flash: &str) -> Answer {
    who.open_session(secured.token);
    if secured.codes.is_empty() {
        return who.redirect_with("/account/security", flash);
    }
    let text = session::sealed(who.context(), CookieName::Codes, who.open().signed_in.account, &secured.codes);
    let text = text.ok_or_else(|| PageError::internal("recovery codes cannot be sealed"))?;
    session::set(who.cookies(), who.settings(), CookieName::Codes, text, Some(CODES_KEEP));
    who.redirect_with("/account/security/recovery-codes", flash)
}

#[post("/account/security/totp/offer", data = "<_form>")]
async fn create_offer(who: Securing<'_>, _form: Posted) -> Answer {
    match offer_totp(who.context(), who.actor(), who.open()).await {
        Ok(()) => who.redirect("/account/security/totp"),
        // This form has no page of its own to come back to.
        Err(ServiceError::ProofTooOld) => who.redirect("/account/prove?interrupted=true&next=/account/security"),
        Err(error) => Err(error.into()),
    }
}

async fn totp_page(who: &Securing<'_>, errors: FieldErrors) -> Result<Option<TotpPage>, PageError> {
    let offer = view_offer(who.context(), who.actor(), who.open()).await?;
    Ok(offer.map(|offer| TotpPage { secret: offer.secret, uri: offer.uri, qr_svg: offer.qr_svg, login: who.me().login.clone(), errors }))
}

#[get("/account/security/totp")]
async fn show_offer(who: Securing<'_>) -> Answer {
    match totp_page(&who, FieldErrors::default()).await? {
        Some(page) => who.show(&page),
        None => who.redirect("/account/security"),
    }
}

#[post("/account/security/totp", data = "<form>")]
async fn confirm(who: Securing<'_>, form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    match confirm_totp(who.context(), who.actor(), who.open(), form.text("code")).await {
        Ok(done) => secured(&who, done, "factor_added"),
        Err(ServiceError::Invalid(errors)) => match totp_page(&who, errors).await? {
            Some(page) => who.show_again(&page),
            None => who.redirect("/account/security"),
        },
        Err(ServiceError::NotFound) => who.redirect_with("/account/security", "offer_too_old"),
        Err(error) => Err(error.into()),
    }
}

/// Why the last factor has to stay, as a key under `security`; none when it may go.
fn barred(security: &Security, is_last: bool) -> Option<&'static str> {
    match (is_last, security.is_required, security.password_is_long) {
        (true, true, _) => Some("factor_required"),
        (true, false, false) => Some("password_too_short"),
        _ => None,
    }
}

#[get("/account/security/totp/remove")]
async fn show_remove(who: Securing<'_>) -> Answer {
    who.has_proof(who.actor())?;
    let security = view_security(who.context(), who.actor(), who.open()).await?;
    if security.totp_since.is_none() {
        return who.redirect_with("/account/security", "nothing_changed");
    }
    let barred = barred(&security, security.passkeys.is_empty());
    who.show(&RemoveFactorPage { passkey: None, is_last: security.passkeys.is_empty(), barred })
}

#[post("/account/security/totp/remove", data = "<_form>")]
async fn remove(who: Securing<'_>, _form: Posted) -> Answer {
    match remove_totp(who.context(), who.actor(), who.open()).await {
        Ok(done) => secured(&who, done, "factor_removed"),
        Err(ServiceError::NotFound) => who.redirect_with("/account/security", "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

#[get("/account/security/recovery-codes/new")]
async fn show_new_codes(who: Securing<'_>) -> Answer {
    who.has_proof(who.actor())?;
    let security = view_security(who.context(), who.actor(), who.open()).await?;
    if !security.has_factor() {
        return who.redirect("/account/security");
    }
    who.show(&NewCodesPage {})
}

#[post("/account/security/recovery-codes/new", data = "<_form>")]
async fn create_codes(who: Securing<'_>, _form: Posted) -> Answer {
    secured(&who, make_recovery_codes(who.context(), who.actor(), who.open()).await?, "recovery_codes_made")
}

/// Shows them once: the cookie that brings them goes with this page.
#[get("/account/security/recovery-codes")]
async fn show_codes(who: Securing<'_>) -> Answer {
    let text = session::read(who.cookies(), who.settings(), CookieName::Codes).map(str::to_owned);
    session::clear(who.cookies(), who.settings(), CookieName::Codes);
    let codes = text.and_then(|text| session::read_sealed(who.context(), CookieName::Codes, who.open().signed_in.account, &text));
    match codes {
        Some(codes) => who.show(&RecoveryCodesPage { login: who.me().login.clone(), made_at: who.context().now(), codes }),
        None => who.redirect_with("/account/security", "codes_shown_once"),
    }
}

fn add_page(who: &Securing<'_>, name: &str, errors: FieldErrors) -> AddPasskeyPage {
    let (passkeys_work, passkeys_elsewhere) = passkeys_at(who);
    AddPasskeyPage { passkey_name: name.chars().take(100).collect(), passkeys_work, passkeys_elsewhere, errors }
}

#[get("/account/security/passkeys/add")]
async fn show_add(who: Securing<'_>) -> Answer {
    who.has_proof(who.actor())?;
    view_security(who.context(), who.actor(), who.open()).await?;
    who.show(&add_page(&who, "", FieldErrors::default()))
}

#[post("/account/security/passkeys/challenge", data = "<_form>")]
async fn ask_for_passkey(who: Securing<'_>, _form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    view_security(who.context(), who.actor(), who.open()).await?;
    Ok(challenge(&ask(who.context(), PasskeyUse::Add, Some(who.open().signed_in.account)).await?))
}

#[post("/account/security/passkeys/add", data = "<form>")]
async fn add(who: Securing<'_>, form: Posted) -> Answer {
    who.limit(Limit::SignIn)?;
    let name = form.text("passkey_name");
    match add_passkey(who.context(), who.actor(), who.open(), name, passkey_of(&form)).await {
        Ok(done) => secured(&who, done, "passkey_added"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&add_page(&who, name, errors)),
        Err(error) => Err(error.into()),
    }
}

#[get("/account/security/passkeys/<id>/remove")]
async fn show_remove_passkey(who: Securing<'_>, id: &str) -> Answer {
    who.has_proof(who.actor())?;
    let security = view_security(who.context(), who.actor(), who.open()).await?;
    let passkey = security.passkeys.iter().find(|p| p.id.to_string() == id).ok_or(PageError::NotFound)?;
    let is_last = security.passkeys.len() == 1 && security.totp_since.is_none();
    who.show(&RemoveFactorPage { passkey: Some(passkey.name.clone()), is_last, barred: barred(&security, is_last) })
}

#[post("/account/security/passkeys/<id>/remove", data = "<_form>")]
async fn remove_own_passkey(who: Securing<'_>, id: &str, _form: Posted) -> Answer {
    let id: PasskeyId = id.parse().map_err(|_| PageError::NotFound)?;
    let done = remove_passkey(who.context(), who.actor(), who.open(), id).await?;
    secured(&who, done, "passkey_removed")
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        show,
        create_offer,
        show_offer,
        confirm,
        show_remove,
        remove,
        show_new_codes,
        create_codes,
        show_codes,
        show_add,
        ask_for_passkey,
        add,
        show_remove_passkey,
        remove_own_passkey,
    ]
}
