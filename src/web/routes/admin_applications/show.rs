//! Reading: the queue and the page of one application.

use super::{look, number_of};
use crate::domain::application::bulk::Act;
use crate::domain::application::status::Status;
use crate::domain::moment::Moment;
use crate::render::Labels;
use crate::services::ServiceError;
use crate::services::export_list::List;
use crate::services::review_application::{CappedCount, Queue, QueueRow, Sort, View, desk_queue, forwarded, next_waiting};
use crate::web::error::PageError;
use crate::web::guards::{ApplicationList, ApplicationTake, Permit};
use crate::web::pages::ExportLinks;
use crate::web::pages::review::application::ApplicationPage;
use crate::web::pages::review::desk::ClockText;
use crate::web::pages::review::queue::{Line, QueuePage, Tab};
use crate::web::reply::Answer;
use crate::web::routes::admin::href;
use crate::web::routes::exports;
use rocket::{Route, get, routes};

/// Tabs in the order of the office's work.
const TABS: [Status; 8] = [
    Status::FormReceived,
    Status::InReview,
    Status::AwaitingForm,
    Status::Returned,
    Status::Approved,
    Status::Rejected,
    Status::Withdrawn,
    Status::Expired,
];

/// The tabs of a view: what is over its target or put off lies with the office.
fn tabs_of(view: View) -> &'static [Status] {
    if view.is_office_only() { &TABS[..2] } else { &TABS }
}

/// Where the central administrator finds what was passed on.
const FORWARDED: &str = "/admin/applications/forwarded";

/// Longest search, in characters: a whole unit's name and more.
const LONGEST_SEARCH: usize = 200;

struct Asked {
    view: View,
    status: Status,
    q: String,
    sort: Sort,
}

impl Asked {
    /// Of the query; what it does not know becomes the usual.
    fn of(view: Option<&str>, status: Option<&str>, q: Option<&str>, sort: Option<&str>) -> Self {
        let q = q.unwrap_or_default().trim().replace('\0', "");
        let view = view.and_then(View::from_key).unwrap_or_default();
        Self {
            view,
            status: status.and_then(Status::from_key).filter(|s| tabs_of(view).contains(s)).unwrap_or(Status::FormReceived),
            q: q.chars().take(LONGEST_SEARCH).collect(),
            sort: sort.and_then(Sort::from_key).unwrap_or_default(),
        }
    }

    fn href(&self, status: Status, after: Option<&str>) -> String {
        self.href_in(self.view, status, after)
    }

    fn href_in(&self, view: View, status: Status, after: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if view != View::default() {
            query.append_pair("view", view.key());
        }
        query.append_pair("status", status.key());
        if !self.q.is_empty() {
            query.append_pair("q", &self.q);
        }
        if self.sort != Sort::default() {
            query.append_pair("sort", self.sort.key());
        }
        if let Some(after) = after {
            query.append_pair("after", after);
        }
        format!("/admin/applications?{}", query.finish())
    }

    fn export(&self) -> ExportLinks {
        let query = [("view", self.view.key()), ("status", self.status.key()), ("q", &self.q), ("sort", self.sort.key())];
        exports::links("applications", &query)
    }
}

fn tab(asked: &Asked, found: &Queue, status: Status, words: &Labels) -> Tab {
    let count = found.counts.iter().find(|(s, _)| *s == status).map(|(_, count)| *count);
    let count = count.map_or_else(String::new, |count| count_text(count, words));
    Tab {
        // Another tab is another list: the search goes along, the place in the list does not.
        href: asked.href(status, None),
        text: words.text(&format!("queue.tabs.{}", status.key())),
        count: Some(count),
        current: status == asked.status,
    }
}

fn count_text(count: CappedCount, words: &Labels) -> String {
    match count.is_capped {
        true => words.text_with("list.count_more", &[("n", &count.number.to_string())]),
        false => count.number.to_string(),
    }
}

/// One tab for each state, and one more for those to whom things are passed on.
fn tabs(asked: &Asked, found: &Queue, is_forwarded: bool, words: &Labels) -> Vec<Tab> {
    let mut tabs: Vec<Tab> = tabs_of(asked.view).iter().map(|status| tab(asked, found, *status, words)).collect();
    if let Some(count) = found.forwarded.filter(|_| asked.view == View::All) {
        tabs.iter_mut().for_each(|tab| tab.current &= !is_forwarded);
        let (href, text) = (FORWARDED.to_owned(), words.text("queue.tabs.forwarded"));
        tabs.push(Tab { href, text, count: Some(count_text(count, words)), current: is_forwarded });
    }
    tabs
}

/// One tab for each view; what is over its target is counted.
fn views(asked: &Asked, found: &Queue, is_forwarded: bool, words: &Labels) -> Vec<Tab> {
    let tab = |view: View| Tab {
        // The search and the state go along, where the view has that state.
        href: asked.href_in(view, if tabs_of(view).contains(&asked.status) { asked.status } else { Status::FormReceived }, None),
        text: words.text(&format!("queue.views.{}", view.key())),
        count: if view == View::Overdue { Some(count_text(found.overdue, words)) } else { None },
        current: view == asked.view && !is_forwarded,
    };
    View::ALL.into_iter().map(tab).collect()
}

/// What can be done to several applications of a list at once.
fn acts_for(statuses: &[Status]) -> Vec<&'static str> {
    Act::ALL.into_iter().filter(|act| statuses.iter().any(|status| act.is_for(*status))).map(Act::key).collect()
}

