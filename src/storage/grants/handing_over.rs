//! Grants that take the places of an other account's, and give them back. What may not live here: when.

use super::{Grant, add, replace_ended, to_domain};
use crate::domain::id::{AccountId, GrantId};
use crate::domain::moment::Moment;
use crate::storage::StorageError;
use crate::storage::entities::grant::{Column, Entity};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

/// Notes that another account's grant takes the place of this one; false where it was taken back, replaced or suspended before.
///
/// # Errors
/// Of the database.
pub async fn hand_over<C: ConnectionTrait>(db: &C, old: GrantId, now: Moment) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::ReplacedAt, Expr::value(now.0))
        .filter(Column::Id.eq(old.0))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ReplacedAt.is_null())
        .filter(Column::SuspendedAt.is_null())
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// A grant that took a place, as it stands now.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The grant, or the one into which it moved with its unit.
    pub grant: Grant,
    /// Its unit has not confirmed it.
    pub suspended_at: Option<Moment>,
}

/// What has become of a grant that took a place, locked: itself, or the one that the same application holds for the account in the unit
/// that has taken over. None where it was taken away, or another application has given it anew.
///
/// # Errors
/// Of the database.
pub async fn find_taken<C: ConnectionTrait>(db: &C, new: GrantId) -> Result<Option<Taken>, StorageError> {
    let Some(row) = Entity::find_by_id(new.0).lock(LockType::Update).one(db).await? else { return Ok(None) };
    let row = match row {
        row if row.revoked_at.is_some() => None,
        row if row.replaced_at.is_none() => Some(row),
        row => {
            let moved = Entity::find()
                .filter(Column::AccountId.eq(row.account_id))
                .filter(Column::ApplicationId.eq(row.application_id))
                .filter(Column::SubArea.eq(row.sub_area))
                .filter(Column::Function.eq(row.function))
                .filter(Column::UnitId.ne(row.unit_id))
                .filter(stands());
            moved.lock(LockType::Update).one(db).await?
        }
    };
    row.map(|row| Ok(Taken { suspended_at: row.suspended_at.map(Moment), grant: to_domain(row)? })).transpose()
}

fn stands() -> Condition {
    Condition::all().add(Column::RevokedAt.is_null()).add(Column::ReplacedAt.is_null())
}

/// Gives a place back to whoever had it: what stands now is taken back, and the old grant stands again, until the day and suspended as
/// the other was; in another unit a new one does, by the given id. Gives which: none where the account has the right anew.
///
/// # Errors
/// Of the database.
pub async fn give_back<C: ConnectionTrait>(
    db: &C,
    (old, fresh): (GrantId, GrantId),
    taken: &Taken,
    now: Moment,
) -> Result<Option<GrantId>, StorageError> {
    let Some(before) = Entity::find_by_id(old.0).one(db).await? else { return Ok(None) };
    let grant = &taken.grant;
    Entity::update_many().col_expr(Column::RevokedAt, Expr::value(now.0)).filter(Column::Id.eq(grant.id.0)).exec(db).await?;
    let again =
        Grant { id: fresh, account: AccountId(before.account_id), valid_from: now.warsaw_date().max(grant.valid_from), ..grant.clone() };
    replace_ended(db, &again, now).await?;
    let anew = Entity::find()
        .filter(Column::AccountId.eq(before.account_id))
        .filter(Column::UnitId.eq(grant.unit.0))
        .filter(Column::SubArea.eq(grant.sub_area.as_str()))
        .filter(Column::Function.eq(grant.function.as_str()))
        .filter(stands());
    if before.revoked_at.is_some() || anew.one(db).await?.is_some() {
        return Ok(None);
    }
    let id = if before.unit_id == grant.unit.0 {
        let change = Entity::update_many().col_expr(Column::ReplacedAt, Expr::value(None::<i64>));
        change.col_expr(Column::ValidUntil, Expr::value(grant.valid_until.to_string())).filter(Column::Id.eq(old.0)).exec(db).await?;
        old
    } else {
        add(db, &again, now).await?;
        fresh
    };
    let suspended_at = taken.suspended_at.map(|at| at.0);
    Entity::update_many().col_expr(Column::SuspendedAt, Expr::value(suspended_at)).filter(Column::Id.eq(id.0)).exec(db).await?;
    Ok(Some(id))
}
