//! Row of `drafts`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "drafts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub token_hash: Vec<u8>,
    pub kind: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub texts: Json,
    pub password_hash: Option<String>,
    pub application_id: Option<Uuid>,
    pub account_id: Option<Uuid>,
    pub confirmed_email: Option<String>,
    pub submitted_as: Option<Uuid>,
    pub created_at: i64,
    pub expires_at: i64,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
