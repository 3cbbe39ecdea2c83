//! `/admin/bulk`: one act on many applications. What was chosen stands in the address, so that a proof of who it is leads back to it.

use crate::domain::application::bulk::{Act, MOST_ROWS};
use crate::domain::id::BulkJobId;
use crate::domain::invalid::FieldErrors;
use crate::services::ServiceError;
use crate::services::act_in_bulk::{Assignee, Chosen, NewBatch, list_batches, look_at_batch, look_at_choice, start_batch, work_on};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{ApplicationList, ApplicationTake, Permit};
use crate::web::pages::bulk_pages::{BatchCounts, BulkAskPage, BulkListPage, BulkPage, Colleague};
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

/// So many are done before the answer, so that a small batch is done when its page comes; the worker does the others.
const DONE_AT_ONCE: u64 = 10;
/// Seconds after which the page of a batch under way is read anew.
const REFRESH_SECONDS: u32 = 5;
/// Chosen instead of a colleague: nobody has it any more.
const GIVEN_BACK: &str = "nobody";

/// What was chosen. A form of ours holds nothing else.
fn chosen<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Vec<Chosen>, PageError> {
    let chosen: Vec<Chosen> = texts.map(Chosen::parse).collect::<Option<_>>().ok_or(PageError::Unprocessable)?;
    if chosen.len() > MOST_ROWS { Err(PageError::Unprocessable) } else { Ok(chosen) }
}

fn act_of(key: Option<&str>) -> Result<Act, PageError> {
    key.and_then(Act::from_key).ok_or(PageError::NotFound)
}

/// The page on which these are asked for.
fn ask_path(act: Act, chosen: &[Chosen]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("act", act.key());
    query.extend_pairs(chosen.iter().map(|one| ("row", one.to_text())));
    format!("/admin/bulk/new?{}", query.finish())
}

async fn ask_page(who: &Visit<'_>, id: BulkJobId, act: Act, chosen: &[Chosen]) -> Result<BulkAskPage, PageError> {
    let choice = look_at_choice(who.context(), who.actor(), act, chosen).await?;
    let mut page = BulkAskPage::of(id.to_string(), act, &choice);
    page.colleagues.push(Colleague { value: GIVEN_BACK.to_owned(), text: who.context().renderer.labels().text("bulk.give_back") });
    Ok(page)
}

#[get("/admin/bulk")]
async fn list(who: Permit<'_, ApplicationList>) -> Answer {
    let batches = list_batches(who.context(), who.actor()).await?;
    who.show(&BulkListPage { batches: batches.iter().map(BatchCounts::of).collect() })
}

#[get("/admin/bulk/new?<act>&<row>", rank = 1)]
async fn ask(who: Permit<'_, ApplicationTake>, act: Option<&str>, row: Vec<&str>) -> Answer {
    let (act, chosen) = (act_of(act)?, chosen(row.into_iter())?);
    if act == Act::Approve && !chosen.is_empty() {
        who.has_proof(who.actor())?;
    }
    who.show(&ask_page(&who, who.context().new_bulk_job_id(), act, &chosen).await?)
}

#[post("/admin/bulk/new", data = "<form>")]
async fn start(who: Permit<'_, ApplicationTake>, form: Posted) -> Answer {
    let (act, chosen) = (act_of(Some(form.text("act")))?, chosen(form.all("row"))?);
    let id: BulkJobId = form.text("batch").parse().map_err(|_| PageError::Unprocessable)?;
    let assignee = match form.text("assignee") {
        "" => None,
        GIVEN_BACK => Some(Assignee::Nobody),
        text => Some(Assignee::Account(text.parse().map_err(|_| PageError::Unprocessable)?)),
    };
    let new = NewBatch { id, act, chosen, assignee, saw_signature: form.has("signature") };
    match start_batch(who.context(), who.actor(), &new).await {
        Ok(id) => {
            // What fails here is not lost: the worker goes on with it.
            if let Err(error) = work_on(who.context(), id, DONE_AT_ONCE).await {
                tracing::warn!(batch = %id, %error, "a batch is left to the worker");
            }
            who.redirect(format!("/admin/bulk/{id}"))
        }
        Err(ServiceError::ProofTooOld) => {
            let next = [("next", ask_path(act, &new.chosen))];
            who.redirect(format!("/account/prove?{}", url::form_urlencoded::Serializer::new(String::new()).extend_pairs(next).finish()))
        }
        Err(ServiceError::Invalid(errors)) if !errors.0.contains_key("row") => again(&who, &new, errors).await,
        Err(error) => Err(error.into()),
    }
}

/// The page again, for the same batch, with what was chosen.
async fn again(who: &Visit<'_>, new: &NewBatch, errors: FieldErrors) -> Answer {
    let page = ask_page(who, new.id, new.act, &new.chosen).await?;
    let assignee = match new.assignee {
        None => String::new(),
        Some(Assignee::Nobody) => GIVEN_BACK.to_owned(),
        Some(Assignee::Account(id)) => id.to_string(),
    };
    who.show_again(&BulkAskPage { assignee, errors, ..page })
}

#[get("/admin/bulk/<id>?<paused>", rank = 2)]
async fn show(who: Permit<'_, ApplicationList>, id: &str, paused: Option<&str>) -> Answer {
    let id: BulkJobId = id.parse().map_err(|_| PageError::NotFound)?;
    let batch = look_at_batch(who.context(), who.actor(), id).await?;
    let is_paused = batch.is_under_way() && paused.is_some();
    let page = who.show(&BulkPage::of(&batch, is_paused))?;
    Ok(if batch.is_under_way() && !is_paused { page.with("Refresh", REFRESH_SECONDS.to_string()) } else { page })
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, ask, start, show]
}
