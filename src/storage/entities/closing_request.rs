//! Row of `closing_requests`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "closing_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub requested_at: i64,
    pub settled_at: Option<i64>,
    pub outcome: Option<String>,
    pub settled_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
