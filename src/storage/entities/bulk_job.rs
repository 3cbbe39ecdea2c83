//! Row of `bulk_jobs`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "bulk_jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub owner_id: Uuid,
    pub act: String,
    pub assignee_id: Option<Uuid>,
    pub proven_at: i64,
    pub address: Option<String>,
    pub correlation: Uuid,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
