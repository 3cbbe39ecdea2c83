//! `/admin/announcements`: writing announcements, looking at them before they are published, publishing and ending them.

use super::admin::href;
use super::exports;
use crate::domain::announcement::{Announcement, AnnouncementState, AudienceKind, Urgency};
use crate::domain::collation::sort_key;
use crate::domain::id::AnnouncementId;
use crate::domain::invalid::FieldErrors;
use crate::services::ServiceError;
use crate::services::announce::{
    self, AudienceNames, TypedAnnouncement, announcements_page, choices, edit_draft, look, remove_draft, start_draft, typed_again,
};
use crate::services::export_list::List;
use crate::web::error::PageError;
use crate::web::forms::Posted;
use crate::web::guards::{AnnouncementPublish, Permit};
use crate::web::pages::admin_pages::Choice;
use crate::web::pages::announcement_pages::{AnnouncementListPage, AnnouncementPage, AnnouncementRow, EditAnnouncementPage};
use crate::web::reply::Answer;
use crate::web::visit::Visit;
use rocket::{Route, get, post, routes};

/// Rows on one page.
const PAGE_SIZE: usize = 50;
/// An announcement that is begun now is proposed to be shown for so many days.
const USUAL_DAYS: i64 = 7;

const PLACE: &str = "/admin/announcements";

fn parse(id: &str) -> Result<AnnouncementId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

/// The version that the reader saw: a form of ours always carries it.
fn version_of(form: &Posted) -> Result<i32, PageError> {
    form.text("version").parse().map_err(|_| PageError::Unprocessable)
}

fn path_of(id: AnnouncementId) -> String {
    format!("{PLACE}/{id}")
}

fn row_of(who: &Visit<'_>, names: &AudienceNames, one: &Announcement) -> AnnouncementRow {
    let content = &one.content;
    AnnouncementRow {
        id: one.id.to_string(),
        title: content.title.to_string(),
        state: one.state(who.context().now()).key(),
        urgency: content.urgency.key(),
        audience: names.in_words(who.context().renderer.labels(), &content.audience),
        from: content.shown_from,
        until: content.shown_until,
        is_mailed: content.is_mailed,
        mailed: one.mailed,
    }
}

#[get("/admin/announcements?<after>")]
async fn list(who: Permit<'_, AnnouncementPublish>, after: Option<&str>) -> Answer {
    let slice = announcements_page(who.context(), who.actor(), after, PAGE_SIZE).await?;
    let names = AudienceNames::load(who.context()).await?;
    who.show(&AnnouncementListPage {
        rows: slice.rows.iter().map(|one| row_of(&who, &names, one)).collect(),
        first_href: after.map(|_| PLACE.to_owned()),
        next_href: slice.next.map(|next| href(PLACE, &[("after", &next)])),
        export: exports::links("announcements", &[]),
    })
}

#[get("/export/announcements/<format>")]
async fn export(who: Permit<'_, AnnouncementPublish>, format: &str) -> Answer {
    exports::answer(&who, &List::Announcements, format).await
}

async fn form_page(who: &Visit<'_>, typed: TypedAnnouncement, errors: FieldErrors) -> Result<EditAnnouncementPage, PageError> {
    let words = &who.context().renderer;
    let choices = choices(who.context(), who.actor()).await?;
    let mut voivodeships: Vec<Choice> = choices.voivodeships.iter().map(|(code, name)| Choice::new(code.as_str(), name)).collect();
    voivodeships.sort_by_cached_key(|choice| sort_key(&choice.text));
    let audiences = AudienceKind::ALL.iter().filter(|kind| choices.may_all || **kind != AudienceKind::Everybody);
    Ok(EditAnnouncementPage {
        typed,
        all_urgencies: Urgency::ALL.map(|one| Choice::new(one.key(), words.label(&format!("urgency_choice.{}", one.key())))).into(),
        all_audiences: audiences.map(|one| Choice::new(one.key(), words.label(&format!("audience_choice.{}", one.key())))).collect(),
        all_voivodeships: voivodeships,
        all_kinds: choices.kinds.iter().map(|(code, name)| Choice::new(code, name)).collect(),
        all_sub_areas: choices.sub_areas.iter().map(|(code, name)| Choice::new(code, format!("{code} – {name}"))).collect(),
        errors,
        ..EditAnnouncementPage::default()
    })
}

fn typed_in(form: &Posted) -> TypedAnnouncement {
    let all = |name: &str| form.all(name).map(str::to_owned).collect();
    let text = |name: &str| form.text(name).to_owned();
    TypedAnnouncement {
        title: text("title"),
        text: form.lines("text"),
        urgency: text("urgency"),
        audience: text("audience"),
        voivodeships: all("voivodeships"),
        kinds: all("kinds"),
        sub_areas: all("sub_areas"),
        from_day: text("from_day"),
        from_time: text("from_time"),
        until_day: text("until_day"),
        until_time: text("until_time"),
        is_mailed: form.all("is_mailed").any(|value| value == "yes"),
    }
}

/// The form of a new one; of one that was published before its text can be taken, so that a corrected one is quickly written.
#[get("/admin/announcements/create?<copy>")]
async fn show_create(who: Permit<'_, AnnouncementPublish>, copy: Option<&str>) -> Answer {
    let now = who.context().now();
    let period = TypedAnnouncement {
        urgency: Urgency::Information.key().to_owned(),
        from_day: now.to_date_text(),
        from_time: now.to_time_text(),
        until_day: now.plus_days(USUAL_DAYS).to_date_text(),
        until_time: now.to_time_text(),
        ..TypedAnnouncement::default()
    };
    let typed = match copy {
        None => period,
        Some(id) => {
            let (earlier, _) = typed_again(who.context(), who.actor(), parse(id)?).await?;
            TypedAnnouncement { from_day: period.from_day, from_time: period.from_time, ..earlier }
        }
    };
    who.show(&form_page(&who, typed, FieldErrors::default()).await?)
}

