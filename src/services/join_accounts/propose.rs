//! The two signatures of one person: proposed in the account that is given up, confirmed in the one that stays.

use super::{Locked, lock_accounts, locked, not_mine, note};
use crate::domain::account::{Account, AccountStatus, Role};
use crate::domain::account_join::{AccountJoin, JoinEvent, JoinState, MOST_PROPOSALS, PROPOSAL_MS};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::{AccountId, AccountJoinId};
use crate::domain::identifiers::Login;
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError, prove_again, record};
use crate::storage::accounts::{self, Credentials};
use crate::storage::database::begin;
use crate::storage::time_limits::{ACCOUNT_JOIN_FILE, days};
use crate::storage::{Connection, Transaction, account_joins, role_assignments};

/// Another joining in which the account is bound: it is given up, or it stays and has confirmed that. What has run out binds nobody.
async fn is_bound<C: Connection>(
    context: &Context,
    tx: &C,
    account: AccountId,
    except: Option<AccountJoinId>,
) -> Result<bool, ServiceError> {
    let running = account_joins::list_running_of(tx, account).await?;
    let binds = |join: &AccountJoin| join.given_up == account || join.state != JoinState::Proposed;
    Ok(running.iter().any(|join| Some(join.id) != except && !join.has_run_out(context.now()) && binds(join)))
}

/// Proposes that this account is given up for the one with a login. Whether that login is anybody's, the answer is the same, here and on
/// every page.
///
/// # Errors
/// `Invalid` at `login`: not a login, the own one, or what the own account stands against; `ProofTooOld`; `TooMany`.
pub async fn propose(context: &Context, actor: &Actor, typed: &str) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::AccountJoinPropose)?;
    prove_again::required(context, actor)?;
    let login = Login::parse(typed).map_err(|reason| ServiceError::field("login", reason))?;
    let named = accounts::find_by_login(&context.db, &login.key()).await?.map(|found| found.account.id);
    let tx = begin(&context.db).await?;
    let (mut own, named): (Vec<Credentials>, Vec<Credentials>) =
        lock_accounts(&tx, std::iter::once(id).chain(named)).await?.into_iter().partition(|found| found.account.id == id);
    let own = own.pop().ok_or(ServiceError::NotFound)?;
    if own.account.login.key() == login.key() {
        return Err(ServiceError::field("login", Invalid::JoinSelf));
    }
    let roles = role_assignments::list_of(&tx, id).await?;
    if let Some(held) = roles.first() {
        let reason = if held.role == Role::UnitCoordinator { Invalid::JoinCoordinator } else { Invalid::JoinRole };
        return Err(ServiceError::field("login", reason));
    }
    let now = context.now();
    if account_joins::count_proposed(&tx, id, now.plus_ms(-PROPOSAL_MS)).await? >= MOST_PROPOSALS as u64 {
        return Err(ServiceError::TooMany);
    }
    if is_bound(context, &tx, id, None).await? {
        return Err(ServiceError::field("login", Invalid::JoinRunning));
    }
    for mut old in account_joins::list_running_of(&tx, id).await?.into_iter().filter(|join| join.given_up == id) {
        // The worker has not come by yet.
        if old.moves(JoinEvent::RunOut, now) {
            account_joins::save(&tx, &old).await?;
        }
    }
    // As it stands now that it is locked: it may have been stopped, or have another login, since.
    let is_open = |account: &Account| account.login.key() == login.key() && account.status == AccountStatus::Active && account.has_password;
    let kept = named.into_iter().find(|found| is_open(&found.account));
    let join = AccountJoin {
        id: context.new_account_join_id(),
        given_up: id,
        kept: kept.as_ref().map(|found| found.account.id),
        named_login: login.to_string(),
        state: JoinState::Proposed,
        proposed_at: now,
        due_at: now.plus_ms(PROPOSAL_MS),
        application: None,
        joined_at: None,
        ended_at: None,
    };
    account_joins::add(&tx, &join).await?;
    // The named account's history says it, too: whoever looks at it later sees who wanted what.
    note(context, actor, &tx, &Locked { join, given_up: own, kept }, AuditEvent::JoinProposed).await?;
    tx.commit().await?;
    Ok(())
}

