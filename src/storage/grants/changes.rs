//! What changed in people's rights: read from the rows of grants and roles, and for accounts from the audit trail. One list of several
//! tables, the newest first, in keyset pages.

use super::listing::within;
use crate::domain::account::Role;
use crate::domain::audit::{AuditEvent, Outcome};
use crate::domain::grant::RightChange;
use crate::domain::id::{AccountId, GrantId};
use crate::domain::identifiers::ApplicationNumber;
use crate::domain::moment::Moment;
use crate::domain::permission::UnitScope;
use crate::domain::revocation::Capacity;
use crate::domain::voivodeship::VoivodeshipCode;
use crate::storage::StorageError;
use crate::storage::entities::{account, application, audit_entry, grant, revocation, revocation_reason, role_assignment, unit};
use crate::storage::page::{Slice, damaged, with_plain_limit};
use jiff::ToSpan as _;
use jiff::civil::Date;
use sea_orm::sea_query::{Alias, Expr, ExprTrait as _, Func, JoinType, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, Order, QueryResult, Value};
use uuid::Uuid;

/// Whose changes are listed.
#[derive(Debug, Clone, Copy)]
pub enum Whose<'a> {
    /// What belongs to units, or to officials, within scope.
    Within(&'a UnitScope),
    /// One account's.
    Account(AccountId),
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedChange {
    /// What.
    pub change: RightChange,
    /// Since when it holds.
    pub at: Moment,
    /// Whose login.
    pub login: String,
    /// First and last name; none where no account has the login any more.
    pub full_name: Option<String>,
    /// Unit's name, where it is about one.
    pub unit_name: Option<String>,
    /// Unit's REGON.
    pub regon: Option<String>,
    /// In whose scope it lies.
    pub voivodeship: Option<VoivodeshipCode>,
    /// Of a grant.
    pub grant: Option<ChangedGrant>,
    /// Of a role.
    pub role: Option<Role>,
    /// Login of who did it, where the row tells.
    pub by: Option<String>,
    /// In which capacity a right was taken away.
    pub capacity: Option<Capacity>,
    /// Why, by the dictionary.
    pub reason: Option<String>,
    id: Place,
}

/// The grant that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedGrant {
    /// Row.
    pub id: GrantId,
    /// Code of the sub-area.
    pub sub_area: String,
    /// Code of the function.
    pub function: String,
    /// Last day.
    pub valid_until: Date,
    /// Number of the application that gave it.
    pub application_number: Option<ApplicationNumber>,
}

/// Identifier within one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Row(Uuid),
    Entry(i64),
}

/// A row's place in the list: newest first; what happened at one moment by the order of [`RightChange`], then backwards by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Position {
    at: Moment,
    change: RightChange,
    id: Place,
}

impl Position {
    fn of(row: &ListedChange) -> Self {
        Self { at: row.at, change: row.change, id: row.id }
    }
    fn write(self) -> String {
        let id = match self.id {
            Place::Row(id) => id.simple().to_string(),
            Place::Entry(id) => format!("e{id}"),
        };
        format!("{}.{}.{id}", self.at.0, self.change.key())
    }
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let at = Moment(parts.next()?.parse().ok()?);
        let change = RightChange::from_key(parts.next()?)?;
        let id = parts.next()?;
        let id = match id.strip_prefix('e').and_then(|number| number.parse().ok()) {
            Some(number) => Place::Entry(number),
            None => Place::Row(id.parse().ok()?),
        };
        Some(Self { at, change, id })
    }
    /// Where the rows of one source go on after this place.
    fn in_source(self, change: RightChange) -> Bound {
        match change.cmp(&self.change) {
            std::cmp::Ordering::Greater => Bound::UpTo(self.at),
            std::cmp::Ordering::Less => Bound::Before(self.at),
            std::cmp::Ordering::Equal => Bound::Beyond(self.at, self.id),
        }
    }
}

/// Which rows of a source are still to come.
#[derive(Debug, Clone, Copy)]
enum Bound {
    UpTo(Moment),
    Before(Moment),
    Beyond(Moment, Place),
}

/// Rows of a source from a value on and beyond a bound, the newest first. `value` gives what the column holds of a moment.
fn between<C: ColumnTrait>(
    select: &mut SelectStatement,
    (column, id): (C, C),
    (since, bound): (Value, Option<Bound>),
    value: impl Fn(Moment) -> Value,
) {
    select.and_where(column.gte(since));
    match bound {
        None => {}
        Some(Bound::UpTo(at)) => {
            select.and_where(column.lte(value(at)));
        }
        Some(Bound::Before(at)) => {
            // The last moment before; what a column holds of it may be the same day.
            select.and_where(column.lte(value(at.plus_ms(-1))));
        }
        Some(Bound::Beyond(at, place)) => {
            let place: Value = match place {
                Place::Row(id) => id.into(),
                Place::Entry(id) => id.into(),
            };
            let row = Expr::tuple([Expr::val(value(at)), Expr::val(place)]);
            select.and_where(Expr::tuple([column.into_expr(), id.into_expr()]).lt(row));
        }
    }
    select.order_by((C::EntityName::default(), column), Order::Desc).order_by((C::EntityName::default(), id), Order::Desc);
}

