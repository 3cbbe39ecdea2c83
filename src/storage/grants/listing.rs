//! Grants with all that a list of them shows: keyset pages by unit, then person, within scope.

use super::to_domain;
use crate::domain::account::AccountStatus;
use crate::domain::grant::{GrantFacts, GrantState};
use crate::domain::id::{GrantId, RevocationId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::permission::UnitScope;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::StorageError;
use crate::storage::entities::{account, application, grant, unit};
use crate::storage::grants::Grant;
use crate::storage::page::{Slice, beyond, damaged, key_cursor, read_key_cursor, with_plain_limit};
use crate::storage::searched::holding;
use jiff::civil::Date;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, IntoColumnRef, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, FromQueryResult, Iterable, Order, QueryResult};
use uuid::Uuid;

/// A person whom the words find among no more accounts than this is looked up by these; else the list is walked and each row asked.
const FEW_PERSONS: u64 = 500;

/// What to look for; empty texts match everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantFilter {
    /// Words of a name, a login or an e-mail address, folded when they are looked for.
    pub person: String,
    /// Words of a unit's name, its REGON or its town.
    pub unit: String,
    /// Code of a sub-area.
    pub sub_area: String,
    /// Code of a function.
    pub function: String,
    /// Last day not after this one.
    pub until: Option<Date>,
    /// How it stands.
    pub state: Option<GrantState>,
}

/// A grant as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedGrant {
    /// The grant.
    pub grant: Grant,
    /// Given.
    pub created_at: Moment,
    /// Taken back.
    pub revoked_at: Option<Moment>,
    /// Another one has taken its place.
    pub replaced_at: Option<Moment>,
    /// What took it away, where the row tells.
    pub revocation: Option<RevocationId>,
    /// How it stands on the day of the question.
    pub state: GrantState,
    /// Holder's login.
    pub login: String,
    /// Holder's first name.
    pub first_name: String,
    /// Holder's last name.
    pub last_name: String,
    /// Holder's work e-mail.
    pub email: String,
    /// Unit's name.
    pub unit_name: String,
    /// Unit's REGON.
    pub regon: String,
    /// Where the unit lies.
    pub voivodeship: VoivodeshipCode,
    /// Number of the application that gave it.
    pub application_number: Option<ApplicationNumber>,
    unit_sort: Vec<u8>,
    name_sort: Vec<u8>,
}

/// The columns beside those of the grant, under names that none of its columns has.
#[derive(FromQueryResult)]
struct Beside {
    login: String,
    first_name: String,
    last_name: String,
    email: String,
    account_status: String,
    name_sort: Vec<u8>,
    unit_name: String,
    unit_sort: Vec<u8>,
    regon: String,
    voivodeship: String,
    application_number: Option<String>,
}

fn read(row: &QueryResult, today: Date) -> Result<ListedGrant, StorageError> {
    let model = grant::Model::from_query_result(row, "")?;
    let beside = Beside::from_query_result(row, "")?;
    let status = AccountStatus::from_key(&beside.account_status).ok_or_else(|| damaged("account status"))?;
    let (created_at, revoked_at) = (Moment(model.created_at), model.revoked_at.map(Moment));
    let (replaced_at, revocation) = (model.replaced_at.map(Moment), model.revocation_id.map(RevocationId));
    let is_unconfirmed = model.suspended_at.is_some();
    let grant = to_domain(model)?;
    let facts = GrantFacts {
        valid_from: grant.valid_from,
        valid_until: grant.valid_until,
        is_revoked: revoked_at.is_some(),
        is_replaced: replaced_at.is_some(),
        is_suspended: is_unconfirmed || status == AccountStatus::Suspended,
        is_closed: status == AccountStatus::Closed,
    };
    Ok(ListedGrant {
        state: GrantState::of(facts, today),
        grant,
        created_at,
        revoked_at,
        replaced_at,
        revocation,
        login: beside.login,
        first_name: beside.first_name,
        last_name: beside.last_name,
        email: beside.email,
        unit_name: beside.unit_name,
        regon: beside.regon,
        voivodeship: VoivodeshipCode::trusted(beside.voivodeship),
        application_number: beside.application_number.map(ApplicationNumber::trusted),
        unit_sort: beside.unit_sort,
        name_sort: beside.name_sort,
    })
}

