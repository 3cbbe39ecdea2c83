//! What the approval does: the change waits, and both addresses are told.

use crate::domain::account::AccountStatus;
use crate::domain::actor::Actor;
use crate::domain::application::Application;
use crate::domain::application::email_change::EmailChange;
use crate::domain::application::email_change::waiting::{ChangeState, WaitingChange};
use crate::domain::audit::{AuditEvent, AuditObject};
use crate::domain::invalid::Invalid;
use crate::domain::notice::Notice;
use crate::services::report_not_me::is_doubted;
use crate::services::{Context, ServiceError, record};
use crate::storage::Connection;
use crate::storage::time_limits::{EMAIL_CHANGE, days};
use crate::storage::{accounts, waiting_changes};
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
    let is_as_filed = found.account.status == AccountStatus::Active && found.account.profile.email.key() == change.old_email.key();
    if !is_as_filed || is_doubted(tx, &found.account).await? || waiting_changes::find_waiting_for_update(tx, id).await?.is_some() {
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
    let object = AuditObject::new("account", &found.account.login);
    let details = json!({ "application": application.number.as_str(), "takes_effect_at": waiting.takes_effect_at.0 });
    record::done(context, tx, actor, AuditEvent::EmailChangeQueued, object, found.voivodeship.as_ref(), details).await?;
    for to_new in [false, true] {
        record::tell(context, tx, actor, &Notice::EmailChangeQueued { change: waiting.id, to_new }).await?;
    }
    Ok(())
}
