//! `/announcements`: what is announced to the reader, and putting one aside. What may not live here: writing them.

use super::admin::href;
use super::sign_in::local_path;
use crate::domain::announcement::{Announcement, Urgency};
use crate::domain::id::AnnouncementId;
use crate::domain::moment::Moment;
use crate::services::ServiceError;
use crate::services::read_announcements::{list_announcements, put_aside};
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{Anyone, Member};
use crate::web::pages::announcement_pages::{AnnouncementsPage, ReadAnnouncement};
use crate::web::reply::Answer;
use rocket::{Route, get, post, routes};

fn row_of(one: Announcement, now: Moment) -> ReadAnnouncement {
    ReadAnnouncement {
        id: one.id.to_string(),
        state: one.state(now).key(),
        is_important: one.content.urgency == Urgency::Important,
        title: one.content.title.to_string(),
        paragraphs: one.content.paragraphs().into_iter().map(str::to_owned).collect(),
        from: one.content.shown_from,
        until: one.ended.map_or(one.content.shown_until, |(at, _)| at),
    }
}

#[get("/announcements?<after>")]
async fn list(who: Anyone<'_>, after: Option<&str>) -> Answer {
    let slice = list_announcements(who.context(), who.actor(), after).await?;
    let now = who.context().now();
    who.show(&AnnouncementsPage {
        rows: slice.rows.into_iter().map(|one| row_of(one, now)).collect(),
        first_href: after.map(|_| "/announcements".to_owned()),
        next_href: slice.next.map(|next| href("/announcements", &[("after", &next)])),
    })
}

#[post("/announcements/<id>/dismiss", data = "<form>")]
async fn dismiss(who: Member<'_>, id: &str, form: Posted) -> Answer {
    let id: AnnouncementId = id.parse().map_err(|_| PageError::NotFound)?;
    let back = local_path(form.text("back")).unwrap_or("/announcements").to_owned();
    match put_aside(who.context(), who.actor(), id).await {
        Ok(()) => who.redirect_with(back, "announcement_hidden"),
        // It has ended meanwhile, or it presses: the page shows how it stands.
        Err(ServiceError::NotFound | ServiceError::Stale) => who.redirect(back),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, dismiss]
}
