//! Rows of registered units. The typed data is one JSON column; what is searched or unique stands in columns of its own.

use super::StorageError;
use super::dictionaries;
use super::entities::unit::{ActiveModel, Column, Entity, Model};
use super::entities::{account, role_assignment};
use super::figures;
use super::page::{Slice, beyond, damaged, key_cursor, read_key_cursor};
use super::searched::holding;
use crate::domain::account::{AccountStatus, Role};
use crate::domain::collation::{fold, sort_key};
use crate::domain::id::UnitId;
use crate::domain::identifiers::TercCode;
use crate::domain::moment::Moment;
use crate::domain::permission::ListScope;
use crate::domain::sameness::{address_key, name_key};
use crate::domain::unit::{Unit, UnitData, UnitStatus};
use crate::domain::voivodeship::VoivodeshipCode;
use jiff::civil::Date;
use sea_orm::sea_query::{Condition, Expr, ExprTrait as _, LockType, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, Select};
use std::collections::BTreeMap;
use uuid::Uuid;

/// More units of one place are not compared with each other.
const MOST_IN_PLACE: u64 = 500;
/// What more units than these have in common says nothing of any.
const MOST_SAME: u64 = 50;

fn to_domain(row: Model) -> Result<Unit, StorageError> {
    Ok(Unit {
        id: UnitId(row.id),
        data: serde_json::from_value(row.data).map_err(|_| damaged("unit data"))?,
        voivodeship: VoivodeshipCode::trusted(row.voivodeship),
        status: UnitStatus::from_key(&row.status).ok_or_else(|| damaged("unit status"))?,
        ends_on: row.valid_until.map(|day| day.parse().map_err(|_| damaged("last day of a unit"))).transpose()?,
        successor: row.successor_id.map(UnitId),
        version: row.version,
    })
}

fn search_key(data: &UnitData, short_names: &str) -> String {
    fold(&format!("{} {} {} {short_names}", data.name, data.regon, data.address.town))
}

fn address_key_of(data: &UnitData) -> String {
    address_key(data.address.street.as_ref().map_or("", |street| street.as_str()), data.address.building.as_str())
}

