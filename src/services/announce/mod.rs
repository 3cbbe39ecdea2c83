//! Announcements of administrators: written as a draft that only its author sees, looked at with the number of those whom it reaches,
//! published, and ended before its time. What stands in a published one is never changed: it is ended, and another one is published.
//! What may not live here: reading them (`read_announcements.rs`).

mod draft;
mod list;
mod mail;
mod publish;
mod words;

pub use draft::{Choices, TypedAnnouncement, choices, edit_draft, remove_draft, start_draft};
pub use list::{Looked, announcements_page, look, typed_again};
pub use mail::queue_letters;
pub use publish::{end, publish};
pub use words::AudienceNames;

use super::{Context, ServiceError, record};
use crate::domain::actor::Actor;
use crate::domain::announcement::Announcement;
use crate::domain::audit::AuditObject;
use crate::domain::id::AnnouncementId;
use crate::domain::permission::{Permission, Target};
use crate::storage::announcements;
use serde_json::json;

fn object(one: &Announcement) -> AuditObject {
    AuditObject::new("announcement", one.id)
}

/// The announcement, where the actor may publish in its scope, and where it is published or the actor's own. To whom it is not visible it
/// does not exist, and the attempt is in the audit trail.
async fn found(context: &Context, actor: &Actor, id: AnnouncementId) -> Result<Announcement, ServiceError> {
    context.policy.list_scope(actor, Permission::AnnouncementPublish)?;
    let one = announcements::find(&context.db, id).await?.ok_or(ServiceError::NotFound)?;
    let target = Target { voivodeship: one.voivodeship.clone(), ..Target::default() };
    let is_within = context.policy.check(actor, Permission::AnnouncementPublish, &target).is_ok();
    if is_within && (one.published.is_some() || actor.account_id() == Some(one.author)) {
        return Ok(one);
    }
    let details = json!({ "permission": Permission::AnnouncementPublish.key() });
    record::refused(context, actor, object(&one), one.voivodeship.as_ref(), details).await?;
    Err(ServiceError::NotFound)
}
