//! Row of `grants`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub unit_id: Uuid,
    pub sub_area: String,
    pub function: String,
    pub valid_from: String,
    pub valid_until: String,
    pub application_id: Option<Uuid>,
    pub created_at: i64,
    pub revoked_at: Option<i64>,
    pub replaced_at: Option<i64>,
    pub reminded_days: Option<i32>,
    pub unit_reminded_days: Option<i32>,
    pub revocation_id: Option<Uuid>,
    pub suspended_at: Option<i64>,
    pub restored_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
