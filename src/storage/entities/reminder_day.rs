//! Row of `reminder_days`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reminder_days")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub occasion: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: i32,
}

impl ActiveModelBehavior for ActiveModel {}
