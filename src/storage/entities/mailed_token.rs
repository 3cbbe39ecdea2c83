//! Row of `mailed_tokens`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mailed_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    pub purpose: String,
    pub account_id: Option<Uuid>,
    pub draft_id: Option<Uuid>,
    pub code_hash: Option<Vec<u8>>,
    pub attempts: i32,
    pub email_key: String,
    pub credentials_version: i32,
    pub created_at: i64,
    pub expires_at: i64,
    pub used_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
