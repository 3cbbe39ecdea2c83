//! Row of `email_changes`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "email_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub status: String,
    pub old_email: String,
    pub new_email: String,
    pub new_email_key: String,
    pub confirm_hash: Option<Vec<u8>>,
    pub code_hash: Option<Vec<u8>>,
    pub attempts: i32,
    pub undo_hash: Option<Vec<u8>>,
    pub requested_at: i64,
    pub confirm_until: i64,
    pub undo_until: i64,
    pub settled_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
