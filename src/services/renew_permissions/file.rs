//! Files what was typed: a new application, or a new revision of one.

use super::look::read;
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::{DraftKind, RenewalTexts};
use crate::domain::application::renewal::read_renewal;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::database::begin;

/// Files it with a message to the office and gives the application's number.
///
/// # Errors
/// `Invalid` by field with everything that is missing or wrong, or is not true any more; then nothing is written. `NotFound` when
/// nothing is typed.
pub async fn file(context: &Context, actor: &Actor, note: &str) -> Result<ApplicationNumber, ServiceError> {
    let id = context.own_account(actor, Permission::PermissionRenewalFile)?;
    let tx = begin(&context.db).await?;
    own_draft::lock(&tx, id, DraftKind::Renewal).await?;
    let found = read(context, &tx, id).await?;
    let Some(draft) = &found.draft else {
        // The second click, or the other tab: one application, one answer.
        return found.open.first().map(|open| open.number.clone()).ok_or(ServiceError::NotFound);
    };
    let texts = RenewalTexts { note: note.to_owned(), ..found.texts() };
    let renewal = read_renewal(&texts, &found.around())?;
    let person = (id, renewal.email.key());
    let payload = Payload::PermissionRenewal(renewal);
    if let Some(corrected) = &found.corrects
        && corrected.summary().voivodeship != payload.matter().summary().voivodeship
    {
        // Its number names the office that has it.
        return Err(ServiceError::field("unit", Invalid::OtherVoivodeship));
    }
    let typed = (draft.id, found.corrects.clone());
    let application = own_draft::file(context, actor, &tx, typed, payload, person, &found.dictionaries).await?;
    tx.commit().await?;
    Ok(application.number)
}
