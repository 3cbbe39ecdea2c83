//! Row of `passkey_challenges`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "passkey_challenges")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub token_hash: Vec<u8>,
    pub purpose: String,
    pub account_id: Option<Uuid>,
    pub state: String,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
