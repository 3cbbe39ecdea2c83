//! Reading: the queue and the page of one application.

use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::decision::{Barred, Circumstances, may_approve, may_decide, may_work_on};
use crate::domain::application::registration::Registration;
use crate::domain::application::status::Status;
use crate::domain::application::typing::{person_texts, unit_texts};
use crate::domain::application::{Application, Payload};
use crate::domain::id::AccountId;
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::permission::Permission;
use crate::domain::unit::Unit;
use crate::services::view_application::{ApplicationView, read_view, readable, target_of};
use crate::services::{Context, ServiceError};
use crate::storage::applications::queue::Sort;
use crate::storage::applications::{self, Listed, persons, revisions};
use crate::storage::page::{CappedCount, Slice};
use crate::storage::{accounts, units};
use std::collections::BTreeMap;

/// Rows on one page of the queue.
pub const PAGE_SIZE: usize = 25;
/// Counts stop here: „ponad 1000”.
pub const COUNT_CAP: u64 = 1000;

/// One row of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueRow {
    /// The application.
    pub listed: Listed,
    /// Full name of who works on it.
    pub taken_by: Option<String>,
    /// Whole days in this state.
    pub age_days: i64,
    /// Whole days until it lapses, where a deadline runs.
    pub days_left: Option<i64>,
}

/// One page of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// How many there are by status.
    pub counts: Vec<(Status, CappedCount)>,
    /// The rows.
    pub rows: Slice<QueueRow>,
}

/// Reads a page of the queue, within the actor's scope.
///
/// # Errors
/// `Denied` for those who have no queue.
pub async fn queue(
    context: &Context,
    actor: &Actor,
    status: Status,
    q: &str,
    sort: Sort,
    after: Option<&str>,
) -> Result<Queue, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::ApplicationList)?;
    let mut counts = Vec::new();
    for status in Status::ALL.into_iter().filter(|s| *s != Status::Draft) {
        counts.push((status, applications::queue::count(&context.db, &scope, status, COUNT_CAP).await?));
    }
    let slice = applications::queue::list(&context.db, &scope, status, q, sort, after, PAGE_SIZE).await?;
    let takers: Vec<AccountId> = slice.rows.iter().filter_map(|row| row.taken_by).collect();
    let names: BTreeMap<AccountId, String> =
        accounts::list_by_ids(&context.db, &takers).await?.into_iter().map(|a| (a.id, a.profile.full_name())).collect();
    let today = context.now().warsaw_date();
    let days = |from: jiff::civil::Date, to: jiff::civil::Date| i64::from((to - from).get_days());
    let rows = slice.map(|listed| QueueRow {
        taken_by: listed.taken_by.and_then(|id| names.get(&id).cloned()),
        age_days: days(listed.status_since.warsaw_date(), today),
        days_left: listed.lapses_at.map(|at| days(today, at.plus_ms(-1).warsaw_date())),
        listed,
    });
    Ok(Queue { counts, rows })
}

/// One field whose value differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Field path: `unit.regon`, `persons.0.login`.
    pub field: String,
    /// What it was; empty where it is new.
    pub before: String,
    /// What it is; empty where it was taken out.
    pub after: String,
}

