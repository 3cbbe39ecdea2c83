//! Rows of grants.

pub mod changes;
pub mod ending;
pub mod handing_over;
pub mod listing;

use super::StorageError;
use super::entities::grant::{ActiveModel, Column, Entity, Model};
use super::page::damaged;
use crate::domain::id::{AccountId, ApplicationId, GrantId, RevocationId, UnitId};
use crate::domain::moment::Moment;
use jiff::civil::Date;
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// A grant („uprawnienie”).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Row.
    pub id: GrantId,
    /// Who may.
    pub account: AccountId,
    /// For which unit.
    pub unit: UnitId,
    /// In which sub-area.
    pub sub_area: String,
    /// As what.
    pub function: String,
    /// First day, Warsaw.
    pub valid_from: Date,
    /// Last day, inclusive, Warsaw.
    pub valid_until: Date,
    /// The application that gave it.
    pub application: Option<ApplicationId>,
}

fn to_domain(row: Model) -> Result<Grant, StorageError> {
    let day = |text: &str| text.parse::<Date>().map_err(|_| damaged("grant date"));
    Ok(Grant {
        id: GrantId(row.id),
        account: AccountId(row.account_id),
        unit: UnitId(row.unit_id),
        valid_from: day(&row.valid_from)?,
        valid_until: day(&row.valid_until)?,
        sub_area: row.sub_area,
        function: row.function,
        application: row.application_id.map(ApplicationId),
    })
}

/// Adds a grant.
///
/// # Errors
/// A conflict on `grants_current` when the account holds this right in this unit already.
pub async fn add<C: ConnectionTrait>(db: &C, grant: &Grant, now: Moment) -> Result<(), StorageError> {
    let row = ActiveModel {
        id: Set(grant.id.0),
        account_id: Set(grant.account.0),
        unit_id: Set(grant.unit.0),
        sub_area: Set(grant.sub_area.clone()),
        function: Set(grant.function.clone()),
        valid_from: Set(grant.valid_from.to_string()),
        valid_until: Set(grant.valid_until.to_string()),
        application_id: Set(grant.application.map(|a| a.0)),
        created_at: Set(now.0),
        revoked_at: Set(None),
        replaced_at: Set(None),
        reminded_days: Set(None),
        unit_reminded_days: Set(None),
        revocation_id: Set(None),
        suspended_at: Set(None),
        restored_at: Set(None),
    };
    Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// The grants of an account that are neither revoked nor given anew, ended ones too, by unit, sub-area and function.
///
/// # Errors
/// Of the database.
pub async fn list_of_account<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<Grant>, StorageError> {
    let rows = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ReplacedAt.is_null())
        .order_by_asc(Column::UnitId)
        .order_by_asc(Column::SubArea)
        .order_by_asc(Column::Function)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// The grants of an account that count on a day, by unit, sub-area and function.
///
/// # Errors
/// Of the database.
pub async fn list_in_force_of<C: ConnectionTrait>(db: &C, account: AccountId, day: Date) -> Result<Vec<Grant>, StorageError> {
    let rows = Entity::find()
        .filter(Column::AccountId.eq(account.0))
        .filter(in_force(&day.to_string()))
        .order_by_asc(Column::UnitId)
        .order_by_asc(Column::SubArea)
        .order_by_asc(Column::Function)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// A grant with its end, for its holder's own record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantRecord {
    /// The grant.
    pub grant: Grant,
    /// Given.
    pub created_at: Moment,
    /// Taken back.
    pub revoked_at: Option<Moment>,
    /// By what, where the row tells.
    pub revocation: Option<RevocationId>,
    /// Another one has taken its place.
    pub replaced_at: Option<Moment>,
}

/// All grants that an account ever held, the oldest first.
///
/// # Errors
/// Of the database.
pub async fn records_of_account<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<GrantRecord>, StorageError> {
    let rows =
        Entity::find().filter(Column::AccountId.eq(account.0)).order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(db).await?;
    let record = |row: Model| {
        let (created_at, revoked_at) = (Moment(row.created_at), row.revoked_at.map(Moment));
        let (revocation, replaced_at) = (row.revocation_id.map(RevocationId), row.replaced_at.map(Moment));
        Ok(GrantRecord { grant: to_domain(row)?, created_at, revoked_at, revocation, replaced_at })
    };
    rows.into_iter().map(record).collect()
}

/// What makes a grant count on a day (Warsaw, `YYYY-MM-DD`): neither taken back nor replaced nor suspended, and the day lies within its
/// days.
/// Every query that asks who may work asks it like this.
pub(super) fn in_force(day: &str) -> Condition {
    Condition::all()
        .add(Column::RevokedAt.is_null())
        .add(Column::ReplacedAt.is_null())
        .add(Column::SuspendedAt.is_null())
        .add(Column::ValidFrom.lte(day))
        .add(Column::ValidUntil.gte(day))
}

/// The grants of a unit that are neither taken back nor replaced and that last beyond a day, by account.
///
/// # Errors
/// Of the database.
pub async fn list_beyond<C: ConnectionTrait>(db: &C, unit: UnitId, day: Date) -> Result<Vec<Grant>, StorageError> {
    let rows = Entity::find()
        .filter(Column::UnitId.eq(unit.0))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ReplacedAt.is_null())
        .filter(Column::ValidUntil.gt(day.to_string()))
        .order_by_asc(Column::AccountId)
        .order_by_asc(Column::SubArea)
        .order_by_asc(Column::Function)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// The grants that an account held in a unit when it ended, and whether each was replaced, by sub-area.
///
/// # Errors
/// Of the database.
pub async fn list_at_end<C: ConnectionTrait>(
    db: &C,
    account: AccountId,
    unit: UnitId,
    last_day: Date,
) -> Result<Vec<(Grant, bool)>, StorageError> {
    let rows = Entity::find()
        .filter(Column::UnitId.eq(unit.0))
        .filter(Column::AccountId.eq(account.0))
        .filter(Condition::any().add(Column::ReplacedAt.is_not_null()).add(Column::ValidUntil.eq(last_day.to_string())))
        .filter(Column::ValidUntil.gte(last_day.to_string()))
        .filter(Column::RevokedAt.is_null())
        .order_by_asc(Column::SubArea)
        .order_by_asc(Column::Function)
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            let is_replaced = row.replaced_at.is_some();
            Ok((to_domain(row)?, is_replaced))
        })
        .collect()
}

