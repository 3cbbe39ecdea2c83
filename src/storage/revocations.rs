//! Rows of rights that were taken away, and the dictionary of reasons.

use super::StorageError;
use super::entities::{revocation, revocation_reason};
use super::page::damaged;
use crate::domain::id::{AccountId, RevocationId, UnitId};
use crate::domain::moment::Moment;
use crate::domain::revocation::{Capacity, HeadLetter, Reason, Revocation};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// The reasons to choose from, in the dictionary's order.
///
/// # Errors
/// Of the database.
pub async fn reasons<C: ConnectionTrait>(db: &C) -> Result<Vec<Reason>, StorageError> {
    use revocation_reason::{Column, Entity};
    let rows = Entity::find().filter(Column::IsOffered.eq(true)).order_by_asc(Column::Position).order_by_asc(Column::Code).all(db).await?;
    Ok(rows.into_iter().map(|row| Reason { code: row.code, name: row.name }).collect())
}

/// One of the reasons, offered or not.
///
/// # Errors
/// Of the database, also where it is not in the dictionary.
pub async fn reason<C: ConnectionTrait>(db: &C, code: &str) -> Result<Reason, StorageError> {
    let row = revocation_reason::Entity::find_by_id(code).one(db).await?.ok_or_else(|| damaged("reason"))?;
    Ok(Reason { code: row.code, name: row.name })
}

/// Adds one.
///
/// # Errors
/// Of the database.
pub async fn add<C: ConnectionTrait>(db: &C, new: &Revocation) -> Result<(), StorageError> {
    let row = revocation::ActiveModel {
        id: Set(new.id.0),
        account_id: Set(new.account.0),
        unit_id: Set(new.unit.0),
        revoked_at: Set(new.revoked_at.0),
        revoked_by: Set(new.revoked_by.clone()),
        capacity: Set(new.capacity.key().to_owned()),
        reason: Set(new.reason.code.clone()),
        note: Set(new.note.clone()),
        letter_date: Set(new.letter.as_ref().map(|letter| letter.date.to_string())),
        letter_reference: Set(new.letter.as_ref().map(|letter| letter.reference.clone())),
        left_behind: Set(serde_json::to_value(&new.left_behind).map_err(|_| damaged("what was left"))?),
    };
    revocation::Entity::insert(row).exec_without_returning(db).await?;
    Ok(())
}

/// Finds one.
///
/// # Errors
/// Of the database.
pub async fn find<C: ConnectionTrait>(db: &C, id: RevocationId) -> Result<Option<Revocation>, StorageError> {
    match revocation::Entity::find_by_id(id.0).one(db).await? {
        Some(row) => to_domain(db, row).await.map(Some),
        None => Ok(None),
    }
}

/// Those of an account, the latest first.
///
/// # Errors
/// Of the database.
pub async fn list_of_account<C: ConnectionTrait>(db: &C, account: AccountId) -> Result<Vec<Revocation>, StorageError> {
    use revocation::{Column, Entity};
    let rows = Entity::find().filter(Column::AccountId.eq(account.0));
    let rows = rows.order_by_desc(Column::RevokedAt).order_by_desc(Column::Id).all(db).await?;
    let mut found = Vec::new();
    for row in rows {
        found.push(to_domain(db, row).await?);
    }
    Ok(found)
}

async fn to_domain<C: ConnectionTrait>(db: &C, row: revocation::Model) -> Result<Revocation, StorageError> {
    let reason = reason(db, &row.reason).await?;
    let date = row.letter_date.map(|text| text.parse().map_err(|_| damaged("date of a letter"))).transpose()?;
    Ok(Revocation {
        id: RevocationId(row.id),
        account: AccountId(row.account_id),
        unit: UnitId(row.unit_id),
        revoked_at: Moment(row.revoked_at),
        revoked_by: row.revoked_by,
        capacity: Capacity::from_key(&row.capacity).ok_or_else(|| damaged("capacity"))?,
        reason,
        note: row.note,
        letter: date.zip(row.letter_reference).map(|(date, reference)| HeadLetter { date, reference }),
        left_behind: serde_json::from_value(row.left_behind).map_err(|_| damaged("what was left"))?,
    })
}
