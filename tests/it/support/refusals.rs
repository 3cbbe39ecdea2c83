//! What a service refuses, as a test expects it: what is wrong at which field, who is barred, which of two that act at once.
//! What may not live here: rows, HTTP.

use cas_portal::domain::application::decision::Barred;
use cas_portal::domain::invalid::Invalid;
use cas_portal::services::ServiceError;
use std::fmt::Debug;

/// Fields with what is wrong at each, in the order of their names.
pub type Wrong = Vec<(String, Vec<Invalid>)>;

/// What is wrong with what was typed.
#[track_caller]
pub fn invalid<T: Debug>(result: Result<T, ServiceError>) -> Wrong {
    match result {
        Err(ServiceError::Invalid(errors)) => errors.0.into_iter().collect(),
        other => panic!("not invalid: {other:?}"),
    }
}

/// One thing at one field, and nothing else.
pub fn one(field: &str, reason: Invalid) -> Wrong {
    vec![(field.to_owned(), vec![reason])]
}

/// Why somebody may not decide.
#[track_caller]
pub fn barred<T: Debug>(result: Result<T, ServiceError>) -> Barred {
    match result {
        Err(ServiceError::Barred(barred)) => barred,
        other => panic!("not barred: {other:?}"),
    }
}

/// Of two who act at once exactly one comes through: what that one got, and why the other was refused.
#[track_caller]
pub fn one_of_two<T: Debug>(first: Result<T, ServiceError>, second: Result<T, ServiceError>) -> (T, ServiceError) {
    match (first, second) {
        (Ok(done), Err(refused)) | (Err(refused), Ok(done)) => (done, refused),
        other => panic!("not exactly one: {other:?}"),
    }
}
