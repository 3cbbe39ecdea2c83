//! Files what was typed: a new application, or a new revision of one.

use super::draft::check_register;
use super::look::read;
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::{DraftKind, UnitChangeTexts};
use crate::domain::application::unit_change::{Change, read_unit_change};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::database::begin;

/// Files it with a message to the office and gives the application's number.
///
/// # Errors
/// `Invalid` by field with everything that is missing or wrong, or is not true any more; then nothing is written. `NotFound` when
/// nothing is typed.
pub async fn file(context: &Context, actor: &Actor, note: &str) -> Result<ApplicationNumber, ServiceError> {
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    let tx = begin(&context.db).await?;
    own_draft::lock(&tx, id, DraftKind::UnitChange).await?;
    let found = read(context, &tx, actor).await?;
    let Some(draft) = &found.draft else {
        // The second click, or the other tab: one application, one answer.
        let own = own_draft::open_of(&tx, id, crate::domain::application::Kind::UnitChange).await?;
        return own.first().map(|open| open.number.clone()).ok_or(ServiceError::NotFound);
    };
    let texts = UnitChangeTexts { note: note.to_owned(), ..found.texts() };
    let change = read_unit_change(&texts, &found.around())?;
    let corrected = found.corrects.as_ref().map(|application| application.id);
    if found.open.iter().any(|open| open.unit == Some(change.unit_id) && Some(open.id) != corrected) {
        return Err(ServiceError::field("unit", Invalid::UnitChangeOpen));
    }
    if let (Change::Data { unit: data }, Some(unit)) = (&change.change, found.unit()) {
        check_register(&tx, data, unit, corrected).await?.into_result(())?;
    }
    let person = (id, change.email.key());
    let payload = Payload::UnitChange(change);
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
