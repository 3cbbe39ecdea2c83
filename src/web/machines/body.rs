//! A JSON body, bounded in size and time. What may not live here: what it means.

use super::MOST_BODY_BYTES;
use super::problem::Problem;
use crate::web::forms::{in_time, read_within};
use rocket::Request;
use rocket::data::{self, Data, FromData, ToByteUnit as _};
use rocket::outcome::Outcome;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use std::time::Duration;

/// The body must have come within.
const BODY_TIME: Duration = Duration::from_secs(10);
/// What is read and thrown away beyond the limit, so that the sender hears the answer.
const MOST_DRAINED: u64 = 1024 * 1024;

/// A value that came as JSON.
#[derive(Debug)]
pub struct Body<T>(pub T);

async fn read<T: DeserializeOwned>(request: &Request<'_>, data: Data<'_>) -> Result<T, Problem> {
    if !request.content_type().is_some_and(|kind| kind.is_json()) {
        return Err(Problem::NotJson);
    }
    let mut stream = data.open((MOST_BODY_BYTES + MOST_DRAINED).bytes());
    let bytes = in_time(BODY_TIME, read_within(&mut stream, MOST_BODY_BYTES)).await?;
    serde_json::from_slice(&bytes).map_err(|error| match error.classify() {
        Category::Data => Problem::Invalid(error.to_string()),
        Category::Syntax | Category::Eof | Category::Io => Problem::Malformed(error.to_string()),
    })
}

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromData<'r> for Body<T> {
    type Error = ();
    async fn from_data(request: &'r Request<'_>, data: Data<'r>) -> data::Outcome<'r, Self> {
        match read(request, data).await {
            Ok(value) => Outcome::Success(Self(value)),
            Err(problem) => Outcome::Error((problem.note(request), ())),
        }
    }
}
