//! Row of `application_search`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "application_search")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub voivodeship: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub application_id: Uuid,
}

impl ActiveModelBehavior for ActiveModel {}
