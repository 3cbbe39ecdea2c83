//! What administrators and helpdesk do with other people's accounts, and what the operator may do from a shell.

mod close;
mod create;
mod handle;
mod look;
mod propose;
mod reset_factor;
mod roles;

pub use close::close;
pub(super) use close::{Cause, close_for_good, is_closable, lock_units};
pub use create::{Invitation, NewAdministrator, create_administrator};
pub use handle::{close_reports, restore, start_reset, suspend, unlock};
pub(super) use look::accounts_page;
pub use look::{AccountView, ListedAccount, ListedReport, list_accounts, list_reports, view_account, view_affected};
pub(super) use propose::lapse_proposals;
pub use propose::{
    Answer, ProposalView, Proposals, answer_proposal, list_proposals, propose_administrator, propose_closing, propose_revocation,
    view_proposal,
};
pub use reset_factor::{reset_factor, reset_factor_of};
pub use roles::revoke_role;

pub use crate::storage::sign_in_sources::SourceKind;

use super::context::Context;
use super::error::ServiceError;
use super::record;
use crate::domain::account::{AccountStatus, Handling, Role, RoleAssignment, may_handle};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditObject;
use crate::domain::id::AccountId;
use crate::domain::permission::{Permission, Target};
use crate::storage::Connection;
use crate::storage::accounts::{self, Credentials};
use crate::storage::role_assignments;
use serde_json::json;

fn target_of(credentials: &Credentials) -> Target {
    Target { account: Some(credentials.account.id), voivodeship: credentials.voivodeship.clone(), ..Target::default() }
}

/// The account, locked, if the actor may do this to it: by the policy, and by rank.
async fn locked<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    id: AccountId,
    permission: Permission,
    handling: Handling,
) -> Result<Credentials, ServiceError> {
    let found = accounts::find_for_update(tx, id).await?.ok_or(ServiceError::NotFound)?;
    context.policy.check(actor, permission, &target_of(&found))?;
    let roles = role_assignments::list_of(tx, id).await?;
    if ranks(actor, handling, &found, &roles) { Ok(found) } else { Err(ServiceError::Denied) }
}

/// Refuses, before a transaction begins and anything is locked, who may not do this to the account. To whom it is not visible,
/// it does not exist.
async fn permitted(
    context: &Context,
    actor: &Actor,
    id: AccountId,
    (permission, handling): (Permission, Handling),
) -> Result<(), ServiceError> {
    let found = accounts::find_credentials(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if let Err(denied) = context.policy.check(actor, permission, &target_of(&found)) {
        must_see(context, actor, &found).await?;
        return Err(denied.into());
    }
    let roles = role_assignments::list_of(&context.db, id).await?;
    if ranks(actor, handling, &found, &roles) { Ok(()) } else { Err(ServiceError::Denied) }
}

/// To anybody else the account does not exist; the attempt is recorded. Not within a transaction: the record stays.
async fn must_see(context: &Context, actor: &Actor, found: &Credentials) -> Result<(), ServiceError> {
    let permission = Permission::AccountList;
    if context.policy.check(actor, permission, &target_of(found)).is_ok() {
        return Ok(());
    }
    // By its id: under its login the owner would read of it.
    let object = AuditObject::new("account", found.account.id);
    record::refused(context, actor, object, found.voivodeship.as_ref(), json!({ "permission": permission.key() })).await?;
    Err(ServiceError::NotFound)
}

fn ranks(actor: &Actor, handling: Handling, found: &Credentials, roles: &[RoleAssignment]) -> bool {
    actor.signed_in().is_none_or(|me| may_handle(handling, &me.acting_roles(), found.voivodeship.as_ref(), roles))
}

/// Refuses to go on when `leaving` is the only active central administrator. Locks all of them, so that two who leave at once
/// see each other.
pub(super) async fn keep_one_central<C: Connection>(tx: &C, leaving: AccountId) -> Result<(), ServiceError> {
    let holders = role_assignments::holders_for_update(tx, Role::CentralAdministrator).await?;
    let accounts = accounts::list_by_ids(tx, &holders).await?;
    let mut active = accounts.iter().filter(|a| a.status == AccountStatus::Active);
    let is_last = active.clone().any(|a| a.id == leaving) && active.all(|a| a.id == leaving);
    if is_last { Err(ServiceError::LastAdministrator) } else { Ok(()) }
}
