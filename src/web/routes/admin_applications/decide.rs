//! Taking, comparing and deciding. Every form carries the version that the decider saw.

use super::show::page;
use super::{conflict, failed, look, number_of, path_of, seen, version_of};
use crate::domain::application::decision::Remark;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::FieldErrors;
use crate::services::ServiceError;
use crate::services::review_application::{self as service, Review};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{ApplicationApprove, ApplicationReject, ApplicationReturn, ApplicationTake, Permit};
use crate::web::pages::review::Head;
use crate::web::pages::review::approve::ApprovePage;
use crate::web::pages::review::refuse::{RejectPage, ReturnPage};
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

/// Back to the application, with a message; or why not.
async fn done(who: &Visit<'_>, number: &ApplicationNumber, result: Result<(), ServiceError>, flash: &str) -> Answer {
    match result {
        Ok(()) => who.redirect_with(path_of(number), flash),
        Err(error) => Err(failed(who, number, error).await),
    }
}

/// The application, for a page that only its decider needs.
async fn to_decide(who: &Visit<'_>, number: &ApplicationNumber) -> Result<Review, PageError> {
    let review = look(who, number).await?;
    match review.barred_decision {
        Some(barred) => Err(PageError::Conflict(Box::new(conflict(who, &review, barred)))),
        None => Ok(review),
    }
}

/// The application for the page of its approval. Whose voice is the first approval is told that, and not to take it first.
async fn to_approve(who: &Visit<'_>, number: &ApplicationNumber) -> Result<Review, PageError> {
    let review = look(who, number).await?;
    match review.barred_decision.and(review.barred_approval) {
        Some(barred) => Err(PageError::Conflict(Box::new(conflict(who, &review, barred)))),
        None => Ok(review),
    }
}

#[post("/admin/applications/<id>/take", data = "<form>")]
async fn take(who: Permit<'_, ApplicationTake>, id: &str, form: Posted) -> Answer {
    let number = number_of(id)?;
    let result = service::take(who.context(), who.actor(), &number, version_of(&form)?).await;
    done(&who, &number, result, "application_taken").await
}

#[post("/admin/applications/<id>/release", data = "<form>")]
async fn release(who: Permit<'_, ApplicationTake>, id: &str, form: Posted) -> Answer {
    let number = number_of(id)?;
    let result = service::release(who.context(), who.actor(), &number, version_of(&form)?).await;
    done(&who, &number, result, "application_released").await
}

#[post("/admin/applications/<id>/compare", data = "<form>")]
async fn compare(who: Permit<'_, ApplicationTake>, id: &str, form: Posted) -> Answer {
    let number = number_of(id)?;
    let version = version_of(&form)?;
    match service::confirm_compared(who.context(), who.actor(), &number, version, form.has("compare")).await {
        Err(ServiceError::Invalid(errors)) => {
            let review = look(&who, &number).await?;
            let mut again = page(&who, &review).await?;
            again.errors = errors;
            again.head = seen(again.head, version);
            who.show_again(&again)
        }
        result => done(&who, &number, result, "signed_form_compared").await,
    }
}

#[get("/admin/applications/<id>/approve")]
async fn ask_approve(who: Permit<'_, ApplicationApprove>, id: &str) -> Answer {
    let review = to_approve(&who, &number_of(id)?).await?;
    who.has_proof(who.actor())?;
    who.show(&ApprovePage::of(&review, who.context().renderer.labels()))
}

#[post("/admin/applications/<id>/approve", data = "<form>")]
async fn approve(who: Permit<'_, ApplicationApprove>, id: &str, form: Posted) -> Answer {
    let number = number_of(id)?;
    let version = version_of(&form)?;
    match service::approve(who.context(), who.actor(), &number, version, form.has("signature")).await {
        Err(ServiceError::Invalid(errors)) => {
            let again = ApprovePage::of(&to_approve(&who, &number).await?, who.context().renderer.labels());
            who.show_again(&ApprovePage { head: seen(again.head, version), errors, ..again })
        }
        Ok(()) => {
            // Where two must say so, the first of them has not approved it yet.
            let is_first = look(&who, &number).await?.view.application.status.is_open();
            let flash = if is_first { "first_approval_noted" } else { "application_approved" };
            who.redirect_with(path_of(&number), flash)
        }
        Err(error) => Err(failed(&who, &number, error).await),
    }
}

#[post("/admin/applications/<id>/withdraw-approval", data = "<form>")]
async fn withdraw_approval(who: Permit<'_, ApplicationApprove>, id: &str, form: Posted) -> Answer {
    let number = number_of(id)?;
    let result = service::withdraw_approval(who.context(), who.actor(), &number, version_of(&form)?).await;
    done(&who, &number, result, "approval_withdrawn").await
}

#[get("/admin/applications/<id>/return")]
async fn ask_return(who: Permit<'_, ApplicationReturn>, id: &str) -> Answer {
    let review = to_decide(&who, &number_of(id)?).await?;
    who.show(&ReturnPage::of(&review, who.context().renderer.labels(), &[], "", FieldErrors::default()))
}

/// The remarks as typed: `remarks.unit.regon` is about `unit.regon`.
fn remarks_of(form: &Posted) -> Vec<Remark> {
    let typed = form.pairs().filter_map(|(name, text)| Some((name.strip_prefix("remarks.")?, text)));
    typed.map(|(field, text)| Remark { field: field.to_owned(), text: text.to_owned() }).collect()
}

#[post("/admin/applications/<id>/return", data = "<form>")]
async fn send_back(who: Permit<'_, ApplicationReturn>, id: &str, form: Posted) -> Answer {
    let number = number_of(id)?;
    let version = version_of(&form)?;
    let (remarks, reason) = (remarks_of(&form), form.text("reason"));
    match service::return_for_correction(who.context(), who.actor(), &number, version, &remarks, reason).await {
        Err(ServiceError::Invalid(errors)) => {
            let again = ReturnPage::of(&to_decide(&who, &number).await?, who.context().renderer.labels(), &remarks, reason, errors);
            who.show_again(&ReturnPage { head: seen(again.head, version), ..again })
        }
        result => done(&who, &number, result, "application_returned").await,
    }
}

#[get("/admin/applications/<id>/reject")]
async fn ask_reject(who: Permit<'_, ApplicationReject>, id: &str) -> Answer {
    let review = to_decide(&who, &number_of(id)?).await?;
    who.show(&RejectPage { head: Head::of(&review), reason: String::new(), errors: FieldErrors::default() })
}

#[post("/admin/applications/<id>/reject", data = "<form>")]
async fn reject(who: Permit<'_, ApplicationReject>, id: &str, form: Posted) -> Answer {
    let number = number_of(id)?;
    let version = version_of(&form)?;
    let reason = form.text("reason");
    match service::reject(who.context(), who.actor(), &number, version, reason).await {
        Err(ServiceError::Invalid(errors)) => {
            let review = to_decide(&who, &number).await?;
            who.show_again(&RejectPage { head: seen(Head::of(&review), version), reason: reason.to_owned(), errors })
        }
        result => done(&who, &number, result, "application_rejected").await,
    }
}

/// The routes of decisions.
pub fn routes() -> Vec<Route> {
    routes![take, release, compare, ask_approve, approve, withdraw_approval, ask_return, send_back, ask_reject, reject]
}
