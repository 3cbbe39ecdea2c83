//! Row of `sub_areas`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sub_areas")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub name: String,
    pub position: i32,
    pub longest_months: i32,
    pub default_months: i32,
    pub last_day: Option<String>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