/// Something that looks alike, for the administrator to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// Other applications about the same REGON, with a near name, or with the same e-mail address.
    pub applications: Vec<(Listed, &'static str)>,
    /// Registered units with the same REGON or a near name.
    pub units: Vec<(Unit, &'static str)>,
    /// Accounts on the same e-mail address.
    pub accounts: Vec<(Account, &'static str)>,
}

/// An application as the office sees it.
#[derive(Debug, Clone)]
pub struct Review {
    /// What its page shows to anybody who may see it.
    pub view: ApplicationView,
    /// Who works on it.
    pub taken_by: Option<Account>,
    /// Who decided.
    pub decided_by: Option<Account>,
    /// The unit as registered now, when the application is about one.
    pub registered: Option<Unit>,
    /// Against the earlier revision.
    pub changes_to_revision: Vec<Change>,
    /// Against the registered unit.
    pub changes_to_unit: Vec<Change>,
    /// What looks alike.
    pub similar: Similar,
    /// Why the actor may not take it into work; `None` when he may.
    pub barred_work: Option<Barred>,
    /// Why the actor may not return or reject it now.
    pub barred_decision: Option<Barred>,
    /// Why the actor may not approve it now.
    pub barred_approval: Option<Barred>,
}

/// Reads an application for the review page.
///
/// # Errors
/// `NotFound` for those in whose scope it does not lie.
pub async fn review(context: &Context, actor: &Actor, number: &ApplicationNumber) -> Result<Review, ServiceError> {
    let application = readable(context, actor, number).await?;
    // The applicant may see the application, but not this page of it.
    context.policy.check(actor, Permission::ApplicationTake, &target_of(&application)).map_err(|_| ServiceError::NotFound)?;
    let decider = actor.signed_in().ok_or(ServiceError::Denied)?;
    let summary = application.summary();
    let persons = persons::list(&context.db, application.id).await?;
    let registered = match summary.unit {
        Some(id) => units::find(&context.db, id).await?,
        None => None,
    };
    let earlier = match application.revision {
        1 => None,
        revision => revisions::find(&context.db, application.id, revision - 1).await?,
    };
    let Payload::Registration(now) = &application.payload;
    let changes_to_revision = earlier.map_or_else(Vec::new, |e| {
        let Payload::Registration(before) = &e.payload;
        changes(&flat(before), &flat(now))
    });
    let changes_to_unit = registered.as_ref().map_or_else(Vec::new, |unit| {
        let only_unit = |r: Registration| flat(&Registration { persons: Vec::new(), note: None, ..r });
        changes(&only_unit(Registration { unit: unit.data.clone(), ..now.clone() }), &only_unit(now.clone()))
    });
    let similar = similar(context, &application, &persons).await?;
    let name_of = |id: Option<AccountId>| async move {
        match id {
            Some(id) => accounts::find(&context.db, id).await,
            None => Ok(None),
        }
    };
    let (taken_by, decided_by) = (name_of(application.taken_by).await?, name_of(application.decided_by).await?);
    let view = read_view(context, application).await?;
    let facts = Circumstances {
        application: &view.application,
        persons: &persons,
        unit: summary.unit,
        signed_form: view.signed_forms.first(),
        seen_version: view.application.version,
    };
    Ok(Review {
        barred_work: may_work_on(decider, facts).err(),
        barred_decision: may_decide(decider, facts).err(),
        barred_approval: may_approve(decider, facts).err(),
        taken_by,
        decided_by,
        registered,
        changes_to_revision,
        changes_to_unit,
        similar,
        view,
    })
}

/// A registration as field path → text, for comparing.
fn flat(registration: &Registration) -> BTreeMap<String, String> {
    let mut fields = BTreeMap::new();
    let mut put = |prefix: &str, value: serde_json::Value| {
        for (name, value) in value.as_object().into_iter().flatten() {
            let text = match value {
                serde_json::Value::String(text) => text.clone(),
                serde_json::Value::Array(items) => items.iter().filter_map(|v| v.as_str()).collect::<Vec<_>>().join(", "),
                other => other.to_string(),
            };
            fields.insert(format!("{prefix}{name}"), text);
        }
    };
    put("unit.", serde_json::to_value(unit_texts(&registration.unit)).unwrap_or_default());
    for (i, person) in registration.persons.iter().enumerate() {
        put(&format!("persons.{i}."), serde_json::to_value(person_texts(person)).unwrap_or_default());
    }
    fields.insert("note".to_owned(), registration.note.as_ref().map(ToString::to_string).unwrap_or_default());
    fields
}

fn changes(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<Change> {
    let mut fields: Vec<&String> = before.keys().chain(after.keys()).collect();
    fields.sort();
    fields.dedup();
    let text = |map: &BTreeMap<String, String>, field: &String| map.get(field).cloned().unwrap_or_default();
    fields
        .into_iter()
        .map(|field| Change { field: field.clone(), before: text(before, field), after: text(after, field) })
        .filter(|change| change.before != change.after)
        .collect()
}

async fn similar(context: &Context, application: &Application, own: &[AccountId]) -> Result<Similar, ServiceError> {
    let summary = application.summary();
    let mut found: Vec<(Listed, &'static str)> = Vec::new();
    let mut add = |rows: Vec<Listed>, why: &'static str| {
        for row in rows {
            if !found.iter().any(|(known, _)| known.id == row.id) {
                found.push((row, why));
            }
        }
    };
    add(applications::list_by_regon(&context.db, &summary.regon, Some(application.id), 10).await?, "same_regon");
    let keys: Vec<String> = summary.emails.iter().map(|e| e.to_lowercase()).collect();
    let by_email = persons::applications_with_emails(&context.db, &keys, application.id, 10).await?;
    add(applications::queue::list_by_ids(&context.db, &by_email).await?, "same_email");
    let near = applications::queue::list_similar_names(&context.db, &summary.unit_name, &summary.voivodeship, application.id).await?;
    add(near, "near_name");
    let mut units_found: Vec<(Unit, &'static str)> = Vec::new();
    if let Some(unit) = units::find_active_by_regon(&context.db, &summary.regon).await? {
        units_found.push((unit, "same_regon"));
    }
    for unit in units::search_active(&context.db, &summary.unit_name, 5).await? {
        if !units_found.iter().any(|(known, _)| known.id == unit.id) {
            units_found.push((unit, "near_name"));
        }
    }
    units_found.retain(|(unit, _)| Some(unit.id) != summary.unit);
    let mut accounts_found = Vec::new();
    for key in &keys {
        for account in accounts::list_by_email(&context.db, key).await? {
            if !own.contains(&account.id) && !accounts_found.iter().any(|(known, _): &(Account, _)| known.id == account.id) {
                accounts_found.push((account, "same_email"));
            }
        }
    }
    Ok(Similar { applications: found, units: units_found, accounts: accounts_found })
}
