//! Row of `ended_applications`. Private to the storage room.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ended_applications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub kind: String,
    pub status: String,
    pub voivodeship: String,
    pub submitted_at: i64,
    pub ended_at: i64,
    pub decided_by: Option<Uuid>,
    pub decided_for: Option<Uuid>,
    pub decided_at: Option<i64>,
    pub erased_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
