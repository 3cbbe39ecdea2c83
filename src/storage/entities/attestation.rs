//! Row of `attestations`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attestations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit_id: Uuid,
    pub opened_at: i64,
    pub due_at: i64,
    pub state: String,
    pub reminded: Option<i32>,
    pub application_id: Option<Uuid>,
    pub answered_at: Option<i64>,
    pub done_at: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
