//! `/account/email`: another e-mail address, its confirmation, and the way back for the old one.

use crate::domain::email_change::EmailChangeStatus;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::services::ServiceError;
use crate::services::change_email::{
    cancel_email_change, confirm_email_by_code, confirm_email_by_link, find_email_confirmation, find_email_undo, request_email_change,
    undo_email_change, view_email_change,
};
use crate::services::change_profile::view_profile;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{AccountEdit, Anyone, Member, Permit};
use crate::web::pages::profile_pages::{ConfirmNewEmailPage, EmailPage, NewEmailPage, PendingEmail, UndoEmailPage};
use crate::web::pages::sign_in_pages::DeadLinkPage;
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::session::{self, CookieName};
use crate::web::visit::Visit;
use rocket::http::Status;
use rocket::{Route, get, post, routes};

async fn page(who: &Visit<'_>, errors: FieldErrors) -> Result<EmailPage, PageError> {
    let email = view_profile(who.context(), who.actor()).await?.profile.email.to_string();
    let pending = view_email_change(who.context(), who.actor()).await?.map(|change| PendingEmail {
        address: change.new.to_string(),
        requested_at: change.requested_at,
        confirm_until: change.confirm_until,
    });
    Ok(EmailPage { email, pending, errors })
}

#[get("/account/email")]
async fn show(who: Permit<'_, AccountEdit>) -> Answer {
    who.show(&page(&who, FieldErrors::default()).await?)
}

async fn new_page(who: &Visit<'_>, typed: &str, errors: FieldErrors) -> Result<NewEmailPage, PageError> {
    let now = page(who, FieldErrors::default()).await?;
    Ok(NewEmailPage { current: now.email, email: typed.to_owned(), replaces: now.pending.is_some(), errors })
}

#[get("/account/email/new")]
async fn show_new(who: Permit<'_, AccountEdit>) -> Answer {
    who.has_proof(who.actor())?;
    who.show(&new_page(&who, "", FieldErrors::default()).await?)
}

#[post("/account/email/new", data = "<form>")]
async fn create(who: Permit<'_, AccountEdit>, form: Posted) -> Answer {
    let typed = form.text("email");
    match request_email_change(who.context(), who.actor(), typed).await {
        Ok(()) => who.redirect_with("/account/email", "email_change_requested"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&new_page(&who, typed, errors).await?),
        Err(ServiceError::TooMany) => who.redirect_with("/account/email", "letters_too_many"),
        Err(error) => Err(error.into()),
    }
}

#[post("/account/email/code", data = "<form>")]
async fn confirm_code(who: Permit<'_, AccountEdit>, form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    let code = form.text("email_code").trim();
    if code.is_empty() {
        return who.show_again(&page(&who, FieldErrors::one("email_code", Invalid::Required)).await?);
    }
    match confirm_email_by_code(who.context(), who.actor(), code).await {
        Ok(()) => who.redirect_with("/account", "email_changed"),
        Err(ServiceError::Invalid(errors)) => {
            let page = page(&who, errors).await?;
            // Without a pending change there is no field to show it at.
            if page.pending.is_none() { who.redirect_with("/account/email", "nothing_changed") } else { who.show_again(&page) }
        }
        Err(error) => dead_link(&who, error),
    }
}

#[post("/account/email/cancel", data = "<_form>")]
async fn cancel(who: Permit<'_, AccountEdit>, _form: Posted) -> Answer {
    match cancel_email_change(who.context(), who.actor()).await {
        Ok(()) => who.redirect_with("/account/email", "email_change_cancelled"),
        Err(ServiceError::Stale) => who.redirect_with("/account/email", "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

fn dead_link(who: &Visit<'_>, error: ServiceError) -> Answer {
    match error {
        // Somebody whose account is not approved holds nobody's link.
        ServiceError::DeadLink | ServiceError::Denied => {
            who.show_as(Status::Gone, &DeadLinkPage { is_email: true, ..DeadLinkPage::default() })
        }
        other => Err(other.into()),
    }
}

#[get("/account/email/confirm/<token>")]
async fn show_confirm(who: Member<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    match find_email_confirmation(who.context(), who.actor(), token).await {
        Ok(email) => who.show(&ConfirmNewEmailPage { login: who.me().login.clone(), email: email.to_string() }),
        Err(error) => dead_link(&who, error),
    }
}

#[post("/account/email/confirm/<token>", data = "<_form>")]
async fn confirm(who: Member<'_>, token: &str, _form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    match confirm_email_by_link(who.context(), who.actor(), token).await {
        Ok(()) => who.redirect_with("/account", "email_changed"),
        Err(error) => dead_link(&who, error),
    }
}

#[get("/account/email/undo/<token>")]
async fn show_undo(who: Anyone<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    match find_email_undo(who.context(), token).await {
        Ok((account, change)) => who.show(&UndoEmailPage {
            login: account.login.to_string(),
            old: change.old.to_string(),
            new: change.new.to_string(),
            is_pending: change.status == EmailChangeStatus::Pending,
        }),
        Err(error) => dead_link(&who, error),
    }
}

#[post("/account/email/undo/<token>", data = "<_form>")]
async fn undo(who: Anyone<'_>, token: &str, _form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    match undo_email_change(who.context(), who.actor(), token).await {
        Ok(()) => {
            // Every session of the account has ended, this browser's too if it was one.
            session::clear(who.cookies(), who.settings(), CookieName::Session);
            who.redirect_with("/password/code", "email_change_undone")
        }
        Err(error) => dead_link(&who, error),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, show_new, create, confirm_code, cancel, show_confirm, confirm, show_undo, undo]
}
