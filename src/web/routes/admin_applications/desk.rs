//! What administrators arrange among themselves: whose it is, until when it is put off, notes. Without a script as with one.

use super::show::page;
use super::{failed, look, number_of, path_of, seen, version_of};
use crate::domain::id::AccountId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::services::ServiceError;
use crate::services::review_application as service;
use crate::web::forms::Posted;
use crate::web::guards::{ApplicationAssign, ApplicationNote, ApplicationSnooze, Permit};
use crate::web::pages::review::desk::Typed;
use crate::web::reply::Answer;
use rocket::{Route, post, routes};

/// Back to the application with a message, or its page again with what was typed and why it was not taken.
async fn done<P>(
    who: &Permit<'_, P>,
    number: &ApplicationNumber,
    result: Result<(), ServiceError>,
    flash: &str,
    (version, typed): (Option<i32>, Typed),
) -> Answer {
    match result {
        Ok(()) => who.redirect_with(format!("{}#desk", path_of(number)), flash),
        Err(ServiceError::Invalid(errors)) => {
            let review = look(who, number).await?;
            let mut again = page(who, &review).await?;
            again.errors = errors;
            again.desk.typed = typed;
            if let Some(version) = version {
                again.head = seen(again.head, version);
            }
            who.show_again(&again)
        }
        Err(error) => Err(failed(who, number, error).await),
    }
}

/// Nobody, or somebody of the list.
fn assignee(text: &str) -> Result<Option<AccountId>, ServiceError> {
    match text {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| ServiceError::field("assignee", Invalid::Unknown)),
    }
}

#[post("/admin/applications/<id>/assign", data = "<form>")]
async fn assign(who: Permit<'_, ApplicationAssign>, id: &str, form: Posted) -> Answer {
    let (number, version) = (number_of(id)?, version_of(&form)?);
    let typed = Typed { assignee: Some(form.text("assignee").to_owned()), ..Typed::default() };
    let (result, flash) = match assignee(form.text("assignee")) {
        Ok(to) => {
            let flash = match to {
                Some(to) if to == who.me().account => "application_mine",
                Some(_) => "application_assigned",
                None => "application_given_back",
            };
            (service::assign(who.context(), who.actor(), &number, version, to).await, flash)
        }
        Err(error) => (Err(error), ""),
    };
    done(&who, &number, result, flash, (Some(version), typed)).await
}

#[post("/admin/applications/<id>/snooze", data = "<form>")]
async fn snooze(who: Permit<'_, ApplicationSnooze>, id: &str, form: Posted) -> Answer {
    let (number, version) = (number_of(id)?, version_of(&form)?);
    let until = form.text("snooze_until");
    let typed = Typed { snooze_until: until.to_owned(), ..Typed::default() };
    let result = service::snooze(who.context(), who.actor(), &number, version, until).await;
    done(&who, &number, result, "application_snoozed", (Some(version), typed)).await
}

#[post("/admin/applications/<id>/wake", data = "<form>")]
async fn wake(who: Permit<'_, ApplicationSnooze>, id: &str, form: Posted) -> Answer {
    let (number, version) = (number_of(id)?, version_of(&form)?);
    let result = service::wake(who.context(), who.actor(), &number, version).await;
    done(&who, &number, result, "application_woken", (Some(version), Typed::default())).await
}

#[post("/admin/applications/<id>/notes", data = "<form>")]
async fn note(who: Permit<'_, ApplicationNote>, id: &str, form: Posted) -> Answer {
    let number = number_of(id)?;
    let text = form.text("internal_note");
    let typed = Typed { internal_note: text.to_owned(), ..Typed::default() };
    let result = service::add_note(who.context(), who.actor(), &number, text).await;
    done(&who, &number, result, "note_added", (None, typed)).await
}

/// The routes of the desk.
pub fn routes() -> Vec<Route> {
    routes![assign, snooze, wake, note]
}
