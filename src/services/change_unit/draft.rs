//! Typing it, one page at a time: what is wrong comes back by field, and then nothing is written.

use super::look::{Changing, read};
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::{DraftKind, UnitChangeTexts, UnitTexts};
use crate::domain::application::typing::{StepState, unit_texts};
use crate::domain::application::unit_change::{
    LONGEST_JUSTIFICATION, UnitChangeStep, has_statements, read_change, read_data, read_justification, read_place, read_what,
    unit_change_texts,
};
use crate::domain::id::{ApplicationId, UnitId};
use crate::domain::identifiers::{ApplicationNumber, Regon};
use crate::domain::invalid::{FieldErrors, Invalid};
use crate::domain::unit::{Unit, UnitData};
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::Connection;
use crate::storage::database::begin;
use crate::storage::{accounts, applications, drafts, gminas, units};

/// Longest text of one field that is kept unread.
const LONGEST_KEPT: usize = 300;

/// Changes what is typed, in one transaction.
async fn change(
    context: &Context,
    actor: &Actor,
    edit: impl AsyncFnOnce(&Changing, &mut UnitChangeTexts) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let found = read(context, &tx, actor).await?;
    let mut texts = found.texts();
    let before = texts.clone();
    edit(&found, &mut texts).await?;
    if texts.statements == before.statements && texts != before {
        // They were about another content.
        texts.statements.clear();
    }
    own_draft::keep(context, actor, &tx, id, found.draft.map(|draft| draft.id), &texts).await?;
    tx.commit().await?;
    Ok(())
}

fn chosen(found: &Changing) -> Result<&Unit, ServiceError> {
    read_place(&found.texts(), &found.around()).map_err(|reason| ServiceError::field("unit", reason))
}

/// Whether a step may be entered.
fn entered(found: &Changing, step: UnitChangeStep) -> Result<(), ServiceError> {
    let may = found.steps().iter().any(|(s, state): &(UnitChangeStep, StepState)| *s == step && state.may_enter());
    if may { Ok(()) } else { Err(ServiceError::Stale) }
}

/// Saves which unit, and what happens to it. Of another unit everything is asked anew.
///
/// # Errors
/// `Invalid` at `unit` for one that is not an own one, or that another application changes already; at `what`. `Stale` in a correction.
pub async fn choose(context: &Context, actor: &Actor, unit: Option<UnitId>, what: &str) -> Result<(), ServiceError> {
    change(context, actor, async |found, texts| {
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
        if found.open.iter().any(|open| open.unit == Some(place.id)) {
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
    change(context, actor, async |found, texts| {
        entered(found, UnitChangeStep::Data)?;
        let unit = chosen(found)?;
        let data = read_data(&typed, unit, &found.around())?;
        let corrected = found.corrects.as_ref().map(|application| application.id);
        check_register(&context.db, &data, unit, corrected).await?.into_result(())?;
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
    change(context, actor, async |found, texts| {
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
    change(context, actor, async |found, texts| {
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
    change(context, actor, async |found, texts| {
        entered(found, UnitChangeStep::Why)?;
        texts.justification = justification.chars().take(LONGEST_JUSTIFICATION + 1).collect();
        let mut errors = FieldErrors::default();
        errors.take("justification", read_justification(texts));
        if !has_statements(&statements) {
            errors.add("statements", Invalid::StatementRequired);
        }
        errors.into_result(())?;
        // Confirmed anew, together with what it is about.
        texts.statements = statements;
        Ok(())
    })
    .await
}

/// Gives up what is typed. The application that it would have corrected stays as it is.
///
/// # Errors
/// `Denied` for a visitor.
pub async fn drop_draft(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    drafts::remove_of_kind(&context.db, id, DraftKind::UnitChange).await?;
    Ok(())
}

/// Starts the correction of an application, or finds the one that is open.
///
/// # Errors
/// `Denied` for anybody but the applicant; `Transition` where the application cannot be corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let id = actor.account_id().ok_or(ServiceError::Denied)?;
    let write = |payload: &Payload| Some((unit_change_texts(payload.unit_change()?), None));
    own_draft::start_correction(context, actor, id, number, write).await
}
