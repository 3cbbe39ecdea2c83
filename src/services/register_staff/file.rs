//! Files what was typed: a new application with accounts for its persons, or a new revision of one.

use super::look::{own_unit_ids, read};
use crate::domain::actor::Actor;
use crate::domain::application::draft::{DraftKind, StaffTexts};
use crate::domain::application::staff::{StaffRegistration, read_staff};
use crate::domain::application::{Application, Payload};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::permission::Permission;
use crate::services::draft_application::is_login_free;
use crate::services::file_application::{file_new, file_revision, resubmit_unprinted};
use crate::services::pending_persons::{add_persons, known_persons};
use crate::services::view_application::target_of;
use crate::services::{Context, ServiceError};
use crate::storage::Connection;
use crate::storage::database::begin;
use crate::storage::{accounts, applications, drafts, units};

/// Files it with a message to the office and gives the application's number.
///
/// # Errors
/// `Invalid` by field with everything that is missing or wrong, or is not true any more: of two who register one login at the same
/// moment the second is told at `persons.<i>.login`; then nothing is written. `NotFound` when nothing is typed.
pub async fn file(context: &Context, actor: &Actor, note: &str) -> Result<ApplicationNumber, ServiceError> {
    let own = own_unit_ids(context, actor)?;
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    let unit = super::look(context, actor).await?.unit().map(|unit| unit.id);
    let tx = begin(&context.db).await?;
    // The application before its unit and the unit before the accounts, as a decision locks them: of two at once one waits, and neither
    // for ever.
    if let Some(corrected) = drafts::find_corrected(&tx, id, DraftKind::Staff).await? {
        applications::find_for_update(&tx, corrected).await?;
    }
    if let Some(unit) = unit {
        units::find_for_update(&tx, unit).await?;
    }
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let found = read(context, &tx, id, &own).await?;
    let Some(draft) = &found.draft else {
        // The second click, or the other tab: one application, one answer.
        return found.open.first().map(|open| open.number.clone()).ok_or(ServiceError::NotFound);
    };
    let texts = StaffTexts { note: note.to_owned(), ..found.texts() };
    let staff = read_staff(&texts, &found.around())?;
    let mut errors = FieldErrors::default();
    for (i, person) in staff.persons.iter().enumerate() {
        if !is_login_free(&tx, &person.login, draft).await? {
            errors.add(format!("persons.{i}.login"), Invalid::LoginTaken);
        }
    }
    if let Some(corrected) = &found.corrects
        && corrected.summary().voivodeship != staff.unit.terc.voivodeship()
    {
        // Its number names the office that has it.
        errors.add("unit", Invalid::OtherVoivodeship);
    }
    errors.into_result(())?;
    let voivodeship = staff.unit.terc.voivodeship();
    let application = match found.corrects.clone() {
        None => {
            let people = add_persons(context, actor, &tx, (&staff.persons, &voivodeship), &mut Vec::new(), None).await?;
            file_new(context, actor, &tx, Payload::UnitStaff(staff), id, &people, &found.dictionaries).await?
        }
        Some(corrected) => {
            context.policy.check(actor, Permission::ApplicationRevise, &target_of(&corrected))?;
            correct(context, actor, &tx, corrected, staff, &found.dictionaries).await?
        }
    };
    drafts::mark_submitted(&tx, draft.id, application.id).await?;
    tx.commit().await?;
    Ok(application.number)
}

async fn correct<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    mut application: Application,
    staff: StaffRegistration,
    dictionaries: &crate::domain::dictionary::Dictionaries,
) -> Result<Application, ServiceError> {
    let (persons, voivodeship) = (staff.persons.clone(), staff.unit.terc.voivodeship());
    let payload = Payload::UnitStaff(staff);
    if resubmit_unprinted(context, actor, tx, &mut application, &payload).await? {
        return Ok(application);
    }
    let mut known = known_persons(tx, &application).await?;
    let people = add_persons(context, actor, tx, (&persons, &voivodeship), &mut known, None).await?;
    let application = file_revision(context, actor, tx, application, payload, &people, dictionaries).await?;
    for (gone, _) in known {
        accounts::remove(tx, gone).await?;
    }
    Ok(application)
}
