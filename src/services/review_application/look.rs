//! Reading: the queue and the page of one application.

use super::compare::{Content, content};
use super::decide::{has_address_of, in_use, outranks};
use super::desk::{ASSIGNED_TO, Desk, read_desk};
use super::office::{deputised_of, risks_of};
use super::similar::{Similar, SimilarApplication, similar};
use crate::domain::account::Account;
use crate::domain::actor::Actor;
use crate::domain::application::Summary;
use crate::domain::application::clock::Reading;
use crate::domain::application::decision::{
    Barred, Circumstances, Remark, is_first_voice, may_approve, may_arrange, may_decide, may_work_on,
};
use crate::domain::application::matter::{Matter, unit_lines};
use crate::domain::application::registration::shared_addresses;
use crate::domain::application::right::Held;
use crate::domain::application::risk::Risk;
use crate::domain::application::status::Status;
use crate::domain::id::{AccountId, ApplicationId};
use crate::domain::identifiers::{ApplicationNumber, Login};
use crate::domain::moment::Moment;
use crate::domain::permission::{ListScope, Permission};
use crate::domain::unit::{Unit, UnitStatus};
use crate::domain::voivodeship::Gmina;
use crate::services::manage_outbox::{ListedLetter, letters_about};
use crate::services::print_form::with_words;
use crate::services::view_application::{ApplicationView, read_view, readable, target_of};
use crate::services::{Context, ServiceError, change_unit, record, rights};
use crate::storage::applications::queue::{Asked, Shown, Sort};
use crate::storage::applications::revisions::{self, Revision};
use crate::storage::applications::{self, Listed, persons, remarks};
use crate::storage::page::{CappedCount, Slice};
use crate::storage::searched::is_unsearchable;
use crate::storage::{accounts, days_off, first_approvals, gminas, offices, units};
use std::collections::{BTreeMap, BTreeSet};

/// Rows on one page of the queue.
pub const PAGE_SIZE: usize = 25;
/// Counts of what waits for the office stop here: „ponad 300”.
const MOST_WAITING_COUNTED: u64 = 300;
/// All other counts stop here: „ponad 100” says enough of what nobody has to work through.
const MOST_OTHERS_COUNTED: u64 = 100;

/// Which part of the queue somebody looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum View {
    /// All that is not put off.
    #[default]
    All,
    /// What the reader is to deal with.
    Mine,
    /// What is over its target.
    Overdue,
    /// What is put off.
    Snoozed,
}

impl View {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::All, Self::Mine, Self::Overdue, Self::Snoozed];
    /// Name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mine => "mine",
            Self::Overdue => "overdue",
            Self::Snoozed => "snoozed",
        }
    }
    /// Reads a name from the URL.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.key() == key)
    }
    /// Whether it holds what lies with the office only.
    pub const fn is_office_only(self) -> bool {
        matches!(self, Self::Overdue | Self::Snoozed)
    }
    /// As the list reads it, for this reader now.
    pub(in crate::services) fn shown(self, me: Option<AccountId>, now: Moment) -> Shown {
        match (self, me) {
            (Self::Mine, Some(me)) => Shown::Of(me, now),
            (Self::All | Self::Mine, _) => Shown::Awake(now),
            (Self::Overdue, _) => Shown::Overdue(now),
            (Self::Snoozed, _) => Shown::Snoozed(now),
        }
    }
}

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
    /// One of two has approved it: it waits for the other.
    pub awaits_second: bool,
    /// How the office's clock stands.
    pub reading: Reading,
    /// Full name of who is to deal with it.
    pub assigned_to: Option<String>,
    /// Until then it is put off.
    pub snoozed_until: Option<Moment>,
}

/// One page of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// How many there are by status: all of them, or those that a search finds; none where a search finds too many to count.
    pub counts: Vec<(Status, CappedCount)>,
    /// The rows.
    pub rows: Slice<QueueRow>,
    /// What was typed holds nothing to look for, so nothing was.
    pub is_unsearchable: bool,
    /// Names of the voivodeships by code, where the actor's scope holds more than one.
    pub voivodeships: Option<BTreeMap<String, String>>,
    /// How many lie with the central administrator; none for those who have no such list.
    pub forwarded: Option<CappedCount>,
    /// How many are over their target.
    pub overdue: CappedCount,
}

