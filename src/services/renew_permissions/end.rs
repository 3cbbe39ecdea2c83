//! Open renewals of a right that is no more: closed at once with the reason, which its applicant reads in the letter and in the application.
//! An approval would refuse them later anyway.
//!
//! Applications are locked before units and accounts, as decisions lock them; so whoever takes rights away asks for [`lock`] first.

use crate::domain::actor::Actor;
use crate::domain::application::{Application, Kind};
use crate::domain::id::{AccountId, ApplicationId, UnitId};
use crate::services::withdraw_application::close_with_reason;
use crate::services::{Context, ServiceError, own_draft, rights};
use crate::storage::Connection;
use crate::storage::applications;
use crate::storage::grants::Grant;
use serde_json::json;

async fn open_of<C: Connection>(tx: &C, accounts: &[AccountId]) -> Result<Vec<ApplicationId>, ServiceError> {
    let mut ids = Vec::new();
    for account in accounts {
        ids.extend(own_draft::open_of(tx, *account, Kind::PermissionRenewal).await?.into_iter().map(|listed| listed.id));
    }
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// The open renewals of these people, locked in the order of their ids.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn lock<C: Connection>(tx: &C, accounts: &[AccountId]) -> Result<Vec<Application>, ServiceError> {
    let mut locked = Vec::new();
    for id in open_of(tx, accounts).await? {
        locked.extend(applications::find_for_update(tx, id).await?.filter(|application| application.status.is_open()));
    }
    Ok(locked)
}

/// Whether a renewal asks for one of these rights, in their unit or in one whose place that has taken.
async fn is_about<C: Connection>(tx: &C, renewal: &Application, gone: &[&Grant]) -> Result<bool, ServiceError> {
    let Some(content) = renewal.payload.permission_renewal() else { return Ok(false) };
    let mut places: Vec<UnitId> = vec![content.unit_id];
    places.extend(rights::place_of(tx, content.unit_id).await?);
    Ok(gone.iter().any(|grant| {
        let is_asked = content.grants.iter().any(|asked| (&asked.sub_area, &asked.function) == (&grant.sub_area, &grant.function));
        grant.account == renewal.applicant && places.contains(&grant.unit) && is_asked
    }))
}

/// Closes those of the locked renewals that ask for one of the rights that are gone; `reason` is for their applicants.
///
/// # Errors
/// `Stale` when somebody filed another one meanwhile, before the account was locked.
pub(in crate::services) async fn end<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    locked: &mut Vec<Application>,
    gone: &[&Grant],
    reason: &str,
) -> Result<(), ServiceError> {
    let mut holders: Vec<AccountId> = gone.iter().map(|grant| grant.account).collect();
    holders.sort();
    holders.dedup();
    for id in open_of(tx, &holders).await? {
        let Some(at) = locked.iter().position(|application| application.id == id) else {
            let unknown = applications::find(tx, id).await?.ok_or(ServiceError::Stale)?;
            if is_about(tx, &unknown, gone).await? {
                return Err(ServiceError::Stale);
            }
            continue;
        };
        if is_about(tx, &locked[at], gone).await? {
            let application = locked.swap_remove(at);
            close_with_reason(context, actor, tx, application, reason.to_owned(), json!({ "why": "right_gone" })).await?;
        }
    }
    Ok(())
}
