//! The applicant gives an application up.

use super::view_application::target_of;
use super::{Context, ServiceError, confirm_permissions, join_accounts, record};
use crate::domain::account::AccountStatus;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::status::{Event, Mover};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::notice::Notice;
use crate::domain::permission::Permission;
use crate::storage::Connection;
use crate::storage::accounts;
use crate::storage::applications::{self, persons};
use crate::storage::database::begin;
use serde_json::{Value, json};

/// Withdraws.
///
/// # Errors
/// `NotFound` for those who may not see it, `Transition` when it has ended.
pub async fn withdraw(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<(), ServiceError> {
    let tx = begin(&context.db).await?;
    let found = applications::find_by_number(&tx, number).await?.ok_or(ServiceError::NotFound)?;
    let mut application = applications::find_for_update(&tx, found.id).await?.ok_or(ServiceError::NotFound)?;
    context.policy.check(actor, Permission::ApplicationWithdraw, &target_of(&application)).map_err(|_| ServiceError::NotFound)?;
    application.status = application.status.after(Event::Withdraw, Mover::Applicant)?;
    application.status_since = context.now();
    application.lapses_at = None;
    application.taken_by = None;
    applications::save(&tx, &application).await?;
    ended_without_approval(context, actor, &tx, &application).await?;
    let voivodeship = application.summary().voivodeship;
    let object = AuditObject::new("application", number);
    record::done(context, &tx, actor, AuditEvent::ApplicationWithdrawn, object, Some(&voivodeship), json!({})).await?;
    record::tell(context, &tx, actor, &Notice::ApplicationWithdrawn { application: application.id }).await?;
    tx.commit().await?;
    Ok(())
}

/// Closes an open application that nobody can decide any more: no office said no, the reason says what happened. The applicant is told.
///
/// # Errors
/// `Transition` when it has ended.
pub(super) async fn close_with_reason<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    mut application: Application,
    reason: String,
    mut details: Value,
) -> Result<(), ServiceError> {
    let from = application.status;
    application.status = from.after(Event::Reject, Mover::System)?;
    application.status_since = context.now();
    application.lapses_at = None;
    application.taken_by = None;
    application.decided_by = None;
    application.decided_at = Some(context.now());
    application.reason = Some(reason);
    applications::save(tx, &application).await?;
    ended_without_approval(context, actor, tx, &application).await?;
    details["from"] = json!(from.key());
    let object = AuditObject::new("application", &application.number);
    let voivodeship = application.summary().voivodeship;
    record::done(context, tx, actor, AuditEvent::ApplicationRejected, object, Some(&voivodeship), details).await?;
    record::tell(context, tx, actor, &Notice::ApplicationRejected { application: application.id }).await
}

/// What goes with every end without an approval: logins are free again, and whatever waited for the application waits anew.
///
/// # Errors
/// Of the database.
pub(super) async fn ended_without_approval<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
) -> Result<(), ServiceError> {
    free_persons(tx, application).await?;
    join_accounts::ended_without_approval(context, actor, tx, application).await?;
    confirm_permissions::ended_without_approval(context, actor, tx, application).await
}

/// Frees the logins of an application that ended without approval: the persons other than the applicant never were more
/// than lines of it. The applicant keeps the account, to read what became of the application.
///
/// # Errors
/// Of the database.
async fn free_persons<C: Connection>(tx: &C, application: &Application) -> Result<(), ServiceError> {
    for id in persons::list(tx, application.id).await? {
        let Some(account) = accounts::find(tx, id).await? else { continue };
        if id != application.applicant && account.status == AccountStatus::Pending && !account.has_password {
            persons::remove(tx, application.id, id).await?;
            accounts::remove(tx, id).await?;
        }
    }
    Ok(())
}
