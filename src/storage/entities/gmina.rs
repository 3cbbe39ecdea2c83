//! Row of `gminas`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "gminas")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub type_digit: String,
    pub type_name: String,
    pub name: String,
    pub name_sort: Vec<u8>,
    pub search_key: String,
    pub powiat_code: String,
    pub powiat_name: String,
    pub voivodeship: String,
    pub state_date: String,
    #[sea_orm(belongs_to, from = "voivodeship", to = "code")]
    pub lies_in: BelongsTo<super::voivodeship::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
