//! `/admin/applications`: the queue, one application, its files, and what the office does with it.

mod decide;
mod desk;
mod files;
mod receive;
mod show;

use crate::domain::application::decision::Barred;
use crate::domain::identifiers::ApplicationNumber;
use crate::services::ServiceError;
use crate::services::review_application::{Review, review};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::pages::error_pages::{ConflictPage, LastChange};
use crate::web::pages::review::Head;
use crate::web::pages::review::application::HistoryItem;
use crate::web::visit::Visit;
use rocket::Route;

pub(super) use files::name_of as signed_file_name;

/// The application that a path names.
fn number_of(id: &str) -> Result<ApplicationNumber, PageError> {
    // One address for each application: `w-26-…` and `W/26/…` are not others.
    ApplicationNumber::parse(id).filter(|number| number.to_path() == id).ok_or(PageError::NotFound)
}

/// The version that the reader saw: a form of ours always carries it.
fn version_of(form: &Posted) -> Result<i32, PageError> {
    form.text("version").parse().map_err(|_| PageError::Unprocessable)
}

/// A form that is shown again still carries the version that its writer saw, so that nothing slips in between.
fn seen(head: Head, version: i32) -> Head {
    Head { version, ..head }
}

fn path_of(number: &ApplicationNumber) -> String {
    format!("/admin/applications/{}", number.to_path())
}

async fn look(who: &Visit<'_>, number: &ApplicationNumber) -> Result<Review, PageError> {
    Ok(review(who.context(), who.actor(), number).await?)
}

/// What did not go because somebody was quicker, or because it may not be: with who did what last, and the way back.
async fn failed(who: &Visit<'_>, number: &ApplicationNumber, error: ServiceError) -> PageError {
    let barred = match &error {
        ServiceError::Barred(barred) => *barred,
        ServiceError::Stale | ServiceError::Transition(_) => Barred::Stale,
        _ => return error.into(),
    };
    match look(who, number).await {
        Ok(review) => PageError::Conflict(Box::new(conflict(who, &review, barred))),
        Err(error) => error,
    }
}

fn conflict(who: &Visit<'_>, review: &Review, barred: Barred) -> ConflictPage {
    let application = &review.view.application;
    let applicant = application.applicant_name();
    let words = who.context().renderer.labels();
    let last = review.view.history.last().map(|entry| {
        let item = HistoryItem::of(words, &review.names, &applicant, entry);
        LastChange { title: item.title, who: item.who, at: item.at }
    });
    let has_ended = !application.status.is_open();
    ConflictPage {
        decided_by: review.decided_by.as_ref().filter(|_| has_ended).map(|account| account.profile.full_name()),
        status: Some(application.status.key().to_owned()),
        back: Some(path_of(&application.number)),
        last,
        ..ConflictPage::of(barred.bar(), format!("barred.{}", barred.key()))
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    [show::routes(), files::routes(), receive::routes(), decide::routes(), desk::routes()].concat()
}
