//! Row of `unit_changes`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unit_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit_id: Uuid,
    pub application_id: Option<Uuid>,
    pub event: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub before: Option<Json>,
    #[sea_orm(column_type = "JsonBinary")]
    pub after: Option<Json>,
    pub last_day: Option<String>,
    pub successor_id: Option<Uuid>,
    pub justification: Option<String>,
    pub changed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
