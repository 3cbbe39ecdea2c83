//! Typing it, one page at a time: what is wrong comes back by field, and then nothing is written.

use super::look::{StaffDraft, serving};
use crate::domain::actor::Actor;
use crate::domain::application::draft::{PersonTexts, StaffTexts};
use crate::domain::application::staff::{StaffAround, read_own_unit};
use crate::domain::application::typing::{check_person, put_person, read_wishes};
use crate::domain::id::UnitId;
use crate::domain::identifiers::Login;
use crate::domain::invalid::Invalid;
use crate::services::draft_application::is_login_free;
use crate::services::guided_form::{change, look};
use crate::services::{Context, ServiceError};
use crate::storage::accounts;

/// Saves for which unit. Another kind of unit may ask for other sub-areas, so what was chosen is asked anew.
///
/// # Errors
/// `Invalid` at `unit`, for an administrator also where somebody coordinates it; `Stale` in a correction, whose unit stays.
pub async fn choose_unit(context: &Context, actor: &Actor, unit: UnitId) -> Result<(), ServiceError> {
    let serving = serving(context, &context.db, actor, Some(unit)).await?;
    change(context, actor, async |found: &StaffDraft, texts| {
        if found.corrects.is_some() {
            return Err(ServiceError::Stale);
        }
        if texts.unit != Some(unit) {
            texts.persons.iter_mut().for_each(|person| person.grants.clear());
            texts.sheet = None;
        }
        texts.unit = Some(unit);
        let around = StaffAround { serving: serving.as_ref(), ..found.around() };
        read_own_unit(texts, &around).map(|_| ()).map_err(|reason| ServiceError::field("unit", reason))
    })
    .await
}

/// Whether the person at this number is still the one that the page was about (a login; empty for a new person): in another tab
/// somebody may have been added or removed, and what is typed for one must not reach another.
fn is_about(texts: &StaffTexts, index: usize, about: &str) -> Result<(), ServiceError> {
    let login = texts.persons.get(index).map_or("", |person| person.login.as_str());
    if login == about { Ok(()) } else { Err(ServiceError::Stale) }
}

/// Saves one person's page; `index` one past the end adds a person.
///
/// # Errors
/// `Invalid` by field, also for a login that is taken or used twice; `Stale` when the number is another person's by now (`about`: the
/// login that the page showed).
pub async fn save_person(context: &Context, actor: &Actor, (index, about): (usize, &str), typed: PersonTexts) -> Result<(), ServiceError> {
    let is_free = match (Login::parse(&typed.login), look::<StaffDraft>(context, actor).await?.draft.clone()) {
        (Ok(login), Some(draft)) => is_login_free(&context.db, &login, &draft).await?,
        (Ok(login), None) => accounts::find_by_login(&context.db, &login.key()).await?.is_none(),
        (Err(_), _) => true,
    };
    change(context, actor, async |found: &StaffDraft, texts| {
        chosen(found)?;
        // The second of two clicks finds the person that the first has added.
        if texts.persons.get(index).is_none_or(|person| person.login != typed.login) {
            is_about(texts, index, about)?;
        }
        let mut errors = check_person(&texts.persons, index, &typed);
        if !is_free {
            errors.add("login", Invalid::LoginTaken);
        }
        errors.into_result(())?;
        if put_person(&mut texts.persons, index, typed) { Ok(()) } else { Err(ServiceError::NotFound) }
    })
    .await
}

fn chosen(found: &StaffDraft) -> Result<(), ServiceError> {
    read_own_unit(&found.texts(), &found.around()).map(|_| ()).map_err(|reason| ServiceError::field("unit", reason))
}

/// Saves what a person needs.
///
/// # Errors
/// `Invalid` at `grants` or `valid_until`; `Stale` as for [`save_person`].
pub async fn save_needs(
    context: &Context,
    actor: &Actor,
    (index, about): (usize, &str),
    grants: Vec<String>,
    valid_until: String,
) -> Result<(), ServiceError> {
    change(context, actor, async |found: &StaffDraft, texts| {
        chosen(found)?;
        is_about(texts, index, about)?;
        read_wishes(&grants, &valid_until, Some(&found.sub_areas()), &found.dictionaries, found.today)?;
        let person = texts.persons.get_mut(index).ok_or(ServiceError::Stale)?;
        person.grants = grants;
        person.valid_until = valid_until;
        Ok(())
    })
    .await
}

/// Takes a person out again.
///
/// # Errors
/// `Stale` as for [`save_person`].
pub async fn remove_person(context: &Context, actor: &Actor, (index, about): (usize, &str)) -> Result<(), ServiceError> {
    change(context, actor, async |_: &StaffDraft, texts| {
        is_about(texts, index, about)?;
        if index >= texts.persons.len() {
            return Err(ServiceError::Stale);
        }
        texts.persons.remove(index);
        Ok(())
    })
    .await
}
