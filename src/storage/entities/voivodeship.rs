//! Row of `voivodeships`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "voivodeships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub name_sort: Vec<u8>,
    pub office_name: String,
    pub office_address: String,
    pub office_email: String,
    pub office_phone: String,
    pub form_text: String,
    pub version: i32,
    #[sea_orm(has_many)]
    pub channels: HasMany<super::office_channel::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
