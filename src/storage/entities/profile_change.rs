//! Row of `profile_changes`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "profile_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub field: String,
    pub old_value: Option<String>,
    pub changed_by: String,
    pub changed_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
