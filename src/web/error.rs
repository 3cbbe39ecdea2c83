//! Error pages: each says what happened, what to do, and the request id. A cause is for the log, never for the screen.

use super::late;
use super::pages::error_pages::{
    ConflictPage, FailurePage, ForbiddenPage, NotFoundPage, TooLargePage, TooManyPage, UnavailablePage, UnprocessablePage,
};
use super::reply::{Answer, Reply};
use super::trace::Trace;
use super::visit::Visit;
use crate::domain::application::decision::Bar;
use crate::domain::audit::AuditObject;
use crate::domain::id::CorrelationId;
use crate::domain::identifiers::ApplicationNumber;
use crate::services::{ServiceError, record};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use rocket::http::{Method, Status};
use rocket::response::Responder;
use rocket::{Catcher, Request, catch, catchers, response};
use std::sync::Mutex;
use std::time::Duration;

/// Why there is no page to show.
#[derive(Debug)]
pub enum PageError {
    /// Signed in, but not permitted; `permission` is what was asked for.
    Forbidden(&'static str),
    /// The form's token is missing, old or foreign.
    StaleForm,
    /// There is another page to go to instead.
    Elsewhere(Box<Reply>),
    /// Not signed in where that is needed.
    SignedOut,
    /// The form is older than the last sign-in; it was kept, and is shown again.
    Kept {
        /// Where.
        page: String,
        /// What finds it again: set here, because a failed request loses its cookies.
        token: String,
    },
    /// The password was given, the second factor was not.
    FactorAwaited,
    /// A second factor, or a longer password, is needed before anything else.
    MustSecure,
    /// A sensitive change, and the last proof of who it is lies too far back.
    ProofTooOld,
    /// No such thing.
    NotFound,
    /// Somebody was quicker, or the state does not allow it.
    Conflict(Box<ConflictPage>),
    /// Cannot be read as a form.
    Unprocessable,
    /// The body is too big.
    TooLarge,
    /// The body did not come in time.
    TooSlow,
    /// Not a form at all.
    WrongKind,
    /// Too many attempts; how long to wait.
    TooMany(Duration),
    /// A part that we depend on is away.
    Unavailable(String),
    /// The file store is away.
    FilesAway(String),
    /// Our fault.
    Internal(String),
}

impl PageError {
    /// Our fault, with its cause for the log.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }

    /// What the state does not allow, with the key of the reason.
    fn barred(bar: Bar, reason: &str) -> Self {
        Self::Conflict(Box::new(ConflictPage::of(bar, reason)))
    }

    /// To another page of ours, 303.
    pub fn elsewhere(to: impl Into<String>) -> Self {
        Self::Elsewhere(Box::new(Reply::redirect(to.into())))
    }

    /// The status of its page.
    pub fn status(&self) -> Status {
        match self {
            Self::Elsewhere(_) => Status::SeeOther,
            Self::Forbidden(_) | Self::StaleForm => Status::Forbidden,
            Self::SignedOut | Self::Kept { .. } | Self::FactorAwaited | Self::MustSecure | Self::ProofTooOld => Status::Unauthorized,
            Self::NotFound => Status::NotFound,
            Self::Conflict(_) => Status::Conflict,
            Self::Unprocessable => Status::UnprocessableEntity,
            Self::TooLarge => Status::PayloadTooLarge,
            Self::TooSlow => Status::RequestTimeout,
            Self::WrongKind => Status::UnsupportedMediaType,
            Self::TooMany(_) => Status::TooManyRequests,
            Self::Unavailable(_) | Self::FilesAway(_) => Status::ServiceUnavailable,
            Self::Internal(_) => Status::InternalServerError,
        }
    }

    /// The same error for a second asker in the same request; its cause was logged with the first.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Unavailable(cause) => Self::Unavailable(cause.clone()),
            Self::FilesAway(cause) => Self::FilesAway(cause.clone()),
            Self::Internal(cause) => Self::Internal(cause.clone()),
            other => Self::Internal(format!("{other:?}")),
        }
    }

    /// Leaves the reason where the catcher finds it.
    pub(super) fn note(self, request: &Request<'_>) -> Status {
        let status = self.status();
        if let Ok(mut place) = request.local_cache(Reason::default).0.lock() {
            *place = Some(self);
        }
        status
    }
}

