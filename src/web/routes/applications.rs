//! The applicant's application. Who may see and do what is the services' to say; to anybody else it does not exist.

use crate::domain::account::AccountStatus;
use crate::domain::application::Application;
use crate::domain::application::signed_form::{CodeMatch, SignedForm};
use crate::domain::application::status::{Event, Mover, Status};
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::id::FileId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::FieldErrors;
use crate::services::ServiceError;
use crate::services::draft_application::start_again;
use crate::services::print_form;
use crate::services::receive_signed_form::{Part, read_file, upload};
use crate::services::view_application::{ApplicationView, list_own, view};
use crate::services::withdraw_application;
use crate::web::correcting;
use crate::web::drafting::{TASKS, hold};
use crate::web::error::PageError;
use crate::web::forms::{Posted, Uploaded};
use crate::web::guards::Member;
use crate::web::pages::application::{
    ApplicationPage, Channel, CorrectPage, FileRow, HappenedRow, Heading, OfficeContact, OwnApplication, OwnApplicationsPage, Possible,
    PrintedFormPage, RemarkLine, SignedFormRow, UploadPage, WithdrawPage,
};
use crate::web::pages::error_pages::ConflictPage;
use crate::web::rate::Limit;
use crate::web::reply::{Answer, Reply};
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};
use uuid::Uuid;

/// Events that an applicant understands; what else is written of an application is for auditors.
const TOLD: [AuditEvent; 13] = [
    AuditEvent::ApplicationEscalated,
    AuditEvent::ApplicationSubmitted,
    AuditEvent::ApplicationRevised,
    AuditEvent::ApplicationWithdrawn,
    AuditEvent::ApplicationExpired,
    AuditEvent::ApplicationTaken,
    AuditEvent::ApplicationReleased,
    AuditEvent::ApplicationApproved,
    AuditEvent::ApplicationReturned,
    AuditEvent::ApplicationRejected,
    AuditEvent::SignedFormReceived,
    AuditEvent::SignedFormRefused,
    AuditEvent::SignedFormCompared,
];

fn number_of(id: &str) -> Result<ApplicationNumber, PageError> {
    ApplicationNumber::parse(id).ok_or(PageError::NotFound)
}

fn href(number: &ApplicationNumber) -> String {
    format!("/applications/{}", number.to_path())
}

fn heading(application: &Application) -> Heading {
    Heading {
        number: application.number.to_string(),
        path: application.number.to_path(),
        revision: application.revision,
        status: application.status.key(),
    }
}

fn is_own(who: &Member<'_>, application: &Application) -> bool {
    application.applicant == who.me().account
}

fn can(status: Status, event: Event) -> bool {
    status.after(event, Mover::Applicant).is_ok()
}

/// It came to nothing, and its applicant may try again.
const fn has_failed(status: Status) -> bool {
    matches!(status, Status::Rejected | Status::Withdrawn | Status::Expired)
}

/// Whether the applicant may send a signed form now.
fn awaits_form(view: &ApplicationView) -> bool {
    let status = view.application.status;
    can(status, Event::ReceiveForm) && (status != Status::Returned || view.wants_form())
}

fn has_current_form(view: &ApplicationView) -> bool {
    view.form_in_force().is_some()
}

/// What the state does not allow (any more) leads back to how it stands.
fn conflict(error: ServiceError, number: &ApplicationNumber) -> PageError {
    match error {
        ServiceError::Transition(_) | ServiceError::Stale => {
            PageError::Conflict(Box::new(ConflictPage { back: Some(href(number)), ..ConflictPage::default() }))
        }
        other => other.into(),
    }
}

#[get("/applications?<all>")]
async fn list(who: Member<'_>, all: Option<bool>) -> Answer {
    let own = list_own(who.context(), who.actor()).await?;
    // Who waits for a first decision has come for one thing.
    if let [only] = &own[..]
        && who.me().status == AccountStatus::Pending
        && all != Some(true)
    {
        return who.redirect(href(&only.number));
    }
    let row = |listed: &crate::services::view_application::OwnListed| OwnApplication {
        heading: Heading {
            number: listed.number.to_string(),
            path: listed.number.to_path(),
            revision: listed.revision,
            status: listed.status.key(),
        },
        kind: listed.kind.key(),
        unit_name: listed.unit_name.clone(),
        submitted_at: listed.submitted_at.0,
    };
    who.show(&OwnApplicationsPage { applications: own.iter().map(row).collect() })
}

fn form_row(form: &SignedForm, found: &ApplicationView) -> SignedFormRow {
    SignedFormRow {
        revision: form.revision,
        standing: form.standing(&found.signed_forms, found.application.revision).key(),
        channel: form.channel.key(),
        reference: form.reference.clone(),
        received_on: form.received_on,
        recorded_at: form.recorded_at.0,
        code_match: form.code_match.key(),
        files: form
            .files
            .iter()
            .map(|file| FileRow {
                id: file.id.to_string(),
                media_type: file.media_type.key(),
                size: file.size,
                signature: file.signature_state(),
                pages: (1..=file.page_keys.len()).collect(),
            })
            .collect(),
    }
}

