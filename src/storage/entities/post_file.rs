//! Row of `post_files`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "post_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub item_id: Uuid,
    pub voivodeship: String,
    pub position: i32,
    pub part_of: Option<Uuid>,
    pub first_page: Option<i32>,
    pub last_page: Option<i32>,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub object_key: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub page_keys: Json,
    pub has_signature: bool,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub clue: Option<Json>,
    pub state: String,
    pub application_id: Option<Uuid>,
    pub passed_to: Option<String>,
    pub reason: Option<String>,
    pub note: Option<String>,
    pub settled_by: Option<Uuid>,
    pub settled_at: Option<i64>,
    pub repeats: Option<Uuid>,
}

impl ActiveModelBehavior for ActiveModel {}