/// Where the count of a status stops. Each counted row costs, so a million rows must not cost more than a thousand.
const fn count_cap(status: Status) -> u64 {
    if status.waits_for_office() { MOST_WAITING_COUNTED } else { MOST_OTHERS_COUNTED }
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
    desk_queue(context, actor, View::All, status, q, sort, after).await
}

/// Reads a page of one view of the queue, within the actor's scope. What is searched for is found also where it is put off.
///
/// # Errors
/// `Denied` for those who have no queue.
pub async fn desk_queue(
    context: &Context,
    actor: &Actor,
    view: View,
    status: Status,
    q: &str,
    sort: Sort,
    after: Option<&str>,
) -> Result<Queue, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::ApplicationList)?;
    let shown = view.shown(actor.account_id(), context.now());
    let asked = Asked { status, shown, q, sort };
    let page = applications::queue::list(&context.db, &scope, asked, after, PAGE_SIZE).await?;
    let mut counts = Vec::new();
    if let Some(found) = page.found {
        counts.extend(found.into_iter().map(|(status, number)| (status, CappedCount { number, is_capped: false })));
    } else if q.trim().is_empty() {
        counts = count_all(context, &scope, shown).await?;
    }
    let rows = rows_of(context, page.rows).await?;
    let voivodeships =
        if matches!(&scope, ListScope::Voivodeships(codes) if codes.len() == 1) { None } else { Some(voivodeship_names(context).await?) };
    let forwarded = match scope {
        ListScope::Country => Some(applications::queue::count_escalated(&context.db, MOST_WAITING_COUNTED).await?),
        ListScope::Voivodeships(_) => None,
    };
    let overdue = count_overdue(context, &scope).await?;
    Ok(Queue { counts, rows, is_unsearchable: is_unsearchable(q), voivodeships, forwarded, overdue })
}

/// What no office decided in time, or what lacks a second decider there, for those who see the country; the longest there first.
///
/// # Errors
/// `Denied` for anybody else.
pub async fn forwarded(context: &Context, actor: &Actor, after: Option<&str>) -> Result<Queue, ServiceError> {
    let slice = forwarded_page(context, actor, after, PAGE_SIZE).await?;
    let scope = ListScope::Country;
    Ok(Queue {
        counts: count_all(context, &scope, Shown::Awake(context.now())).await?,
        overdue: count_overdue(context, &scope).await?,
        rows: rows_of(context, slice).await?,
        is_unsearchable: false,
        voivodeships: Some(voivodeship_names(context).await?),
        forwarded: Some(applications::queue::count_escalated(&context.db, MOST_WAITING_COUNTED).await?),
    })
}

