//! Takes a joining back: rights and accounts are as they were, as far as nothing else has happened to them.

use super::{locked, not_mine, note};
use crate::domain::account::AccountStatus;
use crate::domain::account_join::{AccountJoin, JoinEvent, JoinState};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{AccountId, AccountJoinId, GrantId};
use crate::domain::notice::Notice;
use crate::domain::permission::{Permission, Target};
use crate::domain::voivodeship::VoivodeshipCode;
use crate::services::{Context, ServiceError, prove_again, record, rights};
use crate::storage::database::begin;
use crate::storage::{account_joins, accounts, units};
use serde_json::json;

/// Whether an actor may take a joining back: its owner from the account that stays, or whoever looks after the given-up account.
/// `place` is the voivodeship of that one.
pub(in crate::services) fn may_undo(context: &Context, actor: &Actor, join: &AccountJoin, place: Option<&VoivodeshipCode>) -> bool {
    let target = Target { account: join.kept, voivodeship: place.cloned(), ..Target::default() };
    join.state == JoinState::Joined
        && !join.has_run_out(context.now())
        && actor.account_id() != Some(join.given_up)
        && context.policy.check(actor, Permission::AccountJoinUndo, &target).is_ok()
}

/// Takes back the joining that gave an account up, for whoever looks after that account.
///
/// # Errors
/// As [`undo`]; `Stale` when there is none to take back.
pub async fn undo_of(context: &Context, actor: &Actor, given_up: AccountId) -> Result<(), ServiceError> {
    let join = account_joins::joined_of(&context.db, given_up).await?.ok_or(ServiceError::Stale)?;
    undo(context, actor, join.id).await
}

/// Takes it back.
///
/// # Errors
/// `NotFound` for others, and the attempt is recorded; `ProofTooOld`; `Stale` when its time is over, it was taken back, or the given-up
/// account was closed meanwhile.
pub async fn undo(context: &Context, actor: &Actor, id: AccountJoinId) -> Result<(), ServiceError> {
    let seen = account_joins::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    let given_up = accounts::find_credentials(&context.db, seen.given_up).await?.ok_or(ServiceError::NotFound)?;
    let target = Target { account: seen.kept, voivodeship: given_up.voivodeship.clone(), ..Target::default() };
    if context.policy.check(actor, Permission::AccountJoinUndo, &target).is_err() {
        return Err(not_mine(context, actor, id).await?);
    }
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    let moved = account_joins::grants_of(&tx, id).await?;
    if let Some(kept) = seen.kept {
        let given: Vec<GrantId> = moved.iter().map(|(_, new)| *new).collect();
        // The units first, as an approval locks them: none of them ends meanwhile.
        for unit in rights::units_of(&tx, kept, &given).await? {
            units::find_for_update(&tx, unit).await?;
        }
    }
    let mut found = locked(&tx, id).await?;
    let now = context.now();
    if found.given_up.account.status != AccountStatus::Suspended || !found.join.moves(JoinEvent::Undo, now) {
        return Err(ServiceError::Stale);
    }
    let (kept, given_up) = found.both()?;
    for pair in moved {
        rights::give_back(context, actor, &tx, pair, (&given_up.account, &kept.account), id).await?;
    }
    accounts::save_status(&tx, given_up.account.id, AccountStatus::Active).await?;
    account_joins::save(&tx, &found.join).await?;
    note(context, actor, &tx, &found, AuditEvent::JoinUndone).await?;
    record::of_account(context, &tx, actor, given_up, AuditEvent::AccountRestored, json!({ "join": id })).await?;
    record::tell(context, &tx, actor, &Notice::AccountJoinUndone { join: id, account: kept.account.id }).await?;
    if kept.account.profile.email.key() != given_up.account.profile.email.key() {
        record::tell(context, &tx, actor, &Notice::AccountJoinUndone { join: id, account: given_up.account.id }).await?;
    }
    tx.commit().await?;
    Ok(())
}
