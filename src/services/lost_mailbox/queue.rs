//! What the approval does: the change waits, and both addresses are told.

use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::email_change::EmailChange;
use crate::domain::application::email_change::waiting::{ChangeState, WaitingChange, is_as_signed};
use crate::domain::audit::AuditEvent;
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::services::{Context, ServiceError, record};
use crate::storage::Connection;
use crate::storage::time_limits::{EMAIL_CHANGE, days};
use crate::storage::{accounts, security_reports, waiting_changes};
use serde_json::json;

/// Queues the approved change, in the deciding transaction.
///
/// # Errors
/// `Invalid` at `new_email` when the account was stopped, has another address than the one that the form speaks of, or its owner has
/// reported that somebody else is in it.
pub(in crate::services) async fn queue<C: Connection>(
    context: &Context,
    actor: &Actor,
    tx: &C,
    application: &Application,
    change: &EmailChange,
) -> Result<(), ServiceError> {
    let (now, id) = (context.now(), application.applicant);
    let found = accounts::find_for_update(tx, id).await?.ok_or(ServiceError::Stale)?;
    let is_reported = security_reports::is_any_open(tx, id).await?;
    if !is_as_signed(&found.account, &change.old_email, is_reported) || waiting_changes::find_waiting(tx, id).await?.is_some() {
        return Err(ServiceError::field("new_email", Invalid::AccountChanged));
    }
    let waiting = WaitingChange {
        id: context.new_waiting_change_id(),
        account: id,
        application: application.id,
        old_email: found.account.profile.email.clone(),
        new_email: change.new_email.clone(),
        approved_at: now,
        takes_effect_at: now.plus_days(days(tx, EMAIL_CHANGE).await?),
        state: ChangeState::Waiting,
        ended_at: None,
    };
    waiting_changes::add(tx, &waiting).await?;
    let details = json!({ "application": application.number.as_str(), "takes_effect_at": waiting.takes_effect_at.0 });
    record::of_account(context, tx, actor, &found, AuditEvent::EmailChangeQueued, details).await?;
    for to_new in [false, true] {
        record::tell(context, tx, actor, &Notice::EmailChangeQueued { account: id, change: waiting.id, to_new }).await?;
    }
    Ok(())
}
