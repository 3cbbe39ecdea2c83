//! Row of `revocations`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "revocations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub unit_id: Uuid,
    pub revoked_at: i64,
    pub revoked_by: String,
    pub capacity: String,
    pub reason: String,
    pub note: Option<String>,
    pub letter_date: Option<String>,
    pub letter_reference: Option<String>,
    pub left_behind: Json,
}

impl ActiveModelBehavior for ActiveModel {}
