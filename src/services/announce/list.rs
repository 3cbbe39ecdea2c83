//! Announcements as those see them who publish: the list within scope, and one with the number of those whom it reaches.

use super::{TypedAnnouncement, found};
use crate::domain::actor::Actor;
use crate::domain::announcement::{Announcement, Audience};
use crate::domain::id::AnnouncementId;
use crate::domain::moment::Moment;
use crate::domain::permission::{ListScope, Permission};
use crate::services::{Context, ServiceError};
use crate::storage::announcements;
use crate::storage::announcements::recipients::{self, Meant};
use crate::storage::page::Slice;

/// One announcement, and whom it reaches today.
#[derive(Debug, Clone)]
pub struct Looked {
    /// It.
    pub announcement: Announcement,
    /// Active accounts that it is for.
    pub readers: u64,
    /// Those of them that get a letter, if letters go.
    pub letters: u64,
    /// The actor wrote it.
    pub is_own: bool,
}

/// Announcements within scope, the newest first: the published ones, and one's own drafts.
///
/// # Errors
/// `Denied`.
pub async fn announcements_page(
    context: &Context,
    actor: &Actor,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<Announcement>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::AnnouncementPublish)?;
    Ok(announcements::list(&context.db, &scope, actor.account_id(), after, size).await?)
}

/// One announcement.
///
/// # Errors
/// `Denied`; `NotFound` for none within scope, and for another's draft.
pub async fn look(context: &Context, actor: &Actor, id: AnnouncementId) -> Result<Looked, ServiceError> {
    let announcement = found(context, actor, id).await?;
    let (content, today) = (&announcement.content, context.now().warsaw_date());
    let readers = recipients::count(&context.db, &content.audience, Meant::Readers, today).await?;
    let letters = recipients::count(&context.db, &content.audience, Meant::Mailed(content.urgency), today).await?;
    let is_own = actor.account_id() == Some(announcement.author);
    Ok(Looked { readers, letters, is_own, announcement })
}

/// What would have to be typed to write it again: for the form of a draft, and for another one in the place of one that was ended.
///
/// # Errors
/// As [`look`].
pub async fn typed_again(context: &Context, actor: &Actor, id: AnnouncementId) -> Result<(TypedAnnouncement, i32), ServiceError> {
    let one = found(context, actor, id).await?;
    let content = one.content;
    let voivodeships = match content.audience.place() {
        Some(ListScope::Voivodeships(codes)) => codes.iter().map(ToString::to_string).collect(),
        None | Some(ListScope::Country) => Vec::new(),
    };
    let (kinds, sub_areas) = match &content.audience {
        Audience::Units { kinds, .. } => (kinds.clone(), Vec::new()),
        Audience::SubAreas { sub_areas, .. } => (Vec::new(), sub_areas.clone()),
        Audience::Everybody | Audience::Offices { .. } => (Vec::new(), Vec::new()),
    };
    let (from_day, from_time) = in_fields(content.shown_from);
    let (until_day, until_time) = in_fields(content.shown_until);
    let typed = TypedAnnouncement {
        title: content.title.to_string(),
        text: content.text.to_string(),
        urgency: content.urgency.key().to_owned(),
        audience: content.audience.kind().key().to_owned(),
        voivodeships,
        kinds,
        sub_areas,
        from_day,
        from_time,
        until_day,
        until_time,
        is_mailed: content.is_mailed,
    };
    Ok((typed, one.version))
}

fn in_fields(moment: Moment) -> (String, String) {
    (moment.to_date_text(), moment.to_time_text())
}
