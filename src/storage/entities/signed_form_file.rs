//! Row of `signed_form_files`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "signed_form_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub signed_form_id: Uuid,
    pub position: i32,
    pub media_type: String,
    pub size: i64,
    pub sha256: String,
    pub object_key: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub page_keys: Json,
    pub has_signature: bool,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub signatures: Option<Json>,
}

impl ActiveModelBehavior for ActiveModel {}
