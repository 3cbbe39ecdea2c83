//! `/account/sessions`, `/account/history`, `/account/data`, `/account/close`: what the portal holds about one's own account, and
//! the request to close it.

use super::account::own_application;
use super::admin::href;
use super::exports;
use crate::domain::id::SessionId;
use crate::domain::permission::Permission;
use crate::services::ServiceError;
use crate::services::export_list::List;
use crate::services::manage_sessions::{end_other_sessions, end_session, list_own_sessions};
use crate::services::own_data::read_own_data;
use crate::services::read_history::{HistoryEntry, is_for_people, read_history};
use crate::services::request_closing::{request_closing, view_closing, withdraw_closing};
use crate::services::view_own_account::Grant;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{AccountEdit, Member, Permit};
use crate::web::pages::own_records_pages::{ClosePage, EndingGrant, HistoryPage, HistoryRow, OwnDataPage, SessionRow, SessionsPage};
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

/// Entries of the history that the readable copy shows; the file has all.
const SHOWN_ENTRIES: usize = 200;

/// Hash of the cookie that the request came with.
fn current(who: &Visit<'_>) -> Result<[u8; 32], PageError> {
    Ok(who.any_session().ok_or(PageError::SignedOut)?.token_hash)
}

#[get("/account/sessions")]
async fn sessions(who: Member<'_>) -> Answer {
    let own = list_own_sessions(who.context(), who.actor(), current(&who)?).await?;
    who.show(&SessionsPage {
        sessions: own.into_iter().map(SessionRow::from).collect(),
        may_change_password: who.may(Permission::AccountChangePassword),
    })
}

#[post("/account/sessions/<id>/end", data = "<_form>")]
async fn end_one(who: Member<'_>, id: &str, _form: Posted) -> Answer {
    let id: SessionId = id.parse().map_err(|_| PageError::NotFound)?;
    match end_session(who.context(), who.actor(), id).await {
        Ok(()) => who.redirect_with("/account/sessions", "session_closed"),
        Err(ServiceError::Stale) => who.redirect_with("/account/sessions", "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

#[post("/account/sessions/end-others", data = "<_form>")]
async fn end_others(who: Member<'_>, _form: Posted) -> Answer {
    end_other_sessions(who.context(), who.actor(), current(&who)?).await?;
    who.redirect_with("/account/sessions", "other_sessions_closed")
}

#[get("/account/history?<after>")]
async fn history(who: Member<'_>, after: Option<&str>) -> Answer {
    let slice = read_history(who.context(), who.actor(), after).await?;
    who.show(&HistoryPage {
        first_href: after.map(|_| "/account/history".to_owned()),
        next_href: slice.next.as_deref().map(|next| href("/account/history", &[("after", next)])),
        may_change_password: who.may(Permission::AccountChangePassword),
        entries: slice.rows.into_iter().map(row_of).collect(),
        export: exports::links("own-history", &[]),
    })
}

#[get("/export/own-history/<format>")]
async fn export_history(who: Member<'_>, format: &str) -> Answer {
    exports::answer(&who, &List::OwnHistory, format).await
}

fn row_of(entry: HistoryEntry) -> HistoryRow {
    let (object_kind, object) = entry.object.unzip();
    let is_for_people = object_kind.as_deref().is_some_and(is_for_people);
    HistoryRow {
        at: entry.at,
        event: entry.event,
        outcome: entry.outcome,
        who: entry.who.key(),
        network: entry.network,
        object_kind,
        object: object.filter(|_| is_for_people),
        fields: entry.fields,
    }
}

#[get("/account/data")]
async fn data(who: Member<'_>) -> Answer {
    who.has_proof(who.actor())?;
    let mut data = read_own_data(who.context(), who.actor()).await?;
    let has_more = data.history.len() > SHOWN_ENTRIES;
    data.history.truncate(SHOWN_ENTRIES);
    who.show(&OwnDataPage { shown: data.history.len(), has_more, data })
}

#[get("/account/data.json")]
async fn data_file(who: Member<'_>) -> Answer {
    who.has_proof(who.actor())?;
    let data = read_own_data(who.context(), who.actor()).await?;
    let text = serde_json::to_vec_pretty(&data.to_json()).map_err(PageError::internal)?;
    Ok(Reply::attachment("application/json", &format!("konto-{}.json", data.account.login), text))
}

fn ending((grant, unit): (Grant, String)) -> EndingGrant {
    EndingGrant { unit, sub_area: grant.sub_area, function: grant.function, valid_until: grant.valid_until }
}

#[get("/account/close")]
async fn show_close(who: Permit<'_, AccountEdit>) -> Answer {
    let view = view_closing(who.context(), who.actor()).await?;
    // To take a request back no proof is asked for.
    if view.requested_at.is_none() {
        who.has_proof(who.actor())?;
    }
    who.show(&ClosePage {
        login: who.me().login.clone(),
        requested_at: view.requested_at,
        grants: view.grants.into_iter().map(ending).collect(),
        sole_approver_of: view.sole_approver_of.into_iter().map(ending).collect(),
        applications: view.applications.into_iter().map(own_application).collect(),
        is_last_administrator: view.is_last_administrator,
    })
}

#[post("/account/close", data = "<_form>")]
async fn ask_to_close(who: Permit<'_, AccountEdit>, _form: Posted) -> Answer {
    match request_closing(who.context(), who.actor()).await {
        Ok(()) => who.redirect_with("/account/close", "closing_requested"),
        Err(ServiceError::Stale) => who.redirect_with("/account/close", "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

#[post("/account/close/withdraw", data = "<_form>")]
async fn withdraw(who: Permit<'_, AccountEdit>, _form: Posted) -> Answer {
    match withdraw_closing(who.context(), who.actor()).await {
        Ok(()) => who.redirect_with("/account", "closing_withdrawn"),
        Err(ServiceError::Stale) => who.redirect_with("/account", "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![sessions, end_one, end_others, history, export_history, data, data_file, show_close, ask_to_close, withdraw]
}
