//! Closes an account for good, mostly because its owner has asked for it.

use super::super::context::Context;
use super::super::error::ServiceError;
use super::super::request_closing::open_applications;
use super::super::revoke_grants::{Taking, of_account, take};
use super::super::stand_ins::end_of_account;
use super::super::{change_email, lost_mailbox, prove_again, record};
use super::{keep_one_central, locked, permitted};
use crate::domain::account::{AccountStatus, Handling, is_official};
use crate::domain::actor::Actor;
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::email_change::EmailChangeStatus;
use crate::domain::id::{AccountId, RevocationId, UnitId};
use crate::domain::identifiers::{Text, optional};
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::domain::revocation::{ACCOUNT_CLOSED, CLOSING_ASKED, Capacity, HeadLetter, LONGEST_WORDS, Reason};
use crate::storage::Connection;
use crate::storage::accounts::Credentials;
use crate::storage::closing_requests::{self, ClosingOutcome};
use crate::storage::database::begin;
use crate::storage::{accounts, passkeys, recovery_codes, revocations, role_assignments, sessions, sign_in_sources, totp_secrets, units};
use jiff::civil::Date;
use serde_json::{Value, json};

/// In which capacity an account is closed, and why.
pub(in crate::services) struct Cause {
    /// The owner's own wish, where it was said elsewhere, is [`Capacity::Owner`].
    pub(in crate::services) capacity: Capacity,
    /// Chosen with the rights; else whether its owner asked is the reason.
    pub(in crate::services) reason: Option<Reason>,
    /// In words.
    pub(in crate::services) note: Option<String>,
    /// The head's letter.
    pub(in crate::services) letter: Option<HeadLetter>,
    /// More for the trail.
    pub(in crate::services) details: Value,
}

impl Cause {
    /// In this capacity; the account itself is the reason.
    pub(in crate::services) fn of(capacity: Capacity) -> Self {
        Self { capacity, reason: None, note: None, letter: None, details: json!({}) }
    }
}

/// Closes: sessions, mailed links, factors, known devices, rights and roles end now. Each unit's rights leave a hand-over list, and its
/// other coordinators are told, as with any revocation. Its owner is told. An account whose application still waits for something stays
/// until that has ended: a decision must not find it closed. Nobody closes oneself, and nobody alone an official's account: that is
/// proposed (`propose_closing`), and what one alone does in an emergency is to suspend it. Who closes it says why in words, unless its
/// owner has asked for it.
///
/// # Errors
/// `Invalid` at `note`; `Denied`, `NotFound`, `ProofTooOld`; `OpenApplication`; `SecondNeeded` for the account of an official; `Stale` when it is closed or was
/// never approved.
pub async fn close(context: &Context, actor: &Actor, id: AccountId, note: &str) -> Result<(), ServiceError> {
    if actor.account_id() == Some(id) {
        return Err(ServiceError::Denied);
    }
    prove_again::required(context, actor)?;
    // Who may not do this learns nothing about the account; then the locks.
    permitted(context, actor, id, (Permission::AccountClose, Handling::Stop)).await?;
    let tx = begin(&context.db).await?;
    let note = read_note(&tx, id, note).await?;
    carry_out(context, actor, &tx, id, note, None).await?;
    tx.commit().await?;
    Ok(())
}

/// Why an administrator closes it, in words: needed where its owner has not asked for it.
///
/// # Errors
/// `Invalid` at `note`.
pub(super) async fn read_note<C: Connection>(db: &C, id: AccountId, note: &str) -> Result<Option<String>, ServiceError> {
    let at_note = |found| ServiceError::field("note", found);
    let note = optional(note, |text| Text::parse(text, LONGEST_WORDS)).map_err(at_note)?;
    if note.is_none() && closing_requests::find_open(db, id).await?.is_none() {
        return Err(at_note(Invalid::ReasonRequired));
    }
    Ok(note.map(|text| text.to_string()))
}

/// Closes within the transaction of whoever decides it; `by` says on whose proposal, without which no official's account is closed.
pub(super) async fn carry_out<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    id: AccountId,
    note: Option<String>,
    by: Option<Value>,
) -> Result<(), ServiceError> {
    keep_one_central(tx, id).await?;
    lock_units(tx, id, context.now().warsaw_date()).await?;
    let found = locked(context, actor, tx, id, Permission::AccountClose, Handling::Stop).await?;
    check(tx, &found).await?;
    if by.is_none() && is_official(&role_assignments::list_of(tx, id).await?) {
        return Err(ServiceError::SecondNeeded);
    }
    let cause = Cause { note, details: by.unwrap_or_else(|| json!({})), ..Cause::of(Capacity::Administrator) };
    close_for_good(context, actor, tx, &found, cause).await?;
    Ok(())
}

