//! On which days an applicant who has the move is reminded, counted from when it became the applicant's: a dictionary.

use super::StorageError;
use super::entities::reminder_day::{Column, Entity};
use crate::domain::application::status::Status;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// The days of a state, in order; none where the applicant does not have the move.
///
/// # Errors
/// Of the database.
pub async fn list<C: ConnectionTrait>(db: &C, status: Status) -> Result<Vec<i32>, StorageError> {
    if !status.waits_for_applicant() {
        return Ok(Vec::new());
    }
    let rows = Entity::find().filter(Column::Occasion.eq(status.key())).order_by_asc(Column::Day).all(db).await?;
    Ok(rows.into_iter().map(|row| row.day).collect())
}
