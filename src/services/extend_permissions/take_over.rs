//! What somebody left is asked for by a person of the same unit: an extension begun with the leaver's rights.

use super::look::Extension;
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::draft::ExtensionTexts;
use crate::domain::audit::AuditObject;
use crate::domain::id::RevocationId;
use crate::domain::revocation::Revocation;
use crate::domain::unit::Unit;
use crate::services::guided_form::{change, look};
use crate::services::{Context, ServiceError, record};
use crate::storage::{accounts, revocations};
use serde_json::json;

/// What can be taken over.
#[derive(Debug, Clone)]
pub struct TakeOver {
    /// Whose rights they were.
    pub leaver: Account,
    /// Where.
    pub unit: Unit,
    /// Of the leaver's rights those that nothing stands in the way of, `PS:editor`.
    pub pairs: Vec<String>,
    /// Where the matter stands.
    pub extension: Extension,
}

/// The leaver's rights that can be asked for: neither held nor asked for already, and of a sub-area that the kind of unit may have.
fn free_pairs(revocation: &Revocation, unit: &Unit, found: &Extension) -> Vec<String> {
    let allowed = found.dictionaries.unit_kind(&unit.data.kind).map(|kind| &kind.sub_areas[..]).unwrap_or_default();
    let is_free = |pair: &String| {
        let Some((sub_area, function)) = pair.split_once(':') else { return false };
        let is_held = found.held.iter().any(|right| right.is_to(unit.id, sub_area, function));
        let is_asked = found.asked.iter().any(|asked| asked.right.is_to(unit.id, sub_area, function));
        !is_held && !is_asked && allowed.iter().any(|code| code == sub_area)
    };
    revocation.left_behind.pairs().into_iter().filter(is_free).collect()
}

/// Reads it, for a person of the same unit.
///
/// # Errors
/// `NotFound` for everybody else, and for the leaver; the attempt is recorded.
pub async fn view_take_over(context: &Context, actor: &Actor, id: RevocationId) -> Result<TakeOver, ServiceError> {
    let db = &context.db;
    let revocation = revocations::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    let extension: Extension = look(context, actor).await?;
    let account = extension.account.id;
    let unit = extension.own_units.iter().find(|unit| unit.id == revocation.unit && revocation.account != account).cloned();
    let Some(unit) = unit else {
        record::refused(context, actor, AuditObject::new("revocation", id), None, json!({})).await?;
        return Err(ServiceError::NotFound);
    };
    let leaver = accounts::find(db, revocation.account).await?.ok_or(ServiceError::NotFound)?;
    Ok(TakeOver { pairs: free_pairs(&revocation, &unit, &extension), leaver, unit, extension })
}

/// Begins an extension with what can be taken over, in the place of what is typed so far.
///
/// # Errors
/// As [`view_take_over`]; `Stale` while an application is being corrected, or when there is nothing to take over.
pub async fn take_over(context: &Context, actor: &Actor, id: RevocationId) -> Result<(), ServiceError> {
    let found = view_take_over(context, actor, id).await?;
    change(context, actor, async |now: &Extension, texts| {
        if now.corrects.is_some() || found.pairs.is_empty() {
            return Err(ServiceError::Stale);
        }
        *texts = ExtensionTexts { unit: Some(found.unit.id), grants: found.pairs.clone(), ..ExtensionTexts::default() };
        Ok(())
    })
    .await
}
