//! The queue „Wnioski”: keyset pages and capped counts, flat from a thousand to a million rows.

use super::search::Found;
use super::{Listed, listed, search, to_listed};
use crate::domain::application::status::Status;
use crate::domain::id::{AccountId, ApplicationId};
use crate::domain::moment::Moment;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::StorageError;
use crate::storage::entities::application::{Column, Entity};
use crate::storage::page::{
    CappedCount, Slice, beyond, damaged, key_cursor, number_cursor, read_key_cursor, read_number_cursor, with_plain_limit,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Order of the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Longest in this state first: what waits longest is served first.
    #[default]
    Waiting,
    /// The target that passes first, or has passed the longest ago. Where the office does not have the move: as `Waiting`.
    Due,
    /// Newest submission first.
    Newest,
    /// By the unit's name, in Polish order.
    Unit,
}

impl Sort {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Due, Self::Newest, Self::Unit];
    /// Name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Due => "due",
            Self::Newest => "newest",
            Self::Unit => "unit",
        }
    }
    /// Reads a name from the URL.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
    }
}

/// Which applications of a tab are shown, besides those of a search, at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// All of them.
    All,
    /// All that are not put off; a search finds those too.
    Awake(Moment),
    /// Those that somebody is to deal with and that are not put off.
    Of(AccountId, Moment),
    /// Those whose target has passed.
    Overdue(Moment),
    /// Those that are put off, the first to come back first.
    Snoozed(Moment),
}

/// The order in which a list is walked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Walk {
    Since,
    Due,
    Submitted,
    Unit,
    Snoozed,
}

impl Shown {
    /// What is put off can only lie with the office, and only there a target passes.
    fn walk(self, status: Status, sort: Sort) -> Walk {
        match (self, sort) {
            (Self::Snoozed(_), _) => Walk::Snoozed,
            (Self::Overdue(_), _) => Walk::Due,
            // In the order of the index of what somebody is to deal with.
            (Self::Of(..), _) | (_, Sort::Waiting) => Walk::Since,
            (_, Sort::Due) if status.waits_for_office() => Walk::Due,
            (_, Sort::Due) => Walk::Since,
            (_, Sort::Newest) => Walk::Submitted,
            (_, Sort::Unit) => Walk::Unit,
        }
    }

    fn condition(self, status: Status) -> Condition {
        let awake = |now: Moment| Condition::any().add(Column::SnoozedUntil.is_null()).add(Column::SnoozedUntil.lte(now.0));
        match self {
            Self::Awake(now) if status.waits_for_office() => awake(now),
            Self::All | Self::Awake(_) => Condition::all(),
            Self::Of(account, now) => Condition::all().add(Column::AssignedTo.eq(account.0)).add(awake(now)),
            Self::Overdue(now) => Condition::all().add(Column::DueAt.lte(now.0)),
            Self::Snoozed(now) => Condition::all().add(Column::SnoozedUntil.gt(now.0)),
        }
    }

    fn includes(self, place: &Place) -> bool {
        match self {
            Self::All | Self::Awake(_) => true,
            Self::Of(account, _) => place.assigned_to == Some(account.0),
            Self::Overdue(now) => place.due_at.is_some_and(|at| at <= now.0),
            Self::Snoozed(now) => place.snoozed_until.is_some_and(|at| at > now.0),
        }
    }
}

impl Walk {
    const fn column(self) -> (Column, Order) {
        match self {
            Self::Since => (Column::StatusSince, Order::Asc),
            Self::Due => (Column::DueAt, Order::Asc),
            Self::Submitted => (Column::SubmittedAt, Order::Desc),
            Self::Unit => (Column::UnitNameSort, Order::Asc),
            Self::Snoozed => (Column::SnoozedUntil, Order::Asc),
        }
    }
}

fn in_scope(scope: &ListScope, status: Status) -> Select<Entity> {
    let select = Entity::find().filter(Column::Status.eq(status.key()));
    match scope {
        ListScope::Country => select,
        ListScope::Voivodeships(codes) => select.filter(Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str))),
    }
}

/// One page of the queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuePage {
    /// The rows.
    pub rows: Slice<Listed>,
    /// How many a search finds, by status; none where nothing is searched for, or too much is found to count.
    pub found: Option<Vec<(Status, u64)>>,
}

/// What is asked for of the queue.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// In which state.
    pub status: Status,
    /// Which of them.
    pub shown: Shown,
    /// What is searched for.
    pub q: &'a str,
    /// In which order, where the choice of `shown` leaves one.
    pub sort: Sort,
}