#[derive(Default)]
struct Reason(Mutex<Option<PageError>>);

impl From<ServiceError> for PageError {
    fn from(error: ServiceError) -> Self {
        let unavailable = error.is_unavailable();
        match error {
            // A route that does not catch this one has no field to show it at.
            ServiceError::Invalid(errors) => {
                tracing::debug!(fields = ?errors.0.keys(), "a refused form without a page of its own");
                Self::Unprocessable
            }
            ServiceError::Denied => Self::Forbidden(""),
            ServiceError::NotFound | ServiceError::DeadLink => Self::NotFound,
            ServiceError::Barred(barred) => Self::barred(barred.bar(), &format!("barred.{}", barred.key())),
            ServiceError::Transition(_) | ServiceError::Stale => Self::barred(Bar::Late, "barred.stale"),
            ServiceError::LastAdministrator => Self::barred(Bar::Early, "accounts.last_administrator"),
            ServiceError::SecondNeeded => Self::barred(Bar::Early, "accounts.second_needed"),
            ServiceError::OpenApplication => Self::barred(Bar::Early, "accounts.open_application"),
            ServiceError::ProofTooOld => Self::ProofTooOld,
            ServiceError::FactorRequired => Self::barred(Bar::Early, "security.factor_required"),
            ServiceError::PasswordTooShort => Self::barred(Bar::Early, "security.password_too_short"),
            ServiceError::TooMany => Self::TooMany(Duration::from_secs(60)),
            ServiceError::FilesAway(cause) => Self::FilesAway(cause),
            other if unavailable => Self::Unavailable(other.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl<'r> Responder<'r, 'static> for PageError {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        match self {
            Self::Elsewhere(reply) => reply.respond_to(request),
            error => Err(error.note(request)),
        }
    }
}

/// The page of an error, whoever raised it: a handler, a guard, or Rocket itself.
async fn page(status: Status, request: &Request<'_>) -> Answer {
    let reason = request.local_cache(Reason::default).0.lock().ok().and_then(|mut place| place.take());
    let reason = reason.filter(|reason| reason.status() == status).unwrap_or_else(|| of_status(status));
    let visit = Visit::for_error(request).await?;
    let request_id = Trace::of(request).correlation;
    match reason {
        PageError::Elsewhere(reply) => Ok(*reply),
        PageError::SignedOut => Ok(to_login(request, &visit)),
        PageError::Kept { page, token } => {
            late::set(&visit, token);
            Ok(Reply::redirect(page))
        }
        PageError::FactorAwaited => Ok(and_back("/login/factor", request)),
        PageError::MustSecure => Ok(Reply::redirect("/account/security".to_owned())),
        PageError::ProofTooOld => {
            late::keep_until_proven(request, &visit).await?;
            Ok(to_proof(request))
        }
        PageError::Forbidden(permission) => {
            refused(request, &visit, permission).await;
            visit.show_as(status, &ForbiddenPage { is_stale_form: false })
        }
        PageError::StaleForm => visit.show_as(status, &ForbiddenPage { is_stale_form: true }),
        PageError::NotFound => visit.show_as(status, &NotFoundPage {}),
        PageError::Conflict(page) => visit.show_as(status, page.as_ref()),
        PageError::Unprocessable | PageError::WrongKind | PageError::TooSlow => visit.show_as(status, &UnprocessablePage {}),
        PageError::TooLarge => {
            let is_upload = request.content_type().is_some_and(|kind| kind.is_form_data());
            visit.show_as(status, &TooLargePage { is_upload })
        }
        PageError::TooMany(wait) => {
            let seconds = wait.as_secs() + 1;
            let minutes = i64::try_from(seconds.div_ceil(60)).unwrap_or(1);
            let page = visit.show_as(status, &TooManyPage { retry_minutes: Some(minutes) })?;
            Ok(page.with("Retry-After", seconds.to_string()))
        }
        PageError::Unavailable(cause) => away(&visit, request_id, &cause, false),
        PageError::FilesAway(cause) => away(&visit, request_id, &cause, true),
        PageError::Internal(cause) => {
            tracing::error!(%request_id, cause, "a request failed");
            visit.show_as(status, &FailurePage {})
        }
    }
}

fn away(visit: &Visit<'_>, request_id: CorrelationId, cause: &str, is_files: bool) -> Answer {
    tracing::warn!(%request_id, cause, "a part that the portal depends on is away");
    Ok(visit.show_as(Status::ServiceUnavailable, &UnavailablePage { is_files })?.with("Retry-After", "10"))
}

fn of_status(status: Status) -> PageError {
    match status.code {
        401 => PageError::SignedOut,
        403 => PageError::StaleForm,
        404 | 405 => PageError::NotFound,
        408 => PageError::TooSlow,
        409 => PageError::Conflict(Box::default()),
        413 => PageError::TooLarge,
        415 => PageError::WrongKind,
        429 => PageError::TooMany(Duration::from_secs(60)),
        503 => PageError::Unavailable("answered 503".to_owned()),
        400..500 => PageError::Unprocessable,
        _ => PageError::Internal("a handler panicked or answered 500".to_owned()),
    }
}

/// An access that was refused is written down, with the path but without its query.
async fn refused(request: &Request<'_>, visit: &Visit<'_>, permission: &str) {
    let object = AuditObject::new("route", request.uri().path());
    // Whoever answers for what was asked for reads of it: the voivodeship in an application's number, else the asker's own.
    let asked = request.uri().path().segments().find_map(ApplicationNumber::parse).map(|number| number.voivodeship());
    let place = asked.or_else(|| visit.signed_in().and_then(|me| me.roles.iter().find_map(|role| role.voivodeship.clone())));
    let details = serde_json::json!({ "method": request.method().as_str(), "permission": permission });
    if let Err(error) = record::refused(visit.context(), visit.actor(), object, place.as_ref(), details).await {
        tracing::error!(%error, "a refused access could not be written to the audit trail");
    }
}

/// Characters that would end a query value.
pub(super) const QUERY: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'&').add(b'+').add(b'<').add(b'>').add(b'?').add(b'=');

