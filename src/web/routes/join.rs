//! `/account/join`: „Scalenie kont” of somebody who has two. What may not live here: rules.

use crate::domain::account_join::JoinState;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::{AccountJoinId, GrantId};
use crate::domain::invalid::FieldErrors;
use crate::domain::moment::date_text;
use crate::services::ServiceError;
use crate::services::join_accounts::{Choice, JoinView, Running, confirm, file, give_up, hide_hint, look, propose, refuse, undo};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{AccountJoinFile, AccountJoinPropose, Permit};
use crate::web::pages::guided_pages::UnderWay;
use crate::web::pages::join_pages::{AskedJoin, JoinChoice, JoinPage, JoinRight, OwnJoin, RunningJoin, UndoJoinPage};
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

const PLACE: &str = "/account/join";

fn id_of(text: &str) -> Result<AccountJoinId, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

fn right(choice: &Choice, words: &Dictionaries, until: &str) -> JoinRight {
    let wish = &choice.old.right.wish;
    let sub_area = words.sub_area(&wish.sub_area).map_or_else(|| wish.sub_area.clone(), |s| format!("{} – {}", s.code, s.name));
    let function = words.function(&wish.function).map_or_else(|| wish.function.clone(), |f| f.name.clone());
    JoinRight {
        value: choice.old.grant.to_string(),
        text: format!("{}: {sub_area}, {function}, {until} {}", choice.unit_name, date_text(wish.valid_until)),
        stays: choice.stays.map(crate::domain::application::account_join::Stays::key),
    }
}

fn running(found: Running, words: &Dictionaries, until: &str) -> RunningJoin {
    let (takes_filing, rights) = (found.takes_filing(), found.choices.iter().map(|choice| right(choice, words, until)));
    let (stays, choices): (Vec<_>, Vec<_>) = rights.partition(|right| right.stays.is_some());
    RunningJoin {
        id: found.join.id.to_string(),
        given_up: found.given_up.login.to_string(),
        state: found.join.state.key(),
        last_day: found.join.last_day(),
        open: found.open.map(|open| UnderWay::of(&open.number, open.status)),
        takes_filing,
        is_correction: found.is_correction,
        remarks: found.remarks.into_iter().map(|remark| remark.text).collect(),
        hindrances: found.hindrances.into_iter().map(|hindrance| hindrance.key()).collect(),
        choices: choices.into_iter().map(|right| JoinChoice { value: right.value, text: right.text }).collect(),
        stays,
    }
}

/// The page as it stands: boxes as they were filed, or all where nothing was.
fn page_of(found: JoinView, until: &str) -> JoinPage {
    let JoinView { account, own, asked, running: found, dictionaries } = found;
    let filed = found.as_ref().and_then(|found| found.open.as_ref()).and_then(|open| open.payload.account_join());
    let grants = filed.map(|join| join.grants.iter().map(|grant| grant.grant.to_string()).collect::<Vec<_>>());
    let note = filed.and_then(|join| join.note.as_ref()).map(ToString::to_string).unwrap_or_default();
    let found = found.map(|found| running(found, &dictionaries, until));
    let all = || found.iter().flat_map(|found| found.choices.iter().map(|choice| choice.value.clone())).collect();
    JoinPage {
        own_login: account.login.to_string(),
        own: own.map(|join| OwnJoin { id: join.id.to_string(), kept: join.named_login, state: join.state.key() }),
        asked: asked.into_iter().map(|a| AskedJoin { id: a.join.id.to_string(), given_up: a.proposer.login.to_string() }).collect(),
        grants: grants.unwrap_or_else(all),
        running: found,
        login: String::new(),
        note,
        errors: FieldErrors::default(),
    }
}

async fn page(who: &Visit<'_>) -> Result<JoinPage, PageError> {
    Ok(page_of(look(who.context(), who.actor()).await?, &who.context().renderer.label("ui.until")))
}

#[get("/account/join", rank = 1)]
async fn show(who: Permit<'_, AccountJoinPropose>) -> Answer {
    who.show(&page(&who).await?)
}