fn line(row: &QueueRow, found: &Queue, me: crate::domain::id::AccountId) -> Line {
    let listed = &row.listed;
    Line {
        number: listed.number.to_string(),
        id: listed.number.to_path(),
        status: listed.status.key(),
        kind: listed.kind.key(),
        unit_name: listed.unit_name.clone(),
        regon: listed.regon.clone(),
        applicant: listed.applicant_name.clone(),
        persons: listed.persons_count,
        revision: listed.revision,
        version: listed.version,
        age_days: row.age_days,
        days_left: row.days_left,
        lapses_on: listed.lapses_at.map(|at: Moment| at.plus_ms(-1).0),
        taken_by: row.taken_by.clone(),
        is_mine: listed.taken_by == Some(me),
        clock: ClockText::of(row.reading),
        assigned_to: row.assigned_to.clone(),
        is_assigned_to_me: listed.assigned_to == Some(me),
        snoozed_until: row.snoozed_until.map(|at| at.0),
        awaits_second: row.awaits_second,
        is_forwarded: listed.escalated_at.is_some(),
        voivodeship: found.voivodeships.as_ref().and_then(|names| names.get(listed.voivodeship.as_str()).cloned()),
    }
}

#[get("/admin/applications?<view>&<status>&<q>&<sort>&<after>")]
async fn list(
    who: Permit<'_, ApplicationList>,
    view: Option<&str>,
    status: Option<&str>,
    q: Option<&str>,
    sort: Option<&str>,
    after: Option<&str>,
) -> Answer {
    let asked = Asked::of(view, status, q, sort);
    let found = desk_queue(who.context(), who.actor(), asked.view, asked.status, &asked.q, asked.sort, after).await?;
    let words = who.context().renderer.labels();
    who.show(&QueuePage {
        views: views(&asked, &found, false, words),
        view: asked.view.key(),
        tabs: tabs(&asked, &found, false, words),
        status: asked.status.key().to_owned(),
        rows: found.rows.rows.iter().map(|row| line(row, &found, who.me().account)).collect(),
        is_unsearchable: found.is_unsearchable,
        acts: acts_for(&[asked.status]),
        shows_voivodeship: found.voivodeships.is_some(),
        first: after.map(|_| asked.href(asked.status, None)),
        next: found.rows.next.as_deref().map(|next| asked.href(asked.status, Some(next))),
        sort: asked.sort.key().to_owned(),
        export: asked.export(),
        q: asked.q,
    })
}

#[get("/admin/applications/forwarded?<after>", rank = 1)]
async fn list_forwarded(who: Permit<'_, ApplicationList>, after: Option<&str>) -> Answer {
    let found = match forwarded(who.context(), who.actor(), after).await {
        Err(ServiceError::Denied) => return Err(PageError::Forbidden("application.list")),
        found => found?,
    };
    let (words, asked) = (who.context().renderer.labels(), Asked::of(None, None, None, None));
    who.show(&QueuePage {
        views: views(&asked, &found, true, words),
        view: View::All.key(),
        tabs: tabs(&asked, &found, true, words),
        status: "forwarded".to_owned(),
        rows: found.rows.rows.iter().map(|row| line(row, &found, who.me().account)).collect(),
        is_unsearchable: false,
        acts: acts_for(&[Status::FormReceived, Status::InReview]),
        shows_voivodeship: true,
        first: after.map(|_| FORWARDED.to_owned()),
        next: found.rows.next.as_deref().map(|next| href(FORWARDED, &[("after", next)])),
        sort: String::new(),
        export: exports::links("forwarded", &[]),
        q: String::new(),
    })
}

#[get("/export/forwarded/<format>")]
async fn export_forwarded(who: Permit<'_, ApplicationList>, format: &str) -> Answer {
    exports::answer(&who, &List::Forwarded, format).await
}

#[get("/export/applications/<format>?<view>&<status>&<q>&<sort>")]
async fn export(
    who: Permit<'_, ApplicationList>,
    format: &str,
    view: Option<&str>,
    status: Option<&str>,
    q: Option<&str>,
    sort: Option<&str>,
) -> Answer {
    let Asked { view, status, q, sort } = Asked::of(view, status, q, sort);
    exports::answer(&who, &List::Applications { view, status, q, sort }, format).await
}

#[get("/admin/applications/<id>", rank = 2)]
async fn show(who: Permit<'_, ApplicationTake>, id: &str) -> Answer {
    let review = look(&who, &number_of(id)?).await?;
    who.show(&page(&who, &review).await?)
}

/// The page of an application; where the office has nothing more to do with it, with the one that waits longest.
pub(super) async fn page<P>(
    who: &Permit<'_, P>,
    review: &crate::services::review_application::Review,
) -> Result<ApplicationPage, crate::web::error::PageError> {
    let status = review.view.application.status;
    let is_done = !status.is_open() || status == Status::Returned;
    let next = if is_done { next_waiting(who.context(), who.actor()).await? } else { None };
    let words = who.context().renderer.labels();
    Ok(ApplicationPage::of(review, who.me().account, who.context().now(), words, next.as_ref()))
}

/// The routes of reading.
pub fn routes() -> Vec<Route> {
    routes![list, list_forwarded, export, export_forwarded, show]
}
