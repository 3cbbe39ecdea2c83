//! `/api/v1`: other systems ask whether an account may do something now; one question, many, or a gate for a web server.

use crate::domain::machine::{MOST_QUESTIONS, Question};
use crate::domain::permission::ReportVerb;
use crate::services::answer_machines::{Answers, answer_machine};
use crate::web::guards::Anyone;
use crate::web::machines::openapi::Description;
use crate::web::machines::problem::ProblemBody;
use crate::web::machines::{Body, Machine, Problem};
use crate::web::reply::Reply;
use rocket::{Route, get, post, routes};
use serde::{Deserialize, Serialize};
use utoipa::{OpenApi as _, ToSchema};

/// An answer, or why there is none.
type Answer = Result<Reply, Problem>;

/// What is to be done with the reports of the sub-area.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Read them.
    View,
    /// Fill them in.
    Edit,
    /// Approve them.
    Approve,
}

impl From<Verb> for ReportVerb {
    fn from(verb: Verb) -> Self {
        match verb {
            Verb::View => Self::View,
            Verb::Edit => Self::Edit,
            Verb::Approve => Self::Approve,
        }
    }
}

/// May this account do this now?
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Question)]
pub struct AskedQuestion {
    /// Login of the account; case does not matter.
    #[schema(example = "a-nowak")]
    login: String,
    /// REGON of the unit, 9 or 14 digits without spaces.
    #[schema(example = "123456785")]
    unit: String,
    /// Code of the sub-area, within the client's scope.
    #[schema(example = "PS")]
    sub_area: String,
    /// Within the client's scope.
    verb: Verb,
}

impl From<&AskedQuestion> for Question {
    fn from(asked: &AskedQuestion) -> Self {
        Self::new(&asked.login, &asked.unit, &asked.sub_area, asked.verb.into())
    }
}

/// The answer to one question.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decision {
    /// Yes or no.
    allowed: bool,
    /// The moment for which it holds (UTC).
    #[schema(example = "2026-11-22T06:05:00.000Z")]
    decided_at: String,
}

/// Up to a hundred questions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// The questions.
    #[schema(min_items = 1, max_items = 100)]
    questions: Vec<AskedQuestion>,
}

/// The answers to a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Decisions {
    /// Yes or no, in the order of the questions.
    allowed: Vec<bool>,
    /// The one moment for which they all hold (UTC).
    #[schema(example = "2026-11-22T06:05:00.000Z")]
    decided_at: String,
}

async fn answer(who: &Machine<'_>, questions: &[Question]) -> Result<Answers, Problem> {
    match answer_machine(who.context(), who.actor(), questions).await {
        Ok(answers) => Ok(answers),
        Err(error) => Err(who.refused(error.into()).await),
    }
}

/// Answers one question.
#[utoipa::path(
    tag = "decisions",
    request_body = AskedQuestion,
    responses(
        (status = 200, description = "Yes or no", body = Decision),
        (status = 401, description = "No token that opens anything", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A sub-area or verb outside the client's scope", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Not a question (400, 413, 415, 422), or too many (429 with Retry-After)", body = ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", description = "The portal cannot answer", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
#[post("/api/v1/decision", data = "<asked>")]
pub async fn decide(who: Machine<'_>, asked: Body<AskedQuestion>) -> Answer {
    let answers = answer(&who, &[Question::from(&asked.0)]).await?;
    let allowed = answers.allowed.first().copied().unwrap_or(false);
    Reply::value(&Decision { allowed, decided_at: answers.decided_at.to_iso() }).map_err(Problem::Internal)
}

/// Answers up to a hundred questions, all from one moment.
#[utoipa::path(
    tag = "decisions",
    request_body = Batch,
    responses(
        (status = 200, description = "Yes or no to each, in the order of the questions", body = Decisions),
        (status = 401, description = "No token that opens anything", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "A sub-area or verb outside the client's scope: no question is answered", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "Not questions (400, 413, 415, 422), or too many (429 with Retry-After)", body = ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", description = "The portal cannot answer", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
#[post("/api/v1/decisions", data = "<batch>")]
pub async fn decide_many(who: Machine<'_>, batch: Body<Batch>) -> Answer {
    let asked = &batch.0.questions;
    if !(1..=MOST_QUESTIONS).contains(&asked.len()) {
        return Err(Problem::Invalid(format!("questions: {} of them, where 1 to {MOST_QUESTIONS} are answered", asked.len())));
    }
    who.count_more(asked.len() - 1)?;
    let questions: Vec<Question> = asked.iter().map(Question::from).collect();
    let Answers { allowed, decided_at } = answer(&who, &questions).await?;
    Reply::value(&Decisions { allowed, decided_at: decided_at.to_iso() }).map_err(Problem::Internal)
}

/// Answers one question by the status alone, for a web server that asks before it lets a request through (nginx: `auth_request`).
/// The question stands in headers, where nothing that a visitor types can become another question.
#[utoipa::path(
    tag = "decisions",
    params(
        ("X-CAS-Login" = String, Header, description = "Login of the account"),
        ("X-CAS-Unit" = String, Header, description = "REGON of the unit"),
        ("X-CAS-Sub-Area" = String, Header, description = "Code of the sub-area"),
        ("X-CAS-Verb" = Verb, Header, description = "What is to be done"),
    ),
    responses(
        (status = 204, description = "Yes"),
        (status = 401, description = "No token that opens anything", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "No; or a sub-area or verb outside the client's scope", body = ProblemBody, content_type = "application/problem+json"),
        (status = "4XX", description = "A header is missing (422), or too many questions (429)", body = ProblemBody, content_type = "application/problem+json"),
        (status = "5XX", description = "The portal cannot answer", body = ProblemBody, content_type = "application/problem+json"),
    ),
    security(("token" = []))
)]
#[get("/api/v1/gate")]
pub async fn gate(who: Machine<'_>) -> Answer {
    let header = |name: &str| who.header(name).ok_or_else(|| Problem::Invalid(format!("the header {name} is missing")));
    let verb = ReportVerb::from_name(header("X-CAS-Verb")?);
    let verb = verb.ok_or_else(|| Problem::Invalid("X-CAS-Verb: view, edit or approve".to_owned()))?;
    // A visitor without a login may nothing, which is no mistake of the web server's.
    let question = Question::new(who.header("X-CAS-Login").unwrap_or_default(), header("X-CAS-Unit")?, header("X-CAS-Sub-Area")?, verb);
    let answers = answer(&who, &[question]).await?;
    if answers.allowed.first().copied().unwrap_or(false) { Ok(Reply::nothing()) } else { Err(Problem::Refused) }
}

/// This description.
#[utoipa::path(tag = "description", responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")))]
#[get("/api/v1/openapi.json")]
pub fn describe(_who: Anyone<'_>) -> Answer {
    Reply::value(&Description::openapi()).map_err(Problem::Internal)
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![decide, decide_many, gate, describe]
}