/// One page of the queue.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    asked: Asked<'_>,
    after: Option<&str>,
    size: usize,
) -> Result<QueuePage, StorageError> {
    let Asked { status, shown, q, sort } = asked;
    let walk = shown.walk(status, sort);
    let mut select = in_scope(scope, status);
    let mut is_searched = false;
    match search::find(db, scope, q).await? {
        Found::Everything => select = select.filter(shown.condition(status)),
        Found::Few(ids) => return list_found(db, scope, asked, ids, after, size).await,
        Found::Many(condition) => {
            // What is put off is found, too.
            let shown = if matches!(shown, Shown::Awake(_)) { Shown::All } else { shown };
            select = select.filter(condition).filter(shown.condition(status));
            is_searched = true;
        }
    }
    let (column, order) = walk.column();
    if walk == Walk::Due {
        // The index holds no others.
        select = select.filter(Column::DueAt.is_not_null());
    }
    let position = match walk {
        Walk::Unit => after.and_then(read_key_cursor).map(|row| beyond(column, Column::Id, row, &order)),
        _ => after.and_then(read_number_cursor).map(|row| beyond(column, Column::Id, row, &order)),
    };
    if let Some(position) = position {
        select = select.filter(position);
    }
    let select = select.order_by(column, order.clone()).order_by(Column::Id, order).limit(size as u64 + 1);
    let rows = if is_searched {
        // Which way is short depends on how common the words are.
        listed(db, select).await?
    } else {
        let statement = with_plain_limit(select.build(db.get_database_backend()));
        let found = Entity::find().from_raw_sql(statement).all(db).await?;
        found.into_iter().map(to_listed).collect::<Result<_, _>>()?
    };
    Ok(QueuePage { rows: Slice::cut(rows, size, |row| cursor(row, walk)), found: None })
}

fn cursor(row: &Listed, walk: Walk) -> String {
    let number = |at: Option<Moment>| number_cursor(at.map_or(i64::MAX, |at| at.0), row.id.0);
    match walk {
        Walk::Since => number(Some(row.status_since)),
        Walk::Due => number(row.due_at),
        Walk::Submitted => number(Some(row.submitted_at)),
        Walk::Unit => key_cursor(&row.unit_name_sort, row.id.0),
        Walk::Snoozed => number(row.snoozed_until),
    }
}

/// Where a row stands in the list, read without the rest of it.
#[derive(FromQueryResult)]
struct Place {
    id: Uuid,
    status: String,
    voivodeship: String,
    status_since: i64,
    submitted_at: i64,
    unit_name_sort: Vec<u8>,
    due_at: Option<i64>,
    assigned_to: Option<Uuid>,
    snoozed_until: Option<i64>,
}

impl Place {
    const COLUMNS: [Column; 9] = [
        Column::Id,
        Column::Status,
        Column::Voivodeship,
        Column::StatusSince,
        Column::SubmittedAt,
        Column::UnitNameSort,
        Column::DueAt,
        Column::AssignedTo,
        Column::SnoozedUntil,
    ];

    fn number(&self, walk: Walk) -> i64 {
        match walk {
            Walk::Due => self.due_at.unwrap_or(i64::MAX),
            Walk::Snoozed => self.snoozed_until.unwrap_or(i64::MAX),
            Walk::Submitted => self.submitted_at,
            Walk::Since | Walk::Unit => self.status_since,
        }
    }
}

