//! Row of `unwanted_files`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "unwanted_files")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub signed_form_id: Uuid,
    pub due_at: i64,
    pub is_erased: bool,
    pub kind: String,
}

impl ActiveModelBehavior for ActiveModel {}
