//! Grants that take the places of an other account's, and give them back. What may not live here: when.

use crate::domain::id::GrantId;
use crate::domain::moment::Moment;
use crate::storage::StorageError;
use crate::storage::entities::grant::{Column, Entity};
use sea_orm::sea_query::{Expr, LockType};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

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

/// Gives the place back: the new grant is taken back, the old one stands again – in the unit, until the day and suspended as the new one
/// was. False, and nothing changes, where the new one was taken back or replaced meanwhile: then something else has its place. Where the
/// account has the right anew, the old row stays as it is.
///
/// # Errors
/// Of the database.
pub async fn give_back<C: ConnectionTrait>(db: &C, old: GrantId, new: GrantId, now: Moment) -> Result<bool, StorageError> {
    let row = Entity::find_by_id(new.0).lock(LockType::Update).one(db).await?;
    let Some(row) = row.filter(|row| row.revoked_at.is_none() && row.replaced_at.is_none()) else { return Ok(false) };
    let Some(before) = Entity::find_by_id(old.0).one(db).await? else { return Ok(false) };
    Entity::update_many().col_expr(Column::RevokedAt, Expr::value(now.0)).filter(Column::Id.eq(new.0)).exec(db).await?;
    let anew = Entity::find()
        .filter(Column::AccountId.eq(before.account_id))
        .filter(Column::UnitId.eq(row.unit_id))
        .filter(Column::SubArea.eq(row.sub_area.as_str()))
        .filter(Column::Function.eq(row.function.as_str()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::ReplacedAt.is_null());
    if anew.one(db).await?.is_none() {
        Entity::update_many()
            .col_expr(Column::ReplacedAt, Expr::value(None::<i64>))
            .col_expr(Column::UnitId, Expr::value(row.unit_id))
            .col_expr(Column::ValidUntil, Expr::value(row.valid_until))
            .col_expr(Column::SuspendedAt, Expr::value(row.suspended_at))
            .filter(Column::Id.eq(old.0))
            .filter(Column::RevokedAt.is_null())
            .exec(db)
            .await?;
    }
    Ok(true)
}