#[post("/account/join", data = "<form>", rank = 1)]
async fn create(who: Permit<'_, AccountJoinPropose>, form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    let login = form.text("login").trim();
    match propose(who.context(), who.actor(), login).await {
        Ok(()) => who.redirect_with(PLACE, "join_proposed"),
        Err(ServiceError::Invalid(errors)) => {
            let page = page(&who).await?;
            // A second click finds its proposal on the page.
            if page.own.is_some() {
                return who.redirect_with(PLACE, "nothing_changed");
            }
            who.show_again(&JoinPage { login: login.to_owned(), errors, ..page })
        }
        Err(ServiceError::TooMany) => who.redirect_with(PLACE, "rate_limited"),
        Err(error) => Err(error.into()),
    }
}

#[post("/account/join/hide", data = "<_form>", rank = 1)]
async fn hide(who: Permit<'_, AccountJoinPropose>, _form: Posted) -> Answer {
    hide_hint(who.context(), who.actor()).await?;
    who.redirect("/account")
}

/// What is not so any more is shown as it stands.
fn after(who: &Visit<'_>, flash: &str, done: Result<(), ServiceError>) -> Answer {
    match done {
        Ok(()) => who.redirect_with(PLACE, flash),
        Err(ServiceError::Stale) => who.redirect_with(PLACE, "nothing_changed"),
        Err(ServiceError::Invalid(_)) => who.redirect_with(PLACE, "join_bound"),
        // Its form stands on the page of all joinings.
        Err(ServiceError::ProofTooOld) => who.redirect("/account/prove?interrupted=true&next=/account/join"),
        Err(error) => Err(error.into()),
    }
}

#[post("/account/join/<id>/confirm", data = "<_form>", rank = 2)]
async fn agree(who: Permit<'_, AccountJoinPropose>, id: &str, _form: Posted) -> Answer {
    after(&who, "join_confirmed", confirm(who.context(), who.actor(), id_of(id)?).await)
}

#[post("/account/join/<id>/refuse", data = "<_form>", rank = 2)]
async fn deny(who: Permit<'_, AccountJoinPropose>, id: &str, _form: Posted) -> Answer {
    after(&who, "join_refused", refuse(who.context(), who.actor(), id_of(id)?).await)
}

#[post("/account/join/<id>/drop", data = "<_form>", rank = 2)]
async fn remove(who: Permit<'_, AccountJoinPropose>, id: &str, _form: Posted) -> Answer {
    after(&who, "join_dropped", give_up(who.context(), who.actor(), id_of(id)?).await)
}

#[post("/account/join/<id>/file", data = "<form>", rank = 2)]
async fn submit(who: Permit<'_, AccountJoinFile>, id: &str, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let id = id_of(id)?;
    let note = form.text("note").replace("\r\n", "\n");
    let chosen: Vec<String> = form.all("grants").map(str::to_owned).collect();
    // What is no identifier is nobody's grant.
    let ids: Result<Vec<GrantId>, PageError> = chosen.iter().map(|text| text.parse().map_err(|_| PageError::Unprocessable)).collect();
    let before = page(&who).await?;
    match file(who.context(), who.actor(), id, &ids?, &note).await {
        Ok(number) => {
            let is_correction = before.running.as_ref().is_some_and(|running| running.is_correction);
            let flash = if is_correction { "application_revised" } else { "application_submitted" };
            who.redirect_with(format!("/applications/{}", number.to_path()), flash)
        }
        Err(ServiceError::Invalid(errors)) => who.show_again(&JoinPage { grants: chosen, note, errors, ..before }),
        Err(ServiceError::Stale) => who.redirect_with(PLACE, "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

#[get("/account/join/<id>/undo", rank = 2)]
async fn show_undo(who: Permit<'_, AccountJoinPropose>, id: &str) -> Answer {
    who.has_proof(who.actor())?;
    let id = id_of(id)?;
    let found = look(who.context(), who.actor()).await?.running;
    match found.filter(|found| found.join.id == id && found.join.state == JoinState::Joined) {
        Some(found) => who.show(&UndoJoinPage { id: id.to_string(), given_up: found.given_up.login.to_string() }),
        None => Err(PageError::NotFound),
    }
}

#[post("/account/join/<id>/undo", data = "<_form>", rank = 2)]
async fn take_back(who: Permit<'_, AccountJoinPropose>, id: &str, _form: Posted) -> Answer {
    after(&who, "join_undone", undo(who.context(), who.actor(), id_of(id)?).await)
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, create, hide, agree, deny, remove, submit, show_undo, take_back]
}
