//! Row of `role_proposals`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "role_proposals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub content: Json,
    pub subject: Option<String>,
    pub proposed_by: Uuid,
    pub proposed_at: i64,
    pub lapses_at: i64,
    pub outcome: Option<String>,
    pub settled_at: Option<i64>,
    pub settled_by: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
