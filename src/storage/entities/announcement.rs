//! Row of `announcements`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "announcements")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub author_id: Uuid,
    pub voivodeship: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub audience: Json,
    pub urgency: String,
    pub title: String,
    pub text: String,
    pub shown_from: i64,
    pub shown_until: i64,
    pub is_mailed: bool,
    pub version: i32,
    pub created_at: i64,
    pub published_at: Option<i64>,
    pub published_by: Option<String>,
    pub ended_at: Option<i64>,
    pub ended_by: Option<String>,
    pub mail_after: Option<Uuid>,
    pub mailed: i32,
    pub mailed_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
