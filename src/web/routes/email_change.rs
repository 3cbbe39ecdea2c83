//! `/email-change`: „Nie masz dostępu do skrzynki?”. Typing, confirming the new address, filing; and stopping what was approved.

use crate::domain::application::draft::EmailChangeTexts;
use crate::domain::invalid::FieldErrors;
use crate::services::ServiceError;
use crate::services::draft_application::{confirm_email_by_link, find_confirmation};
use crate::services::lost_mailbox::{LostMailbox, confirm_by_code, file, find_stop, look, request_code, save, stop, stop_by_link};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Anyone, Member};
use crate::web::guided::filed;
use crate::web::pages::email_change_pages::{
    EmailChangePage, EmailCheckPage, EmailCodePage, EmailLinkPage, Remarks, StopEmailPage, UnitChoice, Waiting,
};
use crate::web::pages::guided_pages::UnderWay;
use crate::web::pages::sign_in_pages::DeadLinkPage;
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::http::Status;
use rocket::{Route, get, post, routes};

const START: &str = "/email-change";
const CODE: &str = "/email-change/code";
const CHECK: &str = "/email-change/check";

fn remarks_of(found: &LostMailbox) -> Remarks {
    let at = |field: &str| {
        let texts: Vec<&str> = found.remarks.iter().filter(|r| r.field == field).map(|r| r.text.as_str()).collect();
        (!texts.is_empty()).then(|| texts.join("\n"))
    };
    let whole = found.remarks.iter().filter(|r| r.field.is_empty()).map(|r| r.text.clone()).collect();
    Remarks { whole, new_email: at("new_email"), why: at("why") }
}

fn start_page(found: &LostMailbox, typed: EmailChangeTexts, errors: FieldErrors) -> EmailChangePage {
    EmailChangePage {
        corrects: found.corrects.as_ref().map(|application| application.number.to_string()),
        old_email: found.account.profile.email.to_string(),
        units: found.units.iter().map(|u| UnitChoice { value: u.id.to_string(), text: u.data.name.to_string() }).collect(),
        unit: typed.unit,
        new_email: typed.new_email,
        why: typed.why,
        statements: typed.statements,
        remarks: remarks_of(found),
        open: found.open.first().map(|open| UnderWay::of(&open.number, open.status)),
        waiting: found.waiting.as_ref().map(|w| Waiting { new_email: w.new_email.to_string(), takes_effect_at: w.takes_effect_at }),
        can_type: found.can_type(),
        errors,
    }
}

#[get("/email-change")]
async fn show(who: Member<'_>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    if found.can_type() {
        who.has_proof(who.actor())?;
    }
    let typed = found.draft.as_ref().map(|draft| draft.texts.clone()).unwrap_or_default();
    who.show(&start_page(&found, typed, FieldErrors::default()))
}

