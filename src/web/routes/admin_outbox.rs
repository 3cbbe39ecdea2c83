//! `/admin/outbox`: what was sent to whom, what waits, what was given up and why, and trying again.

use super::admin::href;
use super::exports;
use crate::domain::id::MessageId;
use crate::domain::permission::Permission;
use crate::services::ServiceError;
use crate::services::export_list::List;
use crate::services::manage_outbox::{FailureClass, LetterQuery, MessageStatus, list_letters, retry_failed, retry_message};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{OutboxView, Permit};
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::outbox_pages::{GivenUp, LetterRow, OutboxPage};
use crate::web::reply::Answer;
use rocket::{Route, get, post, routes};

const PLACE: &str = "/admin/outbox";
/// Longest search, in characters: an address and more.
const LONGEST_SEARCH: usize = 300;

fn query_of(status: Option<&str>, failure: Option<&str>, q: Option<&str>) -> LetterQuery {
    LetterQuery {
        status: status.and_then(MessageStatus::from_key),
        failure: failure.and_then(FailureClass::from_key),
        q: q.unwrap_or_default().trim().chars().take(LONGEST_SEARCH).collect(),
    }
}

fn asked(query: &LetterQuery) -> [(&'static str, &str); 3] {
    [("status", query.status.map_or("", MessageStatus::key)), ("failure", query.failure.map_or("", FailureClass::key)), ("q", &query.q)]
}

#[get("/admin/outbox?<status>&<failure>&<q>&<after>")]
async fn list(who: Permit<'_, OutboxView>, status: Option<&str>, failure: Option<&str>, q: Option<&str>, after: Option<&str>) -> Answer {
    let query = query_of(status, failure, q);
    let found = list_letters(who.context(), who.actor(), &query, after).await?;
    let words = &who.context().renderer;
    let may_see = who.may_list(Permission::ApplicationList);
    let given_up = found.given_up.into_iter().map(|(class, count)| GivenUp {
        failure: class.key(),
        count: i64::try_from(count).unwrap_or(i64::MAX),
        href: href(PLACE, &[("failure", class.key())]),
    });
    let next = |next: &str| {
        let mut pairs = asked(&query).to_vec();
        pairs.push(("after", next));
        href(PLACE, &pairs)
    };
    who.show(&OutboxPage {
        status: query.status.map_or("", MessageStatus::key).to_owned(),
        failure: query.failure.map_or("", FailureClass::key).to_owned(),
        failures: FailureClass::all()
            .map(|class| Choice::new(class.key(), words.label(&format!("delivery_failures.{}", class.key()))))
            .collect(),
        given_up: given_up.collect(),
        next_href: found.slice.next.as_deref().map(next),
        letters: found.slice.rows.into_iter().map(|letter| LetterRow::of(letter, may_see)).collect(),
        first_href: after.map(|_| href(PLACE, &asked(&query))),
        export: exports::links("letters", &asked(&query)),
        q: query.q,
    })
}

#[get("/export/letters/<format>?<status>&<failure>&<q>")]
async fn export(who: Permit<'_, OutboxView>, format: &str, status: Option<&str>, failure: Option<&str>, q: Option<&str>) -> Answer {
    exports::answer(&who, &List::Letters(query_of(status, failure, q)), format).await
}

/// Back to the letters that one was working through.
fn back(form: &Posted) -> String {
    let given = |name: &str| Some(form.text(name)).filter(|text| !text.is_empty());
    href(PLACE, &asked(&query_of(given("of_status"), given("of_failure"), given("of_q"))))
}

#[post("/admin/outbox/<id>/retry", data = "<form>")]
async fn retry(who: Permit<'_, OutboxView>, id: &str, form: Posted) -> Answer {
    let id: MessageId = id.parse().map_err(|_| PageError::NotFound)?;
    match retry_message(who.context(), who.actor(), id).await {
        Ok(()) => who.redirect_with(back(&form), "letter_retried"),
        // The second click of one: it waits already, or has left.
        Err(ServiceError::Stale) => who.redirect_with(back(&form), "letter_not_given_up"),
        Err(error) => Err(error.into()),
    }
}

#[post("/admin/outbox/retry", data = "<form>")]
async fn retry_all(who: Permit<'_, OutboxView>, form: Posted) -> Answer {
    let class = FailureClass::from_key(form.text("failure")).ok_or(PageError::Unprocessable)?;
    let retried = retry_failed(who.context(), who.actor(), class).await?;
    who.redirect_with(back(&form), if retried > 0 { "letters_retried" } else { "letter_not_given_up" })
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, export, retry, retry_all]
}
