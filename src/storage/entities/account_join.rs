//! Row of `account_joins`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "account_joins")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub given_up_id: Uuid,
    pub kept_id: Option<Uuid>,
    pub named_login: String,
    pub state: String,
    pub proposed_at: i64,
    pub due_at: i64,
    pub application_id: Option<Uuid>,
    pub joined_at: Option<i64>,
    pub ended_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