/// The accounts that hold this right in this unit on a day.
///
/// # Errors
/// Of the database.
pub async fn holders<C: ConnectionTrait>(db: &C, like: &Grant, day: Date) -> Result<Vec<AccountId>, StorageError> {
    let rows = Entity::find()
        .filter(Column::UnitId.eq(like.unit.0))
        .filter(Column::SubArea.eq(like.sub_area.as_str()))
        .filter(Column::Function.eq(like.function.as_str()))
        .filter(in_force(&day.to_string()))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| AccountId(row.account_id)).collect())
}

/// Ends a grant with this day; one that would begin later is taken back.
///
/// # Errors
/// Of the database.
pub async fn end<C: ConnectionTrait>(db: &C, grant: &Grant, last_day: Date, now: Moment) -> Result<(), StorageError> {
    let change = Entity::update_many().filter(Column::Id.eq(grant.id.0));
    let change = if grant.valid_from > last_day {
        change.col_expr(Column::RevokedAt, Expr::value(now.0))
    } else {
        change.col_expr(Column::ValidUntil, Expr::value(last_day.to_string()))
    };
    change.exec(db).await?;
    Ok(())
}

/// Lets a new grant take the place of one to the same that has ended before its first day: the old row stays for the record.
///
/// # Errors
/// Of the database.
pub async fn replace_ended<C: ConnectionTrait>(db: &C, new: &Grant, now: Moment) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::ReplacedAt, Expr::value(now.0))
        .filter(Column::AccountId.eq(new.account.0))
        .filter(Column::UnitId.eq(new.unit.0))
        .filter(Column::SubArea.eq(new.sub_area.as_str()))
        .filter(Column::Function.eq(new.function.as_str()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ReplacedAt.is_null())
        .filter(Column::ValidUntil.lt(new.valid_from.to_string()))
        .exec(db)
        .await?;
    Ok(())
}

/// Says that another grant has taken the place of this one; false where it is none any more that somebody could hold.
///
/// # Errors
/// Of the database.
pub async fn replace<C: ConnectionTrait>(db: &C, grant: GrantId, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::ReplacedAt, Expr::value(now.0))
        .filter(Column::Id.eq(grant.0))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ReplacedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Takes a grant away; false where it is none any more that somebody could hold.
///
/// # Errors
/// Of the database.
pub async fn revoke<C: ConnectionTrait>(db: &C, grant: GrantId, revocation: RevocationId, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(now.0))
        .col_expr(Column::RevocationId, Expr::value(revocation.0))
        .filter(Column::Id.eq(grant.0))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ReplacedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The accounts that hold any right in a unit on a day.
///
/// # Errors
/// Of the database.
pub async fn holders_in<C: ConnectionTrait>(db: &C, unit: UnitId, day: Date) -> Result<Vec<AccountId>, StorageError> {
    let rows = Entity::find().filter(Column::UnitId.eq(unit.0)).filter(in_force(&day.to_string())).all(db).await?;
    let mut ids: Vec<AccountId> = rows.into_iter().map(|row| AccountId(row.account_id)).collect();
    ids.sort();
    ids.dedup();
    Ok(ids)
}

