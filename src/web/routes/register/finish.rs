//! Statements, the e-mail address, checking and filing.

use super::{email_of, invalid, wishes};
use crate::domain::application::registration::shared_addresses;
use crate::domain::application::status::Status as ApplicationStatus;
use crate::domain::application::typing::{Step, StepState, unit_texts};
use crate::domain::identifiers::TercCode;
use crate::domain::invalid::FieldErrors;
use crate::services::ServiceError;
use crate::services::draft_application::{
    confirm_email_by_code, confirm_email_by_link, find_confirmation, request_confirmation, save_note, save_statements, submitted_number,
};
use crate::services::pick_gmina::find_gmina;
use crate::services::submit_application::submit;
use crate::services::view_application::readable;
use crate::web::drafting::{Drafting, SUBMITTED, TASKS, href_of_field, release, step_of};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::Anyone;
use crate::web::pages::guided_pages::Problem;
use crate::web::pages::register::finish::{
    CheckPage, CheckedPerson, ConfirmEmailPage, EmailConfirmedPage, EmailPage, StatementsPage, SubmittedPage,
};
use crate::web::pages::register::start::DeadLinkPage;
use crate::web::rate::Limit;
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::http::Status;
use rocket::{Route, get, post, routes};

#[get("/register/statements")]
async fn show_statements(who: Anyone<'_>) -> Answer {
    let draft = Drafting::at(&who, Step::Statements).await?;
    let statements = draft.open.draft.texts.statements.clone();
    who.show(&StatementsPage { corrects: draft.corrects(), statements, errors: FieldErrors::default() })
}

#[post("/register/statements", data = "<form>")]
async fn state(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::Statements).await?;
    let statements: Vec<String> = form.all("statements").map(str::to_owned).collect();
    match save_statements(who.context(), who.actor(), &draft.token, statements.clone()).await {
        Ok(()) => draft.go_on(&who).await,
        Err(error) => who.show_again(&StatementsPage { corrects: draft.corrects(), statements, errors: invalid(error)? }),
    }
}

fn is_confirmed(draft: &Drafting) -> bool {
    draft.open.steps.contains(&(Step::Email, StepState::Done))
}

fn email_page(draft: &Drafting, is_sent: bool, errors: FieldErrors) -> EmailPage {
    EmailPage {
        corrects: draft.corrects(),
        email: email_of(&draft.open.draft.texts).unwrap_or_default(),
        is_confirmed: is_confirmed(draft),
        is_sent,
        errors,
    }
}

#[get("/register/email?<sent>")]
async fn show_email(who: Anyone<'_>, sent: Option<bool>) -> Answer {
    let draft = Drafting::at(&who, Step::Email).await?;
    who.show(&email_page(&draft, sent == Some(true), FieldErrors::default()))
}

#[post("/register/email", data = "<form>")]
async fn confirm_by_code(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::Email).await?;
    if form.text("action") == "send" {
        return match request_confirmation(who.context(), who.actor(), &draft.token).await {
            Ok(()) => who.redirect_with("/register/email?sent=true", "email_code_sent"),
            Err(ServiceError::TooMany) => who.redirect_with("/register/email?sent=true", "letters_too_many"),
            Err(error) => Err(error.into()),
        };
    }
    match confirm_email_by_code(who.context(), who.actor(), &draft.token, form.text("code")).await {
        Ok(()) => {
            who.flash("email_confirmed");
            draft.go_on(&who).await
        }
        // A code that was typed is not shown again: it is a secret, if a short one.
        Err(error) => who.show_again(&email_page(&draft, true, invalid(error)?)),
    }
}

async fn dead_link(who: &Visit<'_>) -> Answer {
    let has_draft = Drafting::find(who).await?.is_some_and(|d| d.open.draft.submitted_as.is_none());
    who.show_as(Status::Gone, &DeadLinkPage { is_confirmation: true, has_draft })
}

#[get("/register/confirm/<token>")]
async fn show_confirmation(who: Anyone<'_>, token: &str) -> Answer {
    who.limit(Limit::Reset)?;
    match find_confirmation(who.context(), token).await {
        Ok(email) => who.show(&ConfirmEmailPage { token: token.to_owned(), email }),
        Err(ServiceError::DeadLink) => dead_link(&who).await,
        Err(error) => Err(error.into()),
    }
}

