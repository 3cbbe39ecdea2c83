//! Row of `application_serials`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "application_serials")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub voivodeship: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    pub last_serial: i32,
}

impl ActiveModelBehavior for ActiveModel {}