/// A joining in a transaction, for the account that was named.
async fn asked(context: &Context, actor: &Actor, id: AccountJoinId) -> Result<(Transaction, Locked), ServiceError> {
    let me = context.own_account(actor, Permission::AccountJoinPropose)?;
    let found = account_joins::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if found.kept != Some(me) {
        return Err(not_mine(context, actor, id).await?);
    }
    let tx = begin(&context.db).await?;
    let found = locked(&tx, id).await?;
    Ok((tx, found))
}

/// Confirms from the account that stays that both are the actor's.
///
/// # Errors
/// `NotFound` for a proposal that names another account; `ProofTooOld`; `Stale` when it is confirmed already or has ended; `Invalid` at
/// `login` when one of the two is bound elsewhere.
pub async fn confirm(context: &Context, actor: &Actor, id: AccountJoinId) -> Result<(), ServiceError> {
    let (tx, mut found) = asked(context, actor, id).await?;
    prove_again::required(context, actor)?;
    let now = context.now();
    if found.given_up.account.status != AccountStatus::Active || !found.join.moves(JoinEvent::Confirm, now) {
        return Err(ServiceError::Stale);
    }
    let me = found.both()?.0.account.id;
    if is_bound(context, &tx, me, Some(id)).await? || is_bound(context, &tx, found.join.given_up, Some(id)).await? {
        return Err(ServiceError::field("login", Invalid::JoinRunning));
    }
    found.join.due_at = now.end_of_day_in(days(&tx, ACCOUNT_JOIN_FILE).await?);
    account_joins::save(&tx, &found.join).await?;
    note(context, actor, &tx, &found, AuditEvent::JoinConfirmed).await?;
    tx.commit().await?;
    Ok(())
}

/// „To nie moje konto”: the proposal ends, and its maker's mailbox is told.
///
/// # Errors
/// `NotFound` for a proposal that names another account; `Stale` when there is nothing to refuse any more.
pub async fn refuse(context: &Context, actor: &Actor, id: AccountJoinId) -> Result<(), ServiceError> {
    let (tx, mut found) = asked(context, actor, id).await?;
    if !found.join.moves(JoinEvent::Refuse, context.now()) {
        return Err(ServiceError::Stale);
    }
    account_joins::save(&tx, &found.join).await?;
    note(context, actor, &tx, &found, AuditEvent::JoinRefused).await?;
    record::tell(context, &tx, actor, &Notice::AccountJoinRefused { join: id, account: found.join.given_up }).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a proposal up that is not filed: its maker at any time, the account that stays once it has confirmed. What is filed is
/// withdrawn as an application.
///
/// # Errors
/// `NotFound` for others; `Stale` when it is filed or has ended.
pub async fn give_up(context: &Context, actor: &Actor, id: AccountJoinId) -> Result<(), ServiceError> {
    let me = context.own_account(actor, Permission::AccountJoinPropose)?;
    let found = account_joins::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    if found.given_up != me && found.kept != Some(me) {
        return Err(not_mine(context, actor, id).await?);
    }
    let tx = begin(&context.db).await?;
    let mut found = locked(&tx, id).await?;
    let may = match found.join.state {
        JoinState::Proposed => found.join.given_up == me,
        state => state == JoinState::Confirmed,
    };
    if !may || !found.join.moves(JoinEvent::Drop, context.now()) {
        return Err(ServiceError::Stale);
    }
    account_joins::save(&tx, &found.join).await?;
    note(context, actor, &tx, &found, AuditEvent::JoinDropped).await?;
    tx.commit().await?;
    Ok(())
}