#[post("/register/confirm/<token>", data = "<_form>")]
async fn confirm_by_link(who: Anyone<'_>, token: &str, _form: Posted) -> Answer {
    who.limit(Limit::Reset)?;
    match confirm_email_by_link(who.context(), who.actor(), token).await {
        Ok(email) => match Drafting::find(&who).await? {
            Some(draft) if is_confirmed(&draft) && draft.open.draft.submitted_as.is_none() => {
                who.flash("email_confirmed");
                draft.go_on(&who).await
            }
            _ => who.show(&EmailConfirmedPage { email }),
        },
        Err(ServiceError::DeadLink) => dead_link(&who).await,
        Err(error) => Err(error.into()),
    }
}

async fn check_page(who: &Visit<'_>, draft: &Drafting, note: String, errors: FieldErrors) -> Result<CheckPage, PageError> {
    let texts = &draft.open.draft.texts;
    let unit = draft.open.registered.as_ref().map_or_else(|| texts.unit.clone(), |u| unit_texts(&u.data));
    let gmina = match TercCode::parse(&unit.terc) {
        Ok(code) => find_gmina(who.context(), &code).await?,
        Err(_) => None,
    };
    let today = who.context().now().warsaw_date();
    let persons = texts.persons.iter().enumerate();
    let persons = persons.map(|(i, p)| CheckedPerson { number: i + 1, person: p.clone(), wishes: wishes(draft, p, today) });
    let persons: Vec<CheckedPerson> = persons.collect();
    let order = |field: &str| Step::ALL.iter().position(|step| step_of(field) == Some(*step));
    let mut problems: Vec<Problem> = errors.0.keys().map(|field| Problem { field: field.clone(), href: href_of_field(field) }).collect();
    problems.sort_by_key(|problem| order(&problem.field));
    Ok(CheckPage {
        corrects: draft.corrects(),
        unit,
        is_joined: draft.open.registered.is_some(),
        kind: draft.kind().map(|k| k.name.clone()).unwrap_or_default(),
        gmina: gmina.map(Into::into),
        shared_emails: shared_addresses(texts.persons.iter().map(|person| person.email.as_str())),
        persons,
        is_email_confirmed: is_confirmed(draft),
        note,
        note_remark: draft.remarks("", &["note"]).remove("note").flatten(),
        problems,
        errors,
    })
}

#[get("/register/check")]
async fn show_check(who: Anyone<'_>) -> Answer {
    let draft = Drafting::at(&who, Step::Check).await?;
    let note = draft.open.draft.texts.note.clone();
    let page = check_page(&who, &draft, note, FieldErrors::default()).await?;
    who.show(&page)
}

#[post("/register/check", data = "<form>")]
async fn file(who: Anyone<'_>, form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let draft = Drafting::at(&who, Step::Check).await?;
    let note = form.lines("note");
    let noted = save_note(who.context(), who.actor(), &draft.token, note.clone()).await;
    let filed = match noted {
        // The other tab was quicker: it is filed, and `submit` gives its number.
        Ok(()) | Err(ServiceError::Stale) => submit(who.context(), who.actor(), &draft.token).await,
        Err(error) => Err(error),
    };
    match filed {
        Ok(number) if draft.open.corrects.is_some() => {
            release(&who);
            let application = readable(who.context(), who.actor(), &number).await?;
            let is_new = application.status != ApplicationStatus::FormReceived;
            let flash = if is_new { "application_revised" } else { "application_resubmitted" };
            who.redirect_with(format!("/applications/{}", number.to_path()), flash)
        }
        Ok(_) => who.redirect(SUBMITTED),
        Err(error) => {
            let page = check_page(&who, &draft, note, invalid(error)?).await?;
            who.show_again(&page)
        }
    }
}

#[get("/register/submitted")]
async fn submitted(who: Anyone<'_>) -> Answer {
    let Some(draft) = Drafting::find(&who).await? else { return who.redirect("/register") };
    let Some(number) = submitted_number(who.context(), &draft.open.draft).await? else { return who.redirect(TASKS) };
    let texts = &draft.open.draft.texts;
    let applicant = draft.person(0).cloned().unwrap_or_default();
    if who.signed_in().is_some_and(|me| me.login.eq_ignore_ascii_case(&applicant.login)) {
        return who.redirect(format!("/applications/{}", number.to_path()));
    }
    who.show(&SubmittedPage {
        path: number.to_path(),
        number: number.to_string(),
        unit_name: draft.open.registered.as_ref().map_or_else(|| texts.unit.name.clone(), |u| u.data.name.to_string()),
        login: applicant.login,
        email: applicant.email,
    })
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![show_statements, state, show_email, confirm_by_code, show_confirmation, confirm_by_link, show_check, file, submitted]
}