/// What closing is, in the transaction of whoever closes it. The units in which it holds rights are locked before it ([`lock_units`]).
/// Gives the hand-over lists.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn close_for_good<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    found: &Credentials,
    cause: Cause,
) -> Result<Vec<RevocationId>, ServiceError> {
    let id = found.account.id;
    let now = context.now();
    let (login, voivodeship) = (&found.account.login, found.voivodeship.as_ref());
    accounts::save_status(tx, id, AccountStatus::Closed).await?;
    sessions::remove_all_of(tx, id, None).await?;
    sign_in_sources::remove_all_of(tx, id).await?;
    totp_secrets::remove(tx, id).await?;
    passkeys::remove_all(tx, id).await?;
    recovery_codes::remove_all(tx, id).await?;
    change_email::settle_pending(context, tx, id, EmailChangeStatus::Cancelled).await?;
    lost_mailbox::drop_waiting(context, actor, tx, found).await?;
    let was_asked_for =
        closing_requests::settle(tx, id, ClosingOutcome::Closed, actor.label(), now).await? || cause.capacity == Capacity::Owner;
    let is_chosen = cause.reason.is_some();
    let reason = match cause.reason {
        Some(reason) => reason,
        None => revocations::reason(tx, if was_asked_for { CLOSING_ASKED } else { ACCOUNT_CLOSED }).await?,
    };
    let mut left = Vec::new();
    for affected in of_account(tx, &found.account, now.warsaw_date()).await? {
        let taking = Taking {
            account: &found.account,
            unit: &affected.unit,
            grants: affected.grants.iter().collect(),
            applications: &affected.applications,
            ends_coordinator: affected.is_coordinator,
            capacity: cause.capacity,
            reason: reason.clone(),
            note: cause.note.clone(),
            letter: cause.letter.clone(),
        };
        // Its owner hears of it by the letter about the account.
        left.push(take(context, actor, tx, taking).await?);
    }
    for held in role_assignments::list_of(tx, id).await? {
        // `keep_one_central` has seen to the last one.
        role_assignments::revoke(tx, held.id, now).await?;
        let details = json!({ "role": held.role.key(), "voivodeship": held.voivodeship });
        let object = AuditObject::new("account", login);
        record::done(context, tx, actor, AuditEvent::RoleRevoked, object, held.voivodeship.as_ref().or(voivodeship), details).await?;
    }
    end_of_account(context, actor, tx, id).await?;
    let mut details = cause.details;
    details["was_asked_for"] = json!(was_asked_for);
    details["capacity"] = json!(cause.capacity.key());
    if let Some(note) = &cause.note {
        details["note"] = json!(note);
    }
    record::of_account(context, tx, actor, found, AuditEvent::AccountClosed, details).await?;
    let revocation = left.last().copied().filter(|_| is_chosen);
    record::tell(context, tx, actor, &Notice::AccountClosed { account: id, was_asked_for, revocation }).await?;
    Ok(left)
}

/// Whether it can be closed now.
pub(super) async fn check<C: Connection>(db: &C, found: &Credentials) -> Result<(), ServiceError> {
    if !is_closable(found.account.status) {
        return Err(ServiceError::Stale);
    }
    if open_applications(db, found.account.id).await?.is_empty() { Ok(()) } else { Err(ServiceError::OpenApplication) }
}

/// Locks the units in which the account holds rights, in the order of their ids and before the account, as decisions lock them.
pub(in crate::services) async fn lock_units<C: Connection>(tx: &C, id: AccountId, today: Date) -> Result<(), ServiceError> {
    let Some(account) = accounts::find(tx, id).await? else { return Ok(()) };
    let mut units: Vec<UnitId> = of_account(tx, &account, today).await?.into_iter().map(|affected| affected.unit.id).collect();
    units.sort();
    for unit in units {
        units::find_for_update(tx, unit).await?;
    }
    Ok(())
}

/// Before approval an account is a part of its application, and ends with it.
pub(in crate::services) const fn is_closable(status: AccountStatus) -> bool {
    matches!(status, AccountStatus::Active | AccountStatus::Invited | AccountStatus::Suspended)
}
