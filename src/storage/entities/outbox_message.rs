//! Row of `outbox_messages`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox_messages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(column_type = "JsonBinary")]
    pub notice: Json,
    pub kind: String,
    pub account_id: Option<Uuid>,
    pub application_id: Option<Uuid>,
    pub draft_id: Option<Uuid>,
    pub status: String,
    pub attempts: i32,
    pub next_attempt_at: i64,
    pub lease_until: Option<i64>,
    pub lease_owner: Option<String>,
    pub last_error: Option<String>,
    pub created_at: i64,
    pub finished_at: Option<i64>,
    pub correlation: Uuid,
    pub voivodeship: Option<String>,
    pub sent_to: Option<String>,
    pub failure: Option<String>,
    pub failure_code: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}
