//! Row of `post_items`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_items")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub voivodeship: String,
    pub channel: String,
    pub received_on: String,
    pub sender: Option<String>,
    pub reference: Option<String>,
    pub case_sign: Option<String>,
    pub recorded_by: Option<Uuid>,
    pub recorded_at: i64,
    pub passed_from: Option<String>,
    pub has_proposed: bool,
    pub has_unassigned: bool,
    pub settled_at: Option<i64>,
    pub mailbox: Option<String>,
    pub subject: Option<String>,
    pub message_text: Option<String>,
    pub skipped: i32,
    pub is_cut: bool,
}

impl ActiveModelBehavior for ActiveModel {}
