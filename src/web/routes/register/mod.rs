//! Registration of a unit and its people: a guided form whose every step is saved in a draft. What may not live here: rules.

mod finish;
mod people;
mod start;
pub(super) mod unit;

pub(super) use people::typed_person;

use crate::domain::application::draft::{DraftTexts, PersonTexts};
use crate::domain::application::typing::read_grants;
use crate::domain::invalid::FieldErrors;
use crate::services::ServiceError;
use crate::web::drafting::Drafting;
use crate::web::error::PageError;
use crate::web::pages::needs::Wish;
use jiff::civil::Date;
use rocket::Route;

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    [start::routes(), unit::routes(), people::routes(), finish::routes()].concat()
}

/// What is wrong with typed values; any other failure has its own page.
fn invalid(error: ServiceError) -> Result<FieldErrors, PageError> {
    match error {
        ServiceError::Invalid(errors) => Ok(errors),
        other => Err(other.into()),
    }
}

/// „Anna Nowak”, or the login, or nothing yet.
pub(super) fn full_name(person: &PersonTexts) -> String {
    let name = format!("{} {}", person.first_name.trim(), person.last_name.trim());
    if name.trim().is_empty() { person.login.trim().to_owned() } else { name.trim().to_owned() }
}

/// What a person asks for, one line for each sub-area.
fn wishes(draft: &Drafting, person: &PersonTexts, today: Date) -> Vec<Wish> {
    let dictionaries = &draft.open.dictionaries;
    let read = read_grants(person, draft.kind().map(|k| &k.sub_areas[..]), dictionaries, today).unwrap_or_default();
    Wish::lines(dictionaries, &person.grants, &read)
}

/// Number of the person in a path, from 1, as a place in the list.
fn index_of(number: usize) -> Result<usize, PageError> {
    number.checked_sub(1).ok_or(PageError::NotFound)
}

/// The address to confirm.
fn email_of(texts: &DraftTexts) -> Option<String> {
    texts.persons.first().map(|p| p.email.trim().to_owned()).filter(|email| !email.is_empty())
}
