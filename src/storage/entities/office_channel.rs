//! Row of `office_channels`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "office_channels")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub voivodeship: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: String,
    pub address: String,
    pub is_open: bool,
    #[sea_orm(belongs_to, from = "voivodeship", to = "code")]
    pub office: BelongsTo<super::voivodeship::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
