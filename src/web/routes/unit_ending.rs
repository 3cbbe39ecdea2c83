//! `/admin/units/<id>/stop-ending`: the approved end of a unit is stopped with a reason.

use crate::domain::id::UnitId;
use crate::domain::invalid::FieldErrors;
use crate::domain::unit::Unit;
use crate::services::ServiceError;
use crate::services::change_unit::{stop_ending, view_ending};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Permit, UnitStopEnding};
use crate::web::pages::unit_change_pages::StopEndingPage;
use crate::web::reply::Answer;
use rocket::{Route, get, post, routes};

fn parse(id: &str) -> Result<UnitId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

fn history(id: UnitId) -> String {
    format!("/units/{id}/history")
}

fn page_of(unit: &Unit, reason: String, errors: FieldErrors) -> StopEndingPage {
    StopEndingPage {
        id: unit.id.to_string(),
        name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        ends_on: unit.ends_on,
        reason,
        errors,
    }
}

#[get("/admin/units/<id>/stop-ending")]
async fn ask(who: Permit<'_, UnitStopEnding>, id: &str) -> Answer {
    let id = parse(id)?;
    match view_ending(who.context(), who.actor(), id).await {
        Ok(unit) => {
            who.has_proof(who.actor())?;
            who.show(&page_of(&unit, String::new(), FieldErrors::default()))
        }
        Err(ServiceError::Stale) => who.redirect_with(history(id), "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

#[post("/admin/units/<id>/stop-ending", data = "<form>")]
async fn stop(who: Permit<'_, UnitStopEnding>, id: &str, form: Posted) -> Answer {
    let id = parse(id)?;
    let reason = form.text("reason").replace("\r\n", "\n");
    match stop_ending(who.context(), who.actor(), id, &reason).await {
        Ok(()) => who.redirect_with(history(id), "ending_stopped"),
        Err(ServiceError::Stale) => who.redirect_with(history(id), "nothing_changed"),
        Err(ServiceError::Invalid(errors)) => {
            let unit = view_ending(who.context(), who.actor(), id).await?;
            who.show_again(&page_of(&unit, reason, errors))
        }
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![ask, stop]
}
