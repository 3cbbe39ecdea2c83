//! What time alone brings: a proposal lapses, a joining becomes final and its given-up account is closed.

use super::{locked, note};
use crate::domain::account::AccountStatus;
use crate::domain::account_join::{JoinEvent, JoinState};
use crate::domain::actor::Actor;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AccountJoinId;
use crate::domain::revocation::Capacity;
use crate::services::manage_accounts::{Cause, close_for_good, lock_units};
use crate::services::{Context, ServiceError};
use crate::storage::account_joins;
use crate::storage::database::begin;

/// Ends one whose time is over; false when somebody was quicker.
///
/// # Errors
/// Of the database.
pub(in crate::services) async fn run_out(context: &Context, actor: &Actor, id: AccountJoinId) -> Result<bool, ServiceError> {
    let tx = begin(&context.db).await?;
    // Units before accounts, as decisions lock them.
    let join = account_joins::find(&tx, id).await?.ok_or(ServiceError::NotFound)?;
    lock_units(&tx, join.given_up, context.now().warsaw_date()).await?;
    let mut found = locked(&tx, id).await?;
    if !found.join.moves(JoinEvent::RunOut, context.now()) {
        return Ok(false);
    }
    account_joins::save(&tx, &found.join).await?;
    if found.join.state == JoinState::Final {
        note(context, actor, &tx, &found, AuditEvent::JoinFinal).await?;
        // An administrator may have closed it before.
        if found.given_up.account.status == AccountStatus::Suspended {
            close_for_good(context, actor, &tx, &found.given_up, Cause::of(Capacity::Owner)).await?;
        }
    } else {
        note(context, actor, &tx, &found, AuditEvent::JoinLapsed).await?;
    }
    tx.commit().await?;
    Ok(true)
}