#[post("/email-change", data = "<form>")]
async fn update(who: Member<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let typed = EmailChangeTexts {
        unit: form.text("unit").to_owned(),
        new_email: form.text("new_email").to_owned(),
        why: form.lines("why"),
        statements: form.all("statements").map(str::to_owned).collect(),
    };
    match save(who.context(), who.actor(), typed.clone()).await {
        Ok(true) => who.redirect(CHECK),
        Ok(false) => who.redirect_with(CODE, "email_code_sent"),
        Err(ServiceError::Invalid(errors)) => {
            let found = look(who.context(), who.actor()).await?;
            who.show_again(&start_page(&found, typed, errors))
        }
        Err(ServiceError::TooMany) => who.redirect_with(START, "letters_too_many"),
        // Another one is under way: the page says which.
        Err(ServiceError::Stale) => who.redirect_with(START, "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

/// What is typed so far, for the pages behind the first one.
async fn typed(who: &Member<'_>) -> Result<Option<(LostMailbox, EmailChangeTexts)>, PageError> {
    let found = look(who.context(), who.actor()).await?;
    let texts = found.draft.as_ref().filter(|_| found.can_type()).map(|draft| draft.texts.clone());
    Ok(texts.map(|texts| (found, texts)))
}

#[get("/email-change/code")]
async fn show_code(who: Member<'_>) -> Answer {
    match typed(&who).await? {
        Some((found, _)) if found.draft.as_ref().is_some_and(|d| d.has_confirmed_email()) => who.redirect(CHECK),
        Some((_, texts)) => who.show(&EmailCodePage { email: texts.new_email, errors: FieldErrors::default() }),
        None => who.redirect(START),
    }
}

#[post("/email-change/code", data = "<form>")]
async fn confirm_code(who: Member<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let Some((_, texts)) = typed(&who).await? else { return who.redirect(START) };
    if form.text("action") == "send" {
        return match request_code(who.context(), who.actor()).await {
            Ok(()) => who.redirect_with(CODE, "email_code_sent"),
            Err(ServiceError::TooMany) => who.redirect_with(CODE, "letters_too_many"),
            Err(error) => Err(error.into()),
        };
    }
    match confirm_by_code(who.context(), who.actor(), form.text("code")).await {
        Ok(()) => who.redirect_with(CHECK, "email_confirmed"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&EmailCodePage { email: texts.new_email, errors }),
        Err(error) => Err(error.into()),
    }
}

#[get("/email-change/confirm/<token>")]
async fn show_link(who: Anyone<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    match find_confirmation(who.context(), token).await {
        Ok(email) => who.show(&EmailLinkPage { token: token.to_owned(), email }),
        Err(ServiceError::DeadLink) => who.show_as(Status::Gone, &EmailLinkPage::default()),
        Err(error) => Err(error.into()),
    }
}

#[post("/email-change/confirm/<token>", data = "<_form>")]
async fn confirm_link(who: Anyone<'_>, token: &str, _form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    match confirm_email_by_link(who.context(), who.actor(), token).await {
        Ok(email) => who.show(&EmailLinkPage { token: String::new(), email }),
        Err(ServiceError::DeadLink) => who.show_as(Status::Gone, &EmailLinkPage::default()),
        Err(error) => Err(error.into()),
    }
}

fn check_page(found: &LostMailbox, texts: EmailChangeTexts, errors: FieldErrors) -> EmailCheckPage {
    let unit = match &found.units[..] {
        [only] => Some(only),
        units => units.iter().find(|unit| unit.id.to_string() == texts.unit),
    };
    let profile = &found.account.profile;
    EmailCheckPage {
        corrects: found.corrects.as_ref().map(|application| application.number.to_string()),
        unit: unit.map(|u| u.data.name.to_string()).unwrap_or_default(),
        head: unit.map(|u| u.data.head.to_line()).unwrap_or_default(),
        full_name: profile.full_name(),
        position: profile.position.as_ref().map(ToString::to_string).unwrap_or_default(),
        login: found.account.login.to_string(),
        old_email: profile.email.to_string(),
        new_email: texts.new_email,
        why: texts.why,
        errors,
    }
}

#[get("/email-change/check")]
async fn show_check(who: Member<'_>) -> Answer {
    match typed(&who).await? {
        Some((found, _)) if found.draft.as_ref().is_some_and(|d| !d.has_confirmed_email()) => who.redirect(CODE),
        Some((found, texts)) => {
            who.has_proof(who.actor())?;
            who.show(&check_page(&found, texts, FieldErrors::default()))
        }
        None => who.redirect(START),
    }
}

#[post("/email-change/check", data = "<_form>")]
async fn create(who: Member<'_>, _form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let before = typed(&who).await?;
    match file(who.context(), who.actor()).await {
        Ok(number) => filed(&who, before.is_some_and(|(found, _)| found.corrects.is_some()), &number).await,
        Err(ServiceError::Invalid(errors)) => match before {
            Some((found, texts)) => who.show_again(&check_page(&found, texts, errors)),
            None => who.redirect(START),
        },
        Err(ServiceError::Stale | ServiceError::NotFound) => who.redirect_with(START, "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

#[get("/email-change/stop")]
async fn ask_stop(who: Member<'_>) -> Answer {
    let found = look(who.context(), who.actor()).await?;
    match &found.waiting {
        Some(waiting) => who.show(&StopEmailPage {
            login: found.account.login.to_string(),
            new_email: waiting.new_email.to_string(),
            takes_effect_at: waiting.takes_effect_at,
            by_link: false,
        }),
        None => who.redirect(START),
    }
}

#[post("/email-change/stop", data = "<_form>")]
async fn stop_own(who: Member<'_>, _form: Posted) -> Answer {
    match stop(who.context(), who.actor(), who.me().account).await {
        Ok(()) => who.redirect_with("/account", "email_change_stopped"),
        Err(ServiceError::Stale) => who.redirect_with(START, "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

fn dead_link(who: &Visit<'_>, error: ServiceError) -> Answer {
    match error {
        ServiceError::DeadLink => who.show_as(Status::Gone, &DeadLinkPage { is_report: true, ..DeadLinkPage::default() }),
        other => Err(other.into()),
    }
}

#[get("/email-change/stop/<token>")]
async fn show_stop(who: Anyone<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    match find_stop(who.context(), token).await {
        Ok((account, change)) => who.show(&StopEmailPage {
            login: account.login.to_string(),
            // The link may be read over somebody's shoulder: the address belongs to somebody else, perhaps.
            new_email: change.new_email.masked(),
            takes_effect_at: change.takes_effect_at,
            by_link: true,
        }),
        Err(error) => dead_link(&who, error),
    }
}

#[post("/email-change/stop/<token>", data = "<_form>")]
async fn stop_linked(who: Anyone<'_>, token: &str, _form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    match stop_by_link(who.context(), who.actor(), token).await {
        Ok(()) => who.redirect_with("/password/forgot", "email_change_not_me"),
        Err(error) => dead_link(&who, error),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show, update, show_code, confirm_code, show_link, confirm_link, show_check, create, ask_stop, stop_own, show_stop, stop_linked]
}
