//! Problem details (RFC 9457): why there is no answer. A cause is for the log, never for the other side.

use super::ROOT;
use crate::services::ServiceError;
use crate::web::error::PageError;
use crate::web::reply::Reply;
use crate::web::trace::Trace;
use rocket::http::Status;
use rocket::response::Responder;
use rocket::{Catcher, Request, catch, catchers, response};
use serde::Serialize;
use std::sync::Mutex;
use std::time::Duration;
use utoipa::ToSchema;

/// Why a question was not answered.
#[derive(Debug, Clone)]
pub enum Problem {
    /// No token, or none that opens anything.
    Unauthorized,
    /// A sub-area or verb that the client may not ask about.
    OutsideScope,
    /// The gate: the account may not do it.
    Refused,
    /// No such path, or not with this method.
    NotFound,
    /// Not JSON.
    NotJson,
    /// The body is too big.
    TooLarge,
    /// The body did not come in time.
    TooSlow,
    /// Not well-formed.
    Malformed(String),
    /// Well-formed, but not a question.
    Invalid(String),
    /// Too many questions; how long to wait.
    TooMany(Duration),
    /// A part that we depend on is away.
    Unavailable(String),
    /// Our fault.
    Internal(String),
}

/// The body of a refusal.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Names the kind of problem; stable.
    #[schema(example = "urn:cas-portal:problem:outside-scope")]
    r#type: String,
    /// The kind in words.
    title: &'static str,
    /// The status of the answer.
    #[schema(example = 403)]
    status: u16,
    /// What is wrong with this request.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// To be named when asking for help.
    request_id: String,
}

impl Problem {
    const fn kind(&self) -> (Status, &'static str, &'static str) {
        match self {
            Self::Unauthorized => (Status::Unauthorized, "unauthorized", "The token is missing, unknown or revoked"),
            Self::OutsideScope => (Status::Forbidden, "outside-scope", "This client may not ask about this sub-area or verb"),
            Self::Refused => (Status::Forbidden, "refused", "The account may not do this"),
            Self::NotFound => (Status::NotFound, "not-found", "There is nothing at this path with this method"),
            Self::NotJson => (Status::UnsupportedMediaType, "not-json", "The body must be application/json"),
            Self::TooLarge => (Status::PayloadTooLarge, "too-large", "The body is too big"),
            Self::TooSlow => (Status::RequestTimeout, "too-slow", "The body did not come in time"),
            Self::Malformed(_) => (Status::BadRequest, "malformed", "The body is not well-formed JSON"),
            Self::Invalid(_) => (Status::UnprocessableEntity, "invalid", "This is not a question that can be answered"),
            Self::TooMany(_) => (Status::TooManyRequests, "too-many", "Too many questions"),
            Self::Unavailable(_) => (Status::ServiceUnavailable, "unavailable", "The portal cannot answer now"),
            Self::Internal(_) => (Status::InternalServerError, "internal", "The portal failed"),
        }
    }

    /// The status of its answer.
    pub const fn status(&self) -> Status {
        self.kind().0
    }

    /// Leaves it where the catcher finds it.
    pub(super) fn note(self, request: &Request<'_>) -> Status {
        let status = self.status();
        if let Ok(mut place) = request.local_cache(Noted::default).0.lock() {
            *place = Some(self);
        }
        status
    }

    fn reply(&self, request: &Request<'_>) -> Reply {
        let (status, key, title) = self.kind();
        let request_id = Trace::of(request).correlation;
        let detail = match self {
            Self::Malformed(detail) | Self::Invalid(detail) => Some(detail.clone()),
            Self::Unavailable(cause) => {
                tracing::warn!(%request_id, cause, "a part that the portal depends on is away");
                None
            }
            Self::Internal(cause) => {
                tracing::error!(%request_id, cause, "a request failed");
                None
            }
            _ => None,
        };
        let body = ProblemBody {
            r#type: format!("urn:cas-portal:problem:{key}"),
            title,
            status: status.code,
            detail,
            request_id: request_id.to_string(),
        };
        let reply = Reply::problem(status, &body);
        match self {
            Self::Unauthorized => reply.with("WWW-Authenticate", "Bearer realm=\"cas-portal\""),
            Self::TooMany(wait) => reply.with("Retry-After", (wait.as_secs() + 1).to_string()),
            Self::Unavailable(_) => reply.with("Retry-After", "10"),
            _ => reply,
        }
    }
}

#[derive(Default)]
struct Noted(Mutex<Option<Problem>>);

impl From<ServiceError> for Problem {
    fn from(error: ServiceError) -> Self {
        match error {
            ServiceError::Denied => Self::OutsideScope,
            other if other.is_unavailable() => Self::Unavailable(other.to_string()),
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<PageError> for Problem {
    fn from(error: PageError) -> Self {
        match error {
            PageError::TooLarge => Self::TooLarge,
            PageError::TooSlow => Self::TooSlow,
            PageError::TooMany(wait) => Self::TooMany(wait),
            PageError::Unavailable(cause) | PageError::FilesAway(cause) => Self::Unavailable(cause),
            other => Self::Internal(format!("{other:?}")),
        }
    }
}

impl<'r> Responder<'r, 'static> for Problem {
    fn respond_to(self, request: &'r Request<'_>) -> response::Result<'static> {
        self.reply(request).respond_to(request)
    }
}

/// Whatever goes wrong below [`ROOT`], in a guard, in the body, or because nothing is there. A path that no handler of ours takes
/// may have been tried by one that takes any (`routes/late_forms.rs`); that is nothing to tell another system.
#[catch(default)]
fn any(status: Status, request: &Request<'_>) -> Problem {
    let noted = request.local_cache(Noted::default).0.lock().ok().and_then(|mut place| place.take());
    let is_ours = request.route().is_some_and(|route| route.uri.path().starts_with(ROOT));
    match noted {
        Some(problem) => problem,
        None if !is_ours => Problem::NotFound,
        None if status == Status::ServiceUnavailable => Problem::Unavailable("answered 503".to_owned()),
        None => Problem::Internal(format!("answered {}", status.code)),
    }
}

/// The catcher for all statuses.
pub fn catchers() -> Vec<Catcher> {
    catchers![any]
}
