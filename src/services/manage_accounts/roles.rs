//! Revokes roles.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::record;
use super::keep_one_central;
use crate::domain::account::Role;
use crate::domain::actor::{Actor, ActorKind};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, RoleAssignmentId};
use crate::domain::permission::{Permission, Target};
use crate::storage::database::begin;
use crate::storage::{Connection, accounts, role_assignments};
use serde_json::{Value, json};

/// Revokes one role of an account at once: the operator's way. Anybody else proposes it (`propose`); in an emergency one alone can
/// suspend the account.
///
/// # Errors
/// `Denied`; `NotFound` when the account does not hold it (any more); `LastAdministrator`.
pub async fn revoke_role(context: &Context, actor: &Actor, account: AccountId, id: RoleAssignmentId) -> Result<(), ServiceError> {
    context.policy.check(actor, Permission::RoleAssign, &Target { account: Some(account), ..Target::default() })?;
    if actor.kind != ActorKind::Operator {
        return Err(ServiceError::Denied);
    }
    let tx = begin(&context.db).await?;
    take_back(context, actor, &tx, account, id, json!({})).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a role back; its holder's next click knows. `by` says on whose proposal.
pub(super) async fn take_back<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    account: AccountId,
    id: RoleAssignmentId,
    mut by: Value,
) -> Result<(), ServiceError> {
    let held = role_assignments::list_of(tx, account).await?.into_iter().find(|r| r.id == id);
    if held.as_ref().is_some_and(|r| r.role == Role::CentralAdministrator) {
        keep_one_central(tx, account).await?;
    }
    let found = accounts::find_for_update(tx, account).await?.ok_or(ServiceError::NotFound)?;
    let assignment = held.ok_or(ServiceError::NotFound)?;
    role_assignments::revoke(tx, id, context.now()).await?;
    let object = AuditObject::new("account", &found.account.login);
    by["role"] = json!(assignment.role.key());
    by["voivodeship"] = json!(assignment.voivodeship);
    let voivodeship = assignment.voivodeship.as_ref().or(found.voivodeship.as_ref());
    record::done(context, tx, actor, AuditEvent::RoleRevoked, object, voivodeship, by).await
}