/// The last day that had ended by a moment: it is over at the first moment of the next one.
fn ended_by(at: Moment) -> Date {
    at.warsaw_date().saturating_sub(1.day())
}

fn with_person(select: &mut SelectStatement) {
    select
        .expr_as(Expr::col((account::Entity, account::Column::FirstName)), Alias::new("first_name"))
        .expr_as(Expr::col((account::Entity, account::Column::LastName)), Alias::new("last_name"));
}

fn with_unit(select: &mut SelectStatement) {
    for (column, name) in [(unit::Column::Name, "unit_name"), (unit::Column::Regon, "regon"), (unit::Column::Voivodeship, "voivodeship")] {
        select.expr_as(Expr::col((unit::Entity, column)), Alias::new(name));
    }
}

fn of_grants(change: RightChange, whose: Whose<'_>, since: Date, bound: Option<Bound>) -> SelectStatement {
    use grant::Column;
    let mut select = Query::select();
    for (column, name) in [
        (Column::Id, "id"),
        (Column::SubArea, "sub_area"),
        (Column::Function, "function"),
        (Column::ValidUntil, "valid_until"),
        (Column::CreatedAt, "created_at"),
        (Column::RevokedAt, "revoked_at"),
        (Column::ReplacedAt, "replaced_at"),
        (Column::SuspendedAt, "suspended_at"),
        (Column::RestoredAt, "restored_at"),
    ] {
        select.expr_as(Expr::col((grant::Entity, column)), Alias::new(name));
    }
    with_person(&mut select);
    with_unit(&mut select);
    select
        .expr_as(Expr::col((account::Entity, account::Column::Login)), Alias::new("login"))
        .expr_as(Expr::col((application::Entity, application::Column::Number)), Alias::new("application_number"))
        .expr_as(Expr::col((revocation::Entity, revocation::Column::RevokedBy)), Alias::new("revoked_by"))
        .expr_as(Expr::col((revocation::Entity, revocation::Column::Capacity)), Alias::new("capacity"))
        .expr_as(Expr::col((revocation_reason::Entity, revocation_reason::Column::Name)), Alias::new("reason"))
        .from(grant::Entity)
        // Walked by the time of the change, whatever SQLite would guess.
        .cross_join(unit::Entity)
        .cross_join(account::Entity)
        .join(
            JoinType::LeftJoin,
            application::Entity,
            Expr::col((application::Entity, application::Column::Id)).equals((grant::Entity, Column::ApplicationId)),
        )
        .join(
            JoinType::LeftJoin,
            revocation::Entity,
            Expr::col((revocation::Entity, revocation::Column::Id)).equals((grant::Entity, Column::RevocationId)),
        )
        .join(
            JoinType::LeftJoin,
            revocation_reason::Entity,
            Expr::col((revocation_reason::Entity, revocation_reason::Column::Code))
                .equals((revocation::Entity, revocation::Column::Reason)),
        )
        .and_where(Expr::col((grant::Entity, Column::UnitId)).equals((unit::Entity, unit::Column::Id)))
        .and_where(Expr::col((grant::Entity, Column::AccountId)).equals((account::Entity, account::Column::Id)))
        .cond_where(match whose {
            Whose::Within(scope) => within(scope),
            Whose::Account(id) => Condition::all().add(Column::AccountId.eq(id.0)),
        });
    let start: Value = Moment::start_of(since).0.into();
    match change {
        RightChange::GrantRevoked => between(&mut select, (Column::RevokedAt, Column::Id), (start, bound), |at| at.0.into()),
        RightChange::GrantSuspended => between(&mut select, (Column::SuspendedAt, Column::Id), (start, bound), |at| at.0.into()),
        RightChange::GrantRestored => between(&mut select, (Column::RestoredAt, Column::Id), (start, bound), |at| at.0.into()),
        RightChange::GrantReplaced => {
            select.and_where(Expr::col((grant::Entity, Column::RevokedAt)).is_null());
            between(&mut select, (Column::ReplacedAt, Column::Id), (start, bound), |at| at.0.into());
        }
        // Whether it ended before another one took its place, or was to end later: what happened is that.
        RightChange::GrantEnded => {
            select.and_where(Expr::col((grant::Entity, Column::RevokedAt)).is_null()).and_where(Column::ReplacedAt.is_null());
            let first = since.saturating_sub(1.day()).to_string();
            between(&mut select, (Column::ValidUntil, Column::Id), (first.into(), bound), |at| ended_by(at).to_string().into());
        }
        _ => between(&mut select, (Column::CreatedAt, Column::Id), (start, bound), |at| at.0.into()),
    }
    select
}