/// To the sign-in, and back here afterwards. A form that was sent is gone, so its page is where one comes back to.
fn to_login(request: &Request<'_>, visit: &Visit<'_>) -> Reply {
    if visit.has_dead_session() {
        visit.flash("session_ended");
    }
    let uri = request.uri();
    let next = match request.method() {
        Method::Get | Method::Head => uri.to_string(),
        _ => return Reply::redirect("/login".to_owned()),
    };
    Reply::redirect(format!("/login?next={}", utf8_percent_encode(&next, QUERY)))
}

/// To another page, and from there back to this one; a form that was sent is gone.
fn and_back(to: &str, request: &Request<'_>) -> Reply {
    match request.method() {
        Method::Get | Method::Head => Reply::redirect(format!("{to}?next={}", utf8_percent_encode(&request.uri().to_string(), QUERY))),
        _ => Reply::redirect(to.to_owned()),
    }
}

/// To „Potwierdź, że to Ty”, and back. The page of a form that was sent has the form's own path; there one reads that nothing
/// was done yet.
fn to_proof(request: &Request<'_>) -> Reply {
    let next = utf8_percent_encode(&request.uri().to_string(), QUERY).to_string();
    let interrupted = !matches!(request.method(), Method::Get | Method::Head);
    Reply::redirect(format!("/account/prove?{}next={next}", if interrupted { "interrupted=true&" } else { "" }))
}

#[catch(default)]
async fn any(status: Status, request: &Request<'_>) -> Result<Reply, Status> {
    match page(status, request).await {
        Ok(reply) => Ok(reply),
        Err(error) => {
            // An error page that cannot be made: Rocket's own plain one stands in.
            tracing::error!(request_id = %Trace::of(request).correlation, ?error, "an error page could not be made");
            Err(status)
        }
    }
}

/// One catcher for all statuses.
pub fn catchers() -> Vec<Catcher> {
    catchers![any]
}
