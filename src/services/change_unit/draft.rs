//! Typing it, one page at a time: what is wrong comes back by field, and then nothing is written.

use super::look::Changing;
use crate::domain::actor::Actor;
use crate::domain::application::draft::UnitTexts;
use crate::domain::application::typing::unit_texts;
use crate::domain::application::unit_change::{
    LONGEST_JUSTIFICATION, UnitChangeStep, has_statements, read_change, read_data, read_justification, read_place, read_what,
};
use crate::domain::id::{ApplicationId, UnitId};
use crate::domain::identifiers::Regon;
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitData};
use crate::services::guided_form::{Guided as _, change};
use crate::services::{Context, ServiceError};
use crate::storage::Connection;
use crate::storage::{applications, gminas, units};

/// Longest text of one field that is kept unread.
const LONGEST_KEPT: usize = 300;

fn chosen(found: &Changing) -> Result<&Unit, ServiceError> {
    read_place(&found.texts(), &found.around()).map_err(|reason| ServiceError::field("unit", reason))
}

/// Only what a step that may be entered asks for is taken.
fn entered(found: &Changing, step: UnitChangeStep) -> Result<(), ServiceError> {
    if found.may_enter(step) { Ok(()) } else { Err(ServiceError::Stale) }
}

/// Saves which unit, and what happens to it. Of another unit everything is asked anew.
///
/// # Errors
/// `Invalid` at `unit` for one that is not an own one, or that another application changes already; at `what`. `Stale` in a correction.
pub async fn choose(context: &Context, actor: &Actor, unit: Option<UnitId>, what: &str) -> Result<(), ServiceError> {
    change(context, actor, async |found: &Changing, texts| {
        if found.corrects.is_some() {
            return Err(ServiceError::Stale);
        }
        texts.unit = unit;
        let around = found.around();
        let place = read_place(texts, &around).map_err(|reason| ServiceError::field("unit", reason))?;
        if found.draft.as_ref().is_none_or(|draft| draft.texts.unit != Some(place.id)) {
            texts.data = unit_texts(&place.data);
        }
        texts.unit = Some(place.id);
        texts.what = what.to_owned();
        if found.under_way.iter().any(|open| open.unit == Some(place.id)) {
            return Err(ServiceError::field("unit", Invalid::UnitChangeOpen));
        }
        read_what(texts, place).map(|_| ()).map_err(|reason| ServiceError::field("what", reason))
    })
    .await
}

/// What only the register can say of other data: whether gmina and REGON are free to be taken.
pub(super) async fn check_register<C: Connection>(
    db: &C,
    data: &UnitData,
    unit: &Unit,
    corrected: Option<ApplicationId>,
) -> Result<FieldErrors, ServiceError> {
    let mut errors = FieldErrors::default();
    if gminas::find(db, &data.terc).await?.is_none() {
        errors.add("terc", Invalid::Unknown);
    }
    if data.regon != unit.data.regon {
        let regon = data.regon.as_str();
        if units::find_active_by_regon(db, regon).await?.is_some_and(|other| other.id != unit.id) {
            errors.add("regon", Invalid::RegonTaken);
        } else if applications::is_regon_open(db, regon, corrected).await? {
            errors.add("regon", Invalid::RegonOpenApplication);
        }
    }
    Ok(errors)
}

/// Saves the data as they shall be.
///
/// # Errors
/// `Invalid` by field, `NothingChanged` at `name`.
pub async fn save_data(context: &Context, actor: &Actor, typed: UnitTexts) -> Result<(), ServiceError> {
    change(context, actor, async |found: &Changing, texts| {
        entered(found, UnitChangeStep::Data)?;
        let unit = chosen(found)?;
        let data = read_data(&typed, unit, &found.around())?;
        check_register(&context.db, &data, unit, found.corrected()).await?.into_result(())?;
        texts.data = typed;
        Ok(())
    })
    .await
}

/// Keeps the unit's page as typed, unread, while its gmina is looked up.
///
/// # Errors
/// `Stale` where the page may not be entered.
pub async fn find_gmina_for(context: &Context, actor: &Actor, mut typed: UnitTexts) -> Result<(), ServiceError> {
    for text in typed.fields_mut() {
        if let Some((end, _)) = text.char_indices().nth(LONGEST_KEPT) {
            text.truncate(end);
        }
    }
    change(context, actor, async |found: &Changing, texts| {
        entered(found, UnitChangeStep::Data)?;
        texts.data = typed;
        Ok(())
    })
    .await
}

/// Saves the last day, and the REGON of who takes the unit's place.
///
/// # Errors
/// `Invalid` at `last_day` and `successor`.
pub async fn save_ending(context: &Context, actor: &Actor, last_day: String, successor: String) -> Result<(), ServiceError> {
    let named = match Regon::parse(&successor) {
        Ok(regon) => units::find_active_by_regon(&context.db, regon.as_str()).await?,
        Err(_) => None,
    };
    change(context, actor, async |found: &Changing, texts| {
        entered(found, UnitChangeStep::Ending)?;
        texts.last_day = last_day;
        texts.successor = successor;
        let with_named = Changing { successor: named, ..found.clone() };
        read_change(texts, chosen(found)?, &with_named.around())?;
        Ok(())
    })
    .await
}

/// Saves why, and the confirmed statement.
///
/// # Errors
/// `Invalid` at `justification` and `statements`.
pub async fn save_why(context: &Context, actor: &Actor, justification: String, statements: Vec<String>) -> Result<(), ServiceError> {
    change(context, actor, async |found: &Changing, texts| {
        entered(found, UnitChangeStep::Why)?;
        texts.justification = justification.chars().take(LONGEST_JUSTIFICATION + 1).collect();
        let mut errors = FieldErrors::default();
        errors.take("justification", read_justification(texts));
        if !has_statements(&statements) {
            errors.add("statements", Invalid::StatementRequired);
        }
        errors.into_result(())?;
        // Confirmed together with what they are about.
        texts.statements = statements;
        Ok(())
    })
    .await
}