fn of_roles(change: RightChange, whose: Whose<'_>, since: Date, bound: Option<Bound>) -> SelectStatement {
    use role_assignment::Column;
    let mut select = Query::select();
    for (column, name) in [
        (Column::Id, "id"),
        (Column::Role, "role"),
        (Column::AssignedBy, "assigned_by"),
        (Column::AssignedAt, "assigned_at"),
        (Column::RevokedAt, "revoked_at"),
        (Column::Voivodeship, "role_voivodeship"),
    ] {
        select.expr_as(Expr::col((role_assignment::Entity, column)), Alias::new(name));
    }
    with_person(&mut select);
    with_unit(&mut select);
    select
        .expr_as(Expr::col((account::Entity, account::Column::Login)), Alias::new("login"))
        .from(role_assignment::Entity)
        .cross_join(account::Entity)
        .join(
            JoinType::LeftJoin,
            unit::Entity,
            Expr::col((unit::Entity, unit::Column::Id)).equals((role_assignment::Entity, Column::UnitId)),
        )
        .and_where(Expr::col((role_assignment::Entity, Column::AccountId)).equals((account::Entity, account::Column::Id)));
    match whose {
        Whose::Within(UnitScope::Country) => {}
        Whose::Within(scope @ UnitScope::Within { voivodeships, .. }) => {
            // A role for the country is seen from the country.
            let codes = voivodeships.iter().map(VoivodeshipCode::as_str);
            select.cond_where(Condition::any().add(Column::Voivodeship.is_in(codes)).add(within(scope)));
        }
        Whose::Account(id) => {
            select.and_where(Column::AccountId.eq(id.0));
        }
    }
    let start: Value = Moment::start_of(since).0.into();
    let column = if change == RightChange::RoleGiven { Column::AssignedAt } else { Column::RevokedAt };
    between(&mut select, (column, Column::Id), (start, bound), |at| at.0.into());
    select
}

const fn event_of(change: RightChange) -> Option<AuditEvent> {
    match change {
        RightChange::AccountSuspended => Some(AuditEvent::AccountSuspended),
        RightChange::AccountRestored => Some(AuditEvent::AccountRestored),
        RightChange::AccountClosed => Some(AuditEvent::AccountClosed),
        _ => None,
    }
}

fn of_accounts(event: AuditEvent, whose: Whose<'_>, since: Date, bound: Option<Bound>) -> SelectStatement {
    use audit_entry::Column;
    let mut select = Query::select();
    for (column, name) in [
        (Column::Id, "id"),
        (Column::At, "at"),
        (Column::ObjectId, "login"),
        (Column::Actor, "actor"),
        (Column::Voivodeship, "role_voivodeship"),
    ] {
        select.expr_as(Expr::col((audit_entry::Entity, column)), Alias::new(name));
    }
    with_person(&mut select);
    let login = Func::lower(Expr::col((audit_entry::Entity, Column::ObjectId)));
    select
        .from(audit_entry::Entity)
        .join(JoinType::LeftJoin, account::Entity, Expr::col((account::Entity, account::Column::LoginKey)).eq(login))
        .and_where(Column::Event.eq(event.key()))
        .and_where(Column::ObjectKind.eq("account"))
        .and_where(Column::Outcome.eq(Outcome::Done.key()));
    if let Whose::Account(id) = whose {
        // A login that was given up brings no history to its next owner.
        let created = Expr::col((account::Entity, account::Column::CreatedAt));
        select.and_where(account::Column::Id.eq(id.0)).and_where(Expr::col((audit_entry::Entity, Column::At)).gte(created));
    }
    if let Whose::Within(scope @ UnitScope::Within { voivodeships, .. }) = whose {
        // Whoever sees a grant sees what stops it, wherever the account itself belongs.
        let held = Query::select()
            .expr(Expr::val(1))
            .from(grant::Entity)
            .cross_join(unit::Entity)
            .and_where(Expr::col((grant::Entity, grant::Column::AccountId)).equals((account::Entity, account::Column::Id)))
            .and_where(Expr::col((grant::Entity, grant::Column::UnitId)).equals((unit::Entity, unit::Column::Id)))
            .cond_where(within(scope))
            .to_owned();
        let codes = voivodeships.iter().map(VoivodeshipCode::as_str);
        select.cond_where(Condition::any().add(Column::Voivodeship.is_in(codes)).add(Expr::exists(held)));
    }
    between(&mut select, (Column::At, Column::Id), (Moment::start_of(since).0.into(), bound), |at| at.0.into());
    select
}

