//! Rows of the secrets of one-time codes. What is stored is sealed with the portal's key; this room cannot read it.

use super::StorageError;
use super::entities::totp_secret::{ActiveModel, Column, Entity, Model};
use crate::domain::id::AccountId;
use crate::domain::moment::Moment;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

/// The secret of an account, in force or only offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotpSecret {
    /// The sealed secret in force, since when.
    pub active: Option<(Vec<u8>, Moment)>,
    /// The step of the last code that was accepted; that code and older ones are spent.
    pub last_step: i64,
    /// A sealed secret that the person has been shown and not confirmed yet.
    pub offered: Option<(Vec<u8>, Moment)>,
}

fn to_domain(row: Model) -> TotpSecret {
    TotpSecret {
        active: row.sealed.zip(row.added_at.map(Moment)),
        last_step: row.last_step,
        offered: row.offered.zip(row.offered_at.map(Moment)),
    }
}

/// The secret of an account.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Option<TotpSecret>, StorageError> {
    Ok(Entity::find_by_id(account.0).one(db).await?.map(to_domain))
}

/// Keeps a secret that the person is shown now; one in force stays in force.
///
/// # Errors
/// Of the database.
pub async fn offer<C: ConnectionTrait>(db: &C, account: AccountId, sealed: Vec<u8>, now: Moment) -> Result<(), StorageError> {
    let row = ActiveModel {
        account_id: Set(account.0),
        sealed: Set(None),
        last_step: Set(0),
        added_at: Set(None),
        offered: Set(Some(sealed)),
        offered_at: Set(Some(now.0)),
    };
    let over = OnConflict::column(Column::AccountId).update_columns([Column::Offered, Column::OfferedAt]).to_owned();
    Entity::insert(row).on_conflict(over).exec_without_returning(db).await?;
    Ok(())
}

/// Puts the offered secret in force. `step` is that of the code which confirmed it: it is spent.
///
/// # Errors
/// Of the database.
pub async fn confirm<C: ConnectionTrait>(db: &C, account: AccountId, step: i64, now: Moment) -> Result<(), StorageError> {
    Entity::update_many()
        .col_expr(Column::Sealed, Expr::col(Column::Offered))
        .col_expr(Column::LastStep, Expr::value(step))
        .col_expr(Column::AddedAt, Expr::value(now.0))
        .col_expr(Column::Offered, Expr::value(Option::<Vec<u8>>::None))
        .col_expr(Column::OfferedAt, Expr::value(Option::<i64>::None))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Offered.is_not_null())
        .exec(db)
        .await?;
    Ok(())
}

/// Spends the code of a step. False when it, or a later one, is spent already: of two uses at once one counts.
///
/// # Errors
/// Of the database.
pub async fn spend<C: ConnectionTrait>(db: &C, account: AccountId, step: i64) -> Result<bool, StorageError> {
    let done = Entity::update_many()
        .col_expr(Column::LastStep, Expr::value(step))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::Sealed.is_not_null())
        .filter(Column::LastStep.lt(step))
        .exec(db)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Forgets the secret of an account.
///
/// # Errors
/// Of the database.
pub async fn remove<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<(), StorageError> {
    Entity::delete_by_id(account.0).exec(db).await?;
    Ok(())
}
