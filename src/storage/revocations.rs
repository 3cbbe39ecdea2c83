//! Rows of rights that were taken away, and the dictionary of reasons.

use super::StorageError;
use super::entities::{revocation, revocation_reason};
use super::page::damaged;
use crate::domain::id::{AccountId, RevocationId, UnitId};
use crate::domain::moment::Moment;
use crate::domain::revocation::{Capacity, HeadLetter, Reason, Revocation};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryOrder};

/// The reasons, in the dictionary's order.
///
/// # Errors
/// Of the database.
pub async fn reasons<C: ConnectionTrait>(db: &C) -> Result<Vec<Reason>, StorageError> {
    use revocation_reason::{Column, Entity};
    let rows = Entity::find().order_by_asc(Column::Position).order_by_asc(Column::Code).all(db).await?;
    Ok(rows.into_iter().map(|row| Reason { code: row.code, name: row.name }).collect())
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
    let Some(row) = revocation::Entity::find_by_id(id.0).one(db).await? else { return Ok(None) };
    let reason = revocation_reason::Entity::find_by_id(row.reason).one(db).await?.ok_or_else(|| damaged("reason"))?;
    let date = row.letter_date.map(|text| text.parse().map_err(|_| damaged("date of a letter"))).transpose()?;
    Ok(Some(Revocation {
        id: RevocationId(row.id),
        account: AccountId(row.account_id),
        unit: UnitId(row.unit_id),
        revoked_at: Moment(row.revoked_at),
        revoked_by: row.revoked_by,
        capacity: Capacity::from_key(&row.capacity).ok_or_else(|| damaged("capacity"))?,
        reason: Reason { code: reason.code, name: reason.name },
        note: row.note,
        letter: date.zip(row.letter_reference).map(|(date, reference)| HeadLetter { date, reference }),
        left_behind: serde_json::from_value(row.left_behind).map_err(|_| damaged("what was left"))?,
    }))
}
