//! Announcements as those read them whom they are for: what is shown on each page, the list of one's own, and putting one aside.
//! What may not live here: writing them (`announce/`).

use super::{Context, ServiceError};
use crate::domain::account::{AccountStatus, Role};
use crate::domain::actor::{Actor, SignedIn};
use crate::domain::announcement::{Announcement, AnnouncementState, READABLE_DAYS, Reader};
use crate::domain::id::AnnouncementId;
use crate::storage::database::begin;
use crate::storage::page::Slice;
use crate::storage::{announcements, units};

/// So many are shown on each page; the others stand on their own page.
pub const MOST_SHOWN: usize = 3;
/// Rows on one page of the list.
const PAGE_SIZE: usize = 20;
/// Rows that are looked through at once for one page of the list.
const RUN: usize = 100;

/// What decides which announcements are for somebody. Roles came with the session; rights are asked for only where an announcement
/// asks for them.
async fn reader(context: &Context, me: Option<&SignedIn>, all: &[Announcement]) -> Result<Reader, ServiceError> {
    let Some(me) = me.filter(|me| me.status == AccountStatus::Active) else { return Ok(Reader::default()) };
    // A deputy reads what the office is told; its letter goes to those who hold the role.
    let of_offices = me.acting_roles().into_iter().filter(|held| held.role != Role::UnitCoordinator);
    let mut reader = Reader { offices: of_offices.filter_map(|held| held.voivodeship).collect(), ..Reader::default() };
    if all.iter().any(|one| one.content.audience.asks_for_rights()) {
        for (place, kind, sub_area) in announcements::rights_of(&context.db, me.account, context.now().warsaw_date()).await? {
            reader.units.push((place.clone(), kind));
            reader.rights.push((place, sub_area));
        }
        let coordinated: Vec<_> = me.roles.iter().filter_map(|held| held.unit).collect();
        if !coordinated.is_empty() {
            let found = units::list_by_ids(&context.db, &coordinated).await?.into_iter();
            reader.units.extend(found.map(|unit| (unit.voivodeship, unit.data.kind)));
        }
    }
    Ok(reader)
}

async fn only_own(context: &Context, me: Option<&SignedIn>, all: Vec<Announcement>) -> Result<Vec<Announcement>, ServiceError> {
    let reader = reader(context, me, &all).await?;
    Ok(all.into_iter().filter(|one| one.content.audience.includes(&reader)).collect())
}

/// What is to be shown on a page to this visitor: what presses first, then the latest, without what was put aside.
///
/// It is asked with each page, and nothing is kept between two pages: an announcement shows at once on every process, and one that was
/// ended is gone at once. Nearly always this is one look into a partial index without rows. While something is announced it reads those
/// few rows, and only for units and sub-areas also the reader's own rights, by the index of the account; neither grows with the portal.
///
/// # Errors
/// Of the database.
pub async fn shown_now(context: &Context, actor: &Actor) -> Result<Vec<Announcement>, ServiceError> {
    let live = announcements::list_live(&context.db, actor.account_id(), context.now()).await?;
    if live.is_empty() {
        return Ok(live);
    }
    let mut own = only_own(context, actor.signed_in(), live).await?;
    own.truncate(MOST_SHOWN);
    Ok(own)
}

/// What was and is announced to this visitor in the last year, the latest first. Who is not signed in reads what is announced to
/// everybody now.
///
/// # Errors
/// Of the database.
pub async fn list_announcements(context: &Context, actor: &Actor, after: Option<&str>) -> Result<Slice<Announcement>, ServiceError> {
    let (db, now) = (&context.db, context.now());
    let Some(me) = actor.signed_in() else {
        let live = announcements::list_live(db, None, now).await?;
        return Ok(Slice { rows: only_own(context, None, live).await?, next: None });
    };
    let (mut rows, mut after) = (Vec::new(), after.map(str::to_owned));
    // Bounded by the announcements of one year.
    loop {
        let run = announcements::list_shown(db, now.plus_days(-READABLE_DAYS), now, after.as_deref(), RUN).await?;
        let shown = run.rows.into_iter().filter(|one| one.was_shown(now)).collect();
        rows.extend(only_own(context, Some(me), shown).await?);
        after = run.next;
        if rows.len() > PAGE_SIZE || after.is_none() {
            break;
        }
    }
    let next = if rows.len() > PAGE_SIZE {
        rows.truncate(PAGE_SIZE);
        rows.last().map(announcements::shown_cursor)
    } else {
        None
    };
    Ok(Slice { rows, next })
}

/// Puts an announcement aside for the own account: it is shown on its page only. What presses stands until its end.
///
/// # Errors
/// `Denied` for a visitor; `NotFound` for none that is shown to the actor now; `Stale` for one that presses.
pub async fn put_aside(context: &Context, actor: &Actor, id: AnnouncementId) -> Result<(), ServiceError> {
    let me = actor.signed_in().ok_or(ServiceError::Denied)?;
    let found = announcements::find(&context.db, id).await?;
    let current = found.filter(|one| one.state(context.now()) == AnnouncementState::Current);
    let own = only_own(context, Some(me), current.into_iter().collect()).await?;
    let one = own.first().ok_or(ServiceError::NotFound)?;
    if !one.can_be_put_aside() {
        return Err(ServiceError::Stale);
    }
    let tx = begin(&context.db).await?;
    announcements::dismiss(&tx, id, me.account, context.now()).await?;
    tx.commit().await?;
    Ok(())
}
