//! A signed form came by another channel: the office records it.

use super::{failed, look, number_of, path_of, version_of};
use crate::domain::application::status::Mover;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::FieldErrors;
use crate::services::ServiceError;
use crate::services::receive_signed_form::{Arrival, record_arrival};
use crate::web::error::PageError;
use crate::web::forms::Uploaded;
use crate::web::guards::{Permit, SignedFormRecord};
use crate::web::pages::review::receive::ReceivePage;
use crate::web::reply::Answer;
use rocket::{Route, get, post, routes};

type Clerk<'r> = Permit<'r, SignedFormRecord>;

async fn page(who: &Clerk<'_>, number: &ApplicationNumber, typed: &Arrival, errors: FieldErrors) -> Result<ReceivePage, PageError> {
    let review = look(who, number).await?;
    if let Err(error) = review.view.check_takes_form(Mover::Office) {
        return Err(failed(who, number, ServiceError::Transition(error)).await);
    }
    Ok(ReceivePage::of(&review, who.context().renderer.labels(), typed, errors))
}

#[get("/admin/applications/<id>/receive")]
async fn ask(who: Permit<'_, SignedFormRecord>, id: &str) -> Answer {
    let number = number_of(id)?;
    who.show(&page(&who, &number, &Arrival::default(), FieldErrors::default()).await?)
}

#[post("/admin/applications/<id>/receive", data = "<form>")]
async fn receive(who: Permit<'_, SignedFormRecord>, id: &str, mut form: Uploaded) -> Answer {
    let number = number_of(id)?;
    let seen = version_of(&form)?;
    let arrival = Arrival {
        channel: form.text("channel").to_owned(),
        received_on: form.text("received_on").to_owned(),
        reference: form.text("reference").to_owned(),
    };
    let files = form.take_files("files");
    match record_arrival(who.context(), who.actor(), &number, seen, &arrival, files).await {
        Ok(_) => who.redirect_with(path_of(&number), "signed_form_recorded"),
        Err(ServiceError::Invalid(errors)) => {
            let again = page(&who, &number, &arrival, errors).await?;
            who.show_again(&ReceivePage { head: super::seen(again.head, seen), ..again })
        }
        Err(error) => Err(failed(&who, &number, error).await),
    }
}

/// The routes of recording.
pub fn routes() -> Vec<Route> {
    routes![ask, receive]
}