/// The rows of [`forwarded`], with pages of any size.
pub(in crate::services) async fn forwarded_page(
    context: &Context,
    actor: &Actor,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<Listed>, ServiceError> {
    if context.policy.list_scope(actor, Permission::ApplicationList)? != ListScope::Country {
        return Err(ServiceError::Denied);
    }
    Ok(applications::queue::list_escalated(&context.db, after, size).await?)
}

async fn count_all(context: &Context, scope: &ListScope, shown: Shown) -> Result<Vec<(Status, CappedCount)>, ServiceError> {
    let mut counts = Vec::new();
    for status in Status::ALL.into_iter().filter(|s| *s != Status::Draft) {
        counts.push((status, applications::queue::count(&context.db, scope, status, shown, count_cap(status)).await?));
    }
    Ok(counts)
}

/// In whichever state of the office's turn.
async fn count_overdue(context: &Context, scope: &ListScope) -> Result<CappedCount, ServiceError> {
    let (mut number, mut is_capped) = (0, false);
    for status in Status::OPEN.into_iter().filter(|status| status.waits_for_office()) {
        let shown = Shown::Overdue(context.now());
        let count = applications::queue::count(&context.db, scope, status, shown, MOST_OTHERS_COUNTED).await?;
        number += count.number;
        is_capped |= count.is_capped;
    }
    Ok(CappedCount { number: number.min(MOST_OTHERS_COUNTED), is_capped: is_capped || number > MOST_OTHERS_COUNTED })
}

async fn voivodeship_names(context: &Context) -> Result<BTreeMap<String, String>, ServiceError> {
    let offices = offices::list(&context.db).await?;
    Ok(offices.into_iter().map(|office| (office.voivodeship.to_string(), office.voivodeship_name)).collect())
}

async fn rows_of(context: &Context, slice: Slice<Listed>) -> Result<Slice<QueueRow>, ServiceError> {
    let takers: Vec<AccountId> = slice.rows.iter().flat_map(|row| row.taken_by.into_iter().chain(row.assigned_to)).collect();
    let names: BTreeMap<AccountId, String> =
        accounts::list_by_ids(&context.db, &takers).await?.into_iter().map(|a| (a.id, a.profile.full_name())).collect();
    let waiting: Vec<ApplicationId> = slice.rows.iter().filter(|row| row.status.waits_for_office()).map(|row| row.id).collect();
    let approved = first_approvals::list_of(&context.db, &waiting).await?;
    let (now, calendar) = (context.now(), days_off::calendar(&context.db).await?);
    let today = now.warsaw_date();
    let days = |from: jiff::civil::Date, to: jiff::civil::Date| i64::from((to - from).get_days());
    Ok(slice.map(|listed| QueueRow {
        reading: listed.clock.reading(&calendar, listed.status, today),
        assigned_to: listed.assigned_to.and_then(|id| names.get(&id).cloned()),
        snoozed_until: listed.snoozed_until.filter(|at| *at > now),
        taken_by: listed.taken_by.and_then(|id| names.get(&id).cloned()),
        age_days: days(listed.status_since.warsaw_date(), today),
        days_left: listed.lapses_at.map(|at| days(today, at.last_day())),
        awaits_second: approved.iter().any(|(id, revision, _)| (*id, *revision) == (listed.id, listed.revision)),
        listed,
    }))
}

/// Who is who.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// By login, as the audit trail has it.
    pub by_login: BTreeMap<String, String>,
    /// By account.
    pub by_account: BTreeMap<AccountId, String>,
}

/// The first of two approvals, as the page tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstGiven {
    /// Full name.
    pub by: String,
    /// Full name of whom the one stood in for.
    pub in_place_of: Option<String>,
    /// When.
    pub at: Moment,
    /// The reader gave it.
    pub is_mine: bool,
}

/// An application as the office sees it.
#[derive(Debug, Clone)]
pub struct Review {
    /// What its page shows to anybody who may see it.
    pub view: ApplicationView,
    /// What its administrators have arranged among themselves.
    pub desk: Desk,
    /// The letters about it, the newest first.
    pub letters: Vec<ListedLetter>,
    /// Who works on it.
    pub taken_by: Option<Account>,
    /// Who decided.
    pub decided_by: Option<Account>,
    /// For whom the decider stood in.
    pub decided_for: Option<Account>,
    /// Why two must approve it; nothing where one may.
    pub risks: Vec<Risk>,
    /// The first of their approvals.
    pub first: Option<FirstGiven>,
    /// Full name of the person in whose place the actor works on it.
    pub acts_for: Option<String>,
    /// Since when it lies with the central administrator.
    pub escalated_at: Option<Moment>,
    /// The unit as registered now, when the application is about one.
    pub registered: Option<Unit>,
    /// The unit that has taken the place of the one it names, where an approval would give its rights.
    pub heir: Option<Unit>,
    /// What it says, beside what was there before.
    pub content: Content,
    /// Remarks of all returns, with the revision that they are about.
    pub all_remarks: Vec<(i32, Remark)>,
    /// Full names of those in the history and of whoever recorded a form, by login and by account.
    pub names: Names,
    /// What looks alike.
    pub similar: Similar,
    /// Why the actor may not arrange anything about it, nor read the office's notes; `None` when he may.
    pub barred_arranging: Option<Barred>,
    /// Why the actor may not take it into work; `None` when he may.
    pub barred_work: Option<Barred>,
    /// Why the actor may not return or reject it now.
    pub barred_decision: Option<Barred>,
    /// Why the actor may not approve it now.
    pub barred_approval: Option<Barred>,
    /// The first approval is the actor's own voice: whatever else holds, another person gives the second.
    pub is_first_voice: bool,
}