/// Nobody is named: the applicant hears of „the office”, and files before anybody is signed in.
fn happened(entry: &AuditEntry, applicant: &str, is_own: bool) -> Option<HappenedRow> {
    let event = AuditEvent::from_key(&entry.event).filter(|event| TOLD.contains(event))?;
    let who = match entry.actor.as_str() {
        "system" => "portal",
        actor if actor == "visitor" || actor.eq_ignore_ascii_case(applicant) => {
            if is_own {
                "you"
            } else {
                "applicant"
            }
        }
        _ => "office",
    };
    let refused = (event == AuditEvent::SignedFormRefused).then(|| entry.details.get("reason").and_then(|r| r.as_str()).map(str::to_owned));
    Some(HappenedRow { at: entry.at.0, event: entry.event.clone(), who, refused: refused.flatten() })
}

fn remark_line(who: &Visit<'_>, application: &Application, remark: &crate::domain::application::decision::Remark) -> RemarkLine {
    let label = (!remark.field.is_empty()).then(|| who.context().renderer.labels().field_label("", &remark.field));
    RemarkLine {
        // A path that no page knows says nothing to a reader.
        label: label.filter(|label| !label.starts_with('⟦')).unwrap_or_default(),
        person: application.payload.matter().person_of_field(&remark.field).unwrap_or_default(),
        field: remark.field.clone(),
        text: remark.text.clone(),
    }
}

#[get("/applications/<id>")]
async fn show(who: Member<'_>, id: &str) -> Answer {
    let found = view(who.context(), who.actor(), &number_of(id)?).await?;
    let application = &found.application;
    let summary = application.summary();
    let is_own = is_own(&who, application);
    let login = summary.logins.first().cloned().unwrap_or_default();
    let mut history: Vec<HappenedRow> = found.history.iter().filter_map(|entry| happened(entry, &login, is_own)).collect();
    history.reverse();
    let channels = found.office.channels.iter().filter(|c| c.is_open);
    let (status, kind) = (application.status, application.payload.kind());
    let heads = summary.head_lines();
    who.show(&ApplicationPage {
        heading: heading(application),
        kind: kind.key(),
        outcome_place: application.payload.outcome_place(),
        unit_name: summary.unit_name,
        heads,
        regon: summary.regon,
        persons: summary.persons,
        is_own,
        revised_at: application.revised_at.0,
        // The last whole day is inclusive.
        last_day: application.lapses_at.filter(|_| status.waits_for_applicant()).map(|at| at.last_day()),
        fingerprint: application.fingerprint.short(),
        reason: application.reason.clone(),
        remarks: found.remarks.iter().map(|remark| remark_line(&who, application, remark)).collect(),
        office: OfficeContact {
            name: found.office.name.clone(),
            address: found.office.address.clone(),
            email: found.office.email.clone(),
            phone: found.office.phone.clone(),
        },
        channels: channels.map(|c| Channel { key: c.channel.key(), address: c.address.clone() }).collect(),
        can: Possible {
            upload: is_own && awaits_form(&found),
            correct: is_own && status.is_correctable(),
            withdraw: is_own && can(status, Event::Withdraw),
            again: is_own && has_failed(status) && who.me().status == AccountStatus::Pending,
            anew: Some(kind.place()).filter(|_| is_own && has_failed(status) && kind.is_for_account_holders()),
        },
        signed_forms: found.signed_forms.iter().map(|form| form_row(form, &found)).collect(),
        shortage: found.shortage,
        escalated_at: found.escalated_at.map(|at| at.0),
        awaits_second: found.awaits_second,
        history,
    })
}

#[get("/applications/<id>/form")]
async fn form(who: Member<'_>, id: &str) -> Answer {
    let (application, form) = print_form::show(who.context(), who.actor(), &number_of(id)?).await?;
    let qr_svg = print_form::qr_svg(&form);
    who.show(&PrintedFormPage { heading: heading(&application), form, qr_svg })
}

#[get("/applications/<id>/form.pdf")]
async fn form_pdf(who: Member<'_>, id: &str) -> Answer {
    let (application, bytes) = print_form::pdf(who.context(), who.actor(), &number_of(id)?).await?;
    let (path, revision) = (application.number.to_path(), application.revision);
    let tag = format!("\"{path}-{revision}-{}\"", application.fingerprint.compact());
    let name = format!("{path}-{revision}.pdf");
    Ok(Reply::inline("application/pdf", &name, bytes).with("ETag", tag).with("Cache-Control", "private, no-store"))
}