/// Of these grants those in force on a day, by unit, sub-area and function.
///
/// # Errors
/// Of the database.
pub async fn list_in_force<C: ConnectionTrait>(db: &C, ids: &[GrantId], day: Date) -> Result<Vec<Grant>, StorageError> {
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
        .filter(in_force(&day.to_string()))
        .order_by_asc(Column::UnitId)
        .order_by_asc(Column::SubArea)
        .order_by_asc(Column::Function)
        .all(db)
        .await?;
    rows.into_iter().map(to_domain).collect()
}

/// The grants that an application gave.
///
/// # Errors
/// Of the database.
pub async fn list_of_application<C: ConnectionTrait>(db: &C, application: ApplicationId) -> Result<Vec<Grant>, StorageError> {
    let rows = Entity::find().filter(Column::ApplicationId.eq(application.0)).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// The grants of a unit that are neither taken back nor replaced and whose last day has not passed: in force, suspended or to come.
fn held_in(unit: UnitId, today: Date) -> Condition {
    Condition::all()
        .add(Column::UnitId.eq(unit.0))
        .add(Column::RevokedAt.is_null())
        .add(Column::ReplacedAt.is_null())
        .add(Column::ValidUntil.gte(today.to_string()))
}

/// What is held in a unit on a day, suspended or not, of whatever account.
///
/// # Errors
/// Of the database.
pub async fn list_held_in<C: ConnectionTrait>(db: &C, unit: UnitId, today: Date) -> Result<Vec<Grant>, StorageError> {
    let rows = Entity::find().filter(held_in(unit, today)).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}

/// Suspends everything that is held in a unit, for want of a confirmation; gives whose grants these are, each account once.
///
/// # Errors
/// Of the database.
pub async fn suspend_in<C: ConnectionTrait>(db: &C, unit: UnitId, today: Date, now: Moment) -> Result<Vec<AccountId>, StorageError> {
    let which = held_in(unit, today).add(Column::SuspendedAt.is_null());
    change_in(db, which, [(Column::SuspendedAt, Some(now)), (Column::RestoredAt, None)]).await
}

/// Restores everything that is suspended in a unit and has not ended otherwise meanwhile; gives whose grants these are, each account once.
///
/// # Errors
/// Of the database.
pub async fn restore_in<C: ConnectionTrait>(db: &C, unit: UnitId, today: Date, now: Moment) -> Result<Vec<AccountId>, StorageError> {
    let which = held_in(unit, today).add(Column::SuspendedAt.is_not_null());
    change_in(db, which, [(Column::SuspendedAt, None), (Column::RestoredAt, Some(now))]).await
}

async fn change_in<C: ConnectionTrait>(
    db: &C,
    which: Condition,
    values: [(Column, Option<Moment>); 2],
) -> Result<Vec<AccountId>, StorageError> {
    let mut whose: Vec<_> = Entity::find().filter(which.clone()).all(db).await?.into_iter().map(|row| AccountId(row.account_id)).collect();
    whose.sort();
    whose.dedup();
    let mut change = Entity::update_many().filter(which);
    for (column, value) in values {
        change = change.col_expr(column, Expr::value(value.map(|moment| moment.0)));
    }
    change.exec(db).await?;
    Ok(whose)
}

/// The grants of an account that are suspended.
///
/// # Errors
/// Of the database.
pub async fn suspended_of<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<GrantId>, StorageError> {
    let rows = Entity::find().filter(Column::AccountId.eq(account.0)).filter(Column::SuspendedAt.is_not_null()).all(db).await?;
    Ok(rows.into_iter().map(|row| GrantId(row.id)).collect())
}

/// Whatever is held on a day or later of the right of this grant, by the same person in the same unit: this grant, or one that has taken its
/// place since.
///
/// # Errors
/// Of the database.
pub async fn list_like<C: ConnectionTrait>(db: &C, id: GrantId, today: Date) -> Result<Vec<Grant>, StorageError> {
    let Some(row) = Entity::find_by_id(id.0).one(db).await? else { return Ok(Vec::new()) };
    let which = held_in(UnitId(row.unit_id), today)
        .add(Column::AccountId.eq(row.account_id))
        .add(Column::SubArea.eq(row.sub_area))
        .add(Column::Function.eq(row.function));
    let rows = Entity::find().filter(which).order_by_asc(Column::Id).all(db).await?;
    rows.into_iter().map(to_domain).collect()
}
