//! Revokes roles.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::{prove_again, record};
use super::keep_one_central;
use crate::domain::account::Role;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, RoleAssignmentId};
use crate::domain::permission::{Permission, Target};
use crate::storage::database::begin;
use crate::storage::{accounts, role_assignments};
use serde_json::json;

/// Revokes one role of an account; its next click knows.
///
/// # Errors
/// `Denied`; `NotFound` when the account does not hold it (any more); `LastAdministrator`, `ProofTooOld`.
pub async fn revoke_role(context: &Context, actor: &Actor, account: AccountId, id: RoleAssignmentId) -> Result<(), ServiceError> {
    context.policy.check(actor, Permission::RoleAssign, &Target { account: Some(account), ..Target::default() })?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    let holders_wait = role_assignments::list_of(&tx, account).await?.into_iter().find(|r| r.id == id);
    if holders_wait.as_ref().is_some_and(|r| r.role == Role::CentralAdministrator) {
        keep_one_central(&tx, account).await?;
    }
    let found = accounts::find_for_update(&tx, account).await?.ok_or(ServiceError::NotFound)?;
    let assignment = holders_wait.ok_or(ServiceError::NotFound)?;
    role_assignments::revoke(&tx, id, context.now()).await?;
    let object = AuditObject::new("account", &found.account.login);
    let details = json!({ "role": assignment.role.key(), "voivodeship": assignment.voivodeship });
    let voivodeship = assignment.voivodeship.as_ref().or(found.voivodeship.as_ref());
    record::done(context, &tx, actor, AuditEvent::RoleRevoked, object, voivodeship, details).await?;
    tx.commit().await?;
    Ok(())
}
