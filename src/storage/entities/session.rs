//! Row of `sessions`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    pub account_id: Uuid,
    pub created_at: i64,
    pub last_seen_at: i64,
    pub device: String,
    pub network: String,
    pub ended_at: Option<i64>,
    pub is_raised: bool,
    pub proven_at: i64,
    pub id: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
