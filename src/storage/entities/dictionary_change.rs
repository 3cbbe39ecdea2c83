//! Row of `dictionary_changes`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "dictionary_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub subject: String,
    pub code: String,
    pub version: i32,
    pub changed_at: i64,
    pub changed_by: Uuid,
    #[sea_orm(column_type = "JsonBinary")]
    pub fields: Json,
    pub told: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
