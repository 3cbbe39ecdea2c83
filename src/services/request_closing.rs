//! The owner asks to close the account. Nothing ends by asking: an administrator closes it (`manage_accounts`), and until then
//! the request can be taken back.

use super::context::Context;
use super::error::ServiceError;
use super::manage_accounts::keep_one_central;
use super::{prove_again, record};
use crate::domain::account::AccountStatus;
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::storage::applications::{self, Listed};
use crate::storage::closing_requests::{self, ClosingOutcome};
use crate::storage::database::begin;
use crate::storage::grants::{self, Grant};
use crate::storage::{Connection, accounts, units};
use serde_json::json;

/// The function that others wait for.
pub(super) const APPROVER: &str = "approver";

/// What closing would end.
#[derive(Debug, Clone)]
pub struct ClosingView {
    /// When the owner asked.
    pub requested_at: Option<Moment>,
    /// Rights that are in force or begin later, each with the name of its unit.
    pub grants: Vec<(Grant, String)>,
    /// Of these, those that nobody else in the unit has: nobody could approve.
    pub sole_approver_of: Vec<(Grant, String)>,
    /// Applications that wait for something: the account can be closed when they have ended.
    pub applications: Vec<Listed>,
    /// The portal would be left without a central administrator.
    pub is_last_administrator: bool,
}

/// What it would end, and whether it was asked for.
///
/// # Errors
/// `Denied` for those who may not change their data.
pub async fn view_closing(context: &Context, actor: &Actor) -> Result<ClosingView, ServiceError> {
    let (id, db) = (context.own_account(actor, Permission::AccountEdit)?, &context.db);
    let today = context.now().warsaw_date();
    let mut held = Vec::new();
    let mut sole = Vec::new();
    for grant in grants::list_of_account(db, id).await?.into_iter().filter(|grant| grant.valid_until >= today) {
        let unit = units::find(db, grant.unit).await?.map(|unit| unit.data.name.to_string()).unwrap_or_default();
        if grant.function == APPROVER && grant.valid_from <= today && is_sole_holder(db, &grant, today).await? {
            sole.push((grant.clone(), unit.clone()));
        }
        held.push((grant, unit));
    }
    let is_last_administrator = matches!(keep_one_central(db, id).await, Err(ServiceError::LastAdministrator));
    Ok(ClosingView {
        requested_at: closing_requests::find_open(db, id).await?.map(|request| request.requested_at),
        grants: held,
        sole_approver_of: sole,
        applications: open_applications(db, id).await?,
        is_last_administrator,
    })
}

/// Whether no other active account has this right in this unit.
pub(super) async fn is_sole_holder<C: Connection>(db: &C, grant: &Grant, today: jiff::civil::Date) -> Result<bool, ServiceError> {
    let others: Vec<AccountId> = grants::holders(db, grant, today).await?.into_iter().filter(|id| *id != grant.account).collect();
    let others = accounts::list_by_ids(db, &others).await?;
    Ok(!others.iter().any(|account| account.status == AccountStatus::Active))
}

/// The applications of an account, its own and those that name it, that have not ended.
pub(super) async fn open_applications<C: Connection>(db: &C, account: AccountId) -> Result<Vec<Listed>, ServiceError> {
    Ok(applications::list_naming(db, account).await?.into_iter().filter(|listed| listed.status.is_open()).collect())
}

/// Asks.
///
/// # Errors
/// `LastAdministrator`, `ProofTooOld`, `Denied`; `Stale` when it was asked for already.
pub async fn request_closing(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::AccountEdit)?;
    prove_again::required(context, actor)?;
    let tx = begin(&context.db).await?;
    keep_one_central(&tx, id).await?;
    let found = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if closing_requests::find_open(&tx, id).await?.is_some() {
        return Err(ServiceError::Stale);
    }
    closing_requests::add(&tx, context.new_closing_request_id(), id, context.now()).await?;
    record::of_account(context, &tx, actor, &found, AuditEvent::ClosingRequested, json!({})).await?;
    record::tell(context, &tx, actor, &Notice::ClosingRequested { account: id }).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes the request back.
///
/// # Errors
/// `Denied`; `Stale` when there is none.
pub async fn withdraw_closing(context: &Context, actor: &Actor) -> Result<(), ServiceError> {
    let id = context.own_account(actor, Permission::AccountEdit)?;
    let tx = begin(&context.db).await?;
    let found = accounts::find_for_update(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    if !closing_requests::settle(&tx, id, ClosingOutcome::Withdrawn, actor.label(), context.now()).await? {
        return Err(ServiceError::Stale);
    }
    record::of_account(context, &tx, actor, &found, AuditEvent::ClosingWithdrawn, json!({})).await?;
    tx.commit().await?;
    Ok(())
}