impl Review {
    /// Addresses that several of its persons share.
    pub fn shared_emails(&self) -> Vec<String> {
        let fields = self.content.persons.iter().flat_map(|person| &person.fields).filter(|field| field.key == "email");
        shared_addresses(fields.flat_map(|field| &field.value).map(String::as_str))
    }

    /// How many printed fields of the unit differ from the register.
    pub fn differences(&self) -> usize {
        self.content.unit.iter().filter(|field| field.registered.is_some()).count()
    }

    /// Whether something like it is a reason to look twice: an account; an open application about anything else; and, where it brings a new
    /// unit, a unit. Of a registered unit its other applications and its neighbours are known.
    pub fn looks_alike(&self) -> bool {
        let (similar, unit) = (&self.similar, self.view.application.summary().unit);
        let is_own = |one: &SimilarApplication| unit.is_some() && one.listed.unit == unit;
        !similar.accounts.is_empty()
            || unit.is_none() && !similar.units.is_empty()
            || similar.applications.iter().any(|one| one.listed.status.is_open() && !is_own(one))
    }
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
    let is_moved = registered.as_ref().is_some_and(|unit| unit.status == UnitStatus::Closed) && application.status.is_open();
    let heir = match summary.unit {
        Some(id) if is_moved && change_unit::is_decided_for_heir(application.payload.kind()) => {
            match rights::place_of(&context.db, id).await? {
                Some(heir) => units::find(&context.db, heir).await?,
                None => None,
            }
        }
        _ => None,
    };
    let earlier = match application.revision {
        1 => None,
        revision => revisions::find(&context.db, application.id, revision - 1).await?,
    };
    let held = held_now(context, &summary, &persons).await?;
    let units = rights::with_successors(&context.db, summary.units()).await?;
    let name_of = |id: Option<AccountId>| async move {
        match id {
            Some(id) => accounts::find(&context.db, id).await,
            None => Ok(None),
        }
    };
    let (taken_by, decided_by) = (name_of(application.taken_by).await?, name_of(application.decided_by).await?);
    let decided_for = name_of(application.decided_for).await?;
    let today = context.now().warsaw_date();
    let is_waiting = application.status.waits_for_office();
    let risks = if is_waiting { risks_of(&context.db, &application, &persons, today).await? } else { Vec::new() };
    let approved = match risks.is_empty() {
        true => None,
        false => first_approvals::find(&context.db, application.id, application.revision).await?,
    };
    let first = match approved {
        Some(approved) => Some(FirstGiven {
            by: name_of(Some(approved.by)).await?.map(|account| account.profile.full_name()).unwrap_or_default(),
            in_place_of: name_of(approved.in_place_of).await?.map(|account| account.profile.full_name()),
            at: approved.at,
            is_mine: approved.by == decider.account,
        }),
        None => None,
    };
    let absent = decider.acts_for(Some(&summary.voivodeship));
    let deputised = match absent {
        Some(absent) => Some(deputised_of(&context.db, &application, absent.deputised, today).await?),
        None => None,
    };
    let view = read_view(context, application).await?;
    let similar = similar(context, actor, &view, &persons).await?;
    let content = compared(context, &view, earlier.as_ref(), registered.as_ref(), &held).await?;
    let all_remarks = remarks::list_all(&context.db, view.application.id).await?;
    let names = names(context, &view).await?;
    let has_deciders_address = has_address_of(&context.db, &view.application, decider.account).await?;
    let facts = Circumstances {
        application: &view.application,
        persons: &persons,
        units: &units,
        signed_form: view.signed_forms.first(),
        has_deciders_address,
        outranks_decider: outranks(&context.db, &view.application, &persons, &in_use(decider, absent)).await?,
        deputised: deputised.as_ref(),
        first: approved,
        seen_version: view.application.version,
    };
    let barred_arranging = may_arrange(decider, facts).err();
    Ok(Review {
        desk: read_desk(context, &view.application, barred_arranging.is_none()).await?,
        letters: letters_about(context, view.application.id).await?,
        barred_arranging,
        barred_work: may_work_on(decider, facts).err(),
        barred_decision: may_decide(decider, facts).err(),
        barred_approval: may_approve(decider, facts).err(),
        is_first_voice: is_first_voice(decider, facts),
        taken_by,
        decided_by,
        decided_for,
        risks,
        first,
        acts_for: absent.filter(|_| is_waiting).map(|absent| absent.full_name.clone()),
        escalated_at: view.escalated_at,
        registered,
        heir,
        content,
        all_remarks,
        names,
        similar,
        view,
    })
}

