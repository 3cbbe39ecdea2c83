//! What a person leaves: rights and open applications as they were when the rights were taken away.

use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditObject;
use crate::domain::dictionary::Dictionaries;
use crate::domain::id::RevocationId;
use crate::domain::permission::{Permission, Target};
use crate::domain::revocation::Revocation;
use crate::domain::unit::Unit;
use crate::services::register_staff::may_register_in;
use crate::services::{Context, ServiceError, record};
use crate::storage::{accounts, dictionaries, revocations, units};
use serde_json::json;

/// A hand-over list.
#[derive(Debug, Clone)]
pub struct HandOver {
    /// Who took what from whom, when and why.
    pub revocation: Revocation,
    /// Whose rights they were.
    pub account: Account,
    /// Where.
    pub unit: Unit,
    /// Names of sub-areas and functions.
    pub dictionaries: Dictionaries,
    /// The actor looks after the unit, and may pass the list on to a successor.
    pub may_pass_on: bool,
    /// The actor may register a new person with these rights.
    pub may_register: bool,
}

/// Reads it: for the person, and for whoever may know why somebody holds a right in the unit.
///
/// # Errors
/// `NotFound`, also for those who may not see it; the attempt is recorded.
pub async fn view_hand_over(context: &Context, actor: &Actor, id: RevocationId) -> Result<HandOver, ServiceError> {
    let db = &context.db;
    let revocation = revocations::find(db, id).await?.ok_or(ServiceError::NotFound)?;
    let unit = units::find(db, revocation.unit).await?.ok_or(ServiceError::NotFound)?;
    let target = Target { unit: Some(unit.id), voivodeship: Some(unit.voivodeship.clone()), ..Target::default() };
    let may_pass_on = context.policy.check(actor, Permission::GrantExplain, &target).is_ok();
    if !may_pass_on && actor.account_id() != Some(revocation.account) {
        let details = json!({ "permission": Permission::GrantExplain.key() });
        record::refused(context, actor, AuditObject::new("revocation", id), target.voivodeship.as_ref(), details).await?;
        return Err(ServiceError::NotFound);
    }
    let account = accounts::find(db, revocation.account).await?.ok_or(ServiceError::NotFound)?;
    let may_register = !revocation.left_behind.rights.is_empty() && may_register_in(context, actor, &unit).await?;
    Ok(HandOver {
        account,
        may_register,
        unit,
        dictionaries: dictionaries::load(db, context.now().warsaw_date()).await?,
        may_pass_on,
        revocation,
    })
}
