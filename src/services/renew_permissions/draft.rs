//! Typing it, one page at a time: what is wrong comes back by field, and then nothing is written.

use super::look::Renewal;
use crate::domain::actor::Actor;
use crate::domain::application::draft::{RenewalTexts, RenewedTexts};
use crate::domain::application::renewal::{read_place, read_renewed};
use crate::domain::id::UnitId;
use crate::domain::invalid::Invalid;
use crate::services::guided_form::change;
use crate::services::{Context, ServiceError};

/// Saves in which unit rights are renewed. What ends in another one is another choice.
///
/// # Errors
/// `Invalid` at `unit` for one that has ended, or in which nothing ends soon; `Stale` in a correction, whose unit stays.
pub async fn choose_unit(context: &Context, actor: &Actor, unit: UnitId) -> Result<(), ServiceError> {
    change(context, actor, async |found: &Renewal, texts| {
        if found.corrects.is_some() {
            return Err(ServiceError::Stale);
        }
        if texts.unit != Some(unit) {
            *texts = RenewalTexts { unit: Some(unit), note: std::mem::take(&mut texts.note), ..RenewalTexts::default() };
        }
        let around = found.around();
        read_place(texts, &around).map_err(|reason| ServiceError::field("unit", reason))?;
        if around.ending_in(unit).next().is_none() {
            return Err(ServiceError::field("unit", Invalid::GrantNotEnding));
        }
        Ok(())
    })
    .await
}

/// Saves what is renewed and until when.
///
/// # Errors
/// `Invalid` at `grants` and at the days; at `unit` when it has ended meanwhile.
pub async fn save_grants(context: &Context, actor: &Actor, grants: Vec<RenewedTexts>) -> Result<(), ServiceError> {
    change(context, actor, async |found: &Renewal, texts| {
        texts.grants = Some(grants);
        let around = found.around();
        let unit = read_place(texts, &around).map_err(|reason| ServiceError::field("unit", reason))?;
        texts.unit = Some(unit.id);
        read_renewed(texts, unit, &around)?;
        Ok(())
    })
    .await
}