/// The page of a search with few hits. Their places are read by row and put in order here: a database without statistics would
/// rather walk the whole list and look for them.
async fn list_found<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    Asked { status, shown, sort, .. }: Asked<'_>,
    ids: Vec<Uuid>,
    after: Option<&str>,
    size: usize,
) -> Result<QueuePage, StorageError> {
    let walk = shown.walk(status, sort);
    let mut places: Vec<Place> = Vec::new();
    for chunk in ids.chunks(search::MOST_IN_ONE_QUESTION) {
        let select = Entity::find().select_only().columns(Place::COLUMNS).filter(Column::Id.is_in(chunk.iter().copied()));
        places.extend(select.into_model::<Place>().all(db).await?);
    }
    places.retain(|place| scope.includes(&place.voivodeship) && shown.includes(place));
    let count = |status: Status| places.iter().filter(|place| place.status == status.key()).count() as u64;
    let found = Some(Status::ALL.into_iter().map(|status| (status, count(status))).collect());
    places.retain(|place| place.status == status.key());
    let number = after.and_then(read_number_cursor);
    match walk {
        Walk::Since | Walk::Due | Walk::Snoozed => {
            places.retain(|place| number.is_none_or(|row| (place.number(walk), place.id) > row));
            places.sort_by_key(|place| (place.number(walk), place.id));
        }
        Walk::Submitted => {
            places.retain(|place| number.is_none_or(|row| (place.number(walk), place.id) < row));
            places.sort_by_key(|place| std::cmp::Reverse((place.number(walk), place.id)));
        }
        Walk::Unit => {
            let key = after.and_then(read_key_cursor);
            let is_beyond = |place: &Place| key.as_ref().is_none_or(|(k, id)| (&place.unit_name_sort, place.id) > (k, *id));
            places.retain(is_beyond);
            places.sort_by(|a, b| (&a.unit_name_sort, a.id).cmp(&(&b.unit_name_sort, b.id)));
        }
    }
    places.truncate(size + 1);
    let wanted: Vec<ApplicationId> = places.iter().map(|place| ApplicationId(place.id)).collect();
    let mut rows = list_by_ids(db, &wanted).await?;
    rows.sort_by_key(|row| wanted.iter().position(|id| *id == row.id));
    Ok(QueuePage { rows: Slice::cut(rows, size, |row| cursor(row, walk)), found })
}

/// How many applications of a status lie in scope, counted up to `cap`.
///
/// # Errors
/// Of the database.
pub async fn count<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    status: Status,
    shown: Shown,
    cap: u64,
) -> Result<CappedCount, StorageError> {
    // A sub-select is counted, so the limit stops the counting.
    let counted = in_scope(scope, status)
        .filter(shown.condition(status))
        .select_only()
        .column(Column::Id)
        .limit(cap + 1)
        .build(db.get_database_backend());
    let mut statement = with_plain_limit(counted);
    statement.sql = format!("SELECT COUNT(*) AS number FROM ({}) AS counted", statement.sql);
    let row = db.query_one_raw(statement).await?.ok_or_else(|| damaged("count"))?;
    let number = u64::try_from(row.try_get::<i64>("", "number")?).map_err(|_| damaged("count"))?;
    Ok(CappedCount { number: number.min(cap), is_capped: number > cap })
}

/// Applications that were passed on to the central administrator, the longest there first.
///
/// # Errors
/// Of the database.
pub async fn list_escalated<C: ConnectionTrait>(db: &C, after: Option<&str>, size: usize) -> Result<Slice<Listed>, StorageError> {
    let mut select = Entity::find().filter(Column::EscalatedAt.is_not_null());
    if let Some(row) = after.and_then(read_number_cursor) {
        select = select.filter(beyond(Column::EscalatedAt, Column::Id, row, &Order::Asc));
    }
    let rows = listed(db, select.order_by_asc(Column::EscalatedAt).order_by_asc(Column::Id).limit(size as u64 + 1)).await?;
    Ok(Slice::cut(rows, size, |row| number_cursor(row.escalated_at.map_or(0, |at| at.0), row.id.0)))
}

/// How many were passed on, counted up to `cap`.
///
/// # Errors
/// Of the database.
pub async fn count_escalated<C: ConnectionTrait>(db: &C, cap: u64) -> Result<CappedCount, StorageError> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::EscalatedAt.is_not_null())
        .limit(cap + 1)
        .into_tuple()
        .all(db)
        .await?;
    let number = ids.len() as u64;
    Ok(CappedCount { number: number.min(cap), is_capped: number > cap })
}

/// Several applications by row, as a list shows them.
///
/// # Errors
/// Of the database.
pub async fn list_by_ids<C: ConnectionTrait>(db: &C, ids: &[ApplicationId]) -> Result<Vec<Listed>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    listed(db, Entity::find().filter(Column::Id.is_in(ids.iter().map(|id| id.0))).order_by_desc(Column::SubmittedAt)).await
}

/// Other applications of the voivodeship about units of a place, by the names of town and gmina, the newest first. Where they are
/// too many, only those that have the words of `narrower`.
///
/// # Errors
/// Of the database.
pub async fn list_in_place<C: ConnectionTrait>(
    db: &C,
    voivodeship: &VoivodeshipCode,
    place: &[&str],
    narrower: &str,
    except: ApplicationId,
) -> Result<Vec<Listed>, StorageError> {
    let mut found = BTreeSet::new();
    for name in place {
        found.extend(search::in_place(db, voivodeship, name, narrower).await?);
    }
    found.remove(&except.0);
    let ids: Vec<ApplicationId> = found.into_iter().map(ApplicationId).collect();
    list_by_ids(db, &ids).await
}
