//! Row of `unit_kind_sub_areas`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_kind_sub_areas")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit_kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub sub_area: String,
}

impl ActiveModelBehavior for ActiveModel {}
