//! Row of `bulk_rows`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_rows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub job_id: Uuid,
    pub position: i32,
    pub application_id: Option<Uuid>,
    pub number: String,
    pub seen_version: i32,
    pub queued_at: i64,
    pub attempts: i32,
    pub state: String,
    pub reasons: String,
    pub settled_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
