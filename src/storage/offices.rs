//! The sixteen voivodeship offices and their return channels.

use super::StorageError;
use super::entities::{office_channel, voivodeship};
use crate::domain::voivodeship::{Office, OfficeChannel, ReturnChannel, VoivodeshipCode};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// A channel without a row is a closed channel.
fn to_domain(row: voivodeship::Model, channels: &[office_channel::Model]) -> Office {
    let channels = ReturnChannel::ALL.map(|channel| {
        let stored = channels.iter().find(|c| c.voivodeship == row.code && c.channel == channel.key());
        OfficeChannel {
            channel,
            address: stored.map(|c| c.address.clone()).unwrap_or_default(),
            is_open: stored.is_some_and(|c| c.is_open),
        }
    });
    Office {
        voivodeship: VoivodeshipCode::trusted(row.code),
        voivodeship_name: row.name,
        name: row.office_name,
        address: row.office_address,
        email: row.office_email,
        phone: row.office_phone,
        channels: channels.to_vec(),
    }
}

/// The office of a voivodeship.
///
/// # Errors
/// [`StorageError::NotFound`] for a voivodeship that does not exist, [`StorageError::Database`].
pub async fn find<C: ConnectionTrait>(db: &C, voivodeship: &VoivodeshipCode) -> Result<Office, StorageError> {
    let row = voivodeship::Entity::find_by_id(voivodeship.as_str()).one(db).await?.ok_or(StorageError::NotFound)?;
    let channels = office_channel::Entity::find().filter(office_channel::Column::Voivodeship.eq(voivodeship.as_str())).all(db).await?;
    Ok(to_domain(row, &channels))
}

/// All offices, in the Polish order of their voivodeships.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn list<C: ConnectionTrait>(db: &C) -> Result<Vec<Office>, StorageError> {
    let rows =
        voivodeship::Entity::find().order_by_asc(voivodeship::Column::NameSort).order_by_asc(voivodeship::Column::Code).all(db).await?;
    let channels = office_channel::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| to_domain(row, &channels)).collect())
}
