//! Typing it, one page at a time: what is wrong comes back by field, and then nothing is written.

use super::look::{StaffDraft, own_unit_ids, read};
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::{DraftKind, PersonTexts, StaffTexts};
use crate::domain::application::staff::{read_own_unit, staff_texts};
use crate::domain::application::typing::{check_person, has_all_statements, put_person, read_wishes};
use crate::domain::id::UnitId;
use crate::domain::identifiers::{ApplicationNumber, Login};
use crate::domain::invalid::Invalid;
use crate::services::draft_application::is_login_free;
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::database::begin;
use crate::storage::{accounts, drafts};

/// Changes what is typed, in one transaction. Statements were about another content.
pub(super) async fn change<T>(
    context: &Context,
    actor: &Actor,
    edit: impl FnOnce(&StaffDraft, &mut StaffTexts) -> Result<T, ServiceError>,
) -> Result<T, ServiceError> {
    let own = own_unit_ids(context, actor)?;
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let found = read(context, &tx, id, &own).await?;
    let (before, mut texts) = (found.texts(), found.texts());
    let done = edit(&found, &mut texts)?;
    if (&before.unit, &before.persons) != (&texts.unit, &texts.persons) {
        texts.statements.clear();
    }
    own_draft::keep(context, actor, &tx, id, found.draft.map(|draft| draft.id), &texts).await?;
    tx.commit().await?;
    Ok(done)
}

/// Saves for which unit. Another kind of unit may ask for other sub-areas, so what was chosen is asked anew.
///
/// # Errors
/// `Invalid` at `unit`; `Stale` in a correction, whose unit stays.
pub async fn choose_unit(context: &Context, actor: &Actor, unit: UnitId) -> Result<(), ServiceError> {
    change(context, actor, |found, texts| {
        if found.corrects.is_some() {
            return Err(ServiceError::Stale);
        }
        if texts.unit != Some(unit) {
            texts.persons.iter_mut().for_each(|person| person.grants.clear());
            texts.sheet = None;
        }
        texts.unit = Some(unit);
        read_own_unit(texts, &found.around()).map(|_| ()).map_err(|reason| ServiceError::field("unit", reason))
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
    let is_free = match (Login::parse(&typed.login), super::look(context, actor).await?.draft) {
        (Ok(login), Some(draft)) => is_login_free(&context.db, &login, &draft).await?,
        (Ok(login), None) => accounts::find_by_login(&context.db, &login.key()).await?.is_none(),
        (Err(_), _) => true,
    };
    change(context, actor, |found, texts| {
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
    change(context, actor, |found, texts| {
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
    change(context, actor, |_, texts| {
        is_about(texts, index, about)?;
        if index >= texts.persons.len() {
            return Err(ServiceError::Stale);
        }
        texts.persons.remove(index);
        Ok(())
    })
    .await
}

/// Saves the confirmed statements.
///
/// # Errors
/// `Invalid` at `statements` unless all are confirmed.
pub async fn save_statements(context: &Context, actor: &Actor, statements: Vec<String>) -> Result<(), ServiceError> {
    change(context, actor, |_, texts| {
        if !has_all_statements(&statements) {
            return Err(ServiceError::field("statements", Invalid::StatementRequired));
        }
        texts.statements = statements;
        Ok(())
    })
    .await
}

/// Gives up what is typed. The application that it would have corrected stays as it is.
///
/// # Errors
/// `Denied` for those who coordinate no unit.
pub async fn drop_draft(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    own_unit_ids(context, actor)?;
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    drafts::remove_of_kind(&context.db, id, DraftKind::Staff).await?;
    Ok(())
}

/// Starts the correction of an application, or finds the one that is open.
///
/// # Errors
/// `Denied` for anybody but the applicant, and for one who coordinates the unit no more; `Transition` where the application cannot be
/// corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let own = own_unit_ids(context, actor)?;
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    let write = |payload: &Payload| Some((staff_texts(payload.unit_staff().filter(|staff| own.contains(&staff.unit_id))?), None));
    own_draft::start_correction(context, actor, id, number, write).await
}
