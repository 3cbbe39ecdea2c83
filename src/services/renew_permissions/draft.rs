//! Typing it, one page at a time: what is wrong comes back by field, and then nothing is written.

use super::look::{Renewal, read};
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::{DraftKind, RenewalTexts, RenewedTexts};
use crate::domain::application::renewal::{read_place, read_renewed, renewal_texts};
use crate::domain::application::typing::has_all_statements;
use crate::domain::id::UnitId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::database::begin;
use crate::storage::{accounts, drafts};

/// Changes what is typed, in one transaction.
async fn change(
    context: &Context,
    actor: &Actor,
    edit: impl FnOnce(&Renewal, &mut RenewalTexts) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::PermissionRenewalFile)?;
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let found = read(context, &tx, id).await?;
    let mut texts = found.texts();
    edit(&found, &mut texts)?;
    own_draft::keep(context, actor, &tx, id, found.draft.map(|draft| draft.id), &texts).await?;
    tx.commit().await?;
    Ok(())
}

/// Saves in which unit rights are renewed. What ends in another one is another choice.
///
/// # Errors
/// `Invalid` at `unit` for one that has ended, or in which nothing ends soon; `Stale` in a correction, whose unit stays.
pub async fn choose_unit(context: &Context, actor: &Actor, unit: UnitId) -> Result<(), ServiceError> {
    change(context, actor, |found, texts| {
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
    change(context, actor, |found, texts| {
        let grants = Some(grants);
        if texts.grants != grants {
            // They were about another content.
            texts.statements.clear();
        }
        texts.grants = grants;
        let around = found.around();
        let unit = read_place(texts, &around).map_err(|reason| ServiceError::field("unit", reason))?;
        texts.unit = Some(unit.id);
        read_renewed(texts, unit, &around)?;
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
/// `Denied` for those who cannot apply.
pub async fn drop_draft(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::PermissionRenewalFile)?;
    drafts::remove_of_kind(&context.db, id, DraftKind::Renewal).await?;
    Ok(())
}

/// Starts the correction of an application, or finds the one that is open.
///
/// # Errors
/// `Denied` for anybody but the applicant; `Transition` where the application cannot be corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::PermissionRenewalFile)?;
    let write = |payload: &Payload| Some((renewal_texts(payload.permission_renewal()?), None));
    own_draft::start_correction(context, actor, id, number, write).await
}
