//! Row of `risk_rules`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "risk_rules")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub risk: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub valid_from: String,
    pub threshold: i32,
    pub is_active: bool,
}

impl ActiveModelBehavior for ActiveModel {}
