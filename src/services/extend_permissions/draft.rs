//! Typing it, one page at a time: what is wrong comes back by field, and then nothing is written.

use super::look::Extension;
use crate::domain::actor::Actor;
use crate::domain::application::draft::ExtensionTexts;
use crate::domain::application::extension::{read_home, read_needs, read_place};
use crate::domain::id::UnitId;
use crate::domain::unit::Unit;
use crate::services::guided_form::change;
use crate::services::{Context, ServiceError};
use crate::storage::units;

fn chosen(found: &Extension) -> Result<&Unit, ServiceError> {
    read_place(&found.texts(), &found.around()).map_err(|reason| ServiceError::field("unit", reason))
}

/// Saves in which unit more is asked for. Another kind of unit may ask for other sub-areas, so what was chosen is asked anew.
///
/// # Errors
/// `Invalid` at `unit` for one that does not exist or has ended; `Stale` in a correction, whose unit stays.
pub async fn choose_unit(context: &Context, actor: &Actor, unit: UnitId) -> Result<(), ServiceError> {
    let registered = units::find(&context.db, unit).await?;
    change(context, actor, async |found: &Extension, texts| {
        if found.corrects.is_some() {
            return Err(ServiceError::Stale);
        }
        if texts.unit != Some(unit) {
            *texts = ExtensionTexts { unit: Some(unit), note: std::mem::take(&mut texts.note), ..ExtensionTexts::default() };
        }
        let with_unit = Extension { unit: registered, ..found.clone() };
        read_place(texts, &with_unit.around()).map(|_| ()).map_err(|reason| ServiceError::field("unit", reason))
    })
    .await
}

/// Saves whose head confirms who the person is.
///
/// # Errors
/// `Invalid` at `home` for a unit that is not an own one.
pub async fn choose_home(context: &Context, actor: &Actor, home: Option<UnitId>) -> Result<(), ServiceError> {
    change(context, actor, async |found: &Extension, texts| {
        texts.home = home;
        let unit = chosen(found)?;
        read_home(texts, unit, &found.around()).map(|_| ()).map_err(|reason| ServiceError::field("home", reason))
    })
    .await
}

/// Saves what is asked for.
///
/// # Errors
/// `Invalid` at `grants`, `valid_until` and `coordinator`; at `unit` when it has ended meanwhile.
pub async fn save_needs(
    context: &Context,
    actor: &Actor,
    grants: Vec<String>,
    valid_until: String,
    coordinator: bool,
) -> Result<(), ServiceError> {
    change(context, actor, async |found: &Extension, texts| {
        texts.grants = grants;
        texts.valid_until = valid_until;
        texts.coordinator = coordinator;
        read_needs(texts, chosen(found)?, &found.around())?;
        Ok(())
    })
    .await
}