#[post("/admin/announcements/create", data = "<form>")]
async fn create(who: Permit<'_, AnnouncementPublish>, form: Posted) -> Answer {
    let typed = typed_in(&form);
    match start_draft(who.context(), who.actor(), &typed).await {
        Ok(id) => who.redirect(path_of(id)),
        Err(ServiceError::Invalid(errors)) => who.show_again(&form_page(&who, typed, errors).await?),
        Err(error) => Err(error.into()),
    }
}

#[get("/admin/announcements/<id>/edit")]
async fn show_edit(who: Permit<'_, AnnouncementPublish>, id: &str) -> Answer {
    let id = parse(id)?;
    if look(who.context(), who.actor(), id).await?.announcement.published.is_some() {
        return who.redirect_with(path_of(id), "nothing_changed");
    }
    let (typed, version) = typed_again(who.context(), who.actor(), id).await?;
    let page = form_page(&who, typed, FieldErrors::default()).await?;
    who.show(&EditAnnouncementPage { id: Some(id.to_string()), version, ..page })
}

#[post("/admin/announcements/<id>/edit", data = "<form>")]
async fn edit(who: Permit<'_, AnnouncementPublish>, id: &str, form: Posted) -> Answer {
    let (id, version, typed) = (parse(id)?, version_of(&form)?, typed_in(&form));
    match edit_draft(who.context(), who.actor(), id, version, &typed).await {
        Ok(()) => who.redirect_with(path_of(id), "changes_saved"),
        Err(ServiceError::Invalid(errors)) => {
            let page = form_page(&who, typed, errors).await?;
            who.show_again(&EditAnnouncementPage { id: Some(id.to_string()), version, ..page })
        }
        // Saved in another tab, or once more from the page before: nothing typed is lost, and the next saving is of what stands now.
        Err(ServiceError::Stale) if look(who.context(), who.actor(), id).await?.announcement.published.is_none() => {
            let (_, version) = typed_again(who.context(), who.actor(), id).await?;
            let page = form_page(&who, typed, FieldErrors::default()).await?;
            who.show_again(&EditAnnouncementPage { id: Some(id.to_string()), version, is_changed: true, ..page })
        }
        Err(ServiceError::Stale) => who.redirect_with(path_of(id), "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

async fn page(who: &Visit<'_>, id: AnnouncementId, errors: FieldErrors) -> Result<AnnouncementPage, PageError> {
    let looked = look(who.context(), who.actor(), id).await?;
    let names = AudienceNames::load(who.context()).await?;
    let (one, count) = (looked.announcement, |number: u64| i64::try_from(number).unwrap_or(i64::MAX));
    let state = one.state(who.context().now());
    Ok(AnnouncementPage {
        row: row_of(who, &names, &one),
        version: one.version,
        paragraphs: one.content.paragraphs().into_iter().map(str::to_owned).collect(),
        readers: count(looked.readers),
        letters: count(looked.letters),
        is_queueing: one.content.is_mailed && one.mailed_at.is_none() && state.can_end(),
        is_draft: state == AnnouncementState::Draft && looked.is_own,
        can_end: state.can_end(),
        published: one.published,
        ended: one.ended,
        errors,
    })
}

#[get("/admin/announcements/<id>", rank = 2)]
async fn show(who: Permit<'_, AnnouncementPublish>, id: &str) -> Answer {
    let page = page(&who, parse(id)?, FieldErrors::default()).await?;
    if page.is_draft {
        // What is published from here may go to thousands.
        who.has_proof(who.actor())?;
    }
    who.show(&page)
}

#[post("/admin/announcements/<id>/publish", data = "<form>")]
async fn publish(who: Permit<'_, AnnouncementPublish>, id: &str, form: Posted) -> Answer {
    let (id, version) = (parse(id)?, version_of(&form)?);
    match announce::publish(who.context(), who.actor(), id, version).await {
        Ok(_) => who.redirect_with(path_of(id), "announcement_published"),
        Err(ServiceError::Invalid(errors)) => who.show_again(&page(&who, id, errors).await?),
        // Published already, by this very click sent twice, or changed: the page shows how it stands.
        Err(ServiceError::Stale) => who.redirect_with(path_of(id), "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

#[post("/admin/announcements/<id>/remove", data = "<form>")]
async fn remove(who: Permit<'_, AnnouncementPublish>, id: &str, form: Posted) -> Answer {
    let (id, version) = (parse(id)?, version_of(&form)?);
    match remove_draft(who.context(), who.actor(), id, version).await {
        Ok(()) => who.redirect_with(PLACE, "announcement_removed"),
        Err(ServiceError::Stale) => who.redirect_with(path_of(id), "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

#[post("/admin/announcements/<id>/end", data = "<_form>")]
async fn end(who: Permit<'_, AnnouncementPublish>, id: &str, _form: Posted) -> Answer {
    let id = parse(id)?;
    match announce::end(who.context(), who.actor(), id).await {
        Ok(()) => who.redirect_with(path_of(id), "announcement_ended"),
        Err(ServiceError::Stale) => who.redirect_with(path_of(id), "nothing_changed"),
        Err(error) => Err(error.into()),
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![list, export, show_create, create, show_edit, edit, show, publish, remove, end]
}
