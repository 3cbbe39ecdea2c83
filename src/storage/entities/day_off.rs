//! Row of `days_off`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "days_off")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: String,
    pub is_free: bool,
    pub reason: String,
    pub is_withdrawn: bool,
    pub changed_at: i64,
    pub is_counted: bool,
}

impl ActiveModelBehavior for ActiveModel {}