/// Grants with their holders, units and applications. The tables are named in the order in which they are to be walked, and SQLite,
/// which keeps no statistics, keeps to it: a page must not cost a walk through all grants.
fn joined(person_first: bool) -> SelectStatement {
    let mut select = Query::select();
    select.columns(grant::Column::iter().map(|column| (grant::Entity, column)));
    for (column, name) in [
        ((account::Entity, account::Column::Login).into_column_ref(), "login"),
        ((account::Entity, account::Column::FirstName).into_column_ref(), "first_name"),
        ((account::Entity, account::Column::LastName).into_column_ref(), "last_name"),
        ((account::Entity, account::Column::Email).into_column_ref(), "email"),
        ((account::Entity, account::Column::Status).into_column_ref(), "account_status"),
        ((account::Entity, account::Column::NameSort).into_column_ref(), "name_sort"),
        ((unit::Entity, unit::Column::Name).into_column_ref(), "unit_name"),
        ((unit::Entity, unit::Column::NameSort).into_column_ref(), "unit_sort"),
        ((unit::Entity, unit::Column::Regon).into_column_ref(), "regon"),
        ((unit::Entity, unit::Column::Voivodeship).into_column_ref(), "voivodeship"),
        ((application::Entity, application::Column::Number).into_column_ref(), "application_number"),
    ] {
        select.expr_as(Expr::col(column), Alias::new(name));
    }
    if person_first {
        select.from(grant::Entity).cross_join(account::Entity).cross_join(unit::Entity);
    } else {
        select.from(unit::Entity).cross_join(grant::Entity).cross_join(account::Entity);
    }
    select
        .join(
            JoinType::LeftJoin,
            application::Entity,
            Expr::col((application::Entity, application::Column::Id)).equals((grant::Entity, grant::Column::ApplicationId)),
        )
        .and_where(Expr::col((grant::Entity, grant::Column::UnitId)).equals((unit::Entity, unit::Column::Id)))
        .and_where(Expr::col((grant::Entity, grant::Column::AccountId)).equals((account::Entity, account::Column::Id)));
    select
}

/// Only what belongs to units within scope.
pub(in crate::storage) fn within(scope: &UnitScope) -> Condition {
    match scope {
        UnitScope::Country => Condition::all(),
        UnitScope::Within { voivodeships, units } => {
            let mut any = Condition::any();
            if !voivodeships.is_empty() {
                any = any.add(unit::Column::Voivodeship.is_in(voivodeships.iter().map(VoivodeshipCode::as_str)));
            }
            if !units.is_empty() {
                any = any.add(unit::Column::Id.is_in(units.iter().map(|id| id.0)));
            }
            any
        }
    }
}

/// As [`GrantState::of`], asked of rows.
fn stands(state: GrantState, today: Date) -> Condition {
    let today = today.to_string();
    let kept = || Condition::all().add(grant::Column::RevokedAt.is_null()).add(grant::Column::ReplacedAt.is_null());
    let closed = || account::Column::Status.eq(AccountStatus::Closed.key());
    let lasting = || kept().add(grant::Column::ValidUntil.gte(today.as_str())).add(closed().not());
    let suspended = || account::Column::Status.eq(AccountStatus::Suspended.key()).or(grant::Column::SuspendedAt.is_not_null());
    match state {
        GrantState::Revoked => Condition::all().add(grant::Column::RevokedAt.is_not_null()),
        GrantState::Replaced => Condition::all().add(grant::Column::RevokedAt.is_null()).add(grant::Column::ReplacedAt.is_not_null()),
        GrantState::Ended => kept().add(Condition::any().add(grant::Column::ValidUntil.lt(today.as_str())).add(closed())),
        GrantState::Suspended => lasting().add(suspended()),
        GrantState::Future => lasting().add(suspended().not()).add(grant::Column::ValidFrom.gt(today.as_str())),
        GrantState::Current => lasting().add(suspended().not()).add(grant::Column::ValidFrom.lte(today.as_str())),
    }
}

