//! `/admin`, `/admin/units`, `/admin/audit`.

use super::exports;
use super::staff::register_href;
use crate::domain::audit::{AuditEntry, AuditEvent};
use crate::domain::moment::{Moment, parse_date};
use crate::domain::permission::Permission;
use crate::domain::unit::UnitStatus;
use crate::services::export_list::List;
use crate::services::read_audit::{AuditFilter, read_audit};
use crate::services::view_office::{UnitFilter, list_units, name_coordinators};
use crate::web::error::PageError;
use crate::web::guards::{AuditView, Member, NAV, Permit, UnitList, is_administrator};
use crate::web::pages::admin_pages::{AdminPage, AdminPlace, AuditPage, AuditRow, Choice, UnitListPage, UnitRow};
use crate::web::reply::Answer;
use rocket::http::Status;
use rocket::{FromForm, Route, get, routes};

/// A path with the parts of a query that are not empty.
pub(super) fn href(path: &str, query: &[(&str, &str)]) -> String {
    let mut text = url::form_urlencoded::Serializer::new(String::new());
    text.extend_pairs(query.iter().filter(|(_, value)| !value.is_empty()));
    let text = text.finish();
    if text.is_empty() { path.to_owned() } else { format!("{path}?{text}") }
}

#[get("/admin")]
fn desk(who: Member<'_>) -> Answer {
    if !is_administrator(&who.context().policy, who.actor()) {
        return Err(PageError::Forbidden("admin"));
    }
    let places = NAV
        .iter()
        .filter(|place| place.is_on_desk() && place.is_for(&who))
        .map(|place| AdminPlace { href: place.href.to_owned(), key: place.label_key.trim_start_matches("nav.").to_owned() });
    who.show(&AdminPage { places: places.collect() })
}

/// Shows only units that nobody coordinates.
const WITHOUT: &str = "without_coordinator";

fn unit_filter(q: Option<&str>, only: Option<&str>) -> UnitFilter {
    UnitFilter { q: q.unwrap_or_default().trim().to_owned(), without_coordinator: only == Some(WITHOUT) }
}

#[get("/admin/units?<q>&<only>&<after>")]
async fn units(who: Permit<'_, UnitList>, q: Option<&str>, only: Option<&str>, after: Option<&str>) -> Answer {
    let filter = unit_filter(q, only);
    let (q, only) = (filter.q.as_str(), if filter.without_coordinator { WITHOUT } else { "" });
    let slice = list_units(who.context(), who.actor(), &filter, after).await?;
    let mut coordinators = name_coordinators(who.context(), &slice.rows).await?;
    let may_serve = who.may_list(Permission::StaffRegistrationFile);
    let rows = slice.rows.into_iter().map(|unit| UnitRow {
        register: (may_serve && unit.status == UnitStatus::Active && !coordinators.contains_key(&unit.id)).then(|| register_href(unit.id)),
        coordinators: coordinators.remove(&unit.id).unwrap_or_default(),
        name: unit.data.name.to_string(),
        regon: unit.data.regon.to_string(),
        town: unit.data.address.town.to_string(),
        status: unit.status.key(),
        history: format!("/units/{}/history", unit.id),
    });
    who.show(&UnitListPage {
        units: rows.collect(),
        first_href: after.map(|_| href("/admin/units", &[("q", q), ("only", only)])),
        next_href: slice.next.map(|next| href("/admin/units", &[("q", q), ("only", only), ("after", &next)])),
        only: if only.is_empty() { Vec::new() } else { vec![WITHOUT] },
        export: exports::links("units", &[("q", q), ("only", only)]),
        q: q.to_owned(),
    })
}

#[get("/export/units/<format>?<q>&<only>")]
async fn export_units(who: Permit<'_, UnitList>, format: &str, q: Option<&str>, only: Option<&str>) -> Answer {
    exports::answer(&who, &List::Units(unit_filter(q, only)), format).await
}

/// The filter as typed.
#[derive(FromForm)]
struct AuditQuery<'r> {
    from: Option<&'r str>,
    until: Option<&'r str>,
    actor: Option<&'r str>,
    object: Option<&'r str>,
    event: Option<&'r str>,
    after: Option<&'r str>,
}

fn typed(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().chars().take(200).collect()
}

impl AuditQuery<'_> {
    /// The page with what was typed and what is wrong with it, and what it asks for.
    fn read(&self) -> (AuditPage, AuditFilter) {
        let mut page = AuditPage {
            from: typed(self.from),
            until: typed(self.until),
            actor: typed(self.actor),
            object: typed(self.object),
            event: typed(self.event),
            ..AuditPage::default()
        };
        let day = |text: &str| if text.is_empty() { Ok(None) } else { parse_date(text).map(Some) };
        let from = page.errors.take("from", day(&page.from)).flatten();
        let until = page.errors.take("until", day(&page.until)).flatten();
        let filter = AuditFilter {
            from: from.map(Moment::start_of),
            before: until.map(Moment::end_of),
            actor: page.actor.clone(),
            object: page.object.clone(),
            event: page.event.clone(),
        };
        (page, filter)
    }
}

#[get("/export/audit/<format>?<query..>")]
async fn export_audit(who: Permit<'_, AuditView>, format: &str, query: AuditQuery<'_>) -> Answer {
    let (page, filter) = query.read();
    if !page.errors.is_empty() {
        return Err(PageError::Unprocessable);
    }
    exports::answer(&who, &List::Audit(filter), format).await
}

#[get("/admin/audit?<query..>")]
async fn audit(who: Permit<'_, AuditView>, query: AuditQuery<'_>) -> Answer {
    let words = &who.context().renderer;
    let (mut page, filter) = query.read();
    page.events = AuditEvent::ALL.iter().map(|e| Choice::new(e.key(), words.label(&format!("audit_events.{}", e.key())))).collect();
    page.events.sort_by_cached_key(|choice| crate::domain::collation::sort_key(&choice.text));
    if !page.errors.is_empty() {
        return who.show_again(&page);
    }
    let slice = read_audit(who.context(), who.actor(), &filter, query.after).await?;
    let asked = |after| {
        [
            ("from", page.from.as_str()),
            ("until", &page.until),
            ("actor", &page.actor),
            ("object", &page.object),
            ("event", &page.event),
            ("after", after),
        ]
    };
    let first_href = query.after.map(|_| href("/admin/audit", &asked("")));
    let next_href = slice.next.as_deref().map(|next| href("/admin/audit", &asked(next)));
    let export = exports::links("audit", &asked(""));
    page = AuditPage { first_href, next_href, export, ..page };
    page.entries = slice.rows.into_iter().map(row_of).collect();
    who.show_as(Status::Ok, &page)
}

fn row_of(entry: AuditEntry) -> AuditRow {
    let details = match &entry.details {
        serde_json::Value::Object(map) if map.is_empty() => String::new(),
        other => other.to_string(),
    };
    AuditRow {
        id: entry.id,
        at: entry.at,
        is_named_actor: ["visitor", "operator", "system"].contains(&entry.actor.as_str()),
        actor: entry.actor,
        on_behalf_of: entry.on_behalf_of,
        event: entry.event,
        object_kind: entry.object_kind,
        object_id: entry.object_id,
        outcome: entry.outcome,
        address: entry.address,
        correlation: entry.correlation.to_string(),
        details,
    }
}

/// The routes of this place.
pub fn routes() -> Vec<Route> {
    routes![desk, units, export_units, audit, export_audit]
}
