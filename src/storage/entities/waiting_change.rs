//! Row of `waiting_email_changes`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "waiting_email_changes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub account_id: Uuid,
    pub application_id: Uuid,
    pub old_email: String,
    pub new_email: String,
    pub approved_at: i64,
    pub takes_effect_at: i64,
    pub state: String,
    pub ended_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