/// The view, for the applicant alone, where this may be done now.
async fn own_where(
    who: &Member<'_>,
    number: &ApplicationNumber,
    may: impl Fn(&ApplicationView) -> bool,
) -> Result<ApplicationView, PageError> {
    let found = view(who.context(), who.actor(), number).await?;
    if !is_own(who, &found.application) {
        return Err(PageError::Forbidden("application.revise"));
    }
    if may(&found) {
        return Ok(found);
    }
    let status = Some(found.application.status.key().to_owned());
    Err(PageError::Conflict(Box::new(ConflictPage { status, back: Some(href(number)), ..ConflictPage::default() })))
}

async fn upload_page(who: &Member<'_>, number: &ApplicationNumber, errors: FieldErrors) -> Result<UploadPage, PageError> {
    let found = own_where(who, number, awaits_form).await?;
    Ok(UploadPage { heading: heading(&found.application), has_form: has_current_form(&found), errors })
}

#[get("/applications/<id>/signed-form")]
async fn ask_signed_form(who: Member<'_>, id: &str) -> Answer {
    let page = upload_page(&who, &number_of(id)?, FieldErrors::default()).await?;
    who.show(&page)
}

#[post("/applications/<id>/signed-form", data = "<form>")]
async fn take_signed_form(who: Member<'_>, id: &str, mut form: Uploaded) -> Answer {
    let number = number_of(id)?;
    match upload(who.context(), who.actor(), &number, form.take_files("files")).await {
        Ok(CodeMatch::Unreadable) => who.redirect_with(href(&number), "signed_form_unreadable"),
        Ok(_) => who.redirect_with(href(&number), "signed_form_received"),
        Err(ServiceError::Invalid(errors)) => {
            let page = upload_page(&who, &number, errors).await?;
            who.show_again(&page)
        }
        Err(error) => Err(conflict(error, &number)),
    }
}

fn file_of(file: &str) -> Result<FileId, PageError> {
    Uuid::try_parse(file).map(FileId).map_err(|_| PageError::NotFound)
}

#[get("/applications/<id>/signed-form/<file>")]
async fn download(who: Member<'_>, id: &str, file: &str) -> Answer {
    let number = number_of(id)?;
    let (found, bytes) = read_file(who.context(), who.actor(), &number, file_of(file)?, Part::Whole).await?;
    let part: String = found.sha256.chars().take(8).collect();
    let name = format!("{}-podpisany-{part}.{}", number.to_path(), found.media_type.extension());
    Ok(Reply::attachment(found.media_type.content_type(), &name, bytes))
}

#[get("/applications/<id>/signed-form/<file>/page/<page>")]
async fn page_image(who: Member<'_>, id: &str, file: &str, page: usize) -> Answer {
    let number = number_of(id)?;
    let (_, bytes) = read_file(who.context(), who.actor(), &number, file_of(file)?, Part::Page(page)).await?;
    Ok(Reply::inline("image/png", &format!("{}-{page}.png", number.to_path()), bytes))
}

#[get("/applications/<id>/edit")]
async fn ask_correction(who: Member<'_>, id: &str) -> Answer {
    let found = own_where(&who, &number_of(id)?, |found| found.application.status.is_correctable()).await?;
    who.show(&CorrectPage { heading: heading(&found.application), has_form: has_current_form(&found) })
}

#[post("/applications/<id>/edit", data = "<_form>")]
async fn correct(who: Member<'_>, id: &str, _form: Posted) -> Answer {
    let number = number_of(id)?;
    // Whoever may not see it is told that there is none.
    let found = own_where(&who, &number, |found| found.application.status.is_correctable()).await?;
    let kind = found.application.payload.kind();
    let first_page = correcting::begin(&who, kind, &number).await.map_err(|error| conflict(error, &number))?;
    who.redirect(first_page)
}

#[post("/applications/<id>/again", data = "<_form>")]
async fn again(who: Member<'_>, id: &str, _form: Posted) -> Answer {
    who.limit(Limit::Registration)?;
    let number = number_of(id)?;
    own_where(&who, &number, |found| has_failed(found.application.status)).await?;
    let secret = start_again(who.context(), who.actor(), &number).await.map_err(|error| conflict(error, &number))?;
    hold(&who, secret);
    who.redirect(TASKS)
}

#[get("/applications/<id>/withdraw")]
async fn ask_withdrawal(who: Member<'_>, id: &str) -> Answer {
    let found = own_where(&who, &number_of(id)?, |found| can(found.application.status, Event::Withdraw)).await?;
    who.show(&WithdrawPage { heading: heading(&found.application) })
}

#[post("/applications/<id>/withdraw", data = "<_form>")]
async fn withdraw(who: Member<'_>, id: &str, _form: Posted) -> Answer {
    let number = number_of(id)?;
    withdraw_application::withdraw(who.context(), who.actor(), &number).await.map_err(|error| conflict(error, &number))?;
    who.redirect_with(href(&number), "application_withdrawn")
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![
        list,
        show,
        form,
        form_pdf,
        ask_signed_form,
        take_signed_form,
        download,
        page_image,
        ask_correction,
        correct,
        again,
        ask_withdrawal,
        withdraw
    ]
}
