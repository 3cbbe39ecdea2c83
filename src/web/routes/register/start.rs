//! Start of a registration, the task list, the way back to a draft.

use super::email_of;
use crate::domain::application::typing::StepState;
use crate::services::ServiceError;
use crate::services::draft_application::{find_return, request_return_link, resume, start};
use crate::web::drafting::{Drafting, TASKS, hold, href, is_to_correct, next_href};
use crate::web::forms::Posted;
use crate::web::guards::Anyone;
use crate::web::pages::guided_pages::Task;
use crate::web::pages::register::start::{DeadLinkPage, RegisterPage, ResumePage, SavePage, TasksPage};
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::http::Status;
use rocket::{Route, get, post, routes};

async fn has_draft(who: &Visit<'_>) -> Result<bool, crate::web::error::PageError> {
    Ok(Drafting::find(who).await?.is_some_and(|draft| draft.open.draft.submitted_as.is_none()))
}

#[get("/register")]
async fn show(who: Anyone<'_>) -> Answer {
    let has_draft = has_draft(&who).await?;
    who.show(&RegisterPage { has_draft })
}

#[post("/register", data = "<_form>")]
async fn begin(who: Anyone<'_>, _form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    hold(&who, start(who.context(), who.actor()).await?);
    who.redirect(TASKS)
}

#[get("/register/tasks")]
async fn tasks(who: Anyone<'_>) -> Answer {
    let draft = Drafting::current(&who).await?;
    let task = |(step, state): &(_, StepState)| {
        let status = match state {
            StepState::NotNeeded => return None,
            StepState::Waiting => "cannot_start",
            _ if is_to_correct(&draft.open, *step) => "error",
            StepState::Done => "done",
            StepState::Open => "todo",
        };
        Some(Task { key: step.key(), href: draft.open.may_enter(*step).then(|| href(*step).to_owned()), status })
    };
    who.show(&TasksPage {
        corrects: draft.corrects(),
        tasks: draft.open.steps.iter().filter_map(task).collect(),
        next: next_href(&draft.open),
        general_remarks: draft.general_remarks(),
        kept_until: draft.open.draft.expires_at.0,
    })
}

fn save_page(draft: &Drafting) -> SavePage {
    let is_confirmed = draft.open.draft.has_confirmed_email();
    let email = email_of(&draft.open.draft.texts);
    SavePage { corrects: draft.corrects(), email, is_confirmed, kept_until: draft.open.draft.expires_at.0 }
}

#[get("/register/save")]
async fn save(who: Anyone<'_>) -> Answer {
    let draft = Drafting::current(&who).await?;
    who.show(&save_page(&draft))
}

#[post("/register/save", data = "<_form>")]
async fn mail_link(who: Anyone<'_>, _form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::current(&who).await?;
    if !save_page(&draft).is_confirmed || draft.open.corrects.is_some() {
        return who.redirect("/register/save");
    }
    match request_return_link(who.context(), who.actor(), &draft.token).await {
        Ok(()) => who.redirect_with(TASKS, "draft_link_sent"),
        Err(ServiceError::TooMany) => who.redirect_with(TASKS, "letters_too_many"),
        Err(error) => Err(error.into()),
    }
}

async fn dead_link(who: &Visit<'_>) -> Answer {
    let has_draft = has_draft(who).await?;
    who.show_as(Status::Gone, &DeadLinkPage { is_confirmation: false, has_draft })
}

#[get("/register/resume/<token>")]
async fn show_resume(who: Anyone<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    match find_return(who.context(), token).await {
        Ok(()) => who.show(&ResumePage { token: token.to_owned() }),
        Err(ServiceError::DeadLink) => dead_link(&who).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/register/resume/<token>", data = "<_form>")]
async fn take_up(who: Anyone<'_>, token: &str, _form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    match resume(who.context(), who.actor(), token).await {
        Ok(secret) => {
            hold(&who, secret);
            who.redirect(TASKS)
        }
        Err(ServiceError::DeadLink) => dead_link(&who).await,
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, begin, tasks, save, mail_link, show_resume, take_up]
}