/// Whom the words name; none where nobody is looked for.
fn named(words: &str) -> Option<Condition> {
    (!words.trim().is_empty()).then(|| holding(account::Column::SearchKey, words))
}

/// The accounts that the words find, if they are few.
async fn few_persons<C: ConnectionTrait>(db: &C, named: &Condition) -> Result<Option<Vec<Uuid>>, StorageError> {
    let mut select = Query::select();
    select.column(account::Column::Id).from(account::Entity).cond_where(named.clone()).limit(FEW_PERSONS + 1);
    let rows = db.query_all(&select).await?;
    if rows.len() as u64 > FEW_PERSONS {
        return Ok(None);
    }
    Ok(Some(rows.iter().map(|row| row.try_get("", "id")).collect::<Result<_, _>>()?))
}

fn cursor(row: &ListedGrant) -> String {
    format!("{}_{}", key_cursor(&row.unit_sort, row.grant.unit.0), key_cursor(&row.name_sort, row.grant.id.0))
}

/// What lies beyond a row of the list. The first condition says nothing new; it is what both databases begin to read their index at.
fn after_row(after: &str) -> Option<Condition> {
    let (in_unit, in_list) = after.split_once('_')?;
    let (unit_row, row) = (read_key_cursor(in_unit)?, read_key_cursor(in_list)?);
    let unit_place = || Expr::tuple([unit::Column::NameSort.into_expr(), unit::Column::Id.into_expr()]);
    let place = Expr::tuple([Expr::val(unit_row.0.clone()), Expr::val(unit_row.1)]);
    Some(Condition::all().add(unit_place().gte(place)).add(
        Condition::any().add(beyond(unit::Column::NameSort, unit::Column::Id, unit_row, &Order::Asc)).add(beyond(
            account::Column::NameSort,
            grant::Column::Id,
            row,
            &Order::Asc,
        )),
    ))
}

/// One page in Polish order of units, in a unit of persons, in a person as given.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    scope: &UnitScope,
    filter: &GrantFilter,
    today: Date,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedGrant>, StorageError> {
    let named = named(&filter.person);
    let few = match &named {
        Some(named) => few_persons(db, named).await?,
        None => None,
    };
    let mut select = joined(few.is_some());
    select.cond_where(within(scope));
    match (few, named) {
        (Some(ids), _) => select.and_where(grant::Column::AccountId.is_in(ids)),
        (None, Some(named)) => select.cond_where(named),
        (None, None) => &mut select,
    };
    select.cond_where(holding(unit::Column::SearchKey, &filter.unit));
    for (column, code) in [(grant::Column::SubArea, &filter.sub_area), (grant::Column::Function, &filter.function)] {
        if !code.is_empty() {
            select.and_where(column.eq(code.as_str()));
        }
    }
    if let Some(until) = filter.until {
        select.and_where(grant::Column::ValidUntil.lte(until.to_string()));
    }
    if let Some(state) = filter.state {
        select.cond_where(stands(state, today));
    }
    if let Some(beyond) = after.and_then(after_row) {
        select.cond_where(beyond);
    }
    select
        .order_by((unit::Entity, unit::Column::NameSort), Order::Asc)
        .order_by((unit::Entity, unit::Column::Id), Order::Asc)
        .order_by((account::Entity, account::Column::NameSort), Order::Asc)
        .order_by((grant::Entity, grant::Column::Id), Order::Asc)
        .limit(size as u64 + 1);
    let rows = db.query_all_raw(with_plain_limit(db.get_database_backend().build(&select))).await?;
    let rows = rows.iter().map(|row| read(row, today)).collect::<Result<_, _>>()?;
    Ok(Slice::cut(rows, size, cursor))
}

/// One grant, whosoever it is.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: GrantId, today: Date) -> Result<Option<ListedGrant>, StorageError> {
    let mut select = joined(true);
    select.and_where(grant::Column::Id.eq(id.0));
    db.query_one(&select).await?.map(|row| read(&row, today)).transpose()
}
