//! The sixteen voivodeship offices and their return channels.

use super::StorageError;
use super::entities::{office_channel, voivodeship};
use crate::domain::voivodeship::{Office, OfficeChannel, ReturnChannel, VoivodeshipCode};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

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
        form_text: row.form_text,
        version: row.version,
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

/// Saves the data of an office with its channels, unless somebody was quicker than whoever read it in this version; then false.
///
/// # Errors
/// [`StorageError::Database`].
pub async fn save<C: ConnectionTrait>(db: &C, office: &Office, seen: i32) -> Result<bool, StorageError> {
    use voivodeship::Column;
    let saved = voivodeship::Entity::update_many()
        .col_expr(Column::OfficeName, Expr::value(office.name.as_str()))
        .col_expr(Column::OfficeAddress, Expr::value(office.address.as_str()))
        .col_expr(Column::OfficeEmail, Expr::value(office.email.as_str()))
        .col_expr(Column::OfficePhone, Expr::value(office.phone.as_str()))
        .col_expr(Column::FormText, Expr::value(office.form_text.as_str()))
        .col_expr(Column::Version, Expr::value(seen.saturating_add(1)))
        .filter(Column::Code.eq(office.voivodeship.as_str()))
        .filter(Column::Version.eq(seen))
        .exec(db)
        .await?;
    if saved.rows_affected == 0 {
        return Ok(false);
    }
    for channel in &office.channels {
        let row = office_channel::ActiveModel {
            voivodeship: Set(office.voivodeship.to_string()),
            channel: Set(channel.channel.key().to_owned()),
            address: Set(channel.address.clone()),
            is_open: Set(channel.is_open),
        };
        let key = [office_channel::Column::Voivodeship, office_channel::Column::Channel];
        let again = OnConflict::columns(key).update_columns([office_channel::Column::Address, office_channel::Column::IsOpen]).to_owned();
        office_channel::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    }
    Ok(true)
}