/// What the persons hold now, where the application changes accounts that exist already.
async fn held_now(context: &Context, summary: &Summary, persons: &[AccountId]) -> Result<Held, ServiceError> {
    let mut held = Held::default();
    if summary.changes_accounts {
        for account in accounts::list_by_ids(&context.db, persons).await? {
            let rights = rights::held_by(&context.db, account.id, context.now().warsaw_date()).await?;
            held.0.extend(rights.into_iter().map(|right| (account.login.key(), right)));
        }
    }
    Ok(held)
}

async fn compared(
    context: &Context,
    view: &ApplicationView,
    earlier: Option<&Revision>,
    registered: Option<&Unit>,
    held: &Held,
) -> Result<Content, ServiceError> {
    let labels = context.renderer.labels();
    let before = earlier.map(|revision| revision.payload.matter());
    let earlier_gmina = match before {
        Some(before) => gminas::find(&context.db, &before.summary().terc).await?,
        None => None,
    };
    let registered_gmina = match registered {
        Some(unit) => gminas::find(&context.db, &unit.data.terc).await?,
        None => None,
    };
    let said =
        |matter: &dyn Matter, gmina: Option<&Gmina>| with_words(labels, &view.dictionaries, gmina, |words| matter.said(words, Some(held)));
    let unit = |unit: &Unit| with_words(labels, &view.dictionaries, registered_gmina.as_ref(), |words| unit_lines(&unit.data, words));
    let seen = match (view.application.payload.unit_change(), registered) {
        // Beside what stands at this moment, not what stood when it was filed.
        (Some(change), Some(unit)) => Some(change.seen_with(change_unit::seen(context, change, unit).await?)),
        _ => None,
    };
    let matter = seen.as_ref().map_or_else(|| view.application.payload.matter(), |change| change as &dyn Matter);
    let now = said(matter, view.gmina.as_ref());
    Ok(content(now, before.map(|before| said(before, earlier_gmina.as_ref())), registered.map(unit)))
}

async fn names(context: &Context, view: &ApplicationView) -> Result<Names, ServiceError> {
    let ids: Vec<AccountId> = view.signed_forms.iter().map(|form| form.recorded_by).collect();
    let mut names = Names::default();
    for account in accounts::list_by_ids(&context.db, &ids).await? {
        names.by_account.insert(account.id, account.profile.full_name());
    }
    let absent = view.history.iter().filter_map(|entry| entry.details.get(record::IN_PLACE_OF).and_then(|login| login.as_str()));
    let assigned = view.history.iter().filter_map(|entry| entry.details.get(ASSIGNED_TO).and_then(|login| login.as_str()));
    let logins: BTreeSet<&str> = view.history.iter().map(|entry| entry.actor.as_str()).chain(absent).chain(assigned).collect();
    for login in logins {
        if let Some(found) = accounts::find_by_login(&context.db, &Login::trusted(login).key()).await? {
            names.by_login.insert(login.to_owned(), found.account.profile.full_name());
        }
    }
    Ok(names)
}

/// The application that waits longest for somebody to take it, within the actor's scope.
///
/// # Errors
/// `Denied` for those who have no queue.
pub async fn next_waiting(context: &Context, actor: &Actor) -> Result<Option<Listed>, ServiceError> {
    let scope = context.policy.list_scope(actor, Permission::ApplicationList)?;
    let shown = Shown::Awake(context.now());
    let asked = Asked { status: Status::FormReceived, shown, q: "", sort: Sort::Waiting };
    let first = applications::queue::list(&context.db, &scope, asked, None, 1).await?.rows;
    Ok(first.rows.into_iter().next())
}
