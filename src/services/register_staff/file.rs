//! Files what was typed: a new application with accounts for its persons, or a new revision of one.

use super::look::StaffDraft;
use crate::domain::actor::Actor;
use crate::domain::application::draft::DraftKind;
use crate::domain::identifiers::ApplicationNumber;
use crate::services::file_application::file_new;
use crate::services::guided_form::{Guided, look, with_note};
use crate::services::pending_persons::{add_persons, correct};
use crate::services::{Context, ServiceError};
use crate::storage::database::begin;
use crate::storage::{accounts, applications, drafts, units};

/// Files it with a message to the office and gives the application's number.
///
/// # Errors
/// `Invalid` by field with everything that is missing or wrong, or is not true any more: of two who register one login at the same
/// moment the second is told at `persons.<i>.login`; then nothing is written. `NotFound` when nothing is typed.
pub async fn file(context: &Context, actor: &Actor, note: &str) -> Result<ApplicationNumber, ServiceError> {
    let id = StaffDraft::owner(context, actor)?;
    let unit = look::<StaffDraft>(context, actor).await?.unit().map(|unit| unit.id);
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
    let found = StaffDraft::read(context, &tx, actor).await?;
    let Some(draft) = &found.draft else { return found.filed() };
    let payload = found.read_payload(&tx, &with_note(&found, note)).await?;
    found.check_office(&payload)?;
    let application = match found.corrected() {
        None => {
            let (persons, voivodeship) = (payload.new_persons().to_vec(), payload.matter().summary().voivodeship);
            let people = add_persons(context, actor, &tx, (&persons, &voivodeship), &mut Vec::new(), None).await?;
            file_new(context, actor, &tx, payload, id, &people, &found.dictionaries).await?
        }
        Some(corrected) => correct(context, actor, &tx, corrected, payload, &found.dictionaries).await?,
    };
    drafts::mark_submitted(&tx, draft.id, application.id).await?;
    tx.commit().await?;
    Ok(application.number)
}
