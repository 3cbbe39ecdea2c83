//! Publishing an announcement, and ending it before its time. Both are in the audit trail; the publication with all that it says, so
//! that what people were told is known whatever becomes of the row.

use super::{found, object};
use crate::domain::actor::Actor;
use crate::domain::announcement::Announcement;
use crate::domain::audit::AuditEvent;
use crate::domain::id::AnnouncementId;
use crate::domain::invalid::Invalid;
use crate::domain::permission::Permission;
use crate::services::{Context, ServiceError, prove_again, record};
use crate::storage::announcements;
use crate::storage::database::begin;
use serde_json::json;

/// Publishes a draft as its author has seen it. A stolen session must not write to thousands, so it wants a fresh proof.
///
/// # Errors
/// `Denied`; `ProofTooOld`; `NotFound` for none of one's own; `Stale` when it is another by now, or published; `Invalid` at `until_day`
/// when its time is over.
pub async fn publish(context: &Context, actor: &Actor, id: AnnouncementId, version: i32) -> Result<Announcement, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::AnnouncementPublish)?;
    prove_again::required(context, actor)?;
    let (one, now) = (found(context, actor, id).await?, context.now());
    // The author's roles may be others than when the draft was written.
    if actor.account_id() != Some(one.author) || !one.content.audience.lies_within(&scope) {
        return Err(ServiceError::NotFound);
    }
    if one.published.is_some() {
        return Err(ServiceError::Stale);
    }
    if one.content.shown_until <= now {
        return Err(ServiceError::field("until_day", Invalid::DatePast));
    }
    let tx = begin(&context.db).await?;
    // What was looked at above is what is published: it is of this version, or nothing happens.
    if one.version != version || !announcements::publish(&tx, id, version, actor.label(), now).await? {
        return Err(ServiceError::Stale);
    }
    let content = &one.content;
    let details = json!({
        "audience": content.audience, "urgency": content.urgency.key(), "title": content.title, "text": content.text,
        "from": content.shown_from.to_iso(), "until": content.shown_until.to_iso(), "mailed": content.is_mailed,
    });
    record::done(context, &tx, actor, AuditEvent::AnnouncementPublished, object(&one), one.voivodeship.as_ref(), details).await?;
    tx.commit().await?;
    Ok(one)
}

/// Ends an announcement before its time: it is shown no more, and no further letter leaves.
///
/// # Errors
/// `Denied`; `NotFound` for none within scope; `Stale` when it is over, or ended already: of two clicks one counts.
pub async fn end(context: &Context, actor: &Actor, id: AnnouncementId) -> Result<(), ServiceError> {
    let one = found(context, actor, id).await?;
    let tx = begin(&context.db).await?;
    if !announcements::end(&tx, id, actor.label(), context.now()).await? {
        return Err(ServiceError::Stale);
    }
    let details = json!({ "title": one.content.title, "mailed": one.mailed });
    record::done(context, &tx, actor, AuditEvent::AnnouncementEnded, object(&one), one.voivodeship.as_ref(), details).await?;
    tx.commit().await?;
    Ok(())
}
