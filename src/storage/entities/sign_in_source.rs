//! Row of `sign_in_sources`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sign_in_sources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_hash: Vec<u8>,
    pub id: Uuid,
    pub label: String,
    pub network: String,
    pub failures: i32,
    pub blocks: i32,
    pub blocked_until: Option<i64>,
    pub created_at: i64,
    pub last_used_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