fn read(row: &QueryResult, change: RightChange) -> Result<ListedChange, StorageError> {
    let names: (Option<String>, Option<String>) = (row.try_get("", "first_name")?, row.try_get("", "last_name")?);
    let mut listed = ListedChange {
        change,
        at: Moment(0),
        login: row.try_get("", "login")?,
        full_name: names.0.zip(names.1).map(|(first, last)| format!("{first} {last}")),
        unit_name: None,
        regon: None,
        voivodeship: None,
        grant: None,
        role: None,
        by: None,
        capacity: None,
        reason: None,
        id: Place::Entry(0),
    };
    if event_of(change).is_some() {
        listed.id = Place::Entry(row.try_get("", "id")?);
        listed.at = Moment(row.try_get("", "at")?);
        listed.by = row.try_get("", "actor")?;
        listed.voivodeship = row.try_get::<Option<String>>("", "role_voivodeship")?.map(VoivodeshipCode::trusted);
        return Ok(listed);
    }
    listed.id = Place::Row(row.try_get("", "id")?);
    listed.unit_name = row.try_get("", "unit_name")?;
    listed.regon = row.try_get("", "regon")?;
    listed.voivodeship = row.try_get::<Option<String>>("", "voivodeship")?.map(VoivodeshipCode::trusted);
    let at = |column: &str| row.try_get::<Option<i64>>("", column)?.map(Moment).ok_or_else(|| damaged("time of a change"));
    if matches!(change, RightChange::RoleGiven | RightChange::RoleRevoked) {
        let role: String = row.try_get("", "role")?;
        listed.role = Some(Role::from_key(&role).ok_or_else(|| damaged("role"))?);
        let of_role: Option<String> = row.try_get("", "role_voivodeship")?;
        listed.voivodeship = of_role.map(VoivodeshipCode::trusted).or(listed.voivodeship);
        let is_given = change == RightChange::RoleGiven;
        listed.at = at(if is_given { "assigned_at" } else { "revoked_at" })?;
        listed.by = if is_given { row.try_get("", "assigned_by")? } else { None };
        return Ok(listed);
    }
    let until: String = row.try_get("", "valid_until")?;
    let valid_until: Date = until.parse().map_err(|_| damaged("grant date"))?;
    listed.at = match change {
        RightChange::GrantEnded => Moment::end_of(valid_until),
        RightChange::GrantRevoked => at("revoked_at")?,
        RightChange::GrantReplaced => at("replaced_at")?,
        RightChange::GrantSuspended => at("suspended_at")?,
        RightChange::GrantRestored => at("restored_at")?,
        _ => at("created_at")?,
    };
    if change == RightChange::GrantRevoked {
        listed.by = row.try_get("", "revoked_by")?;
        listed.capacity = row.try_get::<Option<String>>("", "capacity")?.as_deref().and_then(Capacity::from_key);
        listed.reason = row.try_get("", "reason")?;
    }
    listed.grant = Some(ChangedGrant {
        id: GrantId(row.try_get("", "id")?),
        sub_area: row.try_get("", "sub_area")?,
        function: row.try_get("", "function")?,
        valid_until,
        application_number: row.try_get::<Option<String>>("", "application_number")?.map(ApplicationNumber::trusted),
    });
    Ok(listed)
}

/// One page of what changed since the beginning of a day in Warsaw until now, the newest first, within scope.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(
    db: &C,
    whose: Whose<'_>,
    (since, now): (Date, Moment),
    only: Option<RightChange>,
    after: Option<&str>,
    size: usize,
) -> Result<Slice<ListedChange>, StorageError> {
    let after = after.and_then(Position::read);
    let mut rows: Vec<ListedChange> = Vec::new();
    for change in RightChange::ALL.into_iter().filter(|change| only.is_none_or(|only| only == *change)) {
        // Days that are yet to end have not changed anything.
        let bound = Some(after.map_or(Bound::UpTo(now), |after| after.in_source(change)));
        let mut select = match (change, event_of(change)) {
            (_, Some(event)) => of_accounts(event, whose, since, bound),
            (RightChange::RoleGiven | RightChange::RoleRevoked, None) => of_roles(change, whose, since, bound),
            (_, None) => of_grants(change, whose, since, bound),
        };
        select.limit(size as u64 + 1);
        let found = db.query_all_raw(with_plain_limit(db.get_database_backend().build(&select))).await?;
        for row in &found {
            rows.push(read(row, change)?);
        }
    }
    rows.sort_by(|a, b| b.at.cmp(&a.at).then(a.change.cmp(&b.change)).then(b.id.cmp(&a.id)));
    Ok(Slice::cut(rows, size, |row| Position::of(row).write()))
}
