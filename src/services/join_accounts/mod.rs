//! „Scalenie kont”: the owner of two accounts says so in both, files which rights go over, and can take it back for 30 days after the
//! approval. What may not live here: the way of any application, and which states follow which (`domain/account_join`).

mod effect;
mod end;
mod file;
mod hint;
mod look;
mod propose;
mod undo;

pub use file::{file, start_correction};
pub use hint::{Hint, hide_hint, hint_of};
pub use look::{Choice, JoinView, Proposal, Running, look};
pub use propose::{confirm, give_up, propose, refuse};
pub use undo::{undo, undo_of};

pub(super) use effect::{approve, ended_without_approval};
pub(super) use end::run_out;
pub(super) use hint::second_accounts;
pub(super) use undo::may_undo;

use super::{Context, ServiceError, record};
use crate::domain::account_join::AccountJoin;
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::id::{AccountId, AccountJoinId};
use crate::storage::Connection;
use crate::storage::account_joins;
use crate::storage::accounts::{self, Credentials};
use serde_json::json;

/// The two accounts of a joining and its row, locked in this order by whoever changes something. An account that is nobody's is none.
struct Locked {
    join: AccountJoin,
    given_up: Credentials,
    kept: Option<Credentials>,
}

impl Locked {
    /// Both, of a joining whose login is somebody's.
    fn both(&self) -> Result<(&Credentials, &Credentials), ServiceError> {
        Ok((self.kept.as_ref().ok_or(ServiceError::NotFound)?, &self.given_up))
    }
}

/// Accounts in the order of their ids, whoever asks: two people who name each other never wait for each other.
async fn lock_accounts<C: Connection>(tx: &C, ids: impl Iterator<Item = AccountId>) -> Result<Vec<Credentials>, ServiceError> {
    let mut ids: Vec<AccountId> = ids.collect();
    ids.sort();
    ids.dedup();
    let mut found = Vec::new();
    for id in ids {
        found.push(accounts::find_for_update(tx, id).await?.ok_or(ServiceError::NotFound)?);
    }
    Ok(found)
}

async fn locked<C: Connection>(tx: &C, id: AccountJoinId) -> Result<Locked, ServiceError> {
    let found = account_joins::find(tx, id).await?.ok_or(ServiceError::NotFound)?;
    let mut accounts = lock_accounts(tx, std::iter::once(found.given_up).chain(found.kept)).await?;
    let join = account_joins::find_for_update(tx, id).await?.ok_or(ServiceError::NotFound)?;
    let kept = accounts.iter().position(|found| Some(found.account.id) == join.kept).map(|at| accounts.remove(at));
    let given_up = accounts.pop().ok_or(ServiceError::NotFound)?;
    Ok(Locked { join, given_up, kept })
}

/// Writes what happened to a joining into the histories of both accounts.
async fn note<C: Connection>(context: &Context, actor: &Actor, tx: &C, found: &Locked, event: AuditEvent) -> Result<(), ServiceError> {
    // As it was typed: the proposer's history does not tell whether that login is anybody's.
    let typed = (&found.given_up, found.join.named_login.as_str());
    let named = found.kept.as_ref().map(|kept| (kept, found.given_up.account.login.as_str()));
    for (one, other) in std::iter::once(typed).chain(named) {
        let details = json!({ "join": found.join.id, "other": other });
        record::of_account(context, tx, actor, one, event, details).await?;
    }
    Ok(())
}

/// To anybody else a joining does not exist; the attempt is recorded, outside any transaction.
async fn not_mine(context: &Context, actor: &Actor, id: AccountJoinId) -> Result<ServiceError, ServiceError> {
    record::refused(context, actor, AuditObject::new("account_join", id), None, json!({})).await?;
    Ok(ServiceError::NotFound)
}
