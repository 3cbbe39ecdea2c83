//! Row of `kept_forms`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "kept_forms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    pub account_id: Uuid,
    pub action: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub fields: Json,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
