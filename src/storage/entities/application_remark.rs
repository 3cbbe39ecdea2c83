//! Row of `application_remarks`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "application_remarks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub application_id: Uuid,
    pub revision: i32,
    pub field: String,
    pub text: String,
    pub position: i32,
}

impl ActiveModelBehavior for ActiveModel {}
