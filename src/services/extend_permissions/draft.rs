//! Typing it, one page at a time: what is wrong comes back by field, and then nothing is written.

use super::look::{Extension, read};
use crate::domain::actor::Actor;
use crate::domain::application::Payload;
use crate::domain::application::draft::{DraftKind, ExtensionTexts};
use crate::domain::application::extension::{extension_texts, read_home, read_needs, read_place};
use crate::domain::application::typing::has_all_statements;
use crate::domain::id::UnitId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::{Context, ServiceError, own_draft};
use crate::storage::database::begin;
use crate::storage::{accounts, drafts, units};

/// Changes what is typed, in one transaction.
pub(super) async fn change(
    context: &Context,
    actor: &Actor,
    edit: impl FnOnce(&Extension, &mut ExtensionTexts) -> Result<(), ServiceError>,
) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::PermissionExtensionFile)?;
    let tx = begin(&context.db).await?;
    accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    let found = read(context, &tx, id).await?;
    let mut texts = found.texts();
    edit(&found, &mut texts)?;
    own_draft::keep(context, actor, &tx, id, found.draft.map(|draft| draft.id), &texts).await?;
    tx.commit().await?;
    Ok(())
}

fn chosen(found: &Extension) -> Result<&Unit, ServiceError> {
    read_place(&found.texts(), &found.around()).map_err(|reason| ServiceError::field("unit", reason))
}

/// Saves in which unit more is asked for. Another kind of unit may ask for other sub-areas, so what was chosen is asked anew.
///
/// # Errors
/// `Invalid` at `unit` for one that does not exist or has ended; `Stale` in a correction, whose unit stays.
pub async fn choose_unit(context: &Context, actor: &Actor, unit: UnitId) -> Result<(), ServiceError> {
    let registered = units::find(&context.db, unit).await?;
    change(context, actor, |found, texts| {
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
    change(context, actor, |found, texts| {
        if texts.home != home {
            texts.statements.clear();
        }
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
    change(context, actor, |found, texts| {
        if (&texts.grants, &texts.valid_until, texts.coordinator) != (&grants, &valid_until, coordinator) {
            // They were about another content.
            texts.statements.clear();
        }
        texts.grants = grants;
        texts.valid_until = valid_until;
        texts.coordinator = coordinator;
        read_needs(texts, chosen(found)?, &found.around())?;
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
    let id = context.own_account(actor, Permission::PermissionExtensionFile)?;
    drafts::remove_of_kind(&context.db, id, DraftKind::Extension).await?;
    Ok(())
}

/// Starts the correction of an application, or finds the one that is open.
///
/// # Errors
/// `Denied` for anybody but the applicant; `Transition` where the application cannot be corrected.
pub async fn start_correction(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::PermissionExtensionFile)?;
    let write = |payload: &Payload| Some((extension_texts(payload.permission_extension()?), None));
    own_draft::start_correction(context, actor, id, number, write).await
}
