//! The queue „Wnioski”: keyset pages and capped counts, flat from a thousand to a million rows.

use super::search::Found;
use super::{Listed, listed, search, to_listed};
use crate::domain::application::status::Status;
use crate::domain::id::ApplicationId;
use crate::domain::permission::ListScope;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::StorageError;
use crate::storage::entities::application::{Column, Entity};
use crate::storage::page::{
    CappedCount, Slice, beyond, damaged, key_cursor, number_cursor, read_key_cursor, read_number_cursor, with_plain_limit,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Order of the queue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// Longest in this state first: what waits longest is served first.
    #[default]
    Waiting,
    /// Newest submission first.
    Newest,
    /// By the unit's name, in Polish order.
    Unit,
}

impl Sort {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Waiting, Self::Newest, Self::Unit];
    /// Name in the URL and label key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Newest => "newest",
            Self::Unit => "unit",
        }
    }
    /// Reads a name from the URL.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.key() == key)
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

/// One page of the queue.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    status: Status,
    q: &str,
    sort: Sort,
    after: Option<&str>,
    size: usize,
) -> Result<QueuePage, StorageError> {
    let mut select = in_scope(scope, status);
    let mut is_searched = false;
    match search::find(db, scope, q).await? {
        Found::Everything => {}
        Found::Few(ids) => return list_found(db, scope, status, ids, sort, after, size).await,
        Found::Many(condition) => {
            select = select.filter(condition);
            is_searched = true;
        }
    }
    let (column, order) = match sort {
        Sort::Waiting => (Column::StatusSince, Order::Asc),
        Sort::Newest => (Column::SubmittedAt, Order::Desc),
        Sort::Unit => (Column::UnitNameSort, Order::Asc),
    };
    let position = match sort {
        Sort::Unit => after.and_then(read_key_cursor).map(|row| beyond(column, Column::Id, row, &order)),
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
    Ok(QueuePage { rows: Slice::cut(rows, size, |row| cursor(row, sort)), found: None })
}

fn cursor(row: &Listed, sort: Sort) -> String {
    match sort {
        Sort::Waiting => number_cursor(row.status_since.0, row.id.0),
        Sort::Newest => number_cursor(row.submitted_at.0, row.id.0),
        Sort::Unit => key_cursor(&row.unit_name_sort, row.id.0),
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
}

/// The page of a search with few hits. Their places are read by row and put in order here: a database without statistics would
/// rather walk the whole list and look for them.
async fn list_found<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    status: Status,
    ids: Vec<Uuid>,
    sort: Sort,
    after: Option<&str>,
    size: usize,
) -> Result<QueuePage, StorageError> {
    let mut places: Vec<Place> = Vec::new();
    for chunk in ids.chunks(search::MOST_IN_ONE_QUESTION) {
        let columns = [Column::Id, Column::Status, Column::Voivodeship, Column::StatusSince, Column::SubmittedAt, Column::UnitNameSort];
        let select = Entity::find().select_only().columns(columns).filter(Column::Id.is_in(chunk.iter().copied()));
        places.extend(select.into_model::<Place>().all(db).await?);
    }
    places.retain(|place| scope.includes(&place.voivodeship));
    let count = |status: Status| places.iter().filter(|place| place.status == status.key()).count() as u64;
    let found = Some(Status::ALL.into_iter().map(|status| (status, count(status))).collect());
    places.retain(|place| place.status == status.key());
    let number = after.and_then(read_number_cursor);
    match sort {
        Sort::Waiting => {
            places.retain(|place| number.is_none_or(|row| (place.status_since, place.id) > row));
            places.sort_by_key(|place| (place.status_since, place.id));
        }
        Sort::Newest => {
            places.retain(|place| number.is_none_or(|row| (place.submitted_at, place.id) < row));
            places.sort_by_key(|place| std::cmp::Reverse((place.submitted_at, place.id)));
        }
        Sort::Unit => {
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
    Ok(QueuePage { rows: Slice::cut(rows, size, |row| cursor(row, sort)), found })
}

/// How many applications of a status lie in scope, counted up to `cap`.
///
/// # Errors
/// Of the database.
pub async fn count<C: ConnectionTrait>(db: &C, scope: &ListScope, status: Status, cap: u64) -> Result<CappedCount, StorageError> {
    // A sub-select is counted, so the limit stops the counting.
    let counted = in_scope(scope, status).select_only().column(Column::Id).limit(cap + 1).build(db.get_database_backend());
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