/// Adds an active unit.
///
/// # Errors
/// A conflict on `units_regon_active` when an active unit has this REGON.
pub async fn add<C: ConnectionTrait>(db: &C, id: UnitId, data: &UnitData, valid_from: Date, now: Moment) -> Result<(), StorageError> {
    let short_names = dictionaries::short_names_of(db, &data.kind).await?.join(" ");
    let row = ActiveModel {
        id: Set(id.0),
        regon: Set(data.regon.to_string()),
        name: Set(data.name.to_string()),
        name_sort: Set(sort_key(data.name.as_str())),
        search_key: Set(search_key(data, &short_names)),
        name_key: Set(name_key(data.name.as_str())),
        town_key: Set(name_key(data.address.town.as_str())),
        address_key: Set(address_key_of(data)),
        kind: Set(data.kind.clone()),
        terc: Set(data.terc.to_string()),
        voivodeship: Set(data.terc.voivodeship().to_string()),
        status: Set(UnitStatus::Active.key().to_owned()),
        data: Set(serde_json::to_value(data).map_err(|_| damaged("unit data"))?),
        valid_from: Set(valid_from.to_string()),
        valid_until: Set(None),
        successor_id: Set(None),
        created_at: Set(now.0),
        version: Set(0),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Writes the data of a unit, with all that is searched, sorted and unique.
///
/// # Errors
/// A conflict on `units_regon_active` when another active unit has this REGON.
pub async fn save_data<C: ConnectionTrait>(db: &C, id: UnitId, data: &UnitData) -> Result<(), StorageError> {
    let short_names = dictionaries::short_names_of(db, &data.kind).await?.join(" ");
    let row = ActiveModel {
        regon: Set(data.regon.to_string()),
        name: Set(data.name.to_string()),
        name_sort: Set(sort_key(data.name.as_str())),
        search_key: Set(search_key(data, &short_names)),
        name_key: Set(name_key(data.name.as_str())),
        town_key: Set(name_key(data.address.town.as_str())),
        address_key: Set(address_key_of(data)),
        kind: Set(data.kind.clone()),
        terc: Set(data.terc.to_string()),
        voivodeship: Set(data.terc.voivodeship().to_string()),
        data: Set(serde_json::to_value(data).map_err(|_| damaged("unit data"))?),
        ..ActiveModel::default()
    };
    Entity::update_many()
        .set(row)
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Writes the last day of a unit and who takes its place after it.
///
/// # Errors
/// Of the database.
pub async fn save_ending<C: ConnectionTrait>(db: &C, id: UnitId, last_day: Date, successor: Option<UnitId>) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::ValidUntil, Expr::value(last_day.to_string()))
        .col_expr(Column::SuccessorId, Expr::value(successor.map(|unit| unit.0)))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Takes back the end of a unit: it goes on.
///
/// # Errors
/// Of the database.
pub async fn clear_ending<C: ConnectionTrait>(db: &C, id: UnitId) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::ValidUntil, Expr::value(None::<String>))
        .col_expr(Column::SuccessorId, Expr::value(None::<uuid::Uuid>))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Closes a unit: its REGON is free again.
///
/// # Errors
/// Of the database.
pub async fn close<C: ConnectionTrait>(db: &C, id: UnitId) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(UnitStatus::Closed.key()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Active units whose last day has passed, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn list_ended<C: ConnectionTrait>(db: &C, today: Date, limit: u64) -> Result<Vec<Unit>, StorageError> {
    let rows = Entity::find()
        .filter(Column::Status.eq(UnitStatus::Active.key()))
        .filter(Column::ValidUntil.lt(today.to_string()))
        .order_by_asc(Column::ValidUntil)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// Units whose place this one takes or has taken, in Polish order.
///
/// # Errors
/// Of the database.
pub async fn list_predecessors<C: ConnectionTrait>(db: &C, id: UnitId) -> Result<Vec<Unit>, StorageError> {
    let rows = Entity::find().filter(Column::SuccessorId.eq(id.0)).order_by_asc(Column::NameSort).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Finds a unit.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: UnitId) -> Result<Option<Unit>, StorageError> {
    Entity::find_by_id(id.0).one(db).await?.map(to_domain).transpose()
}

/// Finds a unit and locks its row until the transaction ends.
///
/// # Errors
/// Of the database.
pub async fn find_for_update<C: ConnectionTrait>(db: &C, id: UnitId) -> Result<Option<Unit>, StorageError> {
    Entity::find_by_id(id.0).lock(LockType::Update).one(db).await?.map(to_domain).transpose()
}

/// Several units by id, in Polish order.
///
/// # Errors
/// Of the database.
pub async fn list_by_ids<C: ConnectionTrait>(db: &C, ids: &[UnitId]) -> Result<Vec<Unit>, StorageError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
        .order_by_asc(Column::NameSort)
        .order_by_asc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// The active unit with this REGON.
///
/// # Errors
/// Of the database.
pub async fn find_active_by_regon<C: ConnectionTrait>(db: &C, regon: &str) -> Result<Option<Unit>, StorageError> {
    Entity::find()
        .filter(Column::Regon.eq(regon))
        .filter(Column::Status.eq(UnitStatus::Active.key()))
        .one(db)
        .await?
        .map(to_domain)
        .transpose()
}

/// Active units whose name, REGON, town or kind's short name holds every word of `q`, folded, in Polish order.
///
/// # Errors
/// Of the database.
pub async fn search_active<C: ConnectionTrait>(db: &C, q: &str, limit: u64) -> Result<Vec<Unit>, StorageError> {
    let rows = Entity::find()
        .filter(holding(Column::SearchKey, q))
        .filter(Column::Status.eq(UnitStatus::Active.key()))
        .order_by_asc(Column::NameSort)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// Active units of a place: of the gmina, or of a town of this name in its voivodeship. Where they are too many to say anything,
/// only those of the kind.
///
/// # Errors
/// Of the database.
pub async fn list_in_place<C: ConnectionTrait>(db: &C, terc: &TercCode, town: &str, kind: &str) -> Result<Vec<Unit>, StorageError> {
    let of_gmina = Condition::all().add(Column::Terc.eq(terc.as_str()));
    let of_town = Condition::all().add(Column::TownKey.eq(name_key(town))).add(Column::Voivodeship.eq(terc.voivodeship().as_str()));
    // One after the other, so that each goes by its own index.
    let mut found: BTreeMap<Uuid, Model> = BTreeMap::new();
    for here in [of_gmina, of_town] {
        let mut rows = active(here.clone(), MOST_IN_PLACE + 1).all(db).await?;
        if rows.len() as u64 > MOST_IN_PLACE {
            rows = active(here.add(Column::Kind.eq(kind)), MOST_IN_PLACE).all(db).await?;
        }
        found.extend(rows.into_iter().map(|row| (row.id, row)));
    }
    let mut rows: Vec<Model> = found.into_values().collect();
    rows.sort_by(|one, other| (&one.name_sort, one.id).cmp(&(&other.name_sort, other.id)));
    rows.into_iter().map(to_domain).collect()
}

/// Active units of a voivodeship with this name, however it is written. A name that many have says nothing: then none.
///
/// # Errors
/// Of the database.
pub async fn list_named<C: ConnectionTrait>(db: &C, voivodeship: &VoivodeshipCode, name: &str) -> Result<Vec<Unit>, StorageError> {
    let key = name_key(name);
    if key.is_empty() {
        return Ok(Vec::new());
    }
    list_same(db, Condition::all().add(Column::NameKey.eq(key)).add(Column::Voivodeship.eq(voivodeship.as_str()))).await
}

/// Active units of a voivodeship at an address, by the keys of town and street with number. Where very many have their seat: none.
///
/// # Errors
/// Of the database.
pub async fn list_at<C: ConnectionTrait>(
    db: &C,
    voivodeship: &VoivodeshipCode,
    (town, address): (&str, &str),
) -> Result<Vec<Unit>, StorageError> {
    let there = Condition::all().add(Column::TownKey.eq(town)).add(Column::AddressKey.eq(address));
    list_same(db, there.add(Column::Voivodeship.eq(voivodeship.as_str()))).await
}

async fn list_same<C: ConnectionTrait>(db: &C, same: Condition) -> Result<Vec<Unit>, StorageError> {
    let rows = active(same, MOST_SAME + 1).all(db).await?;
    if rows.len() as u64 > MOST_SAME {
        return Ok(Vec::new());
    }
    rows.into_iter().map(to_domain).collect()
}

/// Active units with something in common, at most so many, in no order: sorting them would tempt a planner to walk all names instead.
fn active(condition: Condition, limit: u64) -> Select<Entity> {
    Entity::find().filter(condition).filter(Column::Status.eq(UnitStatus::Active.key())).limit(limit)
}

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitFilter {
    /// Words of the name, the town or the REGON.
    pub q: String,
    /// Only active units that no active account coordinates: the administrator serves them.
    pub without_coordinator: bool,
}

/// Whoever coordinates the unit of the row now.
fn coordinators_here() -> SelectStatement {
    use role_assignment::Column as Held;
    Query::select()
        .expr(Expr::val(1))
        .from(role_assignment::Entity)
        .inner_join(account::Entity, Expr::col((account::Entity, account::Column::Id)).equals((role_assignment::Entity, Held::AccountId)))
        .and_where(Expr::col((role_assignment::Entity, Held::UnitId)).equals((Entity, Column::Id)))
        .and_where(Held::Role.eq(Role::UnitCoordinator.key()))
        .and_where(Held::RevokedAt.is_null())
        .and_where(account::Column::Status.eq(AccountStatus::Active.key()))
        .to_owned()
}

/// The query of [`count_without_coordinator`].
pub fn without_coordinator_query(voivodeships: &[VoivodeshipCode]) -> SelectStatement {
    let mut query = Query::select();
    figures::count_rows(query.column(Column::Voivodeship))
        .from(Entity)
        .and_where(Column::Voivodeship.is_in(voivodeships.iter().map(VoivodeshipCode::as_str)))
        .and_where(Column::Status.eq(UnitStatus::Active.key()))
        .and_where(Expr::exists(coordinators_here()).not())
        .group_by_col(Column::Voivodeship)
        .to_owned()
}

/// How many active units of these voivodeships nobody coordinates; a voivodeship without one is left out.
///
/// # Errors
/// Of the database.
pub async fn count_without_coordinator<C: ConnectionTrait>(
    db: &C,
    voivodeships: &[VoivodeshipCode],
) -> Result<Vec<(VoivodeshipCode, u64)>, StorageError> {
    let rows = db.query_all(&without_coordinator_query(voivodeships)).await?;
    rows.iter().map(|row| Ok((VoivodeshipCode::trusted(row.try_get::<String>("", "voivodeship")?), figures::number(row)?))).collect()
}

/// One page of units in Polish order, within scope.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &ListScope,
    filter: &UnitFilter,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<Unit>, StorageError> {
    let mut select = Entity::find().filter(holding(Column::SearchKey, &filter.q));
    if filter.without_coordinator {
        select = select.filter(Column::Status.eq(UnitStatus::Active.key())).filter(Expr::exists(coordinators_here()).not());
    }
    if let ListScope::Voivodeships(codes) = scope {
        select = select.filter(Column::Voivodeship.is_in(codes.iter().map(VoivodeshipCode::as_str)));
    }
    if let Some(row) = after.and_then(read_key_cursor) {
        select = select.filter(beyond(Column::NameSort, Column::Id, row, &Order::Asc));
    }
    let rows = select.order_by_asc(Column::NameSort).order_by_asc(Column::Id).limit(size as u64 + 1).all(db).await?;
    let slice = Slice::cut(rows, size, |row: &Model| key_cursor(&row.name_sort, row.id));
    let next = slice.next;
    Ok(Slice { rows: slice.rows.into_iter().map(to_domain).collect::<Result<_, _>>()?, next })
}
